"""The positions that orders can open: each has its place among those of the account from the opening on."""

from __future__ import annotations

from collections.abc import Iterable

from isocross.account.book import Book, Order, Position
from isocross.money import ONE
from isocross.rules.market import base_of


def opened_by(book: Book, openers: Iterable[Order]) -> tuple[Position, ...]:
    """Name what orders can open beside the positions of an account: one of each market, side and mode."""
    held = {(p.market, p.side, p.mode) for p in book.positions}
    taken, opened = {p.id for p in book.positions}, list[Position]()
    for order in sorted(openers, key=lambda o: (o.market, o.side, o.mode, o.id)):
        key = (order.market, order.side, order.mode)
        if key not in held:
            held.add(key)
            opened.append(_seat(order, _free_id(book, order, taken)))
    return tuple(opened)


def _seat(order: Order, name: str) -> Position:
    """What an order opens, as far as it is known before it is filled."""
    leverage = ONE if order.leverage is None else order.leverage
    quantity, price = order.quantity, order.price
    return Position(name, order.market, order.side, order.mode, quantity, price, leverage, kind=order.kind)


def _free_id(book: Book, order: Order, taken: set[str]) -> str:
    """A name for what an order opens."""
    base = base_of(order.market, book.currency).lower()
    ways = (base, f"{base}-{order.side}", f"{base}-{order.side}-{order.mode}")
    more = (f"{base}-{number}" for number in range(2, len(book.positions) + len(book.orders) + 3))
    name = next(name for name in (*ways, *more) if name not in taken)
    taken.add(name)
    return name
