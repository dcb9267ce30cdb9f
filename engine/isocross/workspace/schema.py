"""The tables of a workspace file, key by key: what each may hold, and in words what is expected."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, create_model

from isocross.account.book import Mode, Side
from isocross.money import ONE, ZERO
from isocross.moves.move import Do
from isocross.rehearsal.kinds import PATH_KEYS, Key
from isocross.rehearsal.scenario import PathKind
from isocross.rules.market import Kind
from isocross.rules.switches import AccountMode
from isocross.toml.amounts import as_number, bounded, cash, fault, place
from isocross.toml.faults import shown
from isocross.toml.texts import TEXT_LIMIT, Symbol, Text, Word, choice
from isocross.workspace.model import FORMAT


def _kind(value: object) -> Kind:
    if not isinstance(value, str) or value not in Kind.__members__.values():
        raise fault(f"{shown(value)} is not a kind of contract")
    return Kind(value)


def _weight(value: object) -> Decimal:
    number = bounded(value, least=ZERO)
    if number > ONE:
        raise fault(f"{shown(number)} is above 1")
    return number


def _format(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < FORMAT:
        raise fault(f"{shown(value)} is not a format")
    if value > FORMAT:
        raise fault(f"format {shown(value)} is newer than this isocross can read; update isocross to open it")
    return value


Number = Annotated[Decimal, BeforeValidator(as_number)]
Positive = Annotated[Decimal, BeforeValidator(partial(bounded, above=ZERO))]


class Row(BaseModel):
    """A table of the file; keys it does not name are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    RESERVED: ClassVar[dict[str, str]] = {}
    """Keys that the format keeps for later versions, and what is said of them."""


class TierRow(Row):
    """One of `markets.tiers`."""

    start: Annotated[Decimal, BeforeValidator(partial(bounded, least=ZERO))] = Field(
        alias="from", description="where the tier begins, 0 or more"
    )
    rate: Annotated[Decimal, BeforeValidator(partial(bounded, least=ZERO, below=ONE))] = Field(
        description="a maintenance margin rate from 0 up to, not including, 1"
    )
    max_leverage: Annotated[Decimal, BeforeValidator(partial(bounded, least=ONE))] = Field(
        description="a number of at least 1"
    )
    deduction: Number | None = Field(None, description="a number in the unit of `from`")
    factor: Annotated[Decimal, BeforeValidator(partial(bounded, least=ZERO))] | None = Field(
        None, description="0 or more: what the rate of a curve rises by with the root of the quantity"
    )


class MarketRow(Row):
    """One of `[[markets]]`."""

    symbol: Symbol = Field(description='the name of a market, such as "BTCUSDT"')
    mark: Positive | None = Field(None, description="a positive price in quote currency")
    kind: Annotated[Kind, BeforeValidator(_kind)] | None = Field(
        None, description='"linear" or "inverse"; default: as the venue lists the market, else linear'
    )
    settles: Symbol | None = Field(
        None, description="the asset that its positions settle in; default: as its symbol says, else the currency"
    )
    tiers: Any = Field(None, description="a list of tables { from, rate, max_leverage }")


class WeightRow(Row):
    """One of `assets.tiers`."""

    start: Annotated[Decimal, BeforeValidator(partial(bounded, least=ZERO))] = Field(
        alias="from", description="where the tier begins, 0 or more: in coins or USD, as the venue's table has it"
    )
    weight: Annotated[Decimal, BeforeValidator(_weight)] = Field(
        description="the share that counts, a number from 0 to 1"
    )


class AssetRow(Row):
    """One of `[[assets]]`: an asset of the account beside its wallet."""

    asset: Symbol = Field(description='the name of an asset, such as "BTC"')
    balance: Annotated[Decimal, BeforeValidator(partial(cash, least=None))] | None = Field(
        None, description="an amount of the asset; below 0 it is a debt"
    )
    collateral: StrictBool = Field(True, description="true or false: whether it counts as collateral")
    price: Positive | None = Field(None, description="a positive price in USD; default: the mark of a contract on it")
    weight: Annotated[Decimal, BeforeValidator(_weight)] | None = Field(
        None, description="the share that counts, a number from 0 to 1; default: the venue's"
    )
    tiers: Any = Field(None, description="a list of tables { from, weight }; default: the venue's")
    limit_reached: StrictBool = Field(
        False, description="true or false: whether the venue takes no more of this asset as collateral"
    )


class PositionRow(Row):
    """One of `[[positions]]`."""

    id: Word | None = Field(None, description="a name without blanks")
    market: Symbol = Field(description='the name of a market, such as "BTCUSDT"')
    side: Annotated[Side, BeforeValidator(partial(choice, options=Side))] = Field(description='"long" or "short"')
    mode: Annotated[Mode, BeforeValidator(partial(choice, options=Mode))] = Field(description='"cross" or "isolated"')
    quantity: Positive = Field(description="a positive number of base units, of an inverse market quote units")
    entry: Positive = Field(description="a positive price in quote currency")
    leverage: Annotated[Decimal, BeforeValidator(partial(bounded, least=ONE))] = Field(
        description="a number of at least 1"
    )
    margin: Annotated[Decimal, BeforeValidator(partial(cash, least=None))] | None = Field(
        None, description="an amount of money, 0 or less only where a profit carries a position with margin of its own"
    )
    auto_margin: StrictBool = Field(False, description="true or false: whether, isolated, it draws margin by itself")
    stated: Any = Field(None, description="a table of the figures that the venue stated")


