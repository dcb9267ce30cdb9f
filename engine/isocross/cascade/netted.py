"""A pool in which opposite contracts of an underlying are netted: along a course its sides can take turns."""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from isocross.account.book import Book, Position, Side
from isocross.account.margin import free_legs, stands_with
from isocross.cascade.backed import AssetPool, Backing
from isocross.cascade.pieces import LEVEL, Bends, Line, Member, Piece, Ratio, first_place, quotient
from isocross.cascade.scope import Courses, Pool
from isocross.money import ONE, ZERO
from isocross.rules.profile import Netting


class NettedPool(Pool):
    """A pool of which, of each underlying, only the side with the larger sum of maintenance margins is asked.

    Where the other side comes to be the larger one is a border like that of a tier.
    """

    def __init__(
        self, book: Book, courses: Courses, positions: Mapping[int, Position], cash: Any, place: Decimal = ZERO
    ) -> None:
        """Stand at `place` on the courses with this behind these positions, by index: cash, or all assets."""
        self._free: set[int] = set()
        """Those that are not asked now."""
        self._numbers: dict[object, int] = {}
        """The number of each underlying."""
        self._legs: list[list[int]] = []
        """The positions of each underlying, in file order."""
        self._armed: list[Ratio] = []
        """Where each underlying was looked at last."""
        self._switches: dict[int, Member] = {}
        self._far = place
        """How far it was looked ahead."""
        super().__init__(book, courses, positions, cash, place)
        for index in self._positions:
            self._legs[self._number_of(index)].append(index)
        for number in range(len(self._legs)):
            self._stand(number)

    def _number_of(self, index: int) -> int:
        """The number of the underlying that a member is on; of a turn the one that it is of."""
        if index < 0:
            return -1 - index
        key = stands_with(self._positions[index], Netting.UNDERLYING)
        number = self._numbers.setdefault(key, len(self._legs))
        if number == len(self._legs):
            self._legs.append([])
            self._armed.append((self.place, ONE))
        return number

    def _stand(self, number: int) -> None:
        """Ask the side of an underlying that is the larger one where the scope stands."""
        legs = {index: self._positions[index] for index in self._legs[number]}
        free = free_legs(legs, Netting.UNDERLYING, lambda i: self._at(self.members[i], self.members[i].requirement))
        self._turn(free ^ (self._free & legs.keys()))
        self._arm(number, (self.place, ONE))

    def asked(self, member: Member) -> Line:
        """The requirement of a member as a line; none where the other side is the larger."""
        return LEVEL if member.index in self._free else member.requirement

    def net(self, netted: frozenset[int]) -> None:
        """Whom else margin is allotted to says nothing here: who is asked turns along the course."""

    def remove(self, index: int) -> None:
        """Take a position out; the sides of its underlying are weighed again."""
        number = self._number_of(index)
        super().remove(index)
        self._free.discard(index)
        self._legs[number].remove(index)
        self._stand(number)

    def put(self, index: int, position: Position | None) -> None:
        """Have this position, or none, under an index; the sides of its underlying are weighed again."""
        super().put(index, position)
        if position is not None:
            number = self._number_of(index)
            insort(self._legs[number], index)
            self._stand(number)

    def next_due(self, limit: Decimal) -> Decimal | None:
        """The first grid place after this one where g comes to ≤ 0, as of any scope."""
        self._look_to(limit)
        return super().next_due(limit)

    def advance(self, place: Decimal) -> None:
        """Go to a later place."""
        self._look_to(place)
        super().advance(place)

    def rewind(self) -> None:
        """Take back the borders that were crossed in looking ahead, turns too."""
        crossed = {self._number_of(member.index) for member in self._trail}
        super().rewind()
        for number in crossed:
            self._arm(number, (self.place, ONE))

    def _take_back(self, member: Member) -> None:
        if member.index < 0:
            self._turn(self._legs[-1 - member.index])
        else:
            super()._take_back(member)

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
        if member.index < 0:
            self._trail.append(member)
            self._turn(self._legs[-1 - member.index])
        else:
            super()._cross(member)
        self._arm(self._number_of(member.index), member.border or (self.place, ONE))

    def _turn(self, changed: Collection[int]) -> None:
        """Ask those of these that were not asked, and no longer those that were."""
        for index in changed:
            self._add(self.members[index], -1)
        self._free ^= set(changed)
        for index in changed:
            self._add(self.members[index], 1)
        self.changed.update(changed)

    def _arm(self, number: int, at: Ratio) -> None:
        """Find where the sides of an underlying take turns next, from a place on."""
        index, legs = -1 - number, self._legs[number]
        alone = len({self._positions[leg].side for leg in legs}) < len(Side)
        border = None if alone else self._turning(self._lead(number), at)
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
        for index in self._legs[number]:
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
    """The pool of these positions, by index; of one market those in `netted` need none (Kraken's and Gate's help)."""
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
