"""The tables of a workspace file, key by key: what each may hold, and in words what is expected."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from isocross.account.book import Mode, Side
from isocross.account.order_kinds import FeeAs, OrderKind, TriggerBy
from isocross.money import ONE, ZERO
from isocross.moves.move import Do
from isocross.paths.shock import bounded_move
from isocross.rehearsal.kinds import PATH_KEYS
from isocross.rehearsal.scenario import PathKind
from isocross.rules.market import Kind
from isocross.rules.switches import AccountMode
from isocross.toml.amounts import as_number, bounded, cash, place
from isocross.toml.faults import BadValue, shown
from isocross.toml.tables import Table, key, truth
from isocross.toml.texts import TEXT_LIMIT, choice, market_symbol, text, word
from isocross.workspace.model import FORMAT


def _kind(value: object) -> Kind:
    if not isinstance(value, str) or value not in Kind.__members__.values():
        raise BadValue(f"{shown(value)} is not a kind of contract")
    return Kind(value)


def _weight(value: object) -> Decimal:
    number = bounded(value, least=ZERO)
    if number > ONE:
        raise BadValue(f"{shown(number)} is above 1")
    return number


def _format(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < FORMAT:
        raise BadValue(f"{shown(value)} is not a format")
    if value > FORMAT:
        raise BadValue(f"format {shown(value)} is newer than this isocross can read; update isocross to open it")
    return value


positive = partial(bounded, above=ZERO)


class Row(Table):
    """A table of the file; keys it does not name are faults."""

    RESERVED: ClassVar[dict[str, str]] = {}
    """Keys that the format keeps for later versions, and what is said of them."""


class TierRow(Row):
    """One of `markets.tiers`."""

    start: Decimal = key(partial(bounded, least=ZERO), "where the tier begins, 0 or more", name="from")
    rate: Decimal = key(partial(bounded, least=ZERO, below=ONE), "a maintenance margin rate from 0 to below 1")
    max_leverage: Decimal = key(partial(bounded, least=ONE), "a number of at least 1")
    deduction: Decimal | None = key(as_number, "a number in the unit of `from`", default=None)
    factor: Decimal | None = key(
        partial(bounded, least=ZERO),
        "0 or more: what the rate of a curve rises by with the root of the quantity",
        default=None,
    )


class MarketRow(Row):
    """One of `[[markets]]`."""

    symbol: str = key(market_symbol, 'the name of a market, such as "BTCUSDT"')
    mark: Decimal | None = key(positive, "a positive price in quote currency", default=None)
    last: Decimal | None = key(
        positive, "a positive price in quote currency: that of the last trade; default: the mark", default=None
    )
    kind: Kind | None = key(
        _kind, '"linear" or "inverse"; default: as the venue lists the market, else linear', default=None
    )
    settles: str | None = key(
        market_symbol,
        "the asset that its positions settle in; default: as its symbol says, else the currency",
        default=None,
    )
    tiers: Any = key(None, "a list of tables { from, rate, max_leverage }", default=None)


class WeightRow(Row):
    """One of `assets.tiers`."""

    start: Decimal = key(
        partial(bounded, least=ZERO),
        "where the tier begins, 0 or more: in coins or USD, as the venue's table has it",
        name="from",
    )
    weight: Decimal = key(_weight, "the share that counts, a number from 0 to 1")


class AssetRow(Row):
    """One of `[[assets]]`: an asset of the account beside its wallet."""

    asset: str = key(market_symbol, 'the name of an asset, such as "BTC"')
    balance: Decimal | None = key(
        partial(cash, least=None), "an amount of the asset; below 0 it is a debt", default=None
    )
    collateral: bool = key(truth, "true or false: whether it counts as collateral", default=True)
    price: Decimal | None = key(
        positive, "a positive price in USD; default: the mark of a contract on it", default=None
    )
    weight: Decimal | None = key(
        _weight, "the share that counts, a number from 0 to 1; default: the venue's", default=None
    )
    initial_weight: Decimal | None = key(
        _weight,
        "the share that backs new positions and withdrawals, a number from 0 to 1; "
        "default: the venue's, beside a weight of your own that weight",
        default=None,
    )
    debt_weight: Decimal | None = key(
        partial(bounded, least=ONE), "what a debt counts, 1 or more; default: the venue's", default=None
    )
    initial_debt_weight: Decimal | None = key(
        partial(bounded, least=ONE),
        "what a debt counts for new positions and withdrawals, 1 or more; default: as for open positions",
        default=None,
    )
    factor: Decimal | None = key(
        partial(bounded, least=ZERO),
        "0 or more: by what the weights get worse with the root of the quantity; default: the venue's",
        default=None,
    )
    tiers: Any = key(None, "a list of tables { from, weight }; default: the venue's", default=None)
    limit_reached: bool = key(
        truth, "true or false: whether the venue's limit of this collateral is reached", default=False
    )


class PositionRow(Row):
    """One of `[[positions]]`."""

    id: str | None = key(word, "a name without blanks", default=None)
    market: str = key(market_symbol, 'the name of a market, such as "BTCUSDT"')
    side: Side = key(partial(choice, options=Side), '"long" or "short"')
    mode: Mode = key(partial(choice, options=Mode), '"cross" or "isolated"')
    quantity: Decimal = key(positive, "a positive number of base units; of quote units in an inverse market")
    entry: Decimal = key(positive, "a positive price in quote currency")
    leverage: Decimal = key(partial(bounded, least=ONE), "a number of at least 1")
    margin: Decimal | None = key(
        partial(cash, least=None),
        "an amount of money; 0 or less only where an open profit carries the position",
        default=None,
    )
    auto_margin: bool = key(truth, "true or false: whether, isolated, it draws margin by itself", default=False)
    stated: Any = key(None, "a table of the figures that the venue stated", default=None)


class StatedRow(Row):
    """`positions.stated`: what the venue said of a position when its account was read. It is shown, no more."""

    liquidation_price: Decimal | None = key(
        partial(bounded, least=ZERO), "a price in quote currency, or 0 for none", default=None
    )
    margin_ratio: Decimal | None = key(as_number, "a number: maintenance margin by equity", default=None)
    unrealised_pnl: Decimal | None = key(as_number, "a number: open PnL in the account's currency", default=None)
    maintenance_margin: Decimal | None = key(
        as_number, "a number in the account's currency: the maintenance margin it stated", default=None
    )
    incomplete: bool = key(truth, "true or false: whether it stated a part of the account only", default=False)


STATED_KEYS = tuple(name for name in StatedRow.keys if name != "incomplete")
"""The figures of a venue that a file keeps."""


class OrderRow(Row):
    """One of `[[orders]]`: a resting order. Without a kind it holds cash and is never filled."""

    id: str | None = key(word, "a name without blanks", default=None)
    market: str = key(market_symbol, 'the name of a market, such as "BTCUSDT"')
    side: Side = key(partial(choice, options=Side), '"long" or "short": a long order buys, a short one sells')
    kind: OrderKind | None = key(
        partial(choice, options=OrderKind),
        " or ".join(", ".join(f'"{kind}"' for kind in OrderKind).rsplit(", ", 1)) + "; without one it is never filled",
        default=None,
    )
    quantity: Decimal | None = key(positive, "a positive number of base units", default=None)
    price: Decimal | None = key(positive, "a positive price in quote currency", default=None)
    mode: Mode = key(partial(choice, options=Mode), '"cross" or "isolated"', default=Mode.CROSS)
    leverage: Decimal | None = key(
        partial(bounded, least=ONE),
        "a number of at least 1; default: the lowest of the positions of its market, else 1",
        default=None,
    )
    trigger: Decimal | None = key(positive, "a positive price in quote currency: its trigger price", default=None)
    trigger_by: TriggerBy | None = key(
        partial(choice, options=TriggerBy),
        '"mark" or "last": which price is compared with its trigger price; default: mark',
        default=None,
    )
    trail: Decimal | None = key(
        partial(bounded, above=ZERO, below=ONE),
        "a share of the best price between 0 and 1, such as 0.02: how far behind it a trailing order is",
        default=None,
    )
    best: Decimal | None = key(
        positive, "a positive price: the best that a trailing order has seen; default: the opening mark", default=None
    )
    reduce_only: bool | None = key(
        truth, "true or false: whether it only closes; default: false for a limit, else true", default=None
    )
    close_position: bool | None = key(
        truth, "true or false: whether it closes the whole position, without a quantity", default=None
    )
    fee: FeeAs | None = key(
        partial(choice, options=FeeAs), '"maker" or "taker"; default: a limit that rested is a maker', default=None
    )
    slippage: Decimal | None = key(
        partial(bounded, least=ZERO, below=ONE),
        "a share of the price from 0 to below 1; default: 0",
        default=None,
    )
    oco: str | None = key(word, "the name of a group of orders of which one cancels the others", default=None)


COMMON_MOVE = "a common move above -1, such as -0.30, with [scenario.betas] for single markets"


class ScenarioHead(Row):
    """What `[scenario]` has whatever the kind of path."""

    path: PathKind = key(
        partial(choice, options=PathKind),
        " or ".join(", ".join(f'"{kind}"' for kind in PathKind).rsplit(", ", 1)),
        default=PathKind.WHAT_IF,
    )
    shock: Decimal = key(partial(bounded_move, above=-ONE), COMMON_MOVE, default=ZERO)
    betas: Any = key(None, "a table of numbers, one per market", default=None)


ScenarioRow = type(
    "ScenarioRow",
    (ScenarioHead,),
    {
        "__doc__": "`[scenario]`.",
        # what is more than plain is read by the kind of path
        **{own.name: key(own.plain, own.expected, None if own.read else own.default) for own in PATH_KEYS},
        "moves": key(None, "tables [[scenario.moves]] { at, do, position, amount }", default=None),
    },
)
"""`[scenario]`, with the keys of every kind of path."""


class MoveRow(Row):
    """One of `[[scenario.moves]]`."""

    at: Decimal = key(place, "a place on the path: the number of a leg and the share done, such as 0.4")
    do: Do = key(
        partial(choice, options=Do),
        '"flip", "add-margin", "remove-margin", "set-leverage", "increase", "reduce", "close", "deposit", '
        '"withdraw", "convert", "switch-collateral" or "switch-account"',
    )
    position: str | None = key(word, "the id of a position", default=None)
    amount: Decimal | None = key(positive, "a positive amount of money, base units or a leverage", default=None)
    asset: str | None = key(market_symbol, "the name of an asset of the account", default=None)
    to: str | None = key(word, 'the asset that is bought, or a mode such as "unified"', default=None)


class ViewRow(Row):
    """`[view]`."""

    theme: str | None = key(word, "the name of a theme", default=None)
    selected: str | None = key(word, "the id of a position", default=None)
    step: Decimal | None = key(
        partial(bounded_move, above=ZERO), "a positive share of the opening marks, such as 0.01", default=None
    )
    at: Decimal | None = key(place, "the place of the cursor on a lived path, 0 or more", default=None)


WALLET = "an amount of money, 0 or more"


class FileRow(Row):
    """The top of the file."""

    format: int = key(_format, "1", default=FORMAT)
    name: str | None = key(text, f"a text of at most {TEXT_LIMIT} characters", default=None)
    venue: Any = key(None, "the id of a venue, or a table with `profile`", default="guide")
    wallet: Decimal | None = key(partial(cash, least=None), WALLET, default=None)
    currency: str = key(word, "the name of a currency", default="USDT")
    fund: Decimal | None = key(cash, "an amount of money, 0 or more", default=None)
    account: AccountMode = key(
        partial(choice, options=AccountMode),
        " or ".join(", ".join(f'"{m}"' for m in AccountMode).rsplit(", ", 1)),
        default=AccountMode.STANDARD,
    )
    strict: bool = key(truth, "true or false", default=False)
    assets: Any = key(None, "tables [[assets]]", default=())
    markets: Any = key(None, "tables [[markets]]", default=())
    positions: Any = key(None, "tables [[positions]], or an empty list")
    orders: Any = key(None, "tables [[orders]]", default=())
    scenario: Any = key(None, "a table [scenario]", default=None)
    view: Any = key(None, "a table [view]", default=None)
