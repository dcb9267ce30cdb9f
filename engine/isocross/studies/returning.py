"""An account whose marks go back to where they opened, after all that has happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from isocross.account.book import Book
from isocross.cascade.events import Event
from isocross.cascade.ledger import Ledger
from isocross.cascade.resting import fillable
from isocross.cascade.solver import solve, solve_way
from isocross.money import ZERO, exact
from isocross.paths.glide import Glide
from isocross.paths.path import Marks
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.work import Work


@dataclass(frozen=True)
class Means:
    """What is left in the mean of several shocks, in the account's currency; below zero is owed."""

    there: Decimal
    """While prices stay where the shock left them."""
    back: Decimal
    """Once they have come back to the opening marks."""

    @property
    def both(self) -> Decimal:
        """The mean of the two."""
        return (self.there + self.back) / 2


@exact
def means_left(rehearsal: GlideRehearsal, book: Book, shocks: Sequence[Decimal]) -> Means:
    """Work out what an account leaves in the mean of shocks, each counted once with and once without a return.

    Args:
        rehearsal: whose betas and work are taken.
        book: the account at its opening.
        shocks: common moves, each as a share of the opening marks; at least one.

    Raises:
        TooMuchWork: where a glide or a way back has no end in sight.
    """
    there = back = ZERO
    for direction in (-1, 1):
        glide = Glide.common(book, rehearsal.betas, direction)
        sizes = [min(abs(shock), glide.end) for shock in shocks if shock * direction > 0]
        if not sizes:
            continue
        whole = solve(book, glide, max(sizes), rehearsal.work)
        for size in sizes:
            events, marks = whole.until(size), glide.marks(size)
            there += Ledger.after(book, events).equity(marks)
            back += equity_if_back(book, events, marks, rehearsal.work)
    unmoved = sum(not shock for shock in shocks) * equity_at_opening(book)
    return Means((there + unmoved) / len(shocks), (back + unmoved) / len(shocks))


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
