"""The stop that leaves the most, in words."""

from __future__ import annotations

from isocross.account.book import Book
from isocross.format import price
from isocross.studies.stops import StopAdvice


def stop_advice_words(stop: StopAdvice, book: Book) -> str:
    """Say which stop leaves the most, and what it was weighed by."""
    money = book.amounts
    weighed = f"in the mean of {len(stop.shocks)} shocks, each as it is and with prices back"
    if not stop.tried:
        return "No stop was weighed: there is no position without one that a shock goes against."
    if stop.position is None or stop.level is None:
        return f"No stop of the {stop.tried} that were weighed leaves more than the {money(stop.today)} without one."
    level = price(stop.level, book.market_of(stop.position).grid)
    left = f"leaves {money(stop.advised)} instead of {money(stop.today)}"
    return f"A stop of {stop.position.id} at {level} {left}, {weighed}."
