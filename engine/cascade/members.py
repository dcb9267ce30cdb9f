"""One position's piece of a course: its PnL and requirement while it stays in one tier, and where that ends."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.book import Book, Position
from engine.margin import NOTHING, Requirement, moves_through_tiers, requirement_in_tier
from engine.money import ZERO

Line = tuple[Decimal, Decimal]
"""Height at place 0, and slope."""

Ratio = tuple[Decimal, Decimal]
"""An exact place: numerator and denominator, which is positive."""

LEVEL: Line = (ZERO, ZERO)


def quotient(place: Ratio) -> Decimal:
    """An exact place, rounded to the context."""
    return place[0] / place[1]


@dataclass(slots=True)
class Member:
    """One position's present piece: its PnL and requirement as lines in s, and where the piece ends.

    Of an inverse position the second figure of a line is not its slope but what stands over `1 + bend × s`.
    """

    index: int
    mark: Line
    tier: int
    pnl: Line
    requirement: Line
    border: Ratio | None
    """Where the piece ends; None when it never does."""
    rising: bool
    """Whether the notional grows along the course: a border then belongs to the piece after it."""
    bend: Decimal | None = None
    """The move of an inverse market's mark for a place of 1, as a share of what it is at place 0; else None."""

    def ends_by(self, place: Decimal) -> bool:
        """Whether the next piece is in effect at a place."""
        if self.border is None:
            return False
        end, at = self.border[0], place * self.border[1]
        return end < at or (self.rising and end == at)


def piece_of(book: Book, position: Position, index: int, mark: Line, tier: int, netted: bool = False) -> Member:
    """The piece of a position on which its mark is this line and this tier is in effect; `netted`: no margin asked."""
    profile, ladder = book.profile, book.markets[position.market].ladder
    need = NOTHING if netted else requirement_in_tier(position, profile, ladder, tier)
    starts = ladder.starts if moves_through_tiers(profile, position.kind) else None
    if position.inverse:
        return _inverse_piece(position, index, mark, tier, need, starts)
    (start, slope), size, per_worth = mark, position.exposure, need.per_worth
    return Member(
        index,
        mark,
        tier,
        (size * (start - position.counts_from), size * slope),
        (need.constant + per_worth * start, per_worth * slope),
        _border(position.quantity, mark, starts, tier),
        slope > ZERO,
    )


def _inverse_piece(
    position: Position, index: int, mark: Line, tier: int, need: Requirement, starts: tuple[Decimal, ...] | None
) -> Member:
    (start, slope), size = mark, position.exposure
    return Member(
        index,
        mark,
        tier,
        (-size / position.counts_from, size / start),
        (need.constant, need.per_worth / start),
        None if starts is None else _inverse_border(position.quantity, mark, starts, tier),
        slope < ZERO,
        slope / start,
    )


def _border(quantity: Decimal, mark: Line, starts: tuple[Decimal, ...] | None, tier: int) -> Ratio | None:
    """Where quantity × mark leaves the tier, or the mark reaches zero; without `starts` no tier is left."""
    start, slope = mark
    if slope > ZERO:
        if starts is None or tier + 1 == len(starts):
            return None
        return starts[tier + 1] - quantity * start, quantity * slope
    if not slope:
        return None
    if starts is not None and tier > 0:
        return quantity * start - starts[tier], -quantity * slope
    return start, -slope


def _inverse_border(quantity: Decimal, mark: Line, starts: tuple[Decimal, ...], tier: int) -> Ratio | None:
    """Where quantity ÷ mark leaves the tier: it rises as the mark falls, which never reaches zero."""
    start, slope = mark
    if slope < 0 and tier + 1 < len(starts):
        above = starts[tier + 1]
        return above * start - quantity, -above * slope
    if slope > 0 and tier > 0:
        return quantity - starts[tier] * start, starts[tier] * slope
    return None
