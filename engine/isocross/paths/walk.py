"""A path of straight legs, one after the other: a walk, a wick, or the candles of a replay.

A place is the number of a leg and the share of it that is done: leg k spans the places k to k + 1.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from isocross.format import percent
from isocross.money import ONE, ZERO, exact
from isocross.paths.path import Courses, Marks
from isocross.records import dataclass


@dataclass(frozen=True)
class Leg:
    """One straight way from marks to marks, or a jump: the marks stand still until its end."""

    index: int
    start: Marks
    target: Marks
    """Where the lines lead; a mark that comes to zero on the way stays there."""
    is_jump: bool = False

    @property
    def end(self) -> Decimal:
        """The place where it ends."""
        return Decimal(self.index + 1)

    def courses(self) -> dict[str, tuple[Decimal, Decimal]]:
        """(a, b) by market with mark = a + b × the share of the leg that is done, until the mark is zero."""
        if self.is_jump:
            return {symbol: (mark, ZERO) for symbol, mark in self.start.items()}
        return {symbol: (mark, self.target[symbol] - mark) for symbol, mark in self.start.items()}

    def landed(self) -> dict[str, Decimal]:
        """The marks at its end."""
        return {symbol: max(ZERO, mark) for symbol, mark in self.target.items()}

    def marks(self, place: Decimal) -> dict[str, Decimal]:
        """The marks at one of its places."""
        if place >= self.end:
            return self.landed()
        done = place - self.index
        return {symbol: max(ZERO, start + slope * done) for symbol, (start, slope) in self.courses().items()}


def leg_at(place: Decimal) -> int:
    """The leg that leads to a place, from 0."""
    return max(0, math.ceil(place) - 1)


class LivedPath(ABC):
    """Legs in a row; what there is of them, subclasses know."""

    is_common = False
    stride = 1
    """How many legs one step of the cursor goes."""

    opening: Marks
    """The marks where it begins."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How many legs there are."""

    @abstractmethod
    def leg(self, index: int) -> Leg:
        """One of the legs."""

    @property
    def end(self) -> Decimal:
        """The last place."""
        return Decimal(self.count)

    def marks(self, place: Decimal) -> dict[str, Decimal]:
        """All marks at a place; those of a corner are where the leg before it ends."""
        if self.count == 0:
            return dict(self.opening)
        return self.leg(leg_at(place)).marks(place)

    def along(self, places: Iterable[Decimal]) -> Iterator[tuple[Decimal, Marks]]:
        """The places, which are in order, each with all marks there."""
        return ((place, self.marks(place)) for place in places)

    def corners(self) -> Iterator[Decimal]:
        """The place of every corner, the beginning among them."""
        return (Decimal(corner) for corner in range(self.count + 1))

    def straight(self) -> Courses | None:
        """The course of every market, were all of it one straight way: it is not."""
        return None

    def moves(self, symbol: str) -> bool:  # noqa: ARG002 - a path that knows better says so
        """Whether a market ever moves."""
        return self.count > 0

    def move(self, place: Decimal) -> Decimal | None:  # noqa: ARG002
        """The common move at a place; None where the markets go ways of their own."""
        return None

    def cursor(self, place: Decimal) -> Decimal:
        """The cursor that stands at a place: the place itself."""
        return place

    def time(self, place: Decimal) -> datetime | None:  # noqa: ARG002
        """When a place is; None on a path without a clock."""
        return None

    def place_of(self, moment: datetime) -> Decimal | None:  # noqa: ARG002
        """The first place at or after a moment; None on a path without a clock."""
        return None

    def halts(self) -> Iterator[Decimal]:
        """Where a cursor that goes from event to event halts besides: at the end of every leg."""
        return self.corners()

    def heading(self, place: Decimal) -> str:
        """A place in words that follow the kind of path."""
        return f"· {self.words(place)}"

    def progress(self, place: Decimal) -> str:
        """How far along the path a place is, in words."""
        if self.count == 0:
            return "the opening"
        return f"{percent(place / self.count, 0)} of {self.count} leg{'' if self.count == 1 else 's'}"

    def at_words(self, place: Decimal) -> str:
        """A place in words of a sentence."""
        return f"at {self.words(place)}"

    def known_time(self, place: Decimal) -> datetime | None:
        """When a place is, no finer than the history tells; None on a path without a clock."""
        return self.time(place)

    @abstractmethod
    def words(self, place: Decimal) -> str:
        """A place in words."""

    @abstractmethod
    def short(self, place: Decimal) -> str:
        """A place in a word or two."""


