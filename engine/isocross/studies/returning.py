"""An account whose marks go back to where they opened, after all that has happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from isocross.account.book import Book
from isocross.cascade.events import Event
from isocross.cascade.ledger import Ledger
from isocross.cascade.resting import fillable
from isocross.cascade.solver import solve_way
from isocross.money import exact
from isocross.paths.path import Marks
from isocross.work import Work


@exact
def equity_at_opening(book: Book) -> Decimal:
    """Work out the equity of an account at its opening marks, in its currency; below zero it owes."""
    return Ledger(book).equity(_opening(book))


@exact
def equity_if_back(book: Book, events: Sequence[Event], marks: Marks, work: Work | None = None) -> Decimal:
    """Work out the equity once every mark has gone the straight way back to its opening, in the account's currency.

    What was liquidated stays so. A hedge whose one leg is gone can be liquidated by the return itself; an order can
    be filled by it.

    Args:
        book: the account at its opening.
        events: what has happened to it.
        marks: where the marks stand now.
        work: what it counts for; None: for itself.

    Raises:
        TooMuchWork: where the way back has no end in sight.
    """
    ledger = Ledger.after(book, events)
    opening = _opening(book)
    # with nothing done on the way there, each place of the way back is one that was tested before
    if events or fillable(ledger):
        solve_way(ledger, marks, opening, work)
    return ledger.equity(opening)


def _opening(book: Book) -> dict[str, Decimal]:
    return {symbol: market.mark for symbol, market in book.markets.items()}
