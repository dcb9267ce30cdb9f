"""The two cross machines at work: each knows when something of it is due, and settles it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from heapq import heappop, heappush
from typing import Protocol

from engine.book import Mode
from engine.cascade.endings import close_next, cover_pool, take_over
from engine.cascade.events import Account, Event, EventKind, Figures, Posting, Tested
from engine.cascade.ledger import Ledger
from engine.cascade.scope import Scope
from engine.cross import neediest, refill
from engine.money import ZERO
from engine.venue import Victim

Courses = dict[str, tuple[Decimal, Decimal]]
Due = Callable[[Decimal], bool]
"""Whether a scope with this surplus g is due."""
Emit = Callable[[Event], None]


class CrossRun(Protocol):
    """A cross machine along one ray."""

    def next_due(self, limit: Decimal) -> Decimal | None:
        """The next place at which something of it is due."""

    def jump(self, place: Decimal) -> None:
        """Stand at a place without looking at what lies between."""

    def settle(self, place: Decimal, due: Due, *, forced: bool) -> None:
        """Do what is due at a place; `forced`: its next due place is this one."""


class Pooled:
    """One pool: at the line it closes victims until it is healthy or empty."""

    def __init__(self, ledger: Ledger, courses: Courses, emit: Emit, place: Decimal = ZERO) -> None:
        """Put every open cross position in one scope with the pool's cash, at a place of the courses."""
        self._ledger = ledger
        self._courses = courses
        self._emit = emit
        self._scope = self._stand(place)
        self._looked_ahead = False
        self._due: Decimal | None = None

    def _stand(self, place: Decimal) -> Scope:
        ledger = self._ledger
        members = {i: ledger.positions[i] for i in ledger.open_in(Mode.CROSS)}
        return Scope(ledger.book, self._courses, members, ledger.pool, place)

    def next_due(self, limit: Decimal) -> Decimal | None:
        """Where the pool next comes to its line; kept until something changes it."""
        if not self._looked_ahead:
            self._due = self._scope.next_due(limit) if self._scope.members else None
            self._looked_ahead = True
        return self._due

    def jump(self, place: Decimal) -> None:
        """Stand at a place without looking at what lies between."""
        self._scope.advance(place)

    def settle(self, place: Decimal, due: Due, *, forced: bool) -> None:
        """Close victims while the pool is due; a pool below zero after the last is covered."""
        if self._scope.cash != self._ledger.pool:
            self._scope = self._stand(place)
        elif self._looked_ahead and not forced:
            return
        self._scope.advance(place)
        self._looked_ahead = False
        marks = self._marks(place)
        while self._scope.members and (forced or due(self._scope.surplus)):
            forced = False
            event = close_next(self._ledger, self._scope, marks)
            self._emit(event)
            if event.kind is EventKind.LIQUIDATION and event.position is not None:
                self._scope.remove(event.position)
                forced = self._ledger.book.profile.victim is Victim.ALL
            else:
                self._scope = self._stand(place)
            self._scope.cash = self._ledger.pool
        if not self._scope.members and self._ledger.pool < 0:
            for event in cover_pool(self._ledger, self._scope):
                self._emit(event)
            self._scope.cash = self._ledger.pool

    def _marks(self, place: Decimal) -> Mapping[str, Decimal]:
        return {s: max(ZERO, start + slope * place) for s, (start, slope) in self._courses.items()}


class TopUp:
    """A bucket a position: at the line it draws from unused cash, and is taken over when that is not enough."""

    def __init__(self, ledger: Ledger, courses: Courses, emit: Emit, place: Decimal = ZERO) -> None:
        """Put every open cross position in a scope of its own with its bucket, at a place of the courses."""
        self._ledger = ledger
        self._emit = emit
        self._positions = dict(enumerate(ledger.positions))
        self._scopes = {
            i: Scope(ledger.book, courses, {i: ledger.positions[i]}, ledger.margins[i], place)
            for i in ledger.open_in(Mode.CROSS)
        }
        self._stale = set(self._scopes)
        self._due: list[tuple[Decimal, int]] = []

    def next_due(self, limit: Decimal) -> Decimal | None:
        """Where the first bucket next comes to its line."""
        for i in self._stale & self._scopes.keys():
            place = self._scopes[i].next_due(limit)
            if place is not None:
                heappush(self._due, (place, i))
        self._stale.clear()
        return self._due[0][0] if self._due else None

    def jump(self, place: Decimal) -> None:
        """Stand at a place without looking at what lies between."""
        for scope in self._scopes.values():
            scope.advance(place)

    def settle(self, place: Decimal, due: Due, *, forced: bool) -> None:
        """Refill or take over, the neediest first, until none of those due is at its line."""
        waiting = self._pop_due(place) if forced else self._standing_due(place, due)
        while waiting:
            i = neediest(self._positions, {j: self._scopes[j].equity for j in waiting})
            scope = self._scopes[i]
            drawn = refill(self._positions[i], scope.mark(i), scope.equity, self._ledger.pool)
            if drawn > 0:
                self._draw(i, drawn)
                if not due(scope.surplus):
                    waiting.remove(i)
                continue
            for event in take_over(self._ledger, i, scope):
                self._emit(event)
            waiting.remove(i)
            del self._scopes[i]

    def _pop_due(self, place: Decimal) -> set[int]:
        popped = set()
        while self._due and self._due[0][0] == place:
            popped.add(heappop(self._due)[1])
        for i in popped:
            self._scopes[i].advance(place)
        self._stale |= popped
        return popped

    def _standing_due(self, place: Decimal, due: Due) -> set[int]:
        """Those due where everything stands: at the start and after a jump."""
        return {i for i, s in self._scopes.items() if s.place == place and due(s.surplus)}

    def _draw(self, index: int, drawn: Decimal) -> None:
        scope = self._scopes[index]
        figures = Figures(
            tested=Tested.BUCKET,
            equity=scope.equity,
            maintenance_margin=scope.requirement,
            cash=scope.cash,
            left=self._ledger.pool - drawn,
            pnl=scope.pnl(index),
        )
        legs = (Posting(Account.POOL, -drawn), Posting(Account.MARGIN, drawn, index))
        self._emit(Event(scope.place, EventKind.REFILL, index, scope.mark(index), drawn, "unused", figures, legs))
        scope.cash = self._ledger.margins[index]
