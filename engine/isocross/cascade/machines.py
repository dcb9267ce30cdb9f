"""The two cross machines at work: each knows when something of it is due, and settles it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from heapq import heapify, heappop, heappush
from typing import Protocol

from isocross.account.book import Mode
from isocross.account.margin import opposed
from isocross.cascade.endings import cover_pool, take_over
from isocross.cascade.events import Account, Event, EventKind, Figures, Posting, Tested
from isocross.cascade.ledger import Ledger
from isocross.cascade.lone import alone
from isocross.cascade.portions import next_test
from isocross.cascade.ranking import Ranking, need, refill
from isocross.cascade.reductions import shortage_of
from isocross.cascade.scope import Courses, Scope
from isocross.cascade.standing import pool_now
from isocross.cascade.steps import at_the_line, cancel, cancel_orders, close_of_pool, of_the_pool, part_of
from isocross.money import ZERO
from isocross.rules.procedure import StepKind
from isocross.rules.profile import Residual, Victim

Due = Callable[[Decimal], bool]
"""Whether a scope with this surplus g is due."""
Emit = Callable[[Event], None]

_ENDS = (EventKind.LIQUIDATION, EventKind.REDUCTION)


class CrossRun(Protocol):
    """A cross machine along one glide."""

    def next_due(self, limit: Decimal) -> Decimal | None:
        """The next place at which something of it is due."""

    def jump(self, place: Decimal) -> None:
        """Stand at a place without looking at what lies between."""

    def settle(self, place: Decimal, due: Due, *, forced: bool) -> None:
        """Do what is due at a place; `forced`: its next due place is this one."""


class Pooled:
    """One pool: at the line it closes victims until it is healthy or empty."""

    def __init__(
        self, ledger: Ledger, courses: Courses, emit: Emit, place: Decimal = ZERO, coin: str | None = None
    ) -> None:
        """Put the open cross positions in one scope with the pool's cash, at a place of the courses.

        Those that settle in one asset; where none is named, all.
        """
        self._ledger = ledger
        self._courses = courses
        self._emit = emit
        self._coin = coin
        self._stand(place)
        self._looked_ahead = False
        self._due: Decimal | None = None
        self._is_due: Due = lambda surplus: surplus <= ZERO
        self._buffer = ZERO
        """What is asked above the line while a liquidation is under way that ends only there."""

    def _stand(self, place: Decimal) -> None:
        self._cash = self._ledger.behind_pool_in(self._coin or "")
        self._scope = pool_now(self._ledger, self._courses, place, self._coin)
        self._forget()

    def _forget(self) -> None:
        """Have no ranking yet, and look which of the scope stand against one another."""
        ledger = self._ledger
        self._ranking: Ranking | None = None
        members = {i: ledger.positions[i] for i in self._scope.members}
        self._opposed = bool(opposed(members, ledger.book.profile.netting))

    def next_due(self, limit: Decimal) -> Decimal | None:
        """Where the pool next comes to its line; kept until something changes it."""
        if not self._looked_ahead:
            self._due = next_test(self._ledger, self._scope, limit) if self._at_stake() else None
            self._looked_ahead = True
        return self._due

    def jump(self, place: Decimal) -> None:
        """Stand at a place without looking at what lies between."""
        self._scope.advance(place)

    def settle(self, place: Decimal, due: Due, *, forced: bool) -> None:
        """Go through the venue's procedure while the pool is due; one below zero after the last close is covered."""
        if self._has_changed():
            self._recount(place)
        elif self._looked_ahead and not forced:
            return
        self._scope.advance(place)
        self._looked_ahead, self._is_due = False, due
        deed = self._all if self._ledger.book.profile.victim is Victim.ALL else self._one
        while self._scope.members and (forced or due(self._scope.surplus)):
            forced = deed(forced)
        self._close_up(due)

    def _at_stake(self) -> bool:
        """Whether there is anything that could come to its line."""
        return bool(self._scope.members)

    def _close_up(self, due: Due) -> None:  # noqa: ARG002 - a pool of assets looks once more
        """Cover a pool that is below zero once its last position was closed."""
        if not self._scope.members and self._ledger.cash_in(self._coin or "") < 0:
            cancelled = cancel(self._ledger, self._scope, None, tuple(self._ledger.reserves))
            for event in (*cancelled, *cover_pool(self._ledger, self._scope)):
                self._emit(event)
            self._rest()

    def _has_changed(self) -> bool:
        """Whether something else moved cash of the pool."""
        return self._cash != self._ledger.behind_pool_in(self._coin or "")

    def _rest(self) -> None:
        """Let the scope rest on the cash that there is now."""
        self._scope.cash = self._cash = self._ledger.behind_pool_in(self._coin or "")

    def _one(self, forced: bool) -> bool:
        """Do the next thing of the procedure about the first victim; whether what comes next is due without a test."""
        ledger, scope = self._ledger, self._scope
        if self._ranking is None:
            victim = ledger.book.profile.victim
            turn = sorted(scope.members) if victim is Victim.FILE_ORDER else ledger.book.in_turn(scope.members)
            self._ranking = Ranking(scope, victim, turn)
        ranking = self._ranking

        def again(after: Scope, index: int) -> bool:
            return self._is_due(after.surplus) and ranking.first() == index

        return self._do(at_the_line(ledger, scope, ranking.first(), again), forced)

    def _all(self, forced: bool) -> bool:
        """Do the next thing about all positions at once, as one test of the pool has it; the same."""
        ledger, scope = self._ledger, self._scope
        turn = ledger.book.in_turn(scope.members)
        together = of_the_pool(ledger, scope, turn[0])
        if together is not None:
            return self._do(together, forced)
        equity, asked = scope.equity, scope.requirement
        parts = {index: part_of(ledger, scope, index) for index in turn}
        for index, part in parts.items():
            event = close_of_pool(ledger, self._scope, index, part)
            figures = event.figures
            # the last to be closed was not alone when the pool was tested
            alone = figures.alone and len(turn) == 1
            figures = figures._replace(equity=equity, maintenance_margin=asked, alone=alone)
            event = event._replace(figures=figures)
            self._emit(event)
            self._follow([event])
        return False

    def _do(self, events: Iterator[Event], forced: bool) -> bool:
        """Let these happen, which one test of the pool has made due."""
        before, done = self._scope.surplus, list[Event]()
        for event in events:
            self._emit(event._replace(figures=event.figures._replace(buffer=self._buffer)) if self._buffer else event)
            done.append(event)
        self._buffer = ZERO
        self._follow(done)
        if done and all(event.kind is EventKind.ORDER_CANCEL for event in done):
            return forced and self._scope.surplus == before
        only = done[0] if len(done) == 1 else None
        return only is not None and only.kind is EventKind.LIQUIDATION and self._goes_on()

    def _goes_on(self) -> bool:
        """Whether a pool of which a position was closed lacks something to where its liquidation ends."""
        ledger, scope = self._ledger, self._scope
        restore = next((step for step in ledger.book.profile.steps if step.kind is StepKind.RESTORE), None)
        if restore is None or not scope.members:
            return False
        lacks = shortage_of(restore, ledger, scope)
        if lacks > ZERO:
            self._buffer = lacks + scope.surplus
        return lacks > ZERO

    def _follow(self, events: Sequence[Event]) -> None:
        """Bring the scope to what is left once these events were booked."""
        ledger, scope = self._ledger, self._scope
        ends = [event.position for event in events if event.kind in _ENDS and event.position is not None]
        if not scope.changeable and (len(ends) != 1 or self._opposed):
            # who is asked for margin can be another now, and sums of quotients are best made afresh
            self._stand(scope.place)
            return
        for index in ends:
            scope.put(index, ledger.positions[index] if ledger.is_open[index] else None)
        scope.net(ledger.netted)
        self._rest()

    def _recount(self, place: Decimal) -> None:
        """Stand at a place with the cash that is there now."""
        if not self._scope.changeable:
            self._stand(place)
            return
        self._scope.rewind()
        self._rest()


