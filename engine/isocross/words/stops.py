"""The stop that leaves the most, in words."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Book, market_names
from isocross.format import price
from isocross.studies.stops import StopAdvice
from isocross.words.advice import means_words

_NEAR = Decimal("0.01")
"""A stop that is nearer to the liquidation price than this share of the mark is told with it."""


def stop_advice_words(stop: StopAdvice, book: Book, *, brief: bool = False) -> str:
    """Say which stop leaves the most, and what it was weighed by; `brief`: where room is short."""
    money = book.whole_amounts
    if not stop.tried:
        return "No stop was weighed: there is no position without one that a shock goes against."
    if stop.position is None or stop.level is None:
        return f"No stop of the {stop.tried} that were weighed leaves more than none does."
    level = price(stop.level, book.market_of(stop.position).grid)
    name = market_names(book)[book.index_of(stop.position.id)]
    told = f"A stop of {name} at {level}: {means_words(stop.advised, stop.today, money)}"
    if brief:
        return told
    near = _close_to_the_end(stop, book)
    return f"{told}{near} Both figures count alike, over {len(stop.shocks)} shocks."


def _close_to_the_end(stop: StopAdvice, book: Book) -> str:
    """Say how near the liquidation price is, where a price that jumps could pass the stop."""
    if stop.position is None or stop.level is None or stop.liquidation is None:
        return ""
    market = book.market_of(stop.position)
    apart = abs(stop.level - stop.liquidation)
    if apart > _NEAR * market.mark:
        return ""
    near = f"only {price(apart, market.grid)} from the liquidation price {price(stop.liquidation, market.grid)}"
    return f" It is {near}: a price that jumps can pass it."