class StatedRow(Row):
    """`positions.stated`: what the venue said of a position when its account was read. It is shown, no more."""

    liquidation_price: Annotated[Decimal, BeforeValidator(partial(bounded, least=ZERO))] | None = Field(
        None, description="a price in quote currency, or 0 for none"
    )
    margin_ratio: Number | None = Field(None, description="a number: maintenance margin by equity")
    unrealised_pnl: Number | None = Field(None, description="a number: open PnL in the account's currency")
    maintenance_margin: Number | None = Field(
        None, description="a number in the account's currency: the maintenance margin it stated"
    )


STATED_KEYS = tuple(StatedRow.model_fields)
"""The figures of a venue that a file keeps."""


class OrderRow(Row):
    """One of `[[orders]]`: cash that a resting order holds. It is never filled."""

    id: Word | None = Field(None, description="a name without blanks")
    market: Symbol = Field(description='the name of a market, such as "BTCUSDT"')
    side: Annotated[Side, BeforeValidator(partial(choice, options=Side))] = Field(description='"long" or "short"')
    quantity: Positive = Field(description="a positive number of base units")
    price: Positive = Field(description="a positive price in quote currency")
    mode: Annotated[Mode, BeforeValidator(partial(choice, options=Mode))] = Field(
        Mode.CROSS, description='"cross" or "isolated"'
    )
    leverage: Annotated[Decimal, BeforeValidator(partial(bounded, least=ONE))] | None = Field(
        None, description="a number of at least 1; default: that of the first position of the market, else 1"
    )


class ScenarioHead(Row):
    """What `[scenario]` has whatever the kind of path."""

    path: Annotated[PathKind, BeforeValidator(partial(choice, options=PathKind))] = Field(
        PathKind.WHAT_IF, description=" or ".join(", ".join(f'"{kind}"' for kind in PathKind).rsplit(", ", 1))
    )
    shock: Annotated[Decimal, BeforeValidator(partial(bounded, above=-ONE))] = Field(
        ZERO, description="a common move above -1, such as -0.30"
    )
    betas: Any = Field(None, description="a table of numbers, one per market")


def _of_path(key: Key) -> tuple[Any, Any]:
    """A key of a kind of path; what is more than plain is read by the kind."""
    return key.plain, Field(None if key.read else key.default, description=key.expected)


_PATH_FIELDS: dict[str, Any] = {
    **{key.name: _of_path(key) for key in PATH_KEYS},
    "moves": (Any, Field(None, description="tables [[scenario.moves]] { at, do, position, amount }")),
}
ScenarioRow: type[ScenarioHead] = create_model(
    "ScenarioRow", __base__=ScenarioHead, __doc__="`[scenario]`.", **_PATH_FIELDS
)
"""`[scenario]`."""


class MoveRow(Row):
    """One of `[[scenario.moves]]`."""

    at: Annotated[Decimal, BeforeValidator(place)] = Field(
        description="a place on the path: the number of a leg and the share done, such as 0.4"
    )
    do: Annotated[Do, BeforeValidator(partial(choice, options=Do))] = Field(
        description='"flip", "add-margin", "remove-margin", "set-leverage", "increase", "reduce", "close", "deposit", '
        '"withdraw", "convert", "switch-collateral" or "switch-account"'
    )
    position: Word | None = Field(None, description="the id of a position")
    amount: Positive | None = Field(None, description="a positive amount of money, base units or a leverage")
    asset: Symbol | None = Field(None, description="the name of an asset of the account")
    to: Word | None = Field(None, description='the asset that is bought, or a mode such as "unified"')


class ViewRow(Row):
    """`[view]`."""

    theme: Word | None = Field(None, description="the name of a theme")
    selected: Word | None = Field(None, description="the id of a position")
    step: Positive | None = Field(None, description="a positive share of the opening marks, such as 0.01")
    at: Annotated[Decimal, BeforeValidator(place)] | None = Field(
        None, description="the place of the cursor on a lived path, 0 or more"
    )


WALLET = "an amount of money, 0 or more"


class FileRow(Row):
    """The top of the file."""

    format: Annotated[int, BeforeValidator(_format)] = Field(FORMAT, description="1")
    name: Text | None = Field(None, description=f"a text of at most {TEXT_LIMIT} characters")
    venue: Any = Field("guide", description="the id of a venue, or a table with `profile`")
    wallet: Annotated[Decimal, BeforeValidator(partial(cash, least=None))] | None = Field(None, description=WALLET)
    currency: Word = Field("USDT", description="the name of a currency")
    fund: Annotated[Decimal, BeforeValidator(cash)] | None = Field(None, description="an amount of money, 0 or more")
    account: Annotated[AccountMode, BeforeValidator(partial(choice, options=AccountMode))] = Field(
        AccountMode.STANDARD, description=" or ".join(", ".join(f'"{m}"' for m in AccountMode).rsplit(", ", 1))
    )
    strict: StrictBool = Field(False, description="true or false")
    assets: Any = Field((), description="tables [[assets]]")
    markets: Any = Field((), description="tables [[markets]]")
    positions: Any = Field(description="tables [[positions]], or an empty list")
    orders: Any = Field((), description="tables [[orders]]")
    scenario: Any = Field(None, description="a table [scenario]")
    view: Any = Field(None, description="a table [view]")
