"""A cell of the frontier in one or two sentences, from the exact engine's figures."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import market_names
from isocross.cascade.events import Event, EventKind
from isocross.format import percent, price
from isocross.money import ZERO
from isocross.rules.market import base_of
from isocross.studies.frontier.cell import Cell

_NAMED = 4
"""Of the positions that fell after the first, so many are named."""


def cell_words(cell: Cell) -> str:
    """What fell on the way, where, who paid, and what is left."""
    money = cell.book.amounts
    names = market_names(cell.book)
    equity = f"{money(cell.equity)} of {money(cell.opening_equity)} is left"
    falls = cell.deaths
    if not falls:
        return f"{_unharmed(cell, names)}. Equity: {equity}."
    then = [names[e.position] for e in falls[1:] if e.position is not None]
    others = f", then {_listed(then)}" if then else ""
    stay = [names[i] for i in cell.survivors]
    rest = f"{_listed(stay)} {'stays' if len(stay) == 1 else 'stay'} open" if stay else "nothing stays open"
    head = f"{_fall(cell, falls[0], names)}{others}; {rest}."
    return f"{head} {_paid(cell)}Equity: {equity}."


def _unharmed(cell: Cell, names: tuple[str, ...]) -> str:
    reduced = [e for e in cell.timeline.happened if e.kind is EventKind.REDUCTION]
    if reduced and reduced[0].position is not None:
        return f"Nothing is liquidated, but {names[reduced[0].position]} is reduced at {_where(cell, reduced[0])}"
    if cell.drawn:
        return f"Nothing is liquidated; {cell.book.amounts(cell.drawn)} of unused cash was drawn"
    return "Nothing is liquidated"


def _fall(cell: Cell, event: Event, names: tuple[str, ...]) -> str:
    name = names[event.position] if event.position is not None else "the pool"
    return f"{name} is liquidated first, at {_where(cell, event)}"


def _where(cell: Cell, event: Event) -> str:
    """The mark of an event and its market's own move, or that it happens at the opening."""
    if event.position is None or event.mark is None:
        return "the opening"
    market = cell.book.market_of(cell.book.seats[event.position])
    if event.place == 0:
        return "the opening already"
    if event.mark == market.mark:
        return f"{percent(event.place)} of the way, while its own mark does not move"
    return f"{price(event.mark, market.grid)} ({percent(event.mark / market.mark - 1, plus='+')})"


def _paid(cell: Cell) -> str:
    money = cell.book.amounts
    paid = cell.paid_by
    sources = (
        ("own margins", paid.own_margin),
        ("unused cash", paid.unused),
        ("what was borrowed", paid.borrowed),
        ("the others", paid.others),
        ("the fund", paid.fund),
    )
    parts = [f"{who} {money(amount)}" for who, amount in sources if amount > ZERO]
    return f"Paid by {', '.join(parts)}. " if parts else ""


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= _NAMED + 1 else [*names[:_NAMED], f"{len(names) - _NAMED} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def point_words(x: str, y: str | None, x_move: Decimal, y_move: Decimal, currency: str) -> str:
    """The two moves, each with its market's short name."""
    parts = [(x, x_move)] if y is None else [(x, x_move), (y, y_move)]
    return "   ".join(f"{base_of(symbol, currency)} {percent(move, plus='+')}" for symbol, move in parts)
