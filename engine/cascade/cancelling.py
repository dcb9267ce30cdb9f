"""Cancelling resting orders at a line: which of them, and as an event."""

from __future__ import annotations

from engine.book import Mode
from engine.cascade.events import Event, EventKind, Figures, Tested
from engine.cascade.ledger import Ledger
from engine.cascade.scope import Scope
from engine.money import ZERO
from engine.procedure import CancelScope, StepKind
from engine.venue import Victim


def cancel_orders(ledger: Ledger, scope: Scope, index: int) -> Event | None:
    """The cancelling that comes before a position is liquidated; None: nothing of it rests, or the venue has none."""
    for step in ledger.book.profile.steps:
        if step.kind is StepKind.CANCEL_ORDERS and step.scope is not None:
            return cancel(ledger, scope, index, resting(ledger, step.scope, scope, index))
    return None


def resting(ledger: Ledger, which: CancelScope, scope: Scope, index: int) -> tuple[int, ...]:
    """Indexes of the orders in a scope of cancelling that still rest, in file order (rules.md §11.3)."""
    if not ledger.reserves:
        return ()
    position = ledger.positions[index]
    pooled = not ledger.book.has_bucket(position)
    if which is CancelScope.COIN or (which is CancelScope.ACCOUNT and position.mode is Mode.CROSS):
        return tuple(ledger.reserves)
    markets = {position.market}
    if pooled and ledger.book.profile.victim is Victim.ALL:
        markets = {ledger.positions[i].market for i in scope.members}
    return tuple(order for order in ledger.reserves if ledger.book.orders[order].market in markets)


def cancel(ledger: Ledger, scope: Scope, index: int | None, orders: tuple[int, ...]) -> Event | None:
    """Cancel these orders; what they held is free. No cash moves: it was in the account all along."""
    if not orders:
        return None
    freed = sum((ledger.reserves[order] for order in orders), ZERO)
    position = None if index is None else ledger.positions[index]
    bucket = position is not None and ledger.book.has_bucket(position)
    tested = Tested.POOL if position is None or not bucket else Tested.BUCKET
    if position is not None and position.mode is Mode.ISOLATED:
        tested = Tested.ISOLATED
    return Event(
        place=scope.place,
        kind=EventKind.ORDER_CANCEL,
        position=index,
        mark=None if index is None else scope.mark(index),
        amount=freed,
        source="orders",
        figures=Figures(
            tested=tested,
            equity=scope.equity,
            maintenance_margin=scope.requirement,
            cash=scope.cash,
            left=ledger.unreserved + freed,
            step=StepKind.CANCEL_ORDERS,
        ),
        postings=(),
        orders=orders,
    )
