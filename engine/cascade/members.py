"""One position's piece of a course: its PnL and requirement while it stays in one tier, and where that ends."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from engine.book import Book, Position
from engine.margin import NOTHING, moves_through_tiers, requirement_in_tier

Line = tuple[Decimal, Decimal]
"""Height at place 0, and slope."""


class Ratio(NamedTuple):
    """An exact place: numerator ÷ denominator, denominator positive."""

    numerator: Decimal
    denominator: Decimal

    @property
    def value(self) -> Decimal:
        """The quotient, rounded to the context."""
        return self.numerator / self.denominator

    def before(self, place: Decimal) -> bool:
        """Whether this lies strictly before a place."""
        return self.numerator < place * self.denominator

    def by(self, place: Decimal) -> bool:
        """Whether this lies at or before a place."""
        return self.numerator <= place * self.denominator


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


def piece_of(book: Book, position: Position, index: int, mark: Line, tier: int, *, netted: bool = False) -> Member:
    """The piece of a position on which its mark is this line and this tier is in effect; `netted`: no margin asked."""
    ladder = book.market_of(position).ladder
    constant, per_worth = NOTHING if netted else requirement_in_tier(position, book.profile, ladder, tier)
    starts = ladder.starts if moves_through_tiers(book.profile) else None
    size = position.exposure
    start, slope = mark
    if position.inverse:
        return Member(
            index=index,
            mark=mark,
            tier=tier,
            pnl=(-size / position.counts_from, size / start),
            requirement=(constant, per_worth / start),
            border=None if starts is None else _inverse_border(position.quantity, mark, starts, tier),
            rising=slope < 0,
            bend=slope / start,
        )
    return Member(
        index=index,
        mark=mark,
        tier=tier,
        pnl=(size * (start - position.counts_from), size * slope),
        requirement=(constant + per_worth * start, per_worth * slope),
        border=_border(position.quantity, mark, starts, tier),
        rising=slope > 0,
    )


def _border(quantity: Decimal, mark: Line, starts: tuple[Decimal, ...] | None, tier: int) -> Ratio | None:
    """Where quantity × mark leaves the tier, or the mark reaches zero; without `starts` no tier is left."""
    start, slope = mark
    if slope == 0:
        return None
    if slope > 0:
        if starts is None or tier + 1 == len(starts):
            return None
        return Ratio(starts[tier + 1] - quantity * start, quantity * slope)
    if starts is not None and tier > 0:
        return Ratio(quantity * start - starts[tier], -quantity * slope)
    return Ratio(start, -slope)


def _inverse_border(quantity: Decimal, mark: Line, starts: tuple[Decimal, ...], tier: int) -> Ratio | None:
    """Where quantity ÷ mark leaves the tier: it rises as the mark falls, which never reaches zero."""
    start, slope = mark
    if slope < 0 and tier + 1 < len(starts):
        above = starts[tier + 1]
        return Ratio(above * start - quantity, -above * slope)
    if slope > 0 and tier > 0:
        return Ratio(quantity - starts[tier] * start, starts[tier] * slope)
    return None