class TopUp:
    """A bucket a position: at the line it draws from unused cash, and is taken over when that is not enough."""

    def __init__(self, ledger: Ledger, courses: Courses, emit: Emit, place: Decimal = ZERO) -> None:
        """Put every open cross position in a scope of its own with its bucket, at a place of the courses."""
        self._ledger = ledger
        self._emit = emit
        self._positions = dict(enumerate(ledger.positions))
        self._scopes = {
            i: alone(ledger.book, courses, i, ledger.positions[i], ledger.margins[i], place)
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
        due_here = self._pop_due(place) if forced else self._standing_due(place, due)
        waiting = [self._with_need(i) for i in due_here]
        heapify(waiting)
        while waiting:
            i = heappop(waiting)[2]
            scope = self._scopes[i]
            drawn = refill(self._positions[i], scope.mark(i), scope.equity, self._ledger.unreserved)
            if drawn > 0:
                self._draw(i, drawn)
                if due(scope.surplus):
                    heappush(waiting, self._with_need(i))
                continue
            cancelled = cancel_orders(self._ledger, scope, i)
            if cancelled:
                for event in cancelled:
                    self._emit(event)
                if self._ledger.book.profile.cancel_before_last_refill:
                    heappush(waiting, self._with_need(i))
                    continue
            for event in take_over(self._ledger, i, scope, Residual.FUND):
                self._emit(event)
            del self._scopes[i]

    def _with_need(self, index: int) -> tuple[Decimal, int, int]:
        """What those due together are ordered by."""
        rank = self._ledger.book.precedence[index]
        return need(self._positions[index], self._scopes[index].equity), rank, index

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
            left=self._ledger.unreserved - drawn,
            pnl=scope.pnl(index),
        )
        legs = (Posting(Account.POOL, -drawn), Posting(Account.MARGIN, drawn, index))
        self._emit(Event(scope.place, EventKind.REFILL, index, scope.mark(index), drawn, "unused", figures, legs))
        scope.cash = self._ledger.margins[index]
