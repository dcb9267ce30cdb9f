"""A scene: one book under one kind of path. Whole glides are solved once; frames and timelines are read off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from itertools import groupby
from typing import Protocol

from engine.book import Book
from engine.cascade.events import Event
from engine.cascade.ledger import Ledger
from engine.cascade.solver import solve, solve_gap
from engine.cascade.timeline import Timeline
from engine.frame import WARNING_DISTANCE, Frame, frame_at
from engine.market import base_of
from engine.memo import Memo
from engine.money import ONE, ZERO, exact
from engine.path import DEEPEST_FALL, HIGHEST_RISE, Ray, ReachError, too_far
from engine.path_protocol import Path
from engine.workspace.model import PathKind

Shock = Decimal | Mapping[str, Decimal]
"""A common move, or the ends of single markets; fractions of the opening marks."""


@dataclass(frozen=True)
class Stop:
    """A place at which something happens."""

    move: Decimal
    """Where a cursor stands that is there: the common move, or the place of a lived path."""
    events: tuple[Event, ...]


class Rehearsal(Protocol):
    """A book on a path of any kind. A cursor `at` is the signed common move of a glide, the place of a lived path."""

    @property
    def book(self) -> Book:
        """The account at the opening."""

    def within(self, at: Decimal, /) -> Decimal:
        """The nearest cursor there is."""

    def stepped(self, at: Decimal, steps: int, size: Decimal, /) -> Decimal:
        """Where so many steps lead from a cursor; `size` is that of a step of the shock."""

    def timeline(self, at: Decimal, /) -> Timeline[Path]:
        """What happens on the way to a cursor and beyond it."""

    def frame(self, at: Decimal, /) -> Frame:
        """Every figure at a cursor."""

    def book_at(self, at: Decimal, /) -> Book:
        """The account as it stands at a cursor, with the marks there as its opening ones."""

    def next_event(self, at: Decimal, /) -> Event | None:
        """The next thing that happens beyond a cursor; None: nothing."""

    def from_here(self, at: Decimal, /) -> Scene:
        """The account that can be acted on at a cursor, and how its marks can glide from there."""

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Every place at which something happens, the lowest first; who paid need not be worked out."""

    @property
    def told_stops(self) -> tuple[Stop, ...]:
        """The same, each event with who paid."""

    def stop_beyond(self, at: Decimal, towards: int, /) -> Decimal | None:
        """The next stop outward from a cursor (towards = 1), or back to the opening (−1); None at the end."""


def stops_by_place(events: Iterable[Event], path: Path) -> list[Stop]:
    """The stops of events in their order."""
    return [Stop(path.cursor(place), tuple(there)) for place, there in groupby(events, lambda event: event.place)]


