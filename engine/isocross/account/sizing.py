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

    Entry and settlement price become those at which all of it was worth as much as its parts (CoinEx's help): means
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
    smaller = reduced(position, closed)
    return smaller if smaller.given_margin is None else smaller.with_margin(smaller.given_margin)


def reduced(position: Position, closed: Decimal) -> Position:
    """A position after the venue closed a part of it; a margin that was given shrinks with it."""
    rest = position.quantity - closed
    given = position.given_margin
    kept = None if given is None else posting(given * rest / position.quantity)
    return replace(position, quantity=rest, given_margin=kept)
