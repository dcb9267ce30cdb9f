"""A market: its contract, its opening mark and the ladder of tiers that sets maintenance margin."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from engine.money import ZERO, exact


class Kind(StrEnum):
    """What a contract counts and is paid in."""

    LINEAR = "linear"
    """Quantity in base units, money in the quote currency."""
    INVERSE = "inverse"
    """Coin-margined: quantity in quote units (contracts × contract size), money in the base coin."""


class TierMethod(StrEnum):
    """How a tier's rate applies (rules.md §11.3, `tier_method`)."""

    MARGINAL = "marginal"
    """Only the part above a border pays the higher rate: MM is continuous, through a deduction."""
    FLAT = "flat"
    """The tier's rate applies to the whole position: MM jumps at a border."""


class TierKey(StrEnum):
    """What selects the tier, and the unit of `Tier.start` (rules.md §11.3, `tier_key`)."""

    NOTIONAL = "notional"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a ladder."""

    start: Decimal
    """Where the tier begins, itself included: notional in the account's currency, or quantity in its own units."""
    rate: Decimal
    """Maintenance margin rate, a fraction of the notional."""
    max_leverage: Decimal
    """The highest leverage a position of this size may have."""
    deduction: Decimal = ZERO
    """Taken off rate × size, in the unit of `start`."""


@dataclass(frozen=True)
class Ladder:
    """The tiers of one market, from the smallest size up; the first starts at 0."""

    tiers: tuple[Tier, ...]
    key: TierKey

    @cached_property
    def starts(self) -> tuple[Decimal, ...]:
        """Where each tier begins."""
        return tuple(tier.start for tier in self.tiers)

    @cached_property
    def convex(self) -> bool:
        """Whether MM never jumps as the size grows, and only ever grows faster: rates rise, and deductions fit."""
        return all(
            below.rate <= above.rate and above.deduction == _fitting_deduction(below, above)
            for below, above in pairwise(self.tiers)
        )

    def index_at(self, size: Decimal) -> int:
        """The tier in effect at `size` (in the unit of the key); a border belongs to the tier above it."""
        return bisect_right(self.starts, size) - 1

    def max_leverage_at(self, size: Decimal) -> Decimal:
        """The highest leverage allowed at `size`; a border still allows the leverage below it."""
        return self.tiers[max(0, bisect_left(self.starts, size) - 1)].max_leverage


def with_deductions(tiers: tuple[tuple[Tier, bool], ...], method: TierMethod) -> tuple[Tier, ...]:
    """Work out the deductions that make marginal tiers continuous, where none is given.

    Args:
        tiers: each tier and whether its deduction was given.
        method: flat tiers have no deduction unless it is given.

    Source: rules.md §2.1, ded_n = start_n × (rate_n − rate_(n−1)) + ded_(n−1).
    """
    done: list[Tier] = []
    for tier, given in tiers:
        if given or method is TierMethod.FLAT or not done:
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
