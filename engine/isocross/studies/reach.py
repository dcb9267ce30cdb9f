"""How far an account goes before its positions are liquidated, on the whole glide one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from isocross.account.book import Book
from isocross.cascade.events import EventKind
from isocross.cascade.first import FirstFall, tells
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.figures.triggers import joint_falls
from isocross.money import ZERO
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.work import Work

_LOOKED_AT_A_STEP = 16
"""Positions of a variant of which only the first fall is looked for."""


class Fallen(NamedTuple):
    """What falls on a whole glide."""

    firsts: tuple[str, ...]
    falls: int
    last: Decimal | None


@dataclass(frozen=True)
class Reach:
    """Where positions fall; places count outward from the opening marks, 1 is a move of 100 %.

    To fall is to be ended or reduced by the venue, as for the joint trigger (design §3).
    """

    first: Decimal | None
    """Where the first position falls; None: none does on the whole glide. This is what survival means."""
    limit: Decimal
    """Where the whole glide ends."""
    direction: int
    """−1 on the way down, +1 on the way up."""
    holds: bool
    """Whether there is any position."""
    _whole: Callable[[], Timeline[Glide]] = field(compare=False, repr=False)
    """Solves the glide, for who asks for more than the first fall."""

    @cached_property
    def _fallen(self) -> Fallen:
        return _what_falls(self._whole())

    @property
    def firsts(self) -> tuple[str, ...]:
        """Ids of the positions that fall first, in the order they do."""
        return self._fallen.firsts

    @property
    def falls(self) -> int:
        """How many positions fall on the whole glide."""
        return self._fallen.falls

    @property
    def last(self) -> Decimal | None:
        """Where no position is left; None: one stays open to the end."""
        return self._fallen.last

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
        self._first = FirstFall(rehearsal.book, self._ray(rehearsal.book)) if tells(rehearsal.book) else None

    def of(self, book: Book) -> Reach:
        """The reach of a variant."""
        path = self._ray(book)
        if self._rehearsal.work is not None:
            self._rehearsal.work.spend(1 + len(book.positions) // _LOOKED_AT_A_STEP)

        def solved() -> Timeline[Glide]:
            return solve(book, path, work=self._rehearsal.work)

        if self._first is None or book.markets is not self._rehearsal.book.markets or book.orders:
            return read_reach(solved())
        return Reach(self._first.of(book), path.end, self._direction, bool(book.positions), solved)

    def _ray(self, book: Book) -> Glide:
        return Glide.common(book, self._rehearsal.betas, self._direction)


def read_reach(whole: Timeline[Glide]) -> Reach:
    """The reach that a whole glide shows."""
    first = min((event.place for event in joint_falls(whole).values()), default=None)
    return Reach(first, whole.limit, whole.path.direction, bool(whole.book.positions), lambda: whole)


def _what_falls(whole: Timeline[Glide]) -> Fallen:
    book, falls = whole.book, joint_falls(whole)
    first = min((event.place for event in falls.values()), default=None)
    ended = [event.place for event in whole.happened if event.kind is EventKind.LIQUIDATION]
    return Fallen(
        firsts=tuple(book.positions[index].id for index, event in falls.items() if event.place == first),
        falls=len(falls),
        last=max(ended, default=None) if len(ended) == len(book.positions) else None,
    )


def fallen_by(book: Book, betas: Mapping[str, Decimal], move: Decimal, work: Work | None = None) -> dict[str, Decimal]:
    """The positions that fall on the glide to a common move, by id, and at which move, in the order they fall.

    A fall at the move itself counts: touching the line is a fall (design §4.1).
    """
    direction = 1 if move > ZERO else -1
    falls = joint_falls(solve(book, Glide.common(book, betas, direction), abs(move), work))
    return {book.positions[index].id: event.place * direction for index, event in falls.items()}