@dataclass(frozen=True)
class Step:
    """One leg of a walk."""

    move: Decimal
    """Share of the opening mark by which the common move changes."""
    is_jump: bool = False
    own: Mapping[str, Decimal] = field(default_factory=dict)
    """The same of markets that go a way of their own on this leg, in place of the common one."""

    def of(self, symbol: str, beta: Decimal) -> Decimal:
        """How far a market goes on it, as a share of its opening mark."""
        return self.own[symbol] if symbol in self.own else beta * self.move

    def without(self, symbols: Collection[str]) -> Step:
        """Return it with these markets on the common way."""
        return replace(self, own={s: move for s, move in self.own.items() if s not in symbols}) if symbols else self

    def part(self, share: Decimal) -> Step:
        """Return a share of it."""
        return Step(self.move * share, self.is_jump, {symbol: move * share for symbol, move in self.own.items()})


@exact
def ways_apart(steps: Iterable[Step], betas: Marks) -> Iterator[dict[str, Decimal]]:
    """By leg, how far each market is at its end that goes a way of its own on any: shares of the opening marks."""
    steps = tuple(steps)
    shares = {symbol: ZERO for step in steps for symbol in step.own}
    for step in steps:
        shares = {symbol: share + step.of(symbol, betas.get(symbol, ONE)) for symbol, share in shares.items()}
        yield shares


@dataclass(frozen=True)
class Walk(LivedPath):
    """Legs of a common move, each a step as a share of the opening marks, times each market's beta.

    On a leg a market can go a way of its own; from there on the common one takes it further.
    """

    opening: Marks = field(default_factory=dict)
    betas: Marks = field(default_factory=dict)
    """Times the common move, by market; 1 where absent."""
    steps: Sequence[Step] = ()

    @cached_property
    def _walked(self) -> tuple[list[Decimal], list[dict[str, Decimal]], list[dict[str, Decimal]]]:
        """The common move and the marks at every corner, and where each leg leads; a mark at zero stays there."""
        moves, corners, targets = [ZERO], [dict(self.opening)], []
        for step, apart in zip(self.steps, self._apart[1:], strict=True):
            moves.append(move := moves[-1] + step.move)
            before = corners[-1]
            targets.append({s: self._at(s, self._share(s, move, apart)) if before[s] > 0 else ZERO for s in before})
            corners.append({symbol: max(ZERO, mark) for symbol, mark in targets[-1].items()})
        return moves, corners, targets

    @cached_property
    def _apart(self) -> list[dict[str, Decimal]]:
        """At every corner, how far each market is that goes a way of its own on any leg."""
        ends = list(ways_apart(self.steps, self.betas))
        return [dict.fromkeys(ends[-1], ZERO) if ends else {}, *ends]

    def _share(self, symbol: str, move: Decimal, apart: Marks) -> Decimal:
        return apart[symbol] if symbol in apart else self.betas.get(symbol, ONE) * move

    def _at(self, symbol: str, share: Decimal) -> Decimal:
        return self.opening[symbol] * (ONE + share)

    @property
    def count(self) -> int:
        """How many legs there are."""
        return len(self.steps)

    def leg(self, index: int) -> Leg:
        """One of the legs."""
        _, corners, targets = self._walked
        return Leg(index, corners[index], targets[index], self.steps[index].is_jump)

    def moves(self, symbol: str) -> bool:
        """Whether a market ever moves: there is a step, and its beta is not zero, or it goes a way of its own."""
        return any(step.of(symbol, self.betas.get(symbol, ONE)) for step in self.steps)

    def move(self, place: Decimal) -> Decimal:
        """The common move at a place."""
        index = min(int(place), self.count)
        rest = place - index
        corner = self._walked[0][index]
        return corner if rest == 0 or self.steps[index].is_jump else corner + self.steps[index].move * rest

    def words(self, place: Decimal) -> str:
        """The leg, the common move so far, and how far each market is that went a way of its own by then."""
        if place == 0:
            return "the opening"
        index = leg_at(place)
        went = {symbol: None for step in self.steps[: index + 1] for symbol in step.own}
        marks = self.marks(place)
        own = (f", {s} {percent(marks[s] / self.opening[s] - ONE, plus='+')}" for s in went if s in marks)
        in_all = " in all" if index else ""
        return f"leg {index + 1}, {percent(self.move(place), plus='+')}{in_all}{''.join(own)}"

    def short(self, place: Decimal) -> str:
        """The common move there."""
        return percent(self.move(place), plus="+")


def wick(low: Decimal, back: Decimal) -> tuple[Step, Step]:
    """The legs of a wick: to its low, then back; both as shares of the opening marks."""
    return Step(low), Step(back - low)
