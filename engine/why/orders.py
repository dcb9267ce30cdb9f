"""The arithmetic behind what resting orders hold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from engine.book import Book, Order
from engine.frame import Frame
from engine.money import ZERO
from engine.numbers import fine
from engine.orders import leverage_of, open_loss
from engine.venue import OrderReserve
from engine.why.moment import Moment
from engine.why.reason import TIMES, Reason, added, added_up, rate_words

FORMULAS: Final[Mapping[OrderReserve, str]] = {
    OrderReserve.NONE: "an order holds nothing at this venue",
    OrderReserve.IM: "its value at its price ÷ leverage",
    OrderReserve.IM_FEE: "its value at its price ÷ leverage + its value × taker fee",
    OrderReserve.IM_OPEN_LOSS: "its value at its price ÷ leverage + what it would lose at once, filled at the mark",
}


def order_reasons(frame: Frame, market: str | None = None) -> tuple[Reason, ...]:
    """What each order that still rests holds, in the account's currency; of one market, or of all."""
    resting = ((frame.book.orders[index], held) for index, held in frame.reserves.items())
    counts = "; it comes off the equity of the pool too" if frame.book.profile.order_counts else ""
    return tuple(
        _of(frame.book, order, held, f"the order {order.id} holds", counts if held else "")
        for order, held in resting
        if market in (None, order.market)
    )


def cancelled_reasons(moment: Moment) -> tuple[Reason, ...]:
    """What each order held that an event cancelled, and what is free after it."""
    money = moment.amounts
    event, ledger, book = moment.event, moment.ledger, moment.frame.book
    freed = [ledger.reserves[order] for order in event.orders]
    held = (_of(book, book.orders[i], ledger.reserves[i], f"the order {book.orders[i].id} held") for i in event.orders)
    others = sum(freed, ZERO) - ledger.reserved
    return (
        *held,
        Reason("free again", "sum of what they held", added_up(money, freed, "orders"), "rules.md §11.3"),
        Reason("free cash now", "cash in no bucket − what other orders hold", added(money, ledger.pool, others)),
    )


def _of(book: Book, order: Order, held: Decimal, title: str, counts: str = "") -> Reason:
    money = book.amounts
    profile = book.profile
    if order.held is not None:
        return Reason(title, "what it has held since it was placed", f"= {money(held)}", profile.title)
    value = f"{order.quantity:f} {TIMES[order.kind]} {fine(order.price)}"
    put = f"{value} ÷ {leverage_of(order, book):f}"
    if profile.order_reserve is OrderReserve.IM_FEE:
        put += f" + {value} × {rate_words(profile.taker_fee)}"
    if profile.order_reserve is OrderReserve.IM_OPEN_LOSS:
        put += f" + {money(open_loss(order, book.markets[order.market].mark))}"
    if profile.order_reserve is OrderReserve.NONE:
        put = ""
    return Reason(title, FORMULAS[profile.order_reserve] + counts, f"{put} = {money(held)}".strip(), profile.title)
