"""The stop that leaves the most, in words."""

from __future__ import annotations

from isocross.account.book import Book, market_names
from isocross.format import price
from isocross.studies.stops import StopAdvice


def stop_advice_words(stop: StopAdvice, book: Book, *, brief: bool = False) -> str:
    """Say which stop leaves the most, and what it was weighed by; `brief`: where room is short."""
    money = book.whole_amounts
    weighed = f"in the mean of {len(stop.shocks)} shocks, each with and without a return of the prices"
    if not stop.tried:
        return "No stop was weighed: there is no position without one that a shock goes against."
    if stop.position is None or stop.level is None:
        return f"No stop of the {stop.tried} that were weighed leaves more than the {money(stop.today)} without one."
    level = price(stop.level, book.market_of(stop.position).grid)
    name = market_names(book)[book.index_of(stop.position.id)]
    left = f"A stop of {name} at {level} leaves {money(stop.advised)}"
    if brief:
        return f"{left}, not {money(stop.today)}, with returns counted."
    return f"{left} instead of {money(stop.today)}, {weighed}."
