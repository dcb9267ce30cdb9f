"""The arithmetic behind an order: at which price it is due, what it was filled at, and what the position became."""

from __future__ import annotations

from isocross.account.book import Order
from isocross.account.order_kinds import OrderKind, TriggerBy
from isocross.cascade.events import EventKind, Fill
from isocross.format import fine
from isocross.money import ONE, text
from isocross.rules.market import Kind
from isocross.words.orders import kind_name
from isocross.words.why.closes import who_paid
from isocross.words.why.reason import TIMES, Moment, Reason, added, pnl_words, rate_words


def fill_reasons(title: str, moment: Moment) -> tuple[Reason, ...]:
    """What an order did at its price: the price, the PnL, the fee, the entry afterwards, and the cash."""
    event, money = moment.event, moment.amounts
    fill = event.fill
    if fill is None:
        return ()
    order = moment.frame.book.orders[fill.order]
    lines = [Reason(title, _rule(order), _waited(order, fill))]
    if event.kind is not EventKind.FILL:
        return (*lines, *([Reason("not filled", event.note, "")] if event.note else []))
    if order.slippage:
        sign = "+" if order.side.sign > 0 else "−"
        put = f"{rate_words(order.slippage)}: {fine(fill.price)}"
        lines.append(Reason("slippage", f"price × (1 {sign} slippage)", put))
    if fill.gap:
        lines.append(Reason("what the jump cost", "what it was filled at, against its level", money(fill.gap)))
    if fill.opens:
        lines += _opened(moment, order, fill)
    else:
        position, pnl = moment.position, event.figures.pnl
        put = pnl_words(money, position, fill.quantity, fill.price, pnl)
        lines.append(Reason("PnL made final", "side × quantity filled × (price of the fill − entry)", put))
    if event.figures.fee:
        size = f"{text(fill.quantity)} {TIMES[order.kind]} {fine(fill.price)}"
        lines.append(
            Reason("fee", "value at the price of the fill × fee rate", f"{size} × rate = {money(event.figures.fee)}")
        )
    paid = who_paid(moment) if event.paid_by is not None else ()
    moved = event.figures.left - event.figures.cash
    cash = Reason("cash afterwards", "before + what moved", added(money, event.figures.cash, moved))
    return (*lines, *paid, *(() if fill.opens else (cash,)))


def _opened(moment: Moment, order: Order, fill: Fill) -> list[Reason]:
    """The entry: the mean of what was there and what was added."""
    before = moment.position if moment.ledger.is_open[moment.index] else None
    if before is None or fill.entry is None:
        return [Reason("entry", "the price of the fill", fine(fill.price))]
    inverse = order.kind is Kind.INVERSE
    linear = "sum of quantity × price ÷ sum of the quantities"
    formula = "sum of the quantities ÷ sum of quantity ÷ price" if inverse else linear
    times = TIMES[order.kind]
    parts = f"{text(before.quantity)} {times} {fine(before.entry)} + {text(fill.quantity)} {times} {fine(fill.price)}"
    put = f"{text(fill.left)} ÷ ({parts})" if inverse else f"({parts}) ÷ {text(fill.left)}"
    return [Reason("entry", formula, f"{put} = {fine(fill.entry)}")]


def _rule(order: Order) -> str:
    """When an order of this kind is due."""
    by = "last price" if order.trigger_by is TriggerBy.LAST else "mark"
    sells = order.side.sign < 0
    match order.fills:
        case OrderKind.LIMIT:
            return (
                f"a {kind_name(order)} is due where the price is {'at or above' if sells else 'at or below'} its limit"
            )
        case OrderKind.TRAILING:
            return f"due where the {by} is at best price × (1 {'−' if sells else '+'} distance)"
        case OrderKind.TAKE_PROFIT:
            return f"due where the {by} is {'at or above' if sells else 'at or below'} its trigger"
        case _:
            return f"due where the {by} is {'at or below' if sells else 'at or above'} its trigger"


def _waited(order: Order, fill: Fill) -> str:
    if order.fills is OrderKind.TRAILING and order.trail is not None:
        best = fill.level / (ONE + order.trail * order.side.sign)
        sign = "−" if order.side.sign < 0 else "+"
        return f"{fine(best)} × (1 {sign} {rate_words(order.trail)}) = {fine(fill.level)}, filled at {fine(fill.price)}"
    return f"level {fine(fill.level)}, price {fine(fill.price)}"
