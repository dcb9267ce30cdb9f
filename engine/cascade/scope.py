"""A scope: the positions tested together against one cash, as a piecewise linear g = equity − MM.

Along a course every mark is a + b × s. Inside one tier the PnL and the requirement of a position are
lines in s, so g is a line until some position crosses a tier border or its mark reaches zero. The
scope keeps the sums of those lines and a heap of the next borders; the next touch of the line is then
a root, exact as a fraction of two decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from engine.book import Book, Position
from engine.margin import Requirement, moves_through_tiers, requirement_in_tier, tier_size
from engine.money import PLACE_GRID, ZERO, place_at_or_after


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
    """One position's present piece: its PnL and requirement as lines in s, and where the piece ends."""

    index: int
    mark: tuple[Decimal, Decimal]
    tier: int
    pnl: tuple[Decimal, Decimal]
    requirement: tuple[Decimal, Decimal]
    border: Ratio | None
    """Where the piece ends; None when it never does."""
    rising: bool
    """Whether the notional grows along the course: a border then belongs to the piece after it."""


class Scope:
    """Positions that stand or fall together, and the cash behind them."""

    def __init__(
        self,
        book: Book,
        courses: Mapping[str, tuple[Decimal, Decimal]],
        positions: Mapping[int, Position],
        cash: Decimal,
        place: Decimal = ZERO,
        netted: frozenset[int] = frozenset(),
    ) -> None:
        """Stand at `place` on the courses with `cash` behind these positions, by index; `netted` need no margin."""
        self._book = book
        self._netted = netted
        self._positions = dict(positions)
        self._courses = courses
        self.cash = cash
        self.place = place
        self.members: dict[int, Member] = {}
        self._pnl = [ZERO, ZERO]
        self._requirement = [ZERO, ZERO]
        self._borders: list[tuple[Decimal, int]] = []
        for index in self._positions:
            self._enter(self._member_at(index, place))
        heapify(self._borders)

    # --- what stands at a place ------------------------------------------------------------

    @property
    def equity(self) -> Decimal:
        """Cash + unrealised PnL here."""
        return self.cash + self._pnl[0] + self._pnl[1] * self.place

    @property
    def requirement(self) -> Decimal:
        """Sum of maintenance margins here."""
        return self._requirement[0] + self._requirement[1] * self.place

    @property
    def surplus(self) -> Decimal:
        """g = equity − MM here; the line is 0."""
        return self.equity - self.requirement

    def mark(self, index: int) -> Decimal:
        """Mark of a member here."""
        return max(ZERO, self._at(self.members[index].mark))

    def pnl(self, index: int) -> Decimal:
        """Unrealised PnL of a member here."""
        return self._at(self.members[index].pnl)

    def requirement_of(self, index: int) -> Decimal:
        """Maintenance margin of a member here."""
        return self._at(self.members[index].requirement)

    def _at(self, line: tuple[Decimal, Decimal]) -> Decimal:
        return line[0] + line[1] * self.place

    # --- moving ----------------------------------------------------------------------------

    def next_due(self, limit: Decimal) -> Decimal | None:
        """The first grid place after this one where g comes to ≤ 0, rounded outward; None when there is none.

        Borders on the way are consumed: the scope must go there (`advance`) or be rebuilt.
        """
        touch = self.first_touch(limit)
        if touch is None:
            return None
        place = max(place_at_or_after(*touch), self.place + PLACE_GRID)
        return place if place <= limit else None

    def first_touch(self, limit: Decimal | None = None, *, recovering: bool = False) -> Ratio | None:
        """The first place after this one where g comes to ≤ 0 (`recovering`: to ≥ 0), jumps included.

        A g that stands at 0 and does not move is not a touch. Borders on the way are consumed.
        """
        start: Ratio | None = None
        while True:
            height, slope = self._surplus_line(-1 if recovering else 1)
            if start is not None and height * start.denominator + slope * start.numerator <= 0:
                return start
            border = self._next_border()
            if slope < 0:
                root = Ratio(height, -slope)
                if border is None or root.numerator * border.denominator <= border.numerator * root.denominator:
                    return root
            if border is None or (limit is not None and not border.by(limit)):
                return None
            start = border
            self._cross(heappop(self._borders)[1])

    def _surplus_line(self, sign: int) -> tuple[Decimal, Decimal]:
        height = self.cash + self._pnl[0] - self._requirement[0]
        slope = self._pnl[1] - self._requirement[1]
        return (height, slope) if sign > 0 else (-height, -slope)

    def advance(self, place: Decimal) -> None:
        """Go to a later place; sums then give the figures at it, a border there read from the tier above it."""
        while (border := self._next_border()) is not None:
            member = self.members[self._borders[0][1]]
            if not (border.by(place) if member.rising else border.before(place)):
                break
            heappop(self._borders)
            self._cross(member.index)
        self.place = place

    def remove(self, index: int) -> Member:
        """Take a position out; its cash and PnL are the caller's to settle."""
        member = self.members.pop(index)
        self._add(member, -1)
        return member

    # --- pieces ----------------------------------------------------------------------------

    def _enter(self, member: Member) -> None:
        self.members[member.index] = member
        self._add(member, 1)
        if member.border is not None:
            self._borders.append((member.border.value, member.index))

    def _add(self, member: Member, sign: int) -> None:
        for degree in (0, 1):
            self._pnl[degree] += sign * member.pnl[degree]
            self._requirement[degree] += sign * member.requirement[degree]

    def _next_border(self) -> Ratio | None:
        while self._borders and self._borders[0][1] not in self.members:
            heappop(self._borders)
        return self.members[self._borders[0][1]].border if self._borders else None

    def _cross(self, index: int) -> None:
        """Put a member on its next piece."""
        member = self.members[index]
        self._add(member, -1)
        to_zero = member.mark[1] < 0 and (member.tier == 0 or not moves_through_tiers(self._book.profile))
        if to_zero:
            following = self._piece(index, (ZERO, ZERO), member.tier)
        else:
            following = self._piece(index, member.mark, member.tier + (1 if member.rising else -1))
        self.members[index] = following
        self._add(following, 1)
        if following.border is not None:
            heappush(self._borders, (following.border.value, index))

    def _member_at(self, index: int, place: Decimal) -> Member:
        position = self._positions[index]
        market = self._book.market_of(position)
        start, slope = self._courses[position.market]
        mark = start + slope * place
        if mark < 0 or (mark == 0 and slope < 0):
            start, slope, mark = ZERO, ZERO, ZERO
        tier = market.ladder.index_at(tier_size(position, self._book.profile, mark))
        return self._piece(index, (start, slope), tier)

    def _piece(self, index: int, mark: tuple[Decimal, Decimal], tier: int) -> Member:
        position = self._positions[index]
        ladder = self._book.market_of(position).ladder
        need = requirement_in_tier(position, self._book.profile, ladder, tier)
        if index in self._netted:
            need = Requirement(ZERO, ZERO)
        size = position.side.sign * position.quantity
        start, slope = mark
        return Member(
            index=index,
            mark=mark,
            tier=tier,
            pnl=(size * (start - position.entry), size * slope),
            requirement=(need.constant + need.per_mark * start, need.per_mark * slope),
            border=self._border(index, mark, tier),
            rising=slope > 0,
        )

    def _border(self, index: int, mark: tuple[Decimal, Decimal], tier: int) -> Ratio | None:
        """Where the notional leaves the tier, or the mark reaches zero."""
        start, slope = mark
        if slope == 0:
            return None
        position = self._positions[index]
        starts = self._book.market_of(position).ladder.starts
        through_tiers = moves_through_tiers(self._book.profile)
        if slope > 0:
            if not through_tiers or tier + 1 == len(starts):
                return None
            return Ratio(starts[tier + 1] - position.quantity * start, position.quantity * slope)
        if through_tiers and tier > 0:
            return Ratio(position.quantity * start - starts[tier], -position.quantity * slope)
        return Ratio(start, -slope)
