"""The pools of an account: one of its currency, one for each token, or one that all of its assets back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from isocross.cascade.backed import AssetPool
from isocross.cascade.events import Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.machines import CrossRun, Due, Emit, Pooled, TopUp
from isocross.cascade.repaying import (
    borrowed,
    conversion,
    covered,
    debts,
    exchanged_debts,
    orders_that_borrow,
    repays_first,
)
from isocross.cascade.scope import Courses
from isocross.cascade.standing import asset_pool_now, backing_of
from isocross.cascade.steps import cancel


def cross_run(ledger: Ledger, courses: Courses, emit: Emit, place: Decimal) -> CrossRun:
    """The machine of an account's cross positions, at a place of the courses."""
    if ledger.book.top_up:
        return TopUp(ledger, courses, emit, place)
    if ledger.book.pools_assets:
        return PooledAssets(ledger, courses, emit, place)
    if len(ledger.book.coins) > 1:
        return PooledTokens(ledger, courses, emit, place)
    return Pooled(ledger, courses, emit, place)


class PooledTokens:
    """One pool for each token that positions settle in, with the balance of that token."""

    def __init__(self, ledger: Ledger, courses: Courses, emit: Emit, place: Decimal) -> None:
        """Stand at a place of the courses."""
        self._pools = [Pooled(ledger, courses, emit, place, coin) for coin in ledger.book.coin_names]
        self._limit = place

    def next_due(self, limit: Decimal) -> Decimal | None:
        """Where the first of them next comes to its line."""
        self._limit = limit
        return min((place for pool in self._pools if (place := pool.next_due(limit)) is not None), default=None)

    def jump(self, place: Decimal) -> None:
        """Stand at a place without looking at what lies between."""
        for pool in self._pools:
            pool.jump(place)

    def settle(self, place: Decimal, due: Due, *, forced: bool) -> None:
        """Do what is due of each, in the order of the account's list of assets."""
        for pool in self._pools:
            pool.settle(place, due, forced=forced and pool.next_due(self._limit) == place)


class PooledAssets(Pooled):
    """One pool that all assets back: at its line debts are repaid before a position is closed."""

    _scope: AssetPool

    def __init__(self, ledger: Ledger, courses: Courses, emit: Emit, place: Decimal) -> None:
        """Put every open cross position in one scope with all assets, at a place of the courses."""
        self._told = emit
        super().__init__(ledger, courses, self._watched, place)

    def _stand(self, place: Decimal) -> None:
        self._backing = backing_of(self._ledger)
        self._scope = asset_pool_now(self._ledger, self._courses, place)
        self._forget()

    def _has_changed(self) -> bool:
        return self._backing != backing_of(self._ledger)

    def _rest(self) -> None:
        self._backing = backing_of(self._ledger)
        self._scope.rest_on(self._backing)

    def _at_stake(self) -> bool:
        return bool(self._scope.members or debts(self._ledger))

    def _watched(self, event: Event) -> None:
        """Let an event happen, and tell what it borrowed or repaid."""
        ledger, index = self._ledger, event.position
        if index is None or event.kind is EventKind.ORDER_CANCEL:
            self._told(event)
            return
        coin = ledger.coin_of(index)
        before = ledger.cash_in(coin)
        self._told(event)
        loan = borrowed(ledger, self._scope, coin, before)
        if loan is not None:
            self._told(loan)

    def settle(self, place: Decimal, due: Due, *, forced: bool) -> None:
        """Repay what is due or above its limit, then go through the venue's procedure while the pool is due."""
        if self._has_changed():
            self._recount(place)
        elif self._looked_ahead and not forced:
            return
        self._scope.advance(place)
        self._looked_ahead, self._is_due = False, due
        if self._exchange(exchanged_debts(self._ledger)):
            forced = False
        if self._scope.members and debts(self._ledger) and (forced or due(self._scope.surplus)):
            forced = not self._repay() and forced
        super().settle(place, due, forced=forced)

    def _one(self, forced: bool) -> bool:
        after = super()._one(forced)
        return self._between(after)

    def _all(self, forced: bool) -> bool:
        after = super()._all(forced)
        return self._between(after)

    def _between(self, forced: bool) -> bool:
        """Repay what a close has made due, before the pool is tested again."""
        done = self._exchange(exchanged_debts(self._ledger))
        if self._scope.members and debts(self._ledger) and self._is_due(self._scope.surplus):
            done = self._repay() or done
        return forced and not done

    def _repay(self) -> bool:
        """Cancel the orders that borrow, and sell collateral for every debt; whether anything was done."""
        if not debts(self._ledger) or not repays_first(self._ledger):
            return False
        cancelled = cancel(self._ledger, self._scope, None, orders_that_borrow(self._ledger))
        done = self._happens(iter(cancelled))
        return self._exchange(debts(self._ledger)) or done

    def _exchange(self, owed: list[str]) -> bool:
        """Sell collateral for these debts; whether there was any to sell."""
        return self._happens(chain.from_iterable(conversion(self._ledger, self._scope, debt) for debt in owed))

    def _happens(self, events: Iterator[Event]) -> bool:
        done = False
        for event in events:
            self._told(event)
            self._rest()
            done = True
        return done

    def _close_up(self, due: Due) -> None:
        """Once the last position was closed: sell what repays, and cover what nothing is left for."""
        if self._scope.members or not debts(self._ledger) or not due(self._scope.surplus):
            return
        cancelled = cancel(self._ledger, self._scope, None, tuple(self._ledger.reserves))
        self._happens(iter(cancelled))
        self._exchange(debts(self._ledger))
        if due(self._scope.surplus):
            self._happens(covered(self._ledger, self._scope))


def settled_in(ledger: Ledger, event: Event) -> Event:
    """An event of a position, in the asset that its position settles in; what orders held is in their own already."""
    if event.position is None or event.asset or event.kind is EventKind.ORDER_CANCEL:
        return event
    coin = ledger.coin_of(event.position)
    return event.in_asset(coin) if coin else event
