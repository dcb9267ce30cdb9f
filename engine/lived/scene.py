"""A lived scene: one book on one lived path, solved once; frames and the account at a place are read off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from engine.book import Book
from engine.cascade.events import Event
from engine.cascade.ledger import Ledger
from engine.cascade.timeline import Timeline
from engine.frame import WARNING_DISTANCE, Frame, frame_at
from engine.history.candles import Bar
from engine.history.windows import load_window
from engine.legs import LivedPath, Step, Walk, wick
from engine.lived.bars import HistoryError
from engine.lived.replay import ReplayPlan, replay
from engine.lived.run import live
from engine.money import PLACE_GRID, ZERO, exact
from engine.scene import Scene, Stop, stops_by_place
from engine.workspace.model import PathKind, Scenario


class PriceHistory(Protocol):
    """What a replay needs of a history."""

    @property
    def title(self) -> str:
        """What it is called."""

    def bars(self) -> Iterable[Bar]:
        """Its bars, from the earliest on."""


@dataclass(frozen=True)
class LivedScene:
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
        return self.whole.ray

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

    def from_here(self, place: Decimal) -> Scene:
        """The what-if from a place on."""
        return Scene(self.book_at(place), self.scenario.betas, PathKind.WHAT_IF, self.warning)

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
        halts = {stop.move for stop in self.stops} | set(self.path.halts())
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


def lived_scene(book: Book, scenario: Scenario, history_of: Callable[[str], PriceHistory] | None = None) -> LivedScene:
    """The scene of a scenario with a lived path.

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
        return LivedScene(whole, scenario)
    path = Walk(_opening(book), scenario.betas, _steps(scenario))
    return LivedScene(live(book, path, scenario.moves), scenario)


def standing_scene(book: Book, scenario: Scenario, trouble: str) -> LivedScene:
    """The scene of an account whose path cannot be walked: it stays at the opening."""
    path = Walk(_opening(book), scenario.betas)
    return LivedScene(live(book, path), replace(scenario, moves=()), trouble)


def _opening(book: Book) -> dict[str, Decimal]:
    return {symbol: market.mark for symbol, market in book.markets.items()}


def _steps(scenario: Scenario) -> tuple[Step, ...]:
    if scenario.path is PathKind.WICK and scenario.low is not None and scenario.back is not None:
        return wick(scenario.low, scenario.back)
    return scenario.legs