@dataclass(frozen=True)
class Scene:
    """A book and how its marks can glide."""

    book: Book
    betas: Mapping[str, Decimal]
    kind: PathKind = PathKind.WHAT_IF
    warning: Decimal = WARNING_DISTANCE

    @cached_property
    def falling(self) -> Timeline[Ray]:
        """The whole glide of the common move down to −95 %."""
        return solve(self.book, Ray.common(self.book, self.betas, -1))

    @cached_property
    def rising(self) -> Timeline[Ray]:
        """The whole glide of the common move up to +300 %."""
        return solve(self.book, Ray.common(self.book, self.betas, 1))

    @cached_property
    def memo(self) -> Memo:
        """Answers about this scene that take a while."""
        return Memo()

    def whole(self, shock: Shock) -> Timeline[Ray]:
        """The whole glide in the direction of a shock; from 0 the way down.

        ReachError for a shock that takes an inverse market too near to zero.
        """
        if not isinstance(shock, Decimal):
            return solve(self.book, Ray.towards(self.book, shock))
        glide = self.rising if shock > 0 else self.falling
        if abs(shock) <= glide.limit:
            return glide
        self.refuse_too_far(shock)
        return solve(self.book, glide.ray, abs(shock))

    def refuse_too_far(self, shock: Shock) -> None:
        """ReachError for a shock that takes an inverse market too near to zero."""
        if not isinstance(shock, Decimal):
            Ray.towards(self.book, shock)
            return
        asked = too_far(self.book.inverse_markets, self.betas, shock)
        if asked is not None:
            raise ReachError(asked)

    def timeline(self, shock: Shock) -> Timeline[Ray]:
        """What happens up to a shock, or in one jump to it."""
        return self._happening(self.whole(shock), _size(shock))

    def within(self, shock: Decimal) -> Decimal:
        """The nearest shock from −95 % to +300 %; some of them can be too far for an inverse market."""
        return max(-DEEPEST_FALL, min(HIGHEST_RISE, shock))

    def stepped(self, shock: Decimal, steps: int, size: Decimal) -> Decimal:
        """Where so many steps lead; from between two of them to the next one that way."""
        toward = ROUND_FLOOR if steps > 0 else ROUND_CEILING
        return ((shock / size).to_integral_value(toward) + steps) * size

    @exact
    def book_at(self, shock: Shock) -> Book:
        """The account as it stands at a shock, with the marks there as its opening ones."""
        timeline, size = self.timeline(shock), _size(shock)
        return Ledger.after(self.book, timeline.until(size)).book_at(timeline.ray.marks(size))

    def next_event(self, shock: Shock) -> Event | None:
        """The next thing that happens on the glide, further in the direction of a shock; None: nothing."""
        return next((event for event in self.whole(shock).happened if event.place > _size(shock)), None)

    def from_here(self, shock: Shock) -> Scene:  # noqa: ARG002 - what is done is done at the opening
        """The same: what is done on a what-if is done at the opening marks."""
        return self

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """Every place of both glides where something happens, from the deepest fall to the highest rise."""
        return self._both_ways(self.falling.happened, self.rising.happened)

    @property
    def told_stops(self) -> tuple[Stop, ...]:
        """The same, each event with who paid."""
        return self._both_ways(self.falling.events, self.rising.events)

    def _both_ways(self, falls: Iterable[Event], rises: Iterable[Event]) -> tuple[Stop, ...]:
        down, up = stops_by_place(falls, self.falling.ray), stops_by_place(rises, self.rising.ray)
        if down and down[0].move == 0:
            up = [stop for stop in up if stop.move != 0]
        return tuple(sorted([*down, *up], key=lambda stop: stop.move))

    def stop_beyond(self, shock: Decimal, towards: int) -> Decimal | None:
        """The next stop outward from a shock (towards = 1), or back to the opening marks (−1); None at the end."""
        outward = [stop.move for stop in self.stops if stop.move * shock > 0 or shock == 0]
        if shock == 0:
            return min((m for m in outward if m), key=lambda m: (m > 0, abs(m)), default=None) if towards > 0 else None
        if towards > 0:
            return min((m for m in outward if abs(m) > abs(shock)), key=abs, default=None)
        return max((m for m in outward if abs(m) < abs(shock)), key=abs, default=ZERO)

    def _happening(self, whole: Timeline[Ray], size: Decimal) -> Timeline[Ray]:
        return solve_gap(self.book, whole.ray, size) if self.kind is PathKind.GAP else whole

    def frame(self, shock: Shock, at: Decimal = ONE) -> Frame:
        """The frame at a fraction of a shock."""
        whole, size = self.whole(shock), _size(shock)
        jumped = self.kind is not PathKind.GAP or at == ONE
        return frame_at(
            self._happening(whole, size),
            whole,
            size * at if jumped else ZERO,
            jumped=jumped,
            warning=self.warning,
        )


def _size(shock: Shock) -> Decimal:
    """How far along its glide a shock goes."""
    return abs(shock) if isinstance(shock, Decimal) else ONE


def market_names(book: Book) -> tuple[str, ...]:
    """A short name for each position: the base of its market, its id where two share a market."""
    bases = [base_of(p.market, book.currency) for p in book.positions]
    held = Counter(bases)
    return tuple(base if held[base] == 1 else position.id for base, position in zip(bases, book.positions, strict=True))
