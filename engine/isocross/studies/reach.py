"""How far an account goes before its positions are liquidated, on the whole glide one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import cached_property, partial
from math import inf

from isocross.account.book import Book, Mode, Position
from isocross.cascade.events import EventKind
from isocross.cascade.first import FirstFall, tells
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.figures.triggers import joint_falls
from isocross.money import ZERO
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.apart import cross_of, only, stands_alone
from isocross.studies.rough_reach import Fate, RoughReach, rough_reaches
from isocross.work import Work

_LOOKED_AT_A_STEP = 16
"""Positions of a variant of which only the first fall is looked for."""


@dataclass(frozen=True)
class Reach:
    """Where positions fall; places count outward from the opening marks, 1 is a move of 100 %.

    To fall is to be ended or reduced by the venue, as for the joint trigger.
    """

    first: Decimal | None
    """Where the first position falls; None: none does on the whole glide. This is what survival means."""
    limit: Decimal
    """Where the whole glide ends."""
    direction: int
    """−1 on the way down, +1 on the way up."""
    holds: bool
    """Whether there is any position."""
    _asked: Callable[[], dict[str, Fate]] = field(compare=False, repr=False)
    """Works out the fates, for who asks for more than the first fall."""

    @cached_property
    def _fates(self) -> dict[str, Fate]:
        return self._asked()

    @property
    def firsts(self) -> tuple[str, ...]:
        """Ids of the positions that fall first, in the order they do."""
        return tuple(
            id for id, fate in self._fates.items() if fate.falls_at is not None and fate.falls_at == self.first
        )

    @cached_property
    def falls(self) -> int:
        """How many positions fall on the whole glide."""
        return sum(fate.falls_at is not None for fate in self._fates.values())

    @cached_property
    def last(self) -> Decimal | None:
        """Where no position is left; None: one stays open to the end."""
        ends = [fate.ends_at for fate in self._fates.values()]
        return None if None in ends else max((place for place in ends if place is not None), default=None)

    @property
    def stands_to(self) -> Decimal:
        """How far every position stands, as a place: the first fall, or the end of the glide."""
        return self.limit if self.first is None else self.first

    @property
    def rank(self) -> tuple[Decimal, int, Decimal]:
        """The larger the better: the first fall, then fewer falls, then the last; what never falls is beyond all."""
        last = self._beyond if self.last is None else self.last
        return self._first_rank, -self.falls, last

    @property
    def _beyond(self) -> Decimal:
        return self.limit + 1

    @property
    def _first_rank(self) -> Decimal:
        return self._beyond if self.first is None else self.first

    def against(self, other: Reach) -> int:
        """Above zero where this ranks higher, below where lower; the whole glides are solved only where it is a tie."""
        one, two = self._first_rank, other._first_rank
        if one != two:
            return 1 if one > two else -1
        return (self.rank > other.rank) - (self.rank < other.rank)

    def move(self, place: Decimal) -> Decimal:
        """The signed common move at a place."""
        return place * self.direction


class Reaches:
    """The reach of an account on the whole glide of the common move one way, and of variants of it."""

    def __init__(self, rehearsal: GlideRehearsal, direction: int) -> None:
        """Look one way; whatever the path of the rehearsal, a glide is looked at."""
        self._rehearsal, self._direction = rehearsal, direction
        book = rehearsal.book
        self._first = FirstFall(book, self._ray(book)) if tells(book) else None
        self._apart = stands_alone(book)
        self._known: dict[Position, Fate] = {}
        """Of isolated positions that stand apart, whatever else the account holds."""

    def of(self, book: Book) -> Reach:
        """The reach of a variant."""
        path = self._ray(book)
        if self._rehearsal.work is not None:
            self._rehearsal.work.spend(1 + len(book.positions) // _LOOKED_AT_A_STEP)
        if self._first is None or book.markets is not self._rehearsal.book.markets or book.orders:
            return read_reach(self._solved(book, path))
        first = self._first.of(book)
        return Reach(first, path.end, self._direction, bool(book.positions), partial(self._fates, book, path))

    def _fates(self, book: Book, path: Glide) -> dict[str, Fate]:
        """What becomes of a variant; where isolated positions stand apart, each is solved once for all variants."""
        if not self._apart:
            return _fates_of(self._solved(book, path))
        alone = [position for position in book.positions if position.mode is Mode.ISOLATED]
        fates = {position.id: self._alone(position) for position in alone}
        return fates | _fates_of(self._solved(cross_of(book), path))

    def _alone(self, position: Position) -> Fate:
        if position not in self._known:
            book = self._rehearsal.book
            self._known |= {position: _fates_of(self._solved(only(book, position), self._ray(book)))[position.id]}
        return self._known[position]

    def roughly(self, variants: Sequence[Book]) -> list[RoughReach | None]:
        """What floats tell beyond doubt of variants in which positions of the account are closed; None: nothing."""
        book = self._rehearsal.book
        if not self._apart:
            return [None] * len(variants)
        return rough_reaches(book, self._ray(book), variants, self._alone, self._rehearsal.work)

    def _solved(self, book: Book, path: Glide) -> Timeline[Glide]:
        return solve(book, path, work=self._rehearsal.work)

    def _ray(self, book: Book) -> Glide:
        return Glide.common(book, self._rehearsal.betas, self._direction)


def read_reach(whole: Timeline[Glide]) -> Reach:
    """The reach that a whole glide shows."""
    first = min((event.place for event in joint_falls(whole).values()), default=None)
    return Reach(first, whole.limit, whole.path.direction, bool(whole.book.positions), lambda: _fates_of(whole))


def exactly(reach: Reach) -> RoughReach:
    """What floats were asked for, from the engine."""
    return RoughReach(reach.falls, inf if reach.last is None else reach.last)


def _fates_of(whole: Timeline[Glide]) -> dict[str, Fate]:
    """What becomes of each position, those that fall first before the others."""
    falls = joint_falls(whole)
    ends = {e.position: e.place for e in whole.happened if e.kind is EventKind.LIQUIDATION}
    fates = {index: Fate(event.place, ends.get(index)) for index, event in falls.items()}
    order = [*fates, *(index for index in range(len(whole.book.positions)) if index not in fates)]
    return {whole.book.seats[index].id: fates.get(index, Fate(None, None)) for index in order}


def fallen_by(book: Book, betas: Mapping[str, Decimal], move: Decimal, work: Work | None = None) -> dict[str, Decimal]:
    """The positions that fall on the glide to a common move, by id, and at which move, in the order they fall.

    A fall at the move itself counts: touching the line is a fall.
    """
    direction = 1 if move > ZERO else -1
    falls = joint_falls(solve(book, Glide.common(book, betas, direction), abs(move), work))
    held = range(len(book.positions))
    return {book.positions[index].id: event.place * direction for index, event in falls.items() if index in held}
