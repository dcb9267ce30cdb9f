"""A scope: the positions tested together against one cash, as g = equity − MM on the pieces of a course.

Along a course every mark is a + b × s. Inside one tier the PnL and the requirement of a position are lines in s, so g
is a line until some position crosses a tier border or its mark reaches zero; then its next touch of the line is a root,
exact as a fraction of two decimals. What an inverse position is worth is a quotient by its mark (see `cascade.pieces`).

A `Pool` has any number of positions: it keeps the sums of their lines, and a heap of the borders of their pieces. One
position by itself is a simpler one (`isocross.cascade.lone`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from heapq import heappop, heappush

from isocross.account.book import Book, Position
from isocross.account.margin import moves_through_tiers, tier_at
from isocross.cascade.pieces import LEVEL, Bends, Line, Member, Ratio, first_place, piece_of, quotient
from isocross.money import MONEY_GRID, ONE, PLACE_GRID, ZERO, place_at_or_after, posting
from isocross.work import TOO_MUCH, TooMuchWork

Courses = Mapping[str, Line]
"""How each market's mark moves: what it is at place 0, and by how much it changes for a place of 1."""

ROUNDINGS = 1000 * MONEY_GRID
"""Equity that so many roundings to the money grid could be all of."""


class Scope(ABC):
    """Positions that stand or fall together, and the cash behind them."""

    _netted: frozenset[int] = frozenset()
    """Those that need no margin."""
    coin: str | None = None
    """Of a pool of one token, the asset that its positions settle in; None: all cross positions are on it."""

    def __init__(
        self, book: Book, courses: Courses, positions: dict[int, Position], cash: Decimal, place: Decimal
    ) -> None:
        """Stand at `place` on the courses with `cash` behind these positions, by index; none has entered yet."""
        self._book = book
        self._courses = courses
        self._positions = positions
        self.cash = cash
        self.place = place
        self.members: dict[int, Member] = {}
        self._pnl = self._requirement = LEVEL
        self._bends: Bends | None = None
        """What inverse members add; None while there has been none."""

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
        pnl, need = self._pnl, self._requirement
        return self.cash + pnl[0] - need[0] + (pnl[1] - need[1]) * self.place

    def price(self, index: int) -> Decimal:  # noqa: ARG002 - a pool of several assets has one for each
        """The price of what a member settles in, in the unit of the scope."""
        return ONE

    @property
    def marks(self) -> dict[str, Decimal]:
        """The marks of all markets here."""
        return {name: max(ZERO, start + slope * self.place) for name, (start, slope) in self._courses.items()}

    def mark(self, index: int) -> Decimal:
        """Mark of a member here."""
        start, slope = self.members[index].mark
        return max(ZERO, start + slope * self.place)

    def pnl(self, index: int) -> Decimal:
        """Unrealised PnL of a member here."""
        return self._at(self.members[index], self.members[index].pnl)

    def requirement_of(self, index: int) -> Decimal:
        """Maintenance margin of a member here."""
        return self._at(self.members[index], self.asked(self.members[index]))

    def asked(self, member: Member) -> Line:
        """The requirement of a member as a line."""
        return member.requirement

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
            crossing = self._crossing_by(limit)
            if crossing is None:
                falls = slope < ZERO and (limit is None or height <= -slope * limit)
                return (height, -slope) if falls else None
            member, start = crossing
            if slope < ZERO and height * start[1] <= -slope * start[0] and self._is_ahead(start):
                return height, -slope
            self._cross(member)

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
            crossing = self._crossing_by(limit)
            if crossing is None or self._is_ahead(crossing[1]):
                end = limit if crossing is None else quotient(crossing[1])
                place = first_place(piece, self.place if start is None else max(self.place, quotient(start)), end)
                if place is not None or crossing is None:
                    return place
                if piece.at_line(end):
                    return self._on_grid(crossing[1], limit)
            member, start = crossing
            self._cross(member)

    def _is_ahead(self, border: Ratio) -> bool:
        """Whether a piece that ends at this border is any longer: of one that only stands here, g here says nothing."""
        return border[0] > self.place * border[1]

    def _on_grid(self, touch: Ratio, limit: Decimal) -> Decimal | None:
        place = max(place_at_or_after(*touch), self.place + PLACE_GRID)
        return place if place <= limit else None

    def advance(self, place: Decimal) -> None:
        """Go to a later place; sums then give the figures at it, a border there read from the tier above it."""
        while (member := self._next_to_cross()) is not None and member.ends_by(place):
            self._cross(member)
        self.place = place

    # --- pieces ----------------------------------------------------------------------------

    @property
    def changeable(self) -> bool:
        """Whether its sums can be changed and changed back; those of quotients are best made afresh."""
        return self._bends is None

    @abstractmethod
    def put(self, index: int, position: Position) -> None:
        """Have another position under an index, where the scope stands."""

    @abstractmethod
    def _enter(self, member: Member) -> None:
        """Count a member in."""

    @abstractmethod
    def _leave(self, member: Member) -> None:
        """Count a member out."""

    @abstractmethod
    def _next_to_cross(self) -> Member | None:
        """The member whose piece ends first; None where none ever does."""

    def _crossing_by(self, limit: Decimal | None) -> tuple[Member, Ratio] | None:
        """The member whose piece ends first, and where; None where none does by a limit."""
        member = self._next_to_cross()
        border = None if member is None else member.border
        if member is None or border is None or (limit is not None and border[0] > limit * border[1]):
            return None
        return member, border

    def _cross(self, member: Member) -> None:
        """Put a member on its next piece."""
        self._leave(member)
        self._enter(self._piece_after(member))

    def _piece_after(self, member: Member) -> Member:
        through_tiers = moves_through_tiers(self._book.profile, self._positions[member.index].kind)
        if member.bend is None and member.mark[1] < ZERO and (member.tier == 0 or not through_tiers):
            return self._piece(member.index, LEVEL, member.tier)
        return self._piece(member.index, member.mark, member.tier + (1 if member.rising else -1))

    def _member_at(self, index: int) -> Member:
        """The piece of a position on which the scope stands."""
        position = self._positions[index]
        course = start, slope = self._courses[position.market]
        mark = start + slope * self.place if self.place else start
        if mark < ZERO or (slope < ZERO and not mark):
            mark, course = ZERO, LEVEL
        return self._piece(index, course, tier_at(self._book, position, mark))

    def _piece(self, index: int, mark: Line, tier: int) -> Member:
        return piece_of(self._book, self._positions[index], index, mark, tier, index in self._netted)


