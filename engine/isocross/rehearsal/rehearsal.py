"""A rehearsal: one book under one kind of path; and that of marks that glide.

Whole glides are solved once; frames and timelines are read off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from itertools import groupby
from typing import Protocol

from isocross.account.book import Book
from isocross.cascade.events import Event
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_gap
from isocross.cascade.timeline import Timeline
from isocross.figures.frame import WARNING_DISTANCE, Frame, frame_at
from isocross.format import percent
from isocross.memo import Memo
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE, Glide, ReachError, reach, too_far
from isocross.paths.path import Path
from isocross.paths.shock import Shock, _size
from isocross.records import dataclass
from isocross.rehearsal.scenario import PathKind
from isocross.work import Work


@dataclass(frozen=True)
class Stop:
    """A place at which something happens."""

    at: Decimal
    """Where a cursor stands that is there: the common move, or the place of a lived path."""
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Extent:
    """From where to where a cursor goes, and how the ends are called."""

    low: Decimal
    high: Decimal
    low_words: str
    high_words: str


class Rehearsal(Protocol):
    """A book on a path of any kind. A cursor `at` is the signed common move of a glide, the place of a lived path."""

    @property
    def book(self) -> Book:
        """The account at the opening."""

    def with_warning(self, distance: Decimal, /) -> Rehearsal:
        """The same, with positions at risk from that share of the mark on."""

    @property
    def trouble(self) -> str:
        """Why there is no path, in words; empty: there is one."""

    @property
    def what_if(self) -> GlideRehearsal:
        """How the marks of the account at the opening can glide."""

    @property
    def extent(self) -> Extent:
        """From where to where a cursor goes."""

    def within(self, at: Decimal, /) -> Decimal:
        """The nearest cursor there is."""

    def reached(self, at: Decimal, /) -> tuple[Decimal, str]:
        """The nearest cursor that can be gone to, and why it is not the one asked for; empty: it is, or nearly."""

    def pointed(self, at: Decimal, /) -> Decimal:
        """The cursor that a pointer means, which is not exact."""

    def named(self, at: Decimal, /) -> str:
        """A cursor in a word or two."""

    def place_of(self, moment: datetime, /) -> Decimal | None:
        """The first cursor at or after a moment; None on a path without a clock."""

    def is_passed(self, stop: Decimal, at: Decimal, /) -> bool:
        """Whether a cursor has come by a stop."""

    def acted_at(self, at: Decimal, /) -> Decimal:
        """The cursor at which is done what a user does there."""

    def rests_at(self, shock: Decimal, /) -> Decimal:
        """Where a cursor is that nobody has put anywhere, given the shock of the scenario."""

    def play_end(self, at: Decimal, /) -> Decimal:
        """Where a play that begins at a cursor ends."""

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

    def from_here(self, at: Decimal, /) -> GlideRehearsal:
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


_PLAYED_ANYWAY = Decimal("-0.45")
"""Where the last event is taken to be, where there is none."""
_PLAYED_PAST = Decimal("0.05")
"""How far past the last event a play goes."""


@dataclass(frozen=True)
class GlideRehearsal:
    """A book and how its marks can glide."""

    book: Book
    betas: Mapping[str, Decimal]
    kind: PathKind = PathKind.WHAT_IF
    warning: Decimal = WARNING_DISTANCE
    work: Work | None = field(default=None, compare=False, repr=False)
    """What its glides count for; None: each for itself."""

    @cached_property
    def falling(self) -> Timeline[Glide]:
        """The whole glide of the common move down to −95 %."""
        return solve(self.book, Glide.common(self.book, self.betas, -1), work=self.work)

    @cached_property
    def rising(self) -> Timeline[Glide]:
        """The whole glide of the common move up to +300 %."""
        return solve(self.book, Glide.common(self.book, self.betas, 1), work=self.work)

    @property
    def jumps(self) -> bool:
        """Whether the marks are at the shock at once."""
        return self.kind is PathKind.GAP

    def with_warning(self, distance: Decimal) -> GlideRehearsal:
        """The same, with positions at risk from that share of the mark on."""
        return replace(self, warning=distance)

    @property
    def trouble(self) -> str:
        """Empty: there is always a way."""
        return ""

    @property
    def what_if(self) -> GlideRehearsal:
        """The same."""
        return self

    @property
    def extent(self) -> Extent:
        """From −95 % to +300 %."""
        return Extent(-DEEPEST_FALL, HIGHEST_RISE, "−95 %", "+300 %")

    @cached_property
    def memo(self) -> Memo:
        """Answers about this rehearsal that take a while."""
        return Memo()

    def whole(self, shock: Shock) -> Timeline[Glide]:
        """The whole glide in the direction of a shock; from 0 the way down.

        ReachError for a shock that takes an inverse market too near to zero.
        """
        if not isinstance(shock, Decimal):
            return solve(self.book, Glide.towards(self.book, shock), work=self.work)
        glide = self.rising if shock > 0 else self.falling
        if abs(shock) <= glide.limit:
            return glide
        self.refuse_too_far(shock)
        return solve(self.book, glide.path, abs(shock), self.work)

    def refuse_too_far(self, shock: Shock) -> None:
        """ReachError for a shock that takes an inverse market too near to zero."""
        if not isinstance(shock, Decimal):
            Glide.towards(self.book, shock)
            return
        asked = too_far(self.book.inverse_markets, self.betas, shock)
        if asked is not None:
            raise ReachError(asked)

    def timeline(self, shock: Shock) -> Timeline[Glide]:
        """What happens up to a shock, or in one jump to it."""
        return self._happening(self.whole(shock), _size(shock))

    def within(self, shock: Decimal) -> Decimal:
        """The nearest shock from −95 % to +300 %; some of them can be too far for an inverse market."""
        return max(-DEEPEST_FALL, min(HIGHEST_RISE, shock))

    def reached(self, shock: Decimal) -> tuple[Decimal, str]:
        """The nearest shock that no inverse market forbids, and why it is not the one asked for."""
        asked = self.within(shock)
        why = too_far(self.book.inverse_markets, self.betas, asked)
        if why is None:
            return asked, ""
        end = reach(self.book.inverse_markets, self.betas, 1 if asked > 0 else -1) or ZERO
        return max(-end, min(end, asked)), why

    def pointed(self, shock: Decimal) -> Decimal:
        """The nearest tenth of a per cent."""
        return shock.quantize(Decimal("0.001")) + ZERO

    def named(self, shock: Decimal) -> str:
        """The common move."""
        return percent(shock, plus="+")

    def place_of(self, moment: datetime) -> None:  # noqa: ARG002
        """None: a glide has no clock."""
        return

    def is_passed(self, stop: Decimal, shock: Decimal) -> bool:
        """Whether a stop is on the way to a shock."""
        return stop * shock > 0 and abs(stop) <= abs(shock)

    def acted_at(self, shock: Decimal) -> Decimal:  # noqa: ARG002
        """The opening."""
        return ZERO

    def rests_at(self, shock: Decimal) -> Decimal:
        """At the shock."""
        return shock

    def play_end(self, shock: Decimal) -> Decimal:
        """The shock; from the opening marks a little past the last event, down if one is there."""
        if shock:
            return shock
        moves = [stop.at for stop in self.stops if stop.at]
        last = min(moves, default=_PLAYED_ANYWAY)
        if last > 0:
            last = max(moves)
        return self.within(last + _PLAYED_PAST if last > 0 else last - _PLAYED_PAST)

    def stepped(self, shock: Decimal, steps: int, size: Decimal) -> Decimal:
        """Where so many steps lead; from between two of them to the next one that way."""
        toward = ROUND_FLOOR if steps > 0 else ROUND_CEILING
        return ((shock / size).to_integral_value(toward) + steps) * size

    @exact
    def book_at(self, shock: Shock) -> Book:
        """The account as it stands at a shock, with the marks there as its opening ones."""
        timeline, size = self.timeline(shock), _size(shock)
        return Ledger.after(self.book, timeline.until(size)).book_at(timeline.path.marks(size))

    def next_event(self, shock: Shock) -> Event | None:
        """The next thing that happens on the glide, further in the direction of a shock; None: nothing."""
        return next((event for event in self.whole(shock).happened if event.place > _size(shock)), None)

    def from_here(self, shock: Shock) -> GlideRehearsal:  # noqa: ARG002 - what is done is done at the opening
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
        down, up = stops_by_place(falls, self.falling.path), stops_by_place(rises, self.rising.path)
        if down and down[0].at == 0:
            up = [stop for stop in up if stop.at != 0]
        return tuple(sorted([*down, *up], key=lambda stop: stop.at))

    def stop_beyond(self, shock: Decimal, towards: int) -> Decimal | None:
        """The next stop outward from a shock (towards = 1), or back to the opening marks (−1); None at the end."""
        outward = [stop.at for stop in self.stops if stop.at * shock > 0 or shock == 0]
        if shock == 0:
            return min((m for m in outward if m), key=lambda m: (m > 0, abs(m)), default=None) if towards > 0 else None
        if towards > 0:
            return min((m for m in outward if abs(m) > abs(shock)), key=abs, default=None)
        return max((m for m in outward if abs(m) < abs(shock)), key=abs, default=ZERO)

    def _happening(self, whole: Timeline[Glide], size: Decimal) -> Timeline[Glide]:
        return solve_gap(self.book, whole.path, size, work=self.work) if self.jumps else whole

    def frame(self, shock: Shock, at: Decimal = ONE) -> Frame:
        """The frame at a fraction of a shock."""
        whole, size = self.whole(shock), _size(shock)
        if not self.jumps:
            return frame_at(whole, whole, size * at, warning=self.warning)
        jump = self._happening(whole, size)
        if at != ONE:
            return frame_at(jump, whole, ZERO, warning=self.warning)
        beyond = solve_gap(self.book, whole.path, size, whole.limit, self.work)
        return frame_at(jump, beyond, size, warning=self.warning)
