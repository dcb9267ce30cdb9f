"""What a stop would change: the account with one, and the one that leaves the most over a set of shocks.

Each shock is weighed twice, as it is and with every mark back at its opening: a stop that is near saves much when a
drop stays, and costs its loss when it comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book, Order, Position, market_names
from isocross.account.margin import notional
from isocross.account.order_kinds import STOPS, OrderKind
from isocross.cascade.ledger import Ledger
from isocross.figures.prices import liquidation_prices
from isocross.figures.standings import Standings
from isocross.format import price
from isocross.money import ONE, ZERO, exact
from isocross.moves import place
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.returning import Means, means_left
from isocross.studies.twin import Variant

STOP = "stop"
"""The key of the account with a stop."""
MOST_POSITIONS = 12
"""Of the largest positions so many are looked at."""
_TICKS = 10
"""Steps of the price between a stop and the liquidation price that it comes before."""


def stop_of(book: Book, position: Position, level: Decimal) -> Order:
    """Make the order that closes a position where its mark comes to a level."""
    taken = {order.id for order in book.orders}
    names = (f"{position.id}-stop", *(f"{position.id}-stop-{n}" for n in range(2, len(taken) + 3)))
    name = next(name for name in names if name not in taken)
    return Order(
        id=name,
        market=position.market,
        side=position.side.other,
        quantity=ZERO,
        price=level,
        mode=position.mode,
        kind=position.kind,
        fills=OrderKind.STOP_MARKET,
        trigger=level,
        reduce_only=True,
        close_position=True,
    )


@exact
def with_stop(rehearsal: GlideRehearsal, position_id: str, level: Decimal) -> Variant:
    """The account with a stop of one position beside what it has. KeyError for an unknown id."""
    book = rehearsal.book
    index = book.index_of(position_id)
    position = book.positions[index]
    told = price(level, book.market_of(position).grid)
    title = f"{market_names(book)[index]} with a stop at {told}"
    outcome = place(book, stop_of(book, position, level))
    if outcome.after is None:
        return Variant(STOP, title, book.profile.id, None, str(outcome.refusal))
    return Variant(STOP, title, book.profile.id, replace(rehearsal, book=outcome.after))


@dataclass(frozen=True)
class StopAdvice:
    """The stop that leaves the most of those that were tried."""

    position: Position | None
    """None: no stop leaves more than none."""
    level: Decimal | None
    today: Means
    """What is left without it."""
    advised: Means
    """The same with it."""
    shocks: tuple[Decimal, ...]
    tried: int
    """How many stops were weighed."""
    looked_at: int
    """At how many of the positions."""
    liquidation: Decimal | None = None
    """The liquidation price of the position, where it has one."""


@exact
def advise_stop(rehearsal: GlideRehearsal, shocks: Sequence[Decimal]) -> StopAdvice:
    """Find the stop that leaves the most: at the marks of the shocks, or just before a liquidation price.

    Looked at are the largest positions that have no stop yet, one at a time.
    """
    book = rehearsal.book
    today = means_left(rehearsal, book, shocks)
    best: tuple[Means, Position | None, Decimal | None] = (today, None, None)
    held = _without_stop(book)
    tried = 0
    for position in held:
        for level in _levels(rehearsal, position, shocks):
            after = place(book, stop_of(book, position, level)).after
            if after is None:
                continue
            tried += 1
            left = means_left(rehearsal, after, shocks)
            if left.both > best[0].both:
                best = (left, position, level)
    liquidation = None if best[1] is None else _liquidation(book, best[1])
    return StopAdvice(best[1], best[2], today, best[0], tuple(shocks), tried, len(held), liquidation)


def _without_stop(book: Book) -> list[Position]:
    """The largest positions that no stop closes, in the order of their size."""
    stopped = {(o.market, o.side.other) for o in book.orders if o.fills in STOPS and o.closes_only}
    free = [p for p in book.positions if (p.market, p.side) not in stopped]
    return sorted(free, key=lambda p: (-notional(p, book.market_of(p).mark), p.id))[:MOST_POSITIONS]


def _levels(rehearsal: GlideRehearsal, position: Position, shocks: Sequence[Decimal]) -> Iterator[Decimal]:
    """Where a stop is tried: where the shocks that go against the position lead, and just before its liquidation."""
    book = rehearsal.book
    market, sign = book.market_of(position), position.side.sign
    beta = book.betas_with(rehearsal.betas).get(position.market, ONE)
    ends = {market.mark * (ONE + beta * shock) for shock in shocks if beta * shock * sign < 0}
    liquidation = _liquidation(book, position)
    if liquidation is not None:
        ends.add((liquidation / market.grid).to_integral_value() * market.grid + sign * _TICKS * market.grid)
    reached = (end for end in ends if end > ZERO and (liquidation is None or (end - liquidation) * sign > 0))
    yield from sorted(end for end in reached if (market.mark - end) * sign > 0)


def _liquidation(book: Book, position: Position) -> Decimal | None:
    """The liquidation price of a position at the opening."""
    standings = Standings.at(Ledger(book), {symbol: market.mark for symbol, market in book.markets.items()})
    return liquidation_prices(standings).get(book.index_of(position.id))
