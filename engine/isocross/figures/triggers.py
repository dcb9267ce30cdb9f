"""Where each position ends: by its own market alone, and with all markets moving together.

How far an account goes before its positions fall, on the whole glide one way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from isocross.account.book import Book
from isocross.cascade.events import Event, EventKind
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.figures.prices import bankruptcy_prices, liquidation_prices
from isocross.figures.standings import Standings
from isocross.money import ZERO
from isocross.paths.glide import Ray
from isocross.paths.path import Path

_ENDS = (EventKind.LIQUIDATION, EventKind.REDUCTION)


@dataclass(frozen=True, slots=True)
class Triggers:
    """The prices at which one position ends; None where there is none."""

    liquidation: Decimal | None
    bankruptcy: Decimal | None
    joint: Decimal | None
    moves: bool
    """Whether its market moves on the glide; else the joint trigger says nothing of how near it is."""

    def distance(self, mark: Decimal) -> Decimal | None:
        """How far the nearest one is, as a share of the mark."""
        triggers = (self.liquidation, self.joint if self.moves else None)
        reach = [abs(trigger - mark) / mark for trigger in triggers if trigger is not None and mark > 0]
        return min(reach, default=None)


def triggers_of(standings: Standings, whole: Timeline[Path]) -> list[Triggers]:
    """Those of every position at one set of marks, with the whole glide for the joint triggers."""
    prices = liquidation_prices(standings)
    bankruptcies = bankruptcy_prices(standings)
    falls = joint_falls(whole)
    return [
        Triggers(
            prices.get(index),
            bankruptcies.get(index),
            falls[index].mark if index in falls else None,
            whole.ray.moves(position.market),
        )
        for index, position in enumerate(standings.positions)
    ]


def joint_falls(whole: Timeline[Path]) -> dict[int, Event]:
    """The first event on the whole glide that ends or reduces each position."""
    falls: dict[int, Event] = {}
    for event in whole.happened:
        if event.kind in _ENDS and event.position is not None:
            falls.setdefault(event.position, event)
    return falls


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