MOST_TAKEN_BACK = 200_000
"""Borders of tiers that a pool looks ahead over and comes back from, along one path."""


class Pool(Scope):
    """Any number of positions against one cash."""

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
        super().__init__(book, courses, dict(positions), cash, place)
        self._netted = netted
        self.changed: set[int] = set()
        """Members that came, went or changed their piece, for who keeps an order of them."""
        self._borders: list[tuple[Decimal, int]] = []
        self._border_of: dict[int, Decimal] = {}
        """Which of the borders is a member's present one."""
        self._trail: list[Member] = []
        """The members as they were before the borders that were crossed since the scope last moved."""
        self._taken_back = 0
        for index in self._positions:
            self._enter(self._member_at(index))

    def advance(self, place: Decimal) -> None:
        """Go to a later place; what was looked ahead to there is passed."""
        super().advance(place)
        self._trail.clear()

    def rewind(self) -> None:
        """Take back the borders that were crossed in looking ahead; TooMuchWork where that comes to no end."""
        self._taken_back += len(self._trail)
        if self._taken_back > MOST_TAKEN_BACK:
            raise TooMuchWork(f"A pool has gone through more than {MOST_TAKEN_BACK:,} tiers again. {TOO_MUCH}")
        for member in reversed(self._trail):
            self._take_back(member)
        self._trail.clear()

    def _take_back(self, member: Member) -> None:
        """Put a member back on the piece that it was on."""
        self._leave(self.members[member.index])
        self._enter(member)

    def ranked(self, index: int, line: Line) -> Line | None:  # noqa: ARG002 - one unit of the scope is that of all
        """A line of a member in the unit of the scope, to compare it with those of others; None where it is none."""
        return line

    def net(self, netted: frozenset[int]) -> None:
        """Ask no margin of these from here on, and of no others."""
        changed, self._netted = self._netted ^ netted, netted
        for index in sorted(changed & self.members.keys()):
            self.put(index, self._positions[index])

    def remove(self, index: int) -> None:
        """Take a position out; its cash and PnL are the caller's to settle."""
        self._leave(self.members.pop(index))
        self.changed.add(index)

    def put(self, index: int, position: Position | None) -> None:
        """Have this position, or none, under an index, where the scope stands."""
        if index in self.members:
            self.remove(index)
        if position is not None:
            self._positions[index] = position
            self._enter(self._member_at(index))

    def _cross(self, member: Member) -> None:
        self._trail.append(member)
        super()._cross(member)

    def _enter(self, member: Member) -> None:
        index = member.index
        self.members[index] = member
        self._add(member, 1)
        self.changed.add(index)
        if member.border is not None:
            self._await(index, member.border)

    def _await(self, index: int, border: Ratio) -> None:
        """Let this be the present border of an index."""
        place = self._border_of[index] = quotient(border)
        heappush(self._borders, (place, index))

    def _leave(self, member: Member) -> None:
        self._border_of.pop(member.index, None)
        self._add(member, -1)

    def _next_to_cross(self) -> Member | None:
        borders, present = self._borders, self._border_of
        while borders:
            border, index = borders[0]
            if present.get(index) is border:
                return self._at_border(index)
            heappop(borders)
        return None

    def _at_border(self, index: int) -> Member:
        """Whose border it is."""
        return self.members[index]

    def _add(self, member: Member, sign: int) -> None:
        if member.bend is not None:
            self._add_bent(member, member.bend, sign)
            return
        pnl, need, asked = self._pnl, self._requirement, self.asked(member)
        if sign > 0:
            self._pnl = (pnl[0] + member.pnl[0], pnl[1] + member.pnl[1])
            self._requirement = (need[0] + asked[0], need[1] + asked[1])
        else:
            self._pnl = (pnl[0] - member.pnl[0], pnl[1] - member.pnl[1])
            self._requirement = (need[0] - asked[0], need[1] - asked[1])

    def _add_bent(self, member: Member, bend: Decimal, sign: int) -> None:
        if self._bends is None:
            self._bends = Bends(self.cash)
        self._pnl = (self._pnl[0] + sign * member.pnl[0], self._pnl[1])
        asked = self.asked(member)
        self._requirement = (self._requirement[0] + sign * asked[0], self._requirement[1])
        self._bends.add(bend, member.pnl[1], asked[1], sign)
