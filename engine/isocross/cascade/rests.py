"""The orders of an account along a timeline: which rest, what each holds, and which were triggered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book, Order
from isocross.account.order_kinds import OrderKind
from isocross.account.orders import reserve_of
from isocross.cascade.events import Event, EventKind


class RestingOrders:
    """What rests, as a part of a ledger."""

    book: Book

    def _rest_orders(self, book: Book) -> None:
        self.reserves = dict(enumerate(reserve_of(order, book) for order in book.orders))
        """What each order that still rests holds, by index."""
        self.triggered: set[int] = set()
        """Orders that were triggered and rest on."""
        self.best = {i: order.best for i, order in enumerate(book.orders) if order.best is not None}
        """The best price that each trailing order has seen."""

    def _of_orders(self, event: Event) -> None:
        """What an event changes of the resting orders."""
        for order in event.orders:
            del self.reserves[order]
        if event.kind is EventKind.TRIGGER and event.fill is not None:
            self.triggered.add(event.fill.order)
            self.best[event.fill.order] = event.fill.price

    def _order_now(self, index: int, held: Decimal) -> Order:
        """An order as it rests now: one that was triggered is a limit, or trails already."""
        order = replace(self.book.orders[index], held=held, best=self.best.get(index))
        if index not in self.triggered:
            return order
        if order.fills is OrderKind.TRAILING:
            return replace(order, trigger=None)
        return replace(order, trigger=None, best=None, fills=OrderKind.LIMIT)
