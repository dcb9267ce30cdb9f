"""What ended a position, each end in its own words: a liquidation, its opposite, an order, or a close by hand."""

from __future__ import annotations

from isocross.account.book import Book
from isocross.cascade.events import Event, EventKind
from isocross.figures.frame import PositionFrame
from isocross.format import price
from isocross.paths.path import Path
from isocross.rules.procedure import StepKind
from isocross.words.orders import kind_name


def ending(row: PositionFrame) -> Event | None:
    """Find what ended a position; None: it is open."""
    return (row.death or row.closing) if row.ended else None


def end_words(event: Event, book: Book, path: Path, name: str, at: str) -> str:
    """Say what ended a position, and where; `at` is the place of one that no order closed."""
    if event.fill is not None:
        order = book.orders[event.fill.order]
        filled = price(event.fill.price, book.markets[order.market].grid)
        return f"{name} was closed by its {kind_name(order)} at {filled} ({path.words(event.place)})."
    if event.kind is EventKind.MOVE:
        return f"{name} was closed by hand {at}."
    if event.figures.step is StepKind.NET_HEDGES:
        return f"{name} was closed against its opposite {at}."
    taken = " by a vault" if event.figures.step is StepKind.BACKSTOP else ""
    return f"{name} was liquidated{taken} {at}."
