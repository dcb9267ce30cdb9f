"""Where resting orders come due on a course: each waits for a price, and a price moves on a line.

An order waits until the price is at or below a level, or at or above it; on a course that is a root, as exact as that
of a liquidation. A trailing order follows the best price first: while the price goes its way nothing comes due, and
when it turns the level stands still.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from heapq import heappop, heappush
from typing import NamedTuple

from isocross.account.book import Book, Order, Side
from isocross.account.order_kinds import OrderKind, TriggerBy
from isocross.cascade.ledger import Ledger
from isocross.cascade.pieces import Line
from isocross.money import ONE, PLACE_GRID, ZERO, place_at_or_after


class Wait(NamedTuple):
    """What an order waits for."""

    level: Decimal
    """The price, as the order has it."""
    mark: Decimal
    """The mark at which that is."""
    trades: Decimal
    """The price of trades there."""
    below: bool
    """Whether it is due at or below that mark; else at or above it."""
    limit: bool = False
    """Whether it is filled at its level or better: it rests in the book."""
    begins: bool = False
    """Whether it only begins to trail there."""

    def due(self, mark: Decimal) -> bool:
        """Whether it is due at a mark."""
        # what trails a price that is 0 waits for 0 too, but no price has turned there
        return mark <= self.mark if self.below else mark >= self.mark > ZERO


def is_limit(order: Order, triggered: bool) -> bool:
    """Whether an order rests in the book now, at its price."""
    return order.fills is OrderKind.LIMIT or (triggered and order.fills is OrderKind.STOP_LIMIT)


def wait_of(ledger: Ledger, index: int, mark: Decimal) -> Wait:
    """What an order waits for, with the mark of its market where it is looked at."""
    order, triggered = ledger.book.orders[index], index in ledger.triggered
    buys, market, by_last = order.side is Side.LONG, ledger.book.markets[order.market], _by_last(order)

    def at(level: Decimal, below: bool, *, last: bool, limit: bool = False, begins: bool = False) -> Wait:
        mark, trades = (level / market.basis, level) if last else (level, level * market.basis)
        return Wait(level, mark, trades, below, limit, begins)

    if is_limit(order, triggered):
        return at(order.price, buys, last=True, limit=True)
    if order.fills is OrderKind.TRAILING:
        if order.trigger is not None and not triggered:
            return at(order.trigger, buys, last=by_last, begins=True)
        best = followed(ledger.book, order, ledger.best.get(index), mark)
        return at(best * (ONE + (order.trail or ZERO) * order.side.sign), not buys, last=by_last)
    trigger = order.price if order.trigger is None else order.trigger
    return at(trigger, buys is (order.fills is OrderKind.TAKE_PROFIT), last=by_last)


def followed(book: Book, order: Order, best: Decimal | None, mark: Decimal) -> Decimal:
    """The best price of a trailing order once the mark of its market was here, too."""
    price = mark * _basis(book, order)
    if best is None:
        return price
    return min(best, price) if order.side is Side.LONG else max(best, price)


def _basis(book: Book, order: Order) -> Decimal:
    """The price that triggers an order ÷ the mark."""
    return book.markets[order.market].basis if _by_last(order) else ONE


def _by_last(order: Order) -> bool:
    return order.trigger_by is TriggerBy.LAST


def fillable(ledger: Ledger) -> list[int]:
    """Indexes of the orders that rest and can be filled."""
    return [index for index in ledger.reserves if ledger.book.orders[index].fills is not None]


def trailing(ledger: Ledger) -> list[int]:
    """Indexes of the orders that follow the price now."""
    orders, triggered = ledger.book.orders, ledger.triggered
    trails = (i for i in ledger.reserves if orders[i].fills is OrderKind.TRAILING)
    return [i for i in trails if orders[i].trigger is None or i in triggered]


def none_due(ledger: Ledger, ranges: Mapping[str, tuple[Decimal, Decimal]]) -> bool:
    """Whether no order comes due, and none that trails sees a better price, while marks stay within ranges."""
    follow = frozenset(trailing(ledger))
    for index in fillable(ledger):
        order = ledger.book.orders[index]
        low, high = ranges[order.market]
        buys, best = order.side is Side.LONG, ledger.best.get(index)
        if index in follow and followed(ledger.book, order, best, low if buys else high) != best:
            return False
        wait = wait_of(ledger, index, high if buys else low)
        if wait.due(low) or wait.due(high):
            return False
    return True


def _rank(order: Order, wait: Wait) -> tuple[object, ...]:
    """Which of those due at one moment comes first: what closes, then what was nearest; never the place in a file."""
    nearest = -wait.mark if wait.below else wait.mark
    what = (str(order.fills), order.quantity, order.price, order.id)
    return (not order.closes_only, order.market, order.side, nearest, *what)


class Resting:
    """The orders of an account that can be filled, along one course."""

    def __init__(self, ledger: Ledger, courses: Mapping[str, Line], place: Decimal) -> None:
        """Stand at a place of the courses."""
        self._ledger, self._courses, self._place = ledger, courses, place
        self._orders = fillable(ledger) if ledger.book.orders else []
        self._ahead: list[tuple[Decimal, Decimal, tuple[object, ...], int]] | None = None
        """Where each comes due, exactly within its place; None: not looked for yet."""
        if self._orders:
            # a way that begins where all is settled, such as the way back of a price, has seen no price yet
            self.follow(place)

    @property
    def any(self) -> bool:
        """Whether there is any such order."""
        return bool(self._orders)

    def mark(self, symbol: str, place: Decimal) -> Decimal:
        """The mark of a market at a place."""
        start, slope = self._courses[symbol]
        return max(ZERO, start + slope * place)

    def marks(self, place: Decimal) -> dict[str, Decimal]:
        """All marks at a place."""
        return {symbol: self.mark(symbol, place) for symbol in self._courses}

    def wait(self, index: int, place: Decimal) -> Wait:
        """What an order waits for, seen from a place."""
        return wait_of(self._ledger, index, self.mark(self._ledger.book.orders[index].market, place))

    def follow(self, place: Decimal) -> None:
        """Let every order that trails see the price at a place."""
        ledger = self._ledger
        for index in trailing(ledger):
            order = ledger.book.orders[index]
            ledger.best[index] = followed(ledger.book, order, ledger.best.get(index), self.mark(order.market, place))

    def standing(self, place: Decimal) -> list[int]:
        """The orders that are due where everything stands, in their turn."""
        found = []
        for index in self._orders:
            if index in self._ledger.reserves:
                order, wait = self._ledger.book.orders[index], self.wait(index, place)
                if wait.due(self.mark(order.market, place)):
                    found.append((_rank(order, wait), index))
        return [index for _, index in sorted(found)]

    def next_due(self, limit: Decimal) -> Decimal | None:
        """The next place at which an order comes due, by a limit."""
        if not self._orders:
            return None
        if self._ahead is None:
            self._ahead = []
            for index in self._orders:
                self.look(index, self._place)
        while self._ahead and self._ahead[0][3] not in self._ledger.reserves:
            heappop(self._ahead)
        return self._ahead[0][0] if self._ahead and self._ahead[0][0] <= limit else None

    def look(self, index: int, place: Decimal) -> None:
        """Find where an order comes due after a place."""
        order = self._ledger.book.orders[index]
        start, slope = self._courses[order.market]
        if self._ahead is None or index not in self._ledger.reserves:
            return
        wait = self.wait(index, place)
        if not (slope < ZERO if wait.below else slope > ZERO):
            return
        ahead = (start - wait.mark, -slope) if slope < ZERO else (wait.mark - start, slope)
        at = max(place_at_or_after(*ahead), place + PLACE_GRID)
        heappush(self._ahead, (at, ahead[0] / ahead[1], _rank(order, wait), index))

    def trades(self, index: int, place: Decimal) -> Decimal:
        """The price of trades in the market of an order at a place."""
        market = self._ledger.book.orders[index].market
        return self.mark(market, place) * self._ledger.book.markets[market].basis

    def again(self, index: int, place: Decimal) -> bool:
        """Look where an order that was triggered comes due now; whether it is due right here."""
        wait = self.wait(index, place)
        if wait.due(self.mark(self._ledger.book.orders[index].market, place)):
            return True
        self.look(index, place)
        return False

    def touched(self, place: Decimal) -> list[int]:
        """Take the orders that come due at a place, in the order in which the price comes to them."""
        found = []
        while self._ahead and self._ahead[0][0] <= place:
            index = heappop(self._ahead)[3]
            if index in self._ledger.reserves:
                found.append(index)
        return found
