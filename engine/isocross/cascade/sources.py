"""What pays for the losses of a pool: amounts by position, taken in turn and shared in proportion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from decimal import Decimal

from isocross.cascade.events import PaidBy
from isocross.money import ZERO, posting, share
from isocross.records import dataclass

Amounts = dict[int, Decimal]
"""An amount for each position, by index."""


@dataclass(frozen=True, slots=True)
class PoolPayers:
    """How the open cross positions of a pool pay for their losses now; who is not in an amount has none of it."""

    open: Sequence[int]
    """The positions, by index."""
    own: Amounts
    overflow: Amounts
    """Losses beyond own margin."""
    from_unused: Amounts
    from_others: Amounts
    unused: Decimal
    """Unused cash left after the overflows of now, what resting orders hold included: losses come before orders.
    Negative where cross margins exceed the wallet."""
    claimed: Amounts | None
    """Of each position's profit and margin, what dead positions have used already; None: the cash tells it."""
    borrowed: Amounts = field(default_factory=dict)
    """What is borrowed against other assets."""

    def of(self, index: int) -> PaidBy:
        """Who pays for one position."""
        overflow = self.overflow.get(index, ZERO)
        # an overflow off the money grid can be rounded past itself: no part is ever below zero
        unused = min(overflow, self.from_unused.get(index, ZERO))
        borrowed = min(overflow - unused, self.borrowed.get(index, ZERO))
        others = min(overflow - unused - borrowed, self.from_others.get(index, ZERO))
        fund = overflow - unused - others - borrowed
        return PaidBy(self.own.get(index, ZERO), unused, others, fund, borrowed)

    def claims(self, index: int, portion: Decimal, paid: PaidBy) -> Decimal:
        """What the end of a portion of a position, paid for so, changes of what dead positions used of the others."""
        if self.claimed is None:
            return ZERO
        return paid.others - posting(self.claimed.get(index, ZERO) * portion)

    def beside(self, other: PoolPayers) -> PoolPayers:
        """The same of two pools together."""
        return PoolPayers(
            [*self.open, *other.open],
            self.own | other.own,
            self.overflow | other.overflow,
            self.from_unused | other.from_unused,
            self.from_others | other.from_others,
            self.unused,
            None if self.claimed is None or other.claimed is None else self.claimed | other.claimed,
            self.borrowed | other.borrowed,
        )


def charge(amount: Decimal, sources: Iterable[Amounts]) -> Amounts:
    """Take an amount off the sources, one after the other, each in proportion; what each position gave."""
    given: Amounts = {}
    for source in sources:
        if amount <= 0:
            break
        cuts = cut(min(amount, total(source)), source)
        for i, part in cuts.items():
            source[i] -= part
            given[i] = given.get(i, ZERO) + part
        amount -= total(cuts)
    return given


def cut(amount: Decimal, weights: Amounts) -> Amounts:
    """Cut an amount by weights; those without a weight get nothing."""
    if amount == 0:
        return dict.fromkeys(weights, ZERO)
    if amount == total(weights):
        return dict(weights)
    heavy = {i: weight for i, weight in weights.items() if weight}
    return dict.fromkeys(weights, ZERO) | dict(zip(heavy, share(amount, list(heavy.values())), strict=True))


def total(amounts: Amounts) -> Decimal:
    """All of it."""
    return sum(amounts.values(), ZERO)
