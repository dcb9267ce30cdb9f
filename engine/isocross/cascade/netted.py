"""A pool in which opposite contracts of an underlying are netted: along a course its sides can take turns."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import chain
from typing import Any

from isocross.account.book import Book, Position
from isocross.account.margin import free_legs, opposed
from isocross.cascade.backed import AssetPool, Backing
from isocross.cascade.pieces import LEVEL, Bends, Line, Member, Piece, Ratio, first_place, quotient
from isocross.cascade.scope import Courses, Pool
from isocross.money import ONE, ZERO
from isocross.rules.profile import Netting


class NettedPool(Pool):
    """A pool of which, of each underlying, only the side with the larger sum of maintenance margins is asked.

    Where the other side comes to be the larger one is a border like that of a tier. It is for one course, without
    events: who closes something stands anew.
    """

    _free: frozenset[int] = frozenset()
    """Those that are not asked now."""

    def __init__(
        self, book: Book, courses: Courses, positions: Mapping[int, Position], cash: Any, place: Decimal = ZERO
    ) -> None:
        """Stand at `place` on the courses with this behind these positions, by index: cash, or all assets."""
        super().__init__(book, courses, positions, cash, place)
        netting = book.profile.netting
        self._sides = opposed(positions, netting)
        self._side_of = {i: number for number, sides in enumerate(self._sides) for i in chain(*sides)}
        self._armed: list[Ratio] = [(place, ONE)] * len(self._sides)
        """Where each underlying was looked at last."""
        self._switches: dict[int, Member] = {}
        self._far = place
        """How far it was looked ahead."""
        self._turn(free_legs(positions, netting, self.requirement_of))
        for number in range(len(self._sides)):
            self._arm(number, (place, ONE))

    @property
    def changeable(self) -> bool:
        """Whether its sums can be changed and changed back; sides that take turns are stood up anew."""
        return super().changeable and not self._sides

    def asked(self, member: Member) -> Line:
        """The requirement of a member as a line; none where the other side is the larger."""
        return LEVEL if member.index in self._free else member.requirement

    def next_due(self, limit: Decimal) -> Decimal | None:
        """The first grid place after this one where g comes to ≤ 0, as of any scope."""
        self._look_to(limit)
        return super().next_due(limit)

    def advance(self, place: Decimal) -> None:
        """Go to a later place."""
        self._look_to(place)
        super().advance(place)

    def _look_to(self, place: Decimal) -> None:
        """Look for turns up to a place that was not looked to before."""
        if place <= self._far:
            return
        self._far = place
        for number, since in enumerate(self._armed):
            if -1 - number not in self._border_of:
                self._arm(number, since)

    def _at_border(self, index: int) -> Member:
        return self._switches[index] if index < 0 else super()._at_border(index)

    def _cross(self, member: Member) -> None:
        at = member.border or (self.place, ONE)
        if member.index < 0:
            sides = frozenset(chain(*self._sides[-1 - member.index]))
            self._turn(self._free ^ sides)
            self._arm(-1 - member.index, at)
            return
        super()._cross(member)
        if member.index in self._side_of:
            self._arm(self._side_of[member.index], at)

    def _turn(self, free: frozenset[int]) -> None:
        """Ask others than before."""
        changed = self._free ^ free
        for index in changed:
            self._add(self.members[index], -1)
        self._free = free
        for index in changed:
            self._add(self.members[index], 1)
        self.changed |= changed

    def _arm(self, number: int, at: Ratio) -> None:
        """Find where the sides of an underlying take turns next, from a place on."""
        index, border = -1 - number, self._turning(self._lead(number), at)
        self._armed[number] = at
        self._border_of.pop(index, None)
        if border is not None:
            self._switches[index] = Member(index, LEVEL, 0, LEVEL, LEVEL, border, rising=True)
            self._await(index, border)

    def _turning(self, lead: Piece, at: Ratio) -> Ratio | None:
        """Where a lead is lost next, not before a place; None: nowhere."""
        if not lead.straight:
            if lead.at(quotient(at)) < -lead.dust:
                return at
            place = first_place(lead, quotient(at), self._far)
            return None if place is None else (place, ONE)
        height, slope = lead.as_line()
        here = height * at[1] + slope * at[0]
        if here < ZERO or (here == ZERO and slope < ZERO):
            return at
        return (height, -slope) if slope < ZERO else None

    def _lead(self, number: int) -> Piece:
        """What the side of an underlying that is asked is asked for beyond the other, on the present pieces."""
        constant, slope, bends = ZERO, ZERO, Bends(ZERO)
        for index in chain(*self._sides[number]):
            member, sign = self.members[index], -1 if index in self._free else 1
            constant += sign * member.requirement[0]
            if member.bend is None:
                slope += sign * member.requirement[1]
            else:
                bends.add(member.bend, sign * member.requirement[1], ZERO, 1)
        return bends.piece(constant, slope)


def pool_of(
    book: Book,
    courses: Courses,
    positions: Mapping[int, Position],
    cash: Decimal,
    place: Decimal = ZERO,
    netted: frozenset[int] = frozenset(),
) -> Pool:
    """The pool of these positions, by index; of one market those in `netted` need no margin (rules.md §9, §10)."""
    if book.profile.netting is Netting.UNDERLYING:
        return NettedPool(book, courses, positions, cash, place)
    return Pool(book, courses, positions, cash, place, netted)


class NettedAssetPool(NettedPool, AssetPool):
    """The same with all assets of an account behind it."""


def asset_pool_of(
    book: Book,
    courses: Courses,
    positions: Mapping[int, Position],
    backing: Backing,
    place: Decimal = ZERO,
    netted: frozenset[int] = frozenset(),
) -> AssetPool:
    """The pool of these positions with all assets behind it; as `pool_of`."""
    if book.profile.netting is Netting.UNDERLYING:
        return NettedAssetPool(book, courses, positions, backing, place)
    return AssetPool(book, courses, positions, backing, place, netted)
