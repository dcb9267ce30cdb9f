"""A market: its contract, its opening mark and the ladder of tiers that sets maintenance margin."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from math import isqrt

from isocross.format import grid_of
from isocross.money import ONE, ZERO, exact
from isocross.records import dataclass
from isocross.rules.declared import rule
from isocross.rules.value_types import Leverage, Number, Rate, Size


class Kind(StrEnum):
    """What a contract counts and is paid in."""

    LINEAR = "linear"
    """Quantity in base units, money in the quote currency."""
    INVERSE = "inverse"
    """Coin-margined: quantity in quote units (contracts × contract size), money in the base coin."""


class TierMethod(StrEnum):
    """How a tier's rate applies (page `venues`)."""

    MARGINAL = "marginal"
    """Only the part above a border pays the higher rate: MM is continuous, through a deduction."""
    FLAT = "flat"
    """The tier's rate applies to the whole position: MM jumps at a border."""
    CURVE = "curve"
    """As flat, and the rate rises with the root of the quantity by the tier's factor (Drift's code)."""


class TierKey(StrEnum):
    """What selects the tier, and the unit of `Tier.start` (page `venues`)."""

    NOTIONAL = "notional"
    QUANTITY = "quantity"


class TierBorder(StrEnum):
    """Which tier a size that is exactly a border belongs to, of tiers by quantity; a notional's is the one above."""

    ABOVE = "above"
    """The one that begins there."""
    BELOW = "below"
    """The one that ends there: it is stated as a quantity "up to"."""


_BELOW = TierBorder.BELOW
"""At hand: in CPython 3.11 a look into an enum takes longer than finding the tier."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a ladder."""

    start: Size = field(
        metadata=rule(
            "where the tier begins: notional in the account's currency, or quantity in its own units",
            key="from",
            modelled=True,
        )
    )
    """See `TierBorder` for a size that is exactly this."""
    rate: Rate = field(metadata=rule("the maintenance margin rate, a fraction of the notional", modelled=True))
    max_leverage: Leverage = field(
        metadata=rule("the highest leverage a position of this size may have", modelled=True)
    )
    deduction: Number = field(
        default=ZERO,
        metadata=rule(
            "the amount taken off rate × size, in the unit of `from`. Default: worked out",
            optional=True,
            modelled=True,
        ),
    )
    factor: Size = field(
        default=ZERO,
        metadata=rule("what the rate of a curve rises by with the root of the quantity", optional=True, modelled=True),
    )

    def rate_at(self, quantity: Decimal) -> Decimal:
        """The rate for a position of this quantity."""
        return curved(self.rate, self.factor, quantity) if self.factor else self.rate

    def leverage_at(self, quantity: Decimal) -> Decimal:
        """The highest leverage for a position of this quantity: 1 ÷ an initial margin that rises as the rate does."""
        return 1 / curved(1 / self.max_leverage, self.factor, quantity) if self.factor else self.max_leverage


RATE_GRID = Decimal("0.0001")
FACTOR_GRID = Decimal("0.000001")


