"""Resting orders: what cash each holds, by the venue's rule.

An order without a kind is a reserve and never filled. Of those that are filled a limit holds what it would hold without
its kind; what waits for a trigger, or only closes, holds nothing.
"""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Book, Order
from isocross.account.margin import worth
from isocross.account.order_kinds import OrderKind
from isocross.money import ONE, ZERO, exact, requirement
from isocross.rules.market import Kind
from isocross.rules.profile import OrderReserve


def leverage_of(order: Order, book: Book) -> Decimal:
    """An order's leverage: its own, else the lowest of the positions of its market, which holds most, else 1."""
    if order.leverage is not None:
        return order.leverage
    return min((p.leverage for p in book.positions if p.market == order.market), default=ONE)


def open_loss(order: Order, mark: Decimal) -> Decimal:
    """What an order would lose at once, filled: quantity × |min(0, side × (mark − price))| (Binance's help).

    Inverse: quantity × |min(0, side × (1/price − 1/mark))|, in the coin.
    """
    lost = order.quantity * max(ZERO, order.side.sign * (order.price - mark))
    return lost / (mark * order.price) if order.kind is Kind.INVERSE else lost


@exact
def reserve_of(order: Order, book: Book) -> Decimal:
    """Cash an order holds, in the account's currency, rounded up to the money grid once.

    Worked out at the opening marks and kept, as a venue does when it is placed (page `venues`).
    """
    if order.held is not None:
        return order.held
    rule = book.profile.order_reserve
    waits = order.fills is not None and order.fills is not OrderKind.LIMIT
    if rule is OrderReserve.NONE or order.closes_only or waits:
        return ZERO
    value = worth(order.kind, order.quantity, order.price)
    held = value / leverage_of(order, book)
    if rule is OrderReserve.IM_FEE:
        held += value * book.profile.taker_fee
    if rule is OrderReserve.IM_OPEN_LOSS:
        held += open_loss(order, book.markets[order.market].mark)
    return requirement(held)
