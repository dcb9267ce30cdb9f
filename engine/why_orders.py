"""The arithmetic behind what resting orders hold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from engine.book import Order
from engine.frame import Frame
from engine.margin import worth
from engine.numbers import money, price
from engine.orders import leverage_of, open_loss
from engine.venue import OrderReserve
from engine.why_events import TIMES, Reason

FORMULAS: Final[Mapping[OrderReserve, str]] = {
    OrderReserve.NONE: "an order holds nothing at this venue",
    OrderReserve.IM: "its value at its price ÷ leverage",
    OrderReserve.IM_FEE: "its value at its price ÷ leverage + its value × taker fee",
    OrderReserve.IM_OPEN_LOSS: "its value at its price ÷ leverage + what it would lose at once, filled at the mark",
}


def order_reasons(frame: Frame, market: str | None = None) -> tuple[Reason, ...]:
    """What each order that still rests holds, in the account's currency; of one market, or of all."""
    resting = ((frame.book.orders[index], held) for index, held in frame.reserves.items())
    return tuple(_of(frame, order, held) for order, held in resting if market in (None, order.market))


def _of(frame: Frame, order: Order, held: Decimal) -> Reason:
    profile = frame.book.profile
    title = f"the order {order.id} holds"
    if order.held is not None:
        return Reason(title, "what it has held since it was placed", f"= {money(held)}", profile.title)
    put = f"{order.quantity:f} {TIMES[order.kind]} {price(order.price)} ÷ {leverage_of(order, frame.book):f}"
    value = worth(order.kind, order.quantity, order.price)
    if profile.order_reserve is OrderReserve.IM_FEE:
        put += f" + {money(value * profile.taker_fee)}"
    if profile.order_reserve is OrderReserve.IM_OPEN_LOSS:
        put += f" + {money(open_loss(order, frame.book.markets[order.market].mark))}"
    if profile.order_reserve is OrderReserve.NONE:
        put = ""
    counts = "; it comes off the equity of the pool too" if profile.order_counts and held else ""
    return Reason(title, FORMULAS[profile.order_reserve] + counts, f"{put} = {money(held)}".strip(), profile.title)