def curved(rate: Decimal, factor: Decimal, quantity: Decimal) -> Decimal:
    """max(rate, 0.8 × rate + factor × √quantity), its parts on the program's grids (Drift's code).

    The root is cut to five decimals, a fifth of the rate and the premium to four, as in `math/margin.rs`.
    """
    root = Decimal(isqrt(int(quantity.scaleb(9)) * 10 + 1)).scaleb(-5)
    fifth, premium = ((part // RATE_GRID) * RATE_GRID for part in (rate / 5, factor * root))
    return max(rate, rate - fifth + premium)


def discount(factor: Decimal, quantity: Decimal) -> Decimal:
    """1.1 ÷ (1 + factor × √quantity): the most that a weight of so much can be (`math/margin.rs`, Drift).

    The root is cut to five decimals, its product with the factor to six, the weight to four.
    """
    root = Decimal(isqrt(int(quantity.scaleb(9)) * 10 + 1)).scaleb(-5)
    under = ONE + (factor * root // FACTOR_GRID) * FACTOR_GRID
    return (Decimal("1.1") / under // RATE_GRID) * RATE_GRID


def base_of(symbol: str, currency: str) -> str:
    """The short name of a market: its symbol without the account's currency, if anything is left then."""
    return symbol.removesuffix(currency).rstrip("-_/") or symbol


@dataclass(frozen=True)
class Ladder:
    """The tiers of one market, from the smallest size up; the first starts at 0."""

    tiers: tuple[Tier, ...]
    key: TierKey
    border: TierBorder = TierBorder.ABOVE

    @cached_property
    def starts(self) -> tuple[Decimal, ...]:
        """Where each tier begins."""
        return tuple(tier.start for tier in self.tiers)

    @cached_property
    def rises(self) -> bool:
        """Whether a rate rises with the size inside a tier."""
        return any(tier.factor for tier in self.tiers)

    @cached_property
    def convex(self) -> bool:
        """Whether MM never jumps as the size grows, and only ever grows faster: rates rise, and deductions fit."""
        return all(
            below.rate <= above.rate
            and below.factor == above.factor == 0
            and above.deduction == _fitting_deduction(below, above)
            for below, above in pairwise(self.tiers)
        )

    def index_at(self, size: Decimal) -> int:
        """The tier in effect at `size`, above zero, in the unit of the key."""
        if self.border is _BELOW:
            return max(0, bisect_left(self.starts, size) - 1)
        return bisect_right(self.starts, size) - 1

    def max_leverage_at(self, size: Decimal) -> Decimal:
        """The highest leverage allowed at `size`; a border still allows the leverage below it."""
        return self.tiers[max(0, bisect_left(self.starts, size) - 1)].leverage_at(size)


def with_deductions(tiers: tuple[tuple[Tier, bool], ...], method: TierMethod) -> tuple[Tier, ...]:
    """Work out the deductions that make marginal tiers continuous, where none is given.

    Args:
        tiers: each tier and whether its deduction was given.
        method: flat tiers have no deduction unless it is given.

    Source: Binance's help, ded_n = start_n × (rate_n − rate_(n−1)) + ded_(n−1).
    """
    done: list[Tier] = []
    for tier, given in tiers:
        if method is not TierMethod.CURVE and tier.factor:
            tier = replace(tier, factor=ZERO)  # noqa: PLW2901 - the same tier, as this method reads it
        if given or method is not TierMethod.MARGINAL or not done:
            done.append(tier)
            continue
        done.append(replace(tier, deduction=_fitting_deduction(done[-1], tier)))
    return tuple(done)


@exact
def _fitting_deduction(below: Tier, above: Tier) -> Decimal:
    return below.deduction + above.start * (above.rate - below.rate)


@dataclass(frozen=True)
class Market:
    """A contract as one venue lists it, at its opening mark; its kind is that of the positions in it."""

    symbol: str
    mark: Decimal
    """Opening mark, in quote currency for one base unit."""
    ladder: Ladder
    tick: Decimal | None = None
    """Price step of the venue, None where it is not known."""
    lot: Decimal | None = None
    """Quantity step of the venue in the units of a quantity, None where it is not known."""
    liquidation_fee: Decimal | None = None
    """Its own rate of the fee of a forced close, None where it has that of the venue."""
    settles: str = ""
    """The asset that its positions settle in; empty: the account's currency."""
    is_asset: bool = False
    """Whether it is the price of an asset in USD, and no contract."""
    as_of: str = ""
    """The date of its tiers; empty: they are from no table."""
    still: bool = False
    """Whether a common move leaves it where it is: the price of a stable asset."""
    last: Decimal | None = None
    """Opening price of the last trade; None: the mark. It stays as far from the mark, as a share of it."""

    @property
    def basis(self) -> Decimal:
        """The price of the last trade ÷ the mark."""
        return ONE if self.last is None else self.last / self.mark

    def at(self, mark: Decimal) -> Market:
        """The same market at another opening mark."""
        return replace(self, mark=mark, last=None if self.last is None else mark * self.basis)

    @property
    def grid(self) -> Decimal:
        """The step on which prices are written: the venue's, or one that fits the opening mark."""
        return self.tick or grid_of(self.mark)
