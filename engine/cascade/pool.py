"""A scope of many positions: the sums of their lines, and a heap of the borders of their pieces."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from heapq import heappop, heappush

from engine.book import Book, Position
from engine.cascade.bends import Bends
from engine.cascade.members import Member, Ratio, quotient
from engine.cascade.scope import Courses, Scope
from engine.money import ZERO


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
        for index in self._positions:
            self._enter(self._member_at(index))

    def remove(self, index: int) -> None:
        """Take a position out; its cash and PnL are the caller's to settle."""
        self._leave(self.members.pop(index))
        self.changed.add(index)

    def replace(self, index: int, position: Position) -> None:
        """Put what is left of a position in its place, where the scope stands."""
        self.remove(index)
        self._positions[index] = position
        self._enter(self._member_at(index))

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
