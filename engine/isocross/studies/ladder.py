"""A ladder of orders: what each fill makes of the position, and where it would be liquidated then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from isocross.account.book import Book, Order
from isocross.account.order_kinds import OrderKind
from isocross.cascade.events import Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.figures.prices import liquidation_prices
from isocross.figures.standings import Standings
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import Glide
from isocross.records import dataclass


@dataclass(frozen=True, slots=True)
class Rung:
    """One order of a ladder once the price comes to it, only its market moving."""

    order: Order
    position: str | None
    """Id of what it opens or makes larger; None: it is not filled, because the account is liquidated before."""
    quantity: Decimal | None = None
    """Of the position after it."""
    entry: Decimal | None = None
    before: Decimal | None = None
    """The liquidation price just before the fill; None where no price of the market liquidates it."""
    after: Decimal | None = None
    """The same just after it."""


@exact
def ladder(book: Book) -> tuple[Rung, ...]:
    """What each resting limit that opens or adds does, the nearest first, market by market."""
    rungs = [o for o in book.orders if o.fills is OrderKind.LIMIT and not o.closes_only]
    ways = sorted(rungs, key=lambda o: (o.market, o.side, -o.side.sign * o.price, o.id))
    return tuple(
        rung for _, held in groupby(ways, key=lambda o: (o.market, o.side)) for rung in _climbed(book, tuple(held))
    )


@exact
def ladder_with(book: Book, order: Order) -> tuple[Rung, ...]:
    """What one order and those that rest beside it in its market would do; empty where it opens and adds nothing."""
    whole = replace(book, orders=(*(o for o in book.orders if o.id != order.id), order))
    own = (order.market, order.side)
    rungs = tuple(rung for rung in ladder(whole) if (rung.order.market, rung.order.side) == own)
    return rungs if any(rung.order.id == order.id for rung in rungs) else ()


def _climbed(book: Book, rungs: tuple[Order, ...]) -> Iterator[Rung]:
    """The rungs of one market and side, where the price goes to the farthest of them."""
    market = book.markets[rungs[0].market]
    end = rungs[-1].price / market.basis / market.mark - ONE
    towards = rungs[0].side.sign * end < 0
    # a limit that the price is past already is filled at the opening
    glide = Glide.towards(book, {market.symbol: end if towards else ZERO})
    timeline = solve(book, glide, ONE)
    ledger, found = Ledger(book), dict[int, Rung]()
    for event in timeline.happened:
        marks = glide.marks(event.place)
        before = _price(ledger, event, marks)
        ledger.apply(event)
        fill = event.fill
        if event.kind is EventKind.FILL and fill is not None and fill.opens and event.position is not None:
            position = ledger.positions[event.position]
            after = _price(ledger, event, marks)
            order = book.orders[fill.order]
            found[fill.order] = Rung(order, position.id, position.quantity, position.entry, before, after)
    index = {order.id: n for n, order in enumerate(book.orders)}
    for order in rungs:
        yield found.get(index[order.id], Rung(order, None))


def _price(ledger: Ledger, event: Event, marks: dict[str, Decimal]) -> Decimal | None:
    """The liquidation price of the position of a fill; None where it is not open, or no price liquidates it."""
    if event.kind is not EventKind.FILL or event.position is None or not ledger.is_open[event.position]:
        return None
    return liquidation_prices(Standings.at(ledger, marks)).get(event.position)
