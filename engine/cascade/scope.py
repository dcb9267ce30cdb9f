"""A scope: the positions tested together against one cash, as g = equity − MM on the pieces of a course.

Along a course every mark is a + b × s. Inside one tier the PnL and the requirement of a position are
lines in s, so g is a line until some position crosses a tier border or its mark reaches zero. The
scope keeps the sums of those lines and a heap of the next borders; the next touch of the line is then
a root, exact as a fraction of two decimals. What an inverse position is worth is a quotient by its mark:
see `engine/cascade/bends.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from heapq import heappop, heappush

from engine.book import Book, Position
from engine.cascade.bends import Bends, first_place
from engine.cascade.members import LEVEL, Line, Member, Ratio, lies_by, piece_of, quotient
from engine.margin import moves_through_tiers, tier_at
from engine.money import MONEY_GRID, PLACE_GRID, ZERO, place_at_or_after, posting

__all__ = ["Courses", "Member", "Scope"]

Courses = Mapping[str, Line]
"""How each market's mark moves: what it is at place 0, and by how much it changes for a place of 1."""

ROUNDINGS = 1000 * MONEY_GRID
"""Equity that so many roundings to the money grid could be all of."""


class Scope:
    """Positions that stand or fall together, and the cash behind them."""

    def __init__(
        self,
        book: Book,
        courses: Courses,
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
        self._pnl = self._requirement = LEVEL
        self._bends: Bends | None = None
        """What inverse members add; None while there has been none."""
        self.changed: set[int] = set()
        """Members that came, went or changed their piece, for who keeps an order of them."""
        self._borders: list[tuple[Decimal, int]] = []
        self._border_of: dict[int, Decimal] = {}
        """Which of the borders is a member's present one."""
        for index in self._positions:
            self._enter(self._member_at(index))

    # --- what stands at a place ------------------------------------------------------------

    @property
    def equity(self) -> Decimal:
        """Cash + unrealised PnL here."""
        straight = self.cash + self._pnl[0] + self._pnl[1] * self.place
        return straight if self._bends is None else straight + self._bends.pnl_at(self.place)

    @property
    def payable(self) -> Decimal:
        """Equity that a fee may take here.

        Of what every PnL here is on the money grid, so that rounding leaves no hole; what inverse positions gain never
        ends on it, so a step of it each is kept.
        """
        if self._bends is not None:
            return self.equity - MONEY_GRID * len(self.members)
        return min(self.equity, self.cash + sum((posting(self.pnl(index)) for index in self.members), ZERO))

    @property
    def spent(self) -> bool:
        """Whether nothing is left of equity here but what rounding leaves of fees and PnL."""
        return self.equity <= ROUNDINGS

    @property
    def requirement(self) -> Decimal:
        """Sum of maintenance margins here."""
        straight = self._requirement[0] + self._requirement[1] * self.place
        return straight if self._bends is None else straight + self._bends.requirement_at(self.place)

    @property
    def surplus(self) -> Decimal:
        """g = equity − MM here; the line is 0."""
        if self._bends is not None:
            return self._bends.settled(self.equity - self.requirement)
        height, slope = self._surplus_line()
        return height + slope * self.place

    def mark(self, index: int) -> Decimal:
        """Mark of a member here."""
        start, slope = self.members[index].mark
        mark = start + slope * self.place
        return mark if mark > ZERO else ZERO

    def pnl(self, index: int) -> Decimal:
        """Unrealised PnL of a member here."""
        return self._at(self.members[index], self.members[index].pnl)

    def requirement_of(self, index: int) -> Decimal:
        """Maintenance margin of a member here."""
        return self._at(self.members[index], self.members[index].requirement)

    def _at(self, member: Member, line: Line) -> Decimal:
        if member.bend is None:
            return line[0] + line[1] * self.place
        return line[0] + line[1] / (1 + member.bend * self.place)

    # --- moving ----------------------------------------------------------------------------

    def next_due(self, limit: Decimal) -> Decimal | None:
        """The first grid place after this one where g comes to ≤ 0, rounded outward; None when there is none.

        Borders on the way are consumed: the scope must go there (`advance`) or be rebuilt.
        """
        if self._bends is not None:
            return self._next_due_bent(limit, self._bends)
        touch = self.first_touch(limit)
        if touch is None:
            return None
        return self._on_grid(touch, limit)

    def first_touch(self, limit: Decimal | None = None, *, recovering: bool = False) -> Ratio | None:
        """The first place after this one where g comes to ≤ 0 (`recovering`: to ≥ 0), jumps included.

        A g that stands at 0 and does not move is not a touch. Borders on the way are consumed. For marks of
        linear markets, or of one inverse market or several that move alike. None when there is none by `limit`.
        """
        start: Ratio | None = None
        while True:
            height, slope = self._surplus_line()
            if recovering:
                height, slope = -height, -slope
            if start is not None and height * start[1] + slope * start[0] <= ZERO:
                return start
            border = self._border_by(limit)
            if slope < ZERO:
                root = (height, -slope)
                if border is None:
                    return root if limit is None or lies_by(root, limit) else None
                if height * border[1] <= border[0] * root[1]:
                    return root
            if border is None:
                return None
            start = border
            self._cross_next()

    def _surplus_line(self) -> Line:
        """A line with the sign of g on this piece; without inverse members it is g."""
        pnl, need = self._pnl, self._requirement
        height, slope = self.cash + pnl[0] - need[0], pnl[1] - need[1]
        return (height, slope) if self._bends is None else self._bends.piece(height, slope).as_line()

    def _next_due_bent(self, limit: Decimal, bends: Bends) -> Decimal | None:
        """`next_due` where inverse positions take part: piece by piece."""
        start: Ratio | None = None
        while True:
            piece = bends.piece(self.cash + self._pnl[0] - self._requirement[0], self._pnl[1] - self._requirement[1])
            if start is not None and piece.at_line(quotient(start)):
                return self._on_grid(start, limit)
            border = self._border_by(limit)
            end = limit if border is None else quotient(border)
            place = first_place(piece, self.place if start is None else max(self.place, quotient(start)), end)
            if place is not None or border is None:
                return place
            if piece.at_line(end):
                return self._on_grid(border, limit)
            start = border
            self._cross_next()

    def _on_grid(self, touch: Ratio, limit: Decimal) -> Decimal | None:
        place = max(place_at_or_after(*touch), self.place + PLACE_GRID)
        return place if place <= limit else None

    def advance(self, place: Decimal) -> None:
        """Go to a later place; sums then give the figures at it, a border there read from the tier above it."""
        while (border := self._next_border()) is not None:
            reach = border[1] * place
            if border[0] > reach or (border[0] == reach and not self.members[self._borders[0][1]].rising):
                break
            self._cross_next()
        self.place = place

    def remove(self, index: int) -> Member:
        """Take a position out; its cash and PnL are the caller's to settle."""
        member = self.members.pop(index)
        self._border_of.pop(index, None)
        self._add(member, -1)
        self.changed.add(index)
        return member

    def replace(self, index: int, position: Position) -> None:
        """Put what is left of a position in its place, where the scope stands."""
        self.remove(index)
        self._positions[index] = position
        self._enter(self._member_at(index))

    # --- pieces ----------------------------------------------------------------------------

    def _enter(self, member: Member) -> None:
        self.members[member.index] = member
        self._add(member, 1)
        self.changed.add(member.index)
        if member.border is not None:
            border = quotient(member.border)
            self._border_of[member.index] = border
            heappush(self._borders, (border, member.index))

    def _add(self, member: Member, sign: int) -> None:
        if member.bend is not None:
            self._add_bent(member, member.bend, sign)
            return
        pnl, need = self._pnl, self._requirement
        if sign > 0:
            self._pnl = (pnl[0] + member.pnl[0], pnl[1] + member.pnl[1])
            self._requirement = (need[0] + member.requirement[0], need[1] + member.requirement[1])
        else:
            self._pnl = (pnl[0] - member.pnl[0], pnl[1] - member.pnl[1])
            self._requirement = (need[0] - member.requirement[0], need[1] - member.requirement[1])

    def _add_bent(self, member: Member, bend: Decimal, sign: int) -> None:
        if self._bends is None:
            self._bends = Bends(self.cash)
        self._pnl = (self._pnl[0] + sign * member.pnl[0], self._pnl[1])
        self._requirement = (self._requirement[0] + sign * member.requirement[0], self._requirement[1])
        self._bends.add(bend, member.pnl[1], member.requirement[1], sign)

    def _next_border(self) -> Ratio | None:
        borders = self._borders
        while borders and self._border_of.get(borders[0][1]) != borders[0][0]:
            heappop(borders)
        return self.members[borders[0][1]].border if borders else None

    def _border_by(self, limit: Decimal | None) -> Ratio | None:
        """The next border, unless it lies beyond a limit."""
        border = self._next_border()
        return border if border is None or limit is None or lies_by(border, limit) else None

    def _cross_next(self) -> None:
        self._cross(heappop(self._borders)[1])

    def _cross(self, index: int) -> None:
        """Put a member on its next piece."""
        member = self.members[index]
        self._add(member, -1)
        through_tiers = moves_through_tiers(self._book.profile)
        to_zero = member.bend is None and member.mark[1] < 0 and (member.tier == 0 or not through_tiers)
        if to_zero:
            following = self._piece(index, (ZERO, ZERO), member.tier)
        else:
            following = self._piece(index, member.mark, member.tier + (1 if member.rising else -1))
        self._border_of.pop(index, None)
        self._enter(following)

    def _member_at(self, index: int) -> Member:
        """The piece of a position on which the scope stands."""
        position = self._positions[index]
        course = start, slope = self._courses[position.market]
        mark = start + slope * self.place
        if mark < 0 or (mark == 0 and slope < 0):
            mark, course = ZERO, (ZERO, ZERO)
        return self._piece(index, course, tier_at(self._book, position, mark))

    def _piece(self, index: int, mark: Line, tier: int) -> Member:
        return piece_of(self._book, self._positions[index], index, mark, tier, netted=index in self._netted)
