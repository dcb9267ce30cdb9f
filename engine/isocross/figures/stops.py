"""Stops that come too late: past the liquidation price of the position that they are to close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from isocross.account.book import Book, Order, Position, Side
from isocross.account.order_kinds import STOPS, OrderKind
from isocross.cascade.events import Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.resting import wait_of
from isocross.cascade.solver import solve
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import Glide
from isocross.records import dataclass

_ENDS: Final = (EventKind.LIQUIDATION, EventKind.REDUCTION)


@dataclass(frozen=True, slots=True)
class Unreached:
    """A stop that is not reached: its position is liquidated first where only its market moves."""

    order: Order
    position: Position
    level: Decimal
    """The mark at which the stop is due."""
    liquidation: Decimal
    """The mark at which the position is liquidated."""

    @property
    def follows(self) -> bool:
        """Whether the level follows the price, and can come before the liquidation yet."""
        return self.order.fills is OrderKind.TRAILING


@exact
def unreached_stops(book: Book) -> tuple[Unreached, ...]:
    """Find the stops that a liquidation comes before, in file order; raises TooMuchWork where a glide has no end.

    The market of the stop alone moves, from the opening marks on: an order that is filled on the way to the stop moves
    the liquidation price, too.
    """
    stops = [(n, order) for n, order in enumerate(book.orders) if order.fills in STOPS and order.closes_only]
    ways = dict.fromkeys((order.market, order.side) for _, order in stops)
    happened = {(market, side): _on_the_way(book, market, side) for market, side in ways}
    return tuple(late for n, order in stops for late in _late(book, n, happened[order.market, order.side]))


def _on_the_way(book: Book, market: str, side: Side) -> Sequence[Event]:
    """What happens while one market goes against those whom orders of this side would close."""
    betas = {symbol: ONE if symbol == market else ZERO for symbol in book.markets}
    return solve(book, Glide.common(book, betas, side.sign)).happened


def _late(book: Book, n: int, happened: Sequence[Event]) -> Iterator[Unreached]:
    order = book.orders[n]
    level = wait_of(Ledger(book), n, book.markets[order.market].mark).mark
    for index, position in enumerate(book.positions):
        against = position.market == order.market and position.side is not order.side
        liquidation = _ended_before(n, index, happened) if against else None
        if liquidation is not None:
            yield Unreached(order, position, level, liquidation)


def _ended_before(n: int, index: int, happened: Sequence[Event]) -> Decimal | None:
    """The mark at which the liquidation begins that ends a position before an order is due; None: there is none."""
    begun: Decimal | None = None
    for event in happened:
        if event.fill is not None and event.fill.order == n:
            return None
        if event.kind in _ENDS and event.position == index:
            begun = event.mark if begun is None else begun
            if event.kind is EventKind.LIQUIDATION:
                return begun
    return None
