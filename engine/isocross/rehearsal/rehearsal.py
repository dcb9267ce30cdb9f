"""A rehearsal: one book under one kind of path. Whole glides are solved once; frames and timelines are read off.

A lived rehearsal: one book on one lived path, solved once; frames and the account at a place are read off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
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
from isocross.history.windows import load_window
from isocross.memo import Memo
from isocross.money import ONE, PLACE_GRID, ZERO, exact
from isocross.paths.bars import Bar, HistoryError
from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE, Glide, ReachError, too_far
from isocross.paths.path import Path
from isocross.paths.shock import Shock, _size
from isocross.paths.walk import LivedPath, Step, Walk, wick
from isocross.rehearsal.replay import ReplayPlan, replay
from isocross.rehearsal.run import live
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.work import Work


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
        if down and down[0].move == 0:
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
        return solve_gap(self.book, whole.path, size, self.work) if self.kind is PathKind.GAP else whole

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


class PriceHistory(Protocol):
    """What a replay needs of a history."""

    @property
    def title(self) -> str:
        """What it is called."""

    def bars(self) -> Iterable[Bar]:
        """Its bars, from the earliest on."""


@dataclass(frozen=True)
class LivedRehearsal:
    """An account on a lived path, with what happened on it."""

    whole: Timeline[LivedPath]
    scenario: Scenario
    trouble: str = ""
    """Why there is no path, in words; empty: there is one."""
    warning: Decimal = WARNING_DISTANCE

    @property
    def book(self) -> Book:
        """The account at the opening."""
        return self.whole.book

    @property
    def path(self) -> LivedPath:
        """How the marks move."""
        return self.whole.path

    def within(self, place: Decimal) -> Decimal:
        """The nearest place there is."""
        return max(ZERO, min(self.path.end, place)).quantize(PLACE_GRID)

    def stepped(self, place: Decimal, steps: int, size: Decimal) -> Decimal:  # noqa: ARG002
        """Where so many steps lead; each goes to the next corner, of candles to the next close."""
        return place + steps * self.path.stride

    def timeline(self, place: Decimal) -> Timeline[LivedPath]:  # noqa: ARG002 - what is done stays done
        """What happens on the path: all of it, wherever the cursor stands."""
        return self.whole

    def frame(self, place: Decimal) -> Frame:
        """Every figure at a place."""
        return frame_at(self.whole, self.whole, self.within(place), warning=self.warning)

    @exact
    def book_at(self, place: Decimal) -> Book:
        """The account as it stands at a place, with the marks there as its opening ones."""
        place = self.within(place)
        return Ledger.after(self.book, self.whole.until(place)).book_at(self.path.marks(place))

    def from_here(self, place: Decimal) -> GlideRehearsal:
        """The what-if from a place on."""
        return GlideRehearsal(self.book_at(place), self.scenario.betas, PathKind.WHAT_IF, self.warning)

    def next_event(self, place: Decimal) -> Event | None:
        """The next thing that happens after a place."""
        return next((event for event in self.whole.events if event.place > place), None)

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """Every place at which something happens, in order."""
        return tuple(stops_by_place(self.whole.events, self.path))

    @property
    def told_stops(self) -> tuple[Stop, ...]:
        """The same: who paid is known as it happens."""
        return self.stops

    def stop_beyond(self, place: Decimal, towards: int) -> Decimal | None:
        """The next event (towards = 1), or the one before (−1); of a walk and a wick also the end of a leg."""
        place = self.within(place)
        halts = {stop.at for stop in self.stops} | set(self.path.halts())
        if towards > 0:
            return min((halt for halt in halts if halt > place), default=None)
        return max((halt for halt in {ZERO, *halts} if halt < place), default=None)

    @cached_property
    @exact
    def equity(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """(place, equity) at every corner, of candles at every close, and before and after every event."""
        corners = (corner for n, corner in enumerate(self.path.corners()) if n % self.path.stride == 0)
        return tuple((place, ledger.equity(marks)) for place, ledger, marks in self.whole.walk(corners))

    @cached_property
    def happenings(self) -> tuple[tuple[Event, datetime | None], ...]:
        """Every event with its time; None on a path without a clock."""
        return tuple((event, self.path.time(event.place)) for event in self.whole.events)


def plan_of(scenario: Scenario) -> ReplayPlan:
    """How a scenario walks a history."""
    return ReplayPlan(scenario.candle, scenario.prices, scenario.stand_in, scenario.funding, scenario.moves)


def shipped_history(name: str) -> PriceHistory:
    """A shipped history by its name; HistoryError where there is none."""
    try:
        return load_window(name)
    except (LookupError, ValueError, OSError) as error:
        raise HistoryError(str(error.args[0]) if error.args else f"there is no history {name}") from None


def lived_rehearsal(
    book: Book, scenario: Scenario, history_of: Callable[[str], PriceHistory] | None = None
) -> LivedRehearsal:
    """The rehearsal of a scenario with a lived path.

    Args:
        book: the account at the opening.
        scenario: how the marks move, and what the user does.
        history_of: where a history is found by its name; the shipped ones without it.

    Raises:
        HistoryError: where a replay has no history, or one without the account's markets.
    """
    if scenario.path is PathKind.REPLAY:
        history = (history_of or shipped_history)(scenario.window or "")
        whole = replay(book, history.bars(), plan_of(scenario), keep_all=True, title=history.title)
        return LivedRehearsal(whole, scenario)
    path = Walk(_opening(book), scenario.betas, _steps(scenario))
    return LivedRehearsal(live(book, path, scenario.moves), scenario)


def standing_rehearsal(book: Book, scenario: Scenario, trouble: str) -> LivedRehearsal:
    """The rehearsal of an account whose path cannot be walked: it stays at the opening."""
    path = Walk(_opening(book), scenario.betas)
    return LivedRehearsal(live(book, path), replace(scenario, moves=()), trouble)


def _opening(book: Book) -> dict[str, Decimal]:
    return {symbol: market.mark for symbol, market in book.markets.items()}


def _steps(scenario: Scenario) -> tuple[Step, ...]:
    if scenario.path is PathKind.WICK and scenario.low is not None and scenario.back is not None:
        return wick(scenario.low, scenario.back)
    return scenario.legs
