"""Living through a path: leg by leg with the exact solver, with what is due at the hours and what the user does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from engine.book import Book
from engine.cascade.attribution import attributed
from engine.cascade.events import Event
from engine.cascade.ledger import Ledger
from engine.cascade.solver import Stretch, standing_line
from engine.cascade.timeline import Timeline
from engine.clock import Chime
from engine.legs import Leg, LivedPath
from engine.lived.acts import act
from engine.lived.hours import Rates, pay_funding, settle_pnl
from engine.money import ZERO, exact
from engine.plan import Planned

Deed = Chime | Planned


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where the path stands still for a deed."""

    place: Decimal
    deed: Deed


class LivedRun:
    """An account on its way: the ledger and the events so far.

    Order at one place: what comes due on the way there, the jump of a gap, the venue's hours, then the user's
    moves, each followed by a test of all scopes by the venue's `<` or `<=`, since marks stand still meanwhile.
    """

    def __init__(self, book: Book, rates: Rates = None) -> None:
        self.ledger = Ledger(book)
        self.events: list[Event] = []
        self._rates = rates
        self._line = standing_line(book)

    def _emit(self, event: Event) -> None:
        self.ledger.apply(event)
        self.events.append(event)

    def _emit_at(self, event: Event, marks: Mapping[str, Decimal]) -> None:
        """Book an event of the solver, with who paid."""
        self._emit(attributed(self.ledger, event, marks))

    def open(self, marks: Mapping[str, Decimal], stops: Sequence[Stop] = ()) -> None:
        """Do what is due at the opening, and the moves there."""
        self._test(marks, ZERO)
        self.stand(marks, ZERO, [stop.deed for stop in stops])

    def leg(self, leg: Leg, stops: Iterable[Stop], limit: Decimal) -> None:
        """Go along a leg, at most to a limit; `stops` are those after its beginning and up to its end, in order."""
        end = min(leg.end, limit)
        at = Decimal(leg.index)
        inside = [stop for stop in stops if stop.place <= end]
        for place, group in groupby(inside, key=lambda stop: stop.place):
            self._glide(leg, at, place)
            if leg.is_jump and place == leg.end:
                self._test(leg.landed(), place)
            self.stand(leg.marks(place), place, [stop.deed for stop in group])
            at = place
        if at < end:
            self._glide(leg, at, end)
            if leg.is_jump and end == leg.end:
                self._test(leg.landed(), end)

    def stand(self, marks: Mapping[str, Decimal], place: Decimal, deeds: Sequence[Deed]) -> None:
        """Do what the hours and the user ask for at one place."""
        chimes = [deed for deed in deeds if isinstance(deed, Chime)]
        for chime in chimes:
            if chime is Chime.FUNDING:
                pay_funding(self.ledger, marks, place, self._rates, self._emit)
            else:
                settle_pnl(self.ledger, marks, place, self._emit)
        if chimes:
            self._test(marks, place)
        for deed in deeds:
            if isinstance(deed, Planned):
                self._emit(act(self.ledger, marks, deed))
                self._test(marks, place)

    def _glide(self, leg: Leg, at: Decimal, end: Decimal) -> None:
        """Solve a part of a leg, in shares of it; its events get their places on the whole path."""
        if any(self.ledger.is_open):
            before = Decimal(leg.index)

            def emit(event: Event) -> None:
                place = event.place + before
                self._emit_at(event._replace(place=place), leg.marks(place))

            self.ledger.origin = before
            Stretch(self.ledger, leg.courses(), emit, at - before).glide(end - before)

    def _test(self, marks: Mapping[str, Decimal], place: Decimal) -> None:
        courses = {symbol: (mark, ZERO) for symbol, mark in marks.items()}
        self.ledger.origin = ZERO
        stretch = Stretch(self.ledger, courses, lambda event: self._emit_at(event, marks), place)
        stretch.settle(place, self._line)


def stops_of(moves: Iterable[Planned]) -> list[Stop]:
    """The places of the user's moves in order; those at one place as they are written."""
    return sorted((Stop(move.at, move) for move in moves), key=lambda stop: stop.place)


@exact
def live(
    book: Book, path: LivedPath, moves: Iterable[Planned] = (), limit: Decimal | None = None
) -> Timeline[LivedPath]:
    """Everything that happens on a path without a clock, up to `limit` (its end by default)."""
    limit = path.end if limit is None else min(limit, path.end)
    stops = stops_of(moves)
    run = LivedRun(book)
    run.open(path.opening, [stop for stop in stops if stop.place == 0])
    for index in range(path.count):
        if index >= limit:
            break
        leg = path.leg(index)
        run.leg(leg, [stop for stop in stops if index < stop.place <= leg.end], limit)
    return Timeline(book, path, limit, tuple(run.events))
