"""A lived rehearsal: one book on one lived path, solved once; frames and the account at a place are read off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from isocross.account.book import Book
from isocross.account.order_kinds import OrderKind
from isocross.cascade.events import Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.resting import followed, trailing
from isocross.cascade.timeline import Timeline
from isocross.figures.frame import WARNING_DISTANCE, Frame, frame_at
from isocross.money import ONE, PLACE_GRID, ZERO, exact
from isocross.paths.walk import LivedPath
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import Extent, GlideRehearsal, Stop, stops_by_place
from isocross.rehearsal.scenario import PathKind, Scenario


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

    def with_warning(self, distance: Decimal) -> LivedRehearsal:
        """The same, with positions at risk from that share of the mark on."""
        return replace(self, warning=distance)

    @cached_property
    def what_if(self) -> GlideRehearsal:
        """How the marks could glide from the opening instead."""
        return GlideRehearsal(self.book, self.scenario.betas, PathKind.WHAT_IF, self.warning)

    @property
    def extent(self) -> Extent:
        """From the opening to the end."""
        return Extent(ZERO, max(self.path.end, ONE), "opening", "end")

    def within(self, place: Decimal) -> Decimal:
        """The nearest place there is."""
        return max(ZERO, min(self.path.end, place)).quantize(PLACE_GRID)

    def reached(self, place: Decimal) -> tuple[Decimal, str]:
        """The nearest place; there is a way to all of them."""
        return self.within(place), ""

    def pointed(self, place: Decimal) -> Decimal:
        """The nearest corner."""
        return place.quantize(ONE) + ZERO

    def named(self, place: Decimal) -> str:
        """A place in a word or two."""
        return self.path.short(place)

    def place_of(self, moment: datetime) -> Decimal | None:
        """The first place at or after a moment; None on a path without a clock."""
        return self.path.place_of(moment)

    def is_passed(self, stop: Decimal, place: Decimal) -> bool:
        """Whether a stop is before a place, or at it."""
        return stop <= place

    def acted_at(self, place: Decimal) -> Decimal:
        """The place itself."""
        return place

    def rests_at(self, shock: Decimal) -> Decimal:  # noqa: ARG002
        """At the end."""
        return self.path.end

    def play_end(self, place: Decimal) -> Decimal:  # noqa: ARG002
        """The end of the path."""
        return self.path.end

    def stepped(self, place: Decimal, steps: int, size: Decimal) -> Decimal:  # noqa: ARG002
        """Where so many steps lead; each goes to the next corner, of candles to the next close."""
        return place + steps * self.path.stride

    def timeline(self, place: Decimal) -> Timeline[LivedPath]:  # noqa: ARG002 - what is done stays done
        """What happens on the path: all of it, wherever the cursor stands."""
        return self.whole

    def frame(self, place: Decimal) -> Frame:
        """Every figure at a place."""
        return frame_at(self.whole, self.whole, self.within(place), lived=True, warning=self.warning)

    @exact
    def book_at(self, place: Decimal) -> Book:
        """The account as it stands at a place, with the marks there as its opening ones."""
        place = self.within(place)
        ledger = Ledger.after(self.book, self.whole.until(place))
        if any(order.fills is OrderKind.TRAILING for order in self.book.orders):
            self._follow(ledger, place)
        return ledger.book_at(self.path.marks(place))

    def _follow(self, ledger: Ledger, place: Decimal) -> None:
        """Let the orders that trail see every price up to a place; between two corners no price is better."""
        began = {e.fill.order: e.place for e in self.whole.events if e.kind is EventKind.TRIGGER and e.fill is not None}
        places = [*(corner for corner in self.path.corners() if corner < place), place]
        for at, marks in self.path.along(places):
            seen = [i for i in trailing(ledger) if began.get(i, ZERO) <= at]
            for index in seen:
                order = self.book.orders[index]
                ledger.best[index] = followed(self.book, order, ledger.best.get(index), marks[order.market])

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
        """Every event with its time, no finer than that of its candle; None on a path without a clock."""
        return tuple((event, self.path.known_time(event.place)) for event in self.whole.events)
