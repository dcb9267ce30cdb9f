"""The arithmetic behind an order: at which price it is due, what it was filled at, and what the position became."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Mode, Order, Position
from isocross.account.margin import worth
from isocross.account.order_kinds import OrderKind, TriggerBy
from isocross.cascade.events import EventKind, Fill
from isocross.figures.frame import Frame
from isocross.figures.stops import unreached_stops
from isocross.format import fine, grouped, price
from isocross.money import ONE, ZERO, exact, posting
from isocross.moves import largest_increase, largest_removal
from isocross.rules.market import Kind
from isocross.studies.ladder import ladder
from isocross.words.orders import kind_name, unreached_words
from isocross.words.why.closes import who_paid
from isocross.words.why.reason import TIMES, Moment, Reason, added, dated_pool, in_full, pnl_words, rate_words


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
        lines.append(_fee(moment, order, fill))
    paid = who_paid(moment) if event.paid_by is not None else ()
    moved = event.figures.left - event.figures.cash
    cash = Reason("cash afterwards", "before + what moved", added(money, event.figures.cash, moved))
    return (*lines, *paid, *(() if fill.opens else (cash,)))


def _fee(moment: Moment, order: Order, fill: Fill) -> Reason:
    """The fee, at the rate of a maker or of a taker: whichever of them was charged."""
    profile, fee = moment.frame.book.profile, moment.figures.fee
    value = worth(order.kind, fill.quantity, fill.price)
    maker = profile.maker_fee is not None and posting(value * profile.maker_fee) == fee
    rate, who = (profile.maker_fee, "maker") if maker else (profile.taker_fee, "taker")
    size = f"{grouped(fill.quantity)} {TIMES[order.kind]} {fine(fill.price)}"
    put = f"{size} × {rate_words(rate or ZERO)} = {in_full(moment.amounts, fee)}"
    return Reason("fee", f"quantity {TIMES[order.kind]} price of the fill × {who} fee", put)


def late_stops(frame: Frame, position: Position) -> tuple[Reason, ...]:
    """The stops of a position that are past its liquidation price, and why they are not reached."""
    rule = "liquidation price before the price of the stop, only this market moving; at one price it comes first"
    return tuple(
        Reason(f"the stop {late.order.id} is not reached", rule, unreached_words(late, frame.acted_on))
        for late in unreached_stops(frame.acted_on)
        if late.position.id == position.id
    )


@exact
def ladder_reasons(frame: Frame, position: Position) -> tuple[Reason, ...]:
    """Where a position would be liquidated after each resting order that adds to it."""
    book = frame.acted_on
    grid = book.markets[position.market].grid
    lines = []
    for rung in ladder(book):
        order = rung.order
        if (order.market, order.side, order.mode) != (position.market, position.side, position.mode):
            continue
        title = f"after the order {order.id} at {price(order.price, grid)}"
        if rung.quantity is None or rung.entry is None:
            lines.append(Reason(title, "only this market moving", "it is not filled: a liquidation comes before it"))
            continue
        grown = f"{grouped(rung.quantity)} at an entry of {price(rung.entry, grid)}"
        formula = "liquidation price just before the fill → just after it, only this market moving"
        lines.append(Reason(title, formula, f"{grown}: {_then(rung.before, rung.after, grid)}"))
    return tuple(lines)


def _then(before: Decimal | None, after: Decimal | None, grid: Decimal) -> str:
    told = ("none" if at is None else price(at, grid) for at in (before, after))
    return f"liquidation price {' → '.join(told)}"


@exact
def room_reasons(frame: Frame, position: Position) -> tuple[Reason, ...]:
    """How much margin can be taken out, and how much can be added to the size, each with the rule that refuses more."""
    book = frame.acted_on
    if all(held.id != position.id for held in book.positions):
        return ()
    out, more = largest_removal(book, position.id), largest_increase(book, position.id)
    money = book.amounts_for(position) if position.mode is Mode.ISOLATED else book.amounts
    marks = "these" if all(frame.marks[symbol] == held.mark for symbol, held in book.markets.items()) else "the opening"
    rule = f"the most that the venue allows at {marks} marks, and why not more"
    venue = ", ".join(filter(None, (book.profile.title, dated_pool(frame) if book.pools_assets else "")))
    return (
        Reason(CAN_BE_TAKEN_OUT, rule, f"{money(out.most)}; {out.rule}", venue),
        Reason(CAN_BE_ADDED, rule, f"{grouped(more.most)}; {more.rule}", venue),
    )


CAN_BE_TAKEN_OUT, CAN_BE_ADDED = "margin that can be taken out", "size that can be added"


def _opened(moment: Moment, order: Order, fill: Fill) -> list[Reason]:
    """The entry: the mean of what was there and what was added."""
    before = moment.position if moment.ledger.is_open[moment.index] else None
    if before is None or fill.entry is None:
        return [Reason("entry", "the price of the fill", fine(fill.price))]
    inverse = order.kind is Kind.INVERSE
    linear = "sum of quantity × price ÷ sum of the quantities"
    formula = "sum of the quantities ÷ sum of quantity ÷ price" if inverse else linear
    times = TIMES[order.kind]
    parts = (
        f"{grouped(before.quantity)} {times} {fine(before.entry)} + {grouped(fill.quantity)} {times} {fine(fill.price)}"
    )
    put = f"{grouped(fill.left)} ÷ ({parts})" if inverse else f"({parts}) ÷ {grouped(fill.left)}"
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
            return f"due where the {by} is {'at or above' if sells else 'at or below'} its trigger price"
        case _:
            return f"due where the {by} is {'at or below' if sells else 'at or above'} its trigger price"


def _waited(order: Order, fill: Fill) -> str:
    if order.fills is OrderKind.TRAILING and order.trail is not None:
        best = fill.level / (ONE + order.trail * order.side.sign)
        sign = "−" if order.side.sign < 0 else "+"
        return f"{fine(best)} × (1 {sign} {rate_words(order.trail)}) = {fine(fill.level)}, filled at {fine(fill.price)}"
    return f"level {fine(fill.level)}, price {fine(fill.price)}"
