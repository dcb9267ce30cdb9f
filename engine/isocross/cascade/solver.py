"""The event-driven solver: from one due place to the next, each an exact root on the place grid.

Order at one place: isolated positions by their precedence, then the cross machine until nothing is due.
At the start and after a gap the venue's `<` or `<=` decides what is due; on the way touching the line
counts, and what is due at a grid place happens there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from heapq import heapify, heappop, heappush

from isocross.account.book import Book, Mode
from isocross.cascade.events import Event, EventKind
from isocross.cascade.fills import Due as DueOrder
from isocross.cascade.ledger import Ledger
from isocross.cascade.loans import with_loans
from isocross.cascade.lone import alone
from isocross.cascade.machines import Due, Emit
from isocross.cascade.pooling import cross_run, settled_in
from isocross.cascade.portions import next_test
from isocross.cascade.repaying import debts
from isocross.cascade.resting import Resting, fillable
from isocross.cascade.scope import Courses, Scope
from isocross.cascade.steps import at_the_line, draw_by_itself
from isocross.cascade.timeline import Timeline
from isocross.cascade.watch import Watch
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import Glide
from isocross.paths.path import Marks
from isocross.rules.profile import Line
from isocross.work import Work


@exact
def solve(book: Book, path: Glide, limit: Decimal | None = None, work: Work | None = None) -> Timeline[Glide]:
    """Everything that happens on the glide from the opening marks to `limit` (the whole glide by default).

    TooMuchWork where that has no end in sight.
    """
    limit = path.end if limit is None else limit
    events: list[Event] = []
    run = _from_opening(book, path, events, work)
    run.settle(ZERO, standing_line(book))
    run.glide(limit)
    return Timeline(book, path, limit, tuple(events))


@exact
def solve_gap(
    book: Book, path: Glide, size: Decimal, limit: Decimal | None = None, work: Work | None = None
) -> Timeline[Glide]:
    """Everything that happens when all marks jump to where the glide is at place `size`, and glide on to `limit`.

    Without a limit they stay where they landed. TooMuchWork where that has no end in sight.
    """
    events: list[Event] = []
    run = _from_opening(book, path, events, work)
    run.settle(ZERO, standing_line(book))
    if size > 0:
        run.jump(size)
        run.settle(size, standing_line(book))
    limit = size if limit is None else limit
    run.glide(limit)
    return Timeline(book, path, limit, tuple(events))


@exact
def solve_jumps(book: Book, path: Glide, sizes: Sequence[Decimal], work: Work | None = None) -> Timeline[Glide]:
    """Everything that happens when all marks jump from one place of the glide to the next, and stay where they land.

    TooMuchWork where that has no end in sight.
    """
    events: list[Event] = []
    run = _from_opening(book, path, events, work)
    run.settle(ZERO, standing_line(book))
    for size in sizes:
        run.jump(size)
        run.settle(size, standing_line(book))
    return Timeline(book, path, max(sizes, default=ZERO), tuple(events))


def can_change(ledger: Ledger) -> bool:
    """Whether marks that move can do anything to an account: something is open, owed, or to be filled."""
    return any(ledger.is_open) or bool(debts(ledger)) or bool(fillable(ledger))


@exact
def solve_way(ledger: Ledger, start: Marks, target: Marks, work: Work | None = None) -> Ledger:
    """Take an account all the straight way from marks to others; return its ledger there.

    Args:
        ledger: as it stands at the start; what happens on the way is booked in it.
        start: the marks it stands at, all tested already.
        target: where they go.
        work: what it counts for; None: for itself.

    Raises:
        TooMuchWork: where that has no end in sight.
    """
    if can_change(ledger):
        courses = {symbol: (mark, target[symbol] - mark) for symbol, mark in start.items()}
        Stretch(ledger, courses, _booked(ledger, work, []), ZERO).glide(ONE)
    return ledger


def _from_opening(book: Book, path: Glide, events: list[Event], work: Work | None) -> Stretch:
    ledger = Ledger(book)
    return Stretch(ledger, path.courses(), _booked(ledger, work, events))


def _booked(ledger: Ledger, work: Work | None, events: list[Event]) -> Emit:
    """What books each event in the ledger, keeps it, and sees that they come to an end."""
    watch = Watch(ledger.book, work)

    def emit(event: Event) -> None:
        watch.count(event)
        event = settled_in(ledger, event)
        ledger.apply(event)
        events.append(event)

    return emit


def standing_line(book: Book) -> Due:
    """What is due where nothing moved continuously, by the venue's `<` or `<=`."""
    if book.profile.line is Line.BELOW:
        return lambda surplus: surplus < 0
    return lambda surplus: surplus <= 0


def _touching(surplus: Decimal) -> bool:
    return surplus <= 0


