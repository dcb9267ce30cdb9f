"""The assets of an account: what each holds, what moves its price, and how much of it counts as collateral.

`counted` is the whole rule: a balance above zero counts at its weight, tier by tier, one below zero is a debt and can
count more than its value. Amounts of an asset are in its own units; what counts is in USD.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from isocross.money import ONE, ZERO, exact
from isocross.records import dataclass
from isocross.rules.collateral import WeightTier
from isocross.rules.market import curved, discount
from isocross.rules.switches import WeightUnit

_IN_USD = WeightUnit.USD
FULL: tuple[WeightTier, ...] = ((ZERO, ONE),)
"""The weight of what counts whole."""
NOTHING: tuple[WeightTier, ...] = ((ZERO, ZERO),)


@dataclass(frozen=True)
class Asset:
    """One asset of an account as it stands at the opening."""

    name: str
    market: str
    """The market whose mark is its price."""
    balance: Decimal = ZERO
    """In its own units, isolated margins included; below zero: a debt."""
    collateral: bool = True
    """Whether a balance above zero counts."""
    tiers: tuple[WeightTier, ...] = FULL
    unit: WeightUnit = WeightUnit.COINS
    """What the tiers are stated in."""
    debt: Decimal = ZERO
    """What a balance below zero counts more than its value, as a share."""
    initial: tuple[WeightTier, ...] | None = None
    """The tiers by which it backs new positions and what can be taken out; None: those by which it backs open ones."""
    usable: Decimal = ONE
    """The share of what its tiers count that margins and debts can take up before the pool is liquidated."""
    initial_debt: Decimal | None = None
    """The same for new positions and what is taken out; None: as for open ones."""
    factor: Decimal = ZERO
    """By what its weights get worse with the root of the quantity."""
    conversion_fee: Decimal = ZERO
    """The share of it that selling it costs."""
    exchange_below: Decimal | None = None
    """How far below zero its balance may be before it is exchanged; None: there is no such limit."""
    as_of: str = ""
    """The date of the tiers; empty: they are from no table."""
    own_tiers: bool = False
    """Whether the file gives the tiers."""
    limit_reached: bool = False
    """Whether the venue takes no more of it as collateral, from anybody (colRes 2)."""

    @cached_property
    @exact
    def schedule(self) -> tuple[WeightTier, ...]:
        """The tiers in force: none of what is not collateral counts."""
        if not self.collateral:
            return NOTHING
        if self.usable == ONE:
            return self.tiers
        return tuple((start, weight * self.usable) for start, weight in self.tiers)

    @cached_property
    def at_first(self) -> Asset:
        """The same as it backs what is new."""
        tiers = self.tiers if self.initial is None else self.initial
        debt = self.debt if self.initial_debt is None else self.initial_debt
        if (tiers, debt, self.usable) == (self.tiers, self.debt, ONE):
            return self
        return replace(self, tiers=tiers, debt=debt, initial=None, initial_debt=None, usable=ONE)

    def at_size(self, amount: Decimal) -> Asset:
        """The same with the weights of so much of it, which stay until it is another amount."""
        if not self.factor or not amount:
            return self
        debt = curved(ONE + self.debt, self.factor, abs(amount)) - ONE
        most = discount(self.factor, abs(amount))
        tiers = tuple((start, min(weight, most)) for start, weight in self.tiers)
        return replace(self, tiers=tiers, debt=debt, factor=ZERO)

    def held(self, balance: Decimal) -> Asset:
        """The same with another balance."""
        return replace(self, balance=balance)

    @property
    def highest_weight(self) -> Decimal:
        """The weight of its first unit."""
        return self.schedule[0][1]


def tiers_with_ends(tiers: tuple[WeightTier, ...]) -> Iterator[tuple[Decimal, Decimal | None, Decimal]]:
    """Where each tier begins and ends, and its weight; the last has no end."""
    for (start, weight), (end, _) in pairwise(tiers):
        yield start, end, weight
    yield tiers[-1][0], None, tiers[-1][1]


def weighed(tiers: tuple[WeightTier, ...], size: Decimal) -> Decimal:
    """Σ weight × the part of a size, 0 or more, that lies in the tier."""
    if len(tiers) == 1:
        return tiers[0][1] * size
    total = ZERO
    for start, end, weight in tiers_with_ends(tiers):
        if size <= start:
            break
        total += weight * ((size if end is None else min(size, end)) - start)
    return total


def counted(asset: Asset, amount: Decimal, price: Decimal) -> Decimal:
    """What an amount of an asset counts at a price, in USD; below zero it is what a debt takes."""
    if asset.factor:
        asset = asset.at_size(amount)
    if amount < ZERO:
        return amount * price * (ONE + asset.debt)
    if not amount:
        return ZERO
    if asset.unit is _IN_USD:
        return weighed(asset.schedule, amount * price)
    return weighed(asset.schedule, amount) * price


def price_of(asset: Asset, markets_of_settlement: Mapping[str, str], marks: Mapping[str, Decimal]) -> Decimal:
    """The price of an asset in USD: the mark of its market, times the price of what that is quoted in.

    Args:
        asset: the asset.
        markets_of_settlement: by market, the market whose mark is the price of what it settles in; of an asset's own
            market, which is quoted in USD, there is none.
        marks: the marks.
    """
    quoted = markets_of_settlement.get(asset.market)
    mark = marks[asset.market]
    return mark if quoted is None else mark * marks[quoted]
