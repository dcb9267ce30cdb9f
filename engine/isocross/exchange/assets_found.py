"""What the importers find of the assets of an account in which several back the positions, and where it stands."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import field
from decimal import Decimal
from typing import Any

from isocross.exchange.payload import Node, UnfitError
from isocross.money import ONE, ZERO
from isocross.records import dataclass
from isocross.rules.switches import AccountMode


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure is from."""

    origin: str
    key: str
    line: int | None = None

    @classmethod
    def of(cls, node: Node) -> Place:
        """The place of a value of a JSON payload."""
        return cls(node.origin, node.where)


@dataclass(slots=True)
class Coin:
    """An asset of an account in which several back the positions, as it was found."""

    place: Place
    balance: Decimal
    """What is borrowed taken off."""
    counts_pnl: bool = False
    """Whether the balance has open PnL in it."""
    stated: Decimal = ZERO
    """The balance as the venue states it."""
    price: Decimal | None = None
    """In USD."""
    weight: Decimal | None = None
    """The share of its value that counts, as the venue states it."""
    initial_weight: Decimal | None = None
    """The share that backs what is new, where the venue states another for it."""
    collateral: bool = True
    limit_reached: bool = False
    """Whether the venue takes no more of it as collateral."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a payload of rates says of an asset."""

    price: Decimal | None
    weight: Decimal | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that a venue states of a whole account."""

    figure: str
    currency: str
    """Empty: of all assets together, in USD."""
    value: Decimal
    place: Place
    pool: bool
    """Whether it is that of the cross positions and what stands behind them."""


@dataclass
class Assets:
    """The assets of an account as far as several of them back its positions."""

    mode: AccountMode | None = None
    """What backs the positions; None: nothing says it."""
    coins: dict[str, Coin] = field(default_factory=dict)
    """Of an account in which several assets back the positions, each of them."""
    sums: list[Sum] = field(default_factory=list)
    """What the venue states of all of them together."""
    quotes: dict[str, Quote] = field(default_factory=dict)
    """Prices and weights of assets that stand apart from their balances."""
    totals: dict[str, tuple[Decimal, Place]] = field(default_factory=dict)
    """What all balances are worth (`worth`), and what of it counts (`counted`), in USD."""

    def take(self, name: str, balance: Node, owed: Decimal = ZERO, **stated: Any) -> None:
        """Note an asset of an account in which several back the positions; one without a balance says nothing.

        Args:
            name: the asset.
            balance: where its balance stands.
            owed: what of it is borrowed.
            stated: what else is known of it, by the names of `Coin`.
        """
        with suppress(UnfitError):  # what is no number is told where the cash is read
            amount = balance.number()
            if amount is not None:
                self.coins[name] = Coin(Place.of(balance), amount - owed, stated=amount - owed, **stated)

    def take_whole(self, figure: str, node: Node, inverted: bool = False) -> None:
        """Note a figure of all assets together, in USD; a ratio of equity to requirement is turned round."""
        with suppress(UnfitError):
            value = node.number()
            if value is not None and (value or not inverted):
                said = round(ONE / value, 12) if inverted else value
                self.sums.append(Sum(figure, "", said, Place.of(node), pool=True))

    def take_total(self, key: str, node: Node) -> None:
        """Note what all balances come to, in USD; what is no number says nothing."""
        with suppress(UnfitError):
            value = node.number()
            if value is not None:
                self.totals[key] = (value, Place.of(node))
