"""Stops that come too late: past the liquidation price of the position that they are to close."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from isocross.account.book import Book, Order, Position
from isocross.account.order_kinds import STOPS, OrderKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.resting import wait_of
from isocross.figures.prices import liquidation_prices
from isocross.figures.standings import Standings
from isocross.money import exact


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
    """Find the stops past the liquidation price at the opening marks, in file order; at one price it comes first."""
    stops = [(n, order) for n, order in enumerate(book.orders) if order.fills in STOPS and order.closes_only]
    if not stops:
        return ()
    ledger = Ledger(book)
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    prices = liquidation_prices(Standings.at(ledger, marks))
    return tuple(late for n, order in stops for late in _late(ledger, n, order, prices))


def _late(ledger: Ledger, n: int, order: Order, prices: dict[int, Decimal | None]) -> Iterator[Unreached]:
    level = wait_of(ledger, n, ledger.book.markets[order.market].mark).mark
    for index, position in enumerate(ledger.book.positions):
        liquidation = prices.get(index)
        against = position.market == order.market and position.side is not order.side
        if against and liquidation is not None and (liquidation - level) * position.side.sign >= 0:
            yield Unreached(order, position, level, liquidation)
