"""How far an account goes before its positions fall, on the whole glide one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.book import Book
from engine.cascade.events import EventKind
from engine.cascade.solver import solve
from engine.cascade.timeline import Timeline
from engine.falls import joint_falls
from engine.money import ZERO
from engine.path import Ray


@dataclass(frozen=True)
class Reach:
    """Where positions fall; places count outward from the opening marks, 1 is a move of 100 %.

    To fall is to be ended or reduced by the venue, as for the joint trigger (design §3).
    """

    first: Decimal | None
    """Where the first position falls; None: none does on the whole glide. This is what survival means."""
    firsts: tuple[str, ...]
    """Ids of the positions that fall there, in the order they do."""
    falls: int
    """How many positions fall on the whole glide."""
    last: Decimal | None
    """Where no position is left; None: one stays open to the end."""
    limit: Decimal
    """Where the whole glide ends."""
    direction: int
    """−1 on the way down, +1 on the way up."""
    holds: bool
    """Whether there is any position."""

    @property
    def stands_to(self) -> Decimal:
        """How far every position stands, as a place: the first fall, or the end of the glide."""
        return self.limit if self.first is None else self.first

    @property
    def rank(self) -> tuple[Decimal, int, Decimal]:
        """The larger the better: the first fall, then fewer falls, then the last; what never falls is beyond all."""
        beyond = self.limit + 1
        first, last = (beyond if place is None else place for place in (self.first, self.last))
        return first, -self.falls, last

    def move(self, place: Decimal) -> Decimal:
        """The signed common move at a place."""
        return place * self.direction


def reach_of(book: Book, betas: Mapping[str, Decimal], direction: int) -> Reach:
    """How far a book goes on the whole glide of the common move one way."""
    return read_reach(solve(book, Ray.common(book, betas, direction)))


def read_reach(whole: Timeline[Ray]) -> Reach:
    """The reach that a whole glide shows."""
    book = whole.book
    falls = joint_falls(whole)
    first = min((event.place for event in falls.values()), default=None)
    ended = [event.place for event in whole.events if event.kind is EventKind.LIQUIDATION]
    return Reach(
        first=first,
        firsts=tuple(book.positions[index].id for index, event in falls.items() if event.place == first),
        falls=len(falls),
        last=max(ended, default=None) if len(ended) == len(book.positions) else None,
        limit=whole.limit,
        direction=whole.ray.direction,
        holds=bool(book.positions),
    )


def fallen_by(book: Book, betas: Mapping[str, Decimal], move: Decimal) -> dict[str, Decimal]:
    """The positions that fall on the glide to a common move, by id, and at which move, in the order they fall.

    A fall at the move itself counts: touching the line is a fall (design §4.1).
    """
    direction = 1 if move > ZERO else -1
    falls = joint_falls(solve(book, Ray.common(book, betas, direction), abs(move)))
    return {book.positions[index].id: event.place * direction for index, event in falls.items()}
