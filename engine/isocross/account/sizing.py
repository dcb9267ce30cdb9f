"""A position made larger or smaller: the entry that it has then, and the margin that stays with it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Position
from isocross.account.margin import worth
from isocross.money import exact, posting


@exact
def enlarged(position: Position, quantity: Decimal, price: Decimal) -> Position:
    """Add a quantity that was entered at a price to a position.

    Entry and settlement price become those at which all of it was worth as much as its parts (rules.md §1.6): means
    weighted by size, of an inverse contract harmonic ones. A margin of its own grows by the initial margin of what is
    added.
    """
    size = position.quantity + quantity

    def mean(before: Decimal) -> Decimal:
        value = worth(position.kind, position.quantity, before) + worth(position.kind, quantity, price)
        return posting(size / value if position.inverse else value / size)

    settled = position.settlement_price
    larger = replace(
        position,
        quantity=size,
        entry=mean(position.entry),
        settlement_price=None if settled is None else mean(settled),
    )
    part = replace(position, quantity=quantity, entry=price)
    return larger if position.given_margin is None else larger.with_margin(position.margin + part.initial_margin)


@exact
def left_of(position: Position, closed: Decimal) -> Position | None:
    """What is left of a position once so much of it is closed; a margin that was given shrinks with it."""
    rest = position.quantity - closed
    if rest <= 0:
        return None
    smaller = replace(position, quantity=rest)
    if position.given_margin is None:
        return smaller
    return smaller.with_margin(posting(position.given_margin * rest / position.quantity))