class Stretch:
    """One straight piece of a path: the scopes of a ledger on the courses of its markets."""

    def __init__(self, ledger: Ledger, courses: Courses, emit: Emit, place: Decimal = ZERO) -> None:
        """Stand at a place of the courses; `emit` applies each event to the ledger."""
        self._ledger = ledger
        self._book = ledger.book
        self._courses = courses
        self._emit, self._told = emit, with_loans(ledger, courses, emit)
        self._resting = Resting(ledger, courses, place)
        self._stand_all(place)

    def _stand_all(self, place: Decimal) -> None:
        self._isolated = {i: self._stand(i, place) for i in self._ledger.open_in(Mode.ISOLATED)}
        self._cross = cross_run(self._ledger, self._courses, self._emit, place)

    def _stand(self, index: int, place: Decimal) -> Scope:
        ledger = self._ledger
        return alone(self._book, self._courses, index, ledger.positions[index], ledger.margins[index], place)

    def settle(self, place: Decimal, due: Due) -> None:
        """Do all that is due where the scopes stand, by the rule of a start or a gap; then the orders."""
        self._settle(place, due)
        if self._resting.any:
            self._resting.follow(place)
            self._work(self._resting.standing(place), place, on_the_way=False)

    def _settle(self, place: Decimal, due: Due) -> None:
        for index in self._book.in_turn(i for i, scope in self._isolated.items() if due(scope.surplus)):
            self._end(index, due)
        self._cross.settle(place, due, forced=False)

    def jump(self, place: Decimal) -> None:
        """Stand at a place without looking at what lies between."""
        for scope in self._isolated.values():
            scope.advance(place)
        self._cross.jump(place)

    def glide(self, limit: Decimal) -> None:
        """Go from due place to due place; at one of them liquidations come before orders."""
        while (place := self._resting.next_due(limit)) is not None:
            self._glide(place)
            self._stand_all(place)
            self._work(self._resting.touched(place), place, on_the_way=True)
        self._glide(limit)
        self._resting.follow(limit)

    def _work(self, due: Sequence[int], place: Decimal, *, on_the_way: bool) -> None:
        """Let these orders be triggered and filled one by one, and test all scopes after each."""
        resting, ledger = self._resting, self._ledger
        waiting: list[tuple[int, bool, Decimal | None]] = [(i, on_the_way or place > ZERO, None) for i in due]
        marks = resting.marks(place)
        while waiting:
            index, rested, price = waiting.pop(0)
            if index not in ledger.reserves:
                continue
            wait = resting.wait(index, place)
            here = price or (wait.trades if on_the_way else resting.trades(index, place))
            due_order = DueOrder(ledger, marks, place, index, wait, here, rested)
            for event in due_order.events():
                self._told(event)
            if due_order.only_triggers:
                if resting.again(index, place):
                    waiting.insert(0, (index, False, here))
                continue
            self._stand_all(place)
            self._settle(place, standing_line(self._book))

    def _glide(self, limit: Decimal) -> None:
        order = list(self._isolated_due(limit))
        heapify(order)
        while True:
            cross_due = self._cross.next_due(limit)
            if order and (cross_due is None or order[0][0] < cross_due):
                place = order[0][0]
            elif cross_due is not None:
                place = cross_due
            else:
                return
            while order and order[0][0] == place:
                index = heappop(order)[2]
                self._isolated[index].advance(place)
                self._end(index, _touching)
                again = next_test(self._ledger, self._isolated[index], limit) if index in self._isolated else None
                if again is not None:
                    heappush(order, (again, self._book.precedence[index], index))
            self._cross.settle(place, _touching, forced=cross_due == place)

    def _isolated_due(self, limit: Decimal) -> Iterator[tuple[Decimal, int, int]]:
        """Where each of them next comes to its line, its rank among those of one place, and which it is."""
        for index, scope in self._isolated.items():
            place = next_test(self._ledger, scope, limit)
            if place is not None:
                yield place, self._book.precedence[index], index

    def _end(self, index: int, due: Due) -> None:
        """Go through the venue's procedure for an isolated position until it is healthy, or has ended."""
        ledger = self._ledger
        while index in self._isolated:
            scope = self._isolated[index]
            drawn = draw_by_itself(ledger, scope, index, self._courses, due)
            last: EventKind | None = None
            for event in (drawn,) if drawn else at_the_line(ledger, scope, index, lambda after, _: due(after.surplus)):
                self._told(event)
                last = event.kind
            if not ledger.is_open[index]:
                del self._isolated[index]
                return
            if last is EventKind.ORDER_CANCEL:
                continue
            self._isolated[index] = self._stand(index, scope.place)
            if not due(self._isolated[index].surplus):
                return
