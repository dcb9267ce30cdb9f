"""A scope of one position, whose lines are the sums."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Book, Position
from isocross.cascade.pieces import Member
from isocross.cascade.scope import Courses, Pool, Scope


class Lone(Scope):
    """One position of a linear market, and the cash in its bucket."""

    def __init__(
        self, book: Book, courses: Courses, index: int, position: Position, cash: Decimal, place: Decimal
    ) -> None:
        """Stand at `place` on the courses with `cash` behind this position."""
        super().__init__(book, courses, {index: position}, cash, place)
        self._index = index
        self._enter(self._member_at(index))

    def put(self, index: int, position: Position) -> None:
        """Have another position in its place, where the scope stands."""
        self._positions[index] = position
        self._enter(self._member_at(index))

    def _enter(self, member: Member) -> None:
        self.members[self._index] = member
        self._pnl, self._requirement = member.pnl, member.requirement

    def _leave(self, member: Member) -> None:
        """What enters next takes its place."""

    def _next_to_cross(self) -> Member | None:
        return self.members[self._index]


def alone(book: Book, courses: Courses, index: int, position: Position, cash: Decimal, place: Decimal) -> Scope:
    """The scope of a position with a bucket; of an inverse one a pool of one, which knows how it bends."""
    if position.inverse:
        return Pool(book, courses, {index: position}, cash, place)
    return Lone(book, courses, index, position, cash, place)
