"""The arithmetic behind an event: what was tested, what moved, who paid, what is left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.cascade.events import Event, EventKind, PaidBy, Tested
from engine.currency import in_its_currency
from engine.explain import where
from engine.frame import Frame
from engine.margin import unrealised_pnl
from engine.market import Kind
from engine.money import ZERO, exact, posting, text
from engine.numbers import fine, money
from engine.orders import reserve_of
from engine.procedure import StepKind
from engine.scene import market_names
from engine.venue import OrderReserve

TIMES = {Kind.LINEAR: "×", Kind.INVERSE: "÷"}
"""How a quantity and a price make an amount of the account's currency."""
PNL = {
    Kind.LINEAR: "side × quantity × (mark − entry)",
    Kind.INVERSE: "side × quantity × (1 ÷ entry − 1 ÷ mark), in the coin",
}
_STEPS = {
    StepKind.TIER_DOWN: "down to just below the border of a lower tier",
    StepKind.FRACTION: "the venue's share of a large position",
    StepKind.PORTION: "the venue's share of the position, or what is worth its least size where that is more",
    StepKind.NET_HEDGES: "the smaller of two opposite cross positions of the market",
}
_RESTORE = {
    Kind.LINEAR: "shortage ÷ (mark × (rate + buffer − fee))",
    Kind.INVERSE: "shortage × mark ÷ (rate + buffer − fee)",
}


@dataclass(frozen=True)
class Reason:
    """One figure and where it comes from."""

    title: str
    formula: str
    substituted: str
    """The formula with its numbers put in, and the result."""
    source: str = ""


@in_its_currency
@exact
def event_reasons(frame: Frame, event: Event) -> tuple[Reason, ...]:
    """The arithmetic of an event: what was tested, what moved, who paid, what is left."""
    at = where(event, frame.book, frame.ray)
    if event.kind in {EventKind.MOVE, EventKind.REFUSAL}:
        return (Reason(f"by hand: {event.kind} at {at}", "", event.note),)
    who = "the pool" if event.position is None else market_names(frame.book)[event.position]
    figures = event.figures
    tested = Reason(
        f"{who}: {event.kind} at {at}",
        "equity ≤ maintenance margin",
        f"{money(figures.equity)} ≤ {money(figures.maintenance_margin)} of the {figures.tested}",
    )
    return (tested, *_done(frame, event))


def _done(frame: Frame, event: Event) -> list[Reason]:
    kind = Kind.LINEAR if event.position is None else frame.book.positions[event.position].kind
    match event.kind:
        case EventKind.REFILL:
            return _of_refill(event)
        case EventKind.ORDER_CANCEL:
            return _of_orders(frame, event)
        case EventKind.REDUCTION:
            return _of_reduction(frame, event, kind)
        case EventKind.LIQUIDATION:
            return _of_liquidation(frame, event, kind)
        case _:
            title, formula = {
                EventKind.FUNDING: ("funding", f"quantity {TIMES[kind]} mark × rate, longs pay when positive"),
                EventKind.SETTLEMENT: ("open PnL made cash", PNL[kind].replace("entry", "price it counted from")),
            }.get(event.kind, ("paid", "what the cash falls short of"))
            return [Reason(title, formula, money(event.amount))]


def _of_refill(event: Event) -> list[Reason]:
    figures = event.figures
    if figures.tested is Tested.ISOLATED:
        formula = "initial margin, at most what is available and what lacks to an effective 1x"
        drawn = Reason("drawn by itself", formula, money(event.amount), "rules.md §3.5")
        return [drawn, Reason("free cash left", "cash in no bucket − orders − drawn", money(figures.left))]
    formula = "max(IM at entry, IM at mark) − equity, at most what is unused"
    drawn = Reason("drawn from unused cash", formula, money(event.amount), "rules.md §1.3")
    return [drawn, Reason("unused cash left", "unused − drawn", money(figures.left))]


def _of_orders(frame: Frame, event: Event) -> list[Reason]:
    """What each cancelled order held, and what is free after it."""
    book = frame.book
    rule = book.profile.order_reserve
    held = [
        Reason(f"order {o.id}", _reserve_words(rule, o.kind), money(reserve_of(o, book)))
        for o in map(book.orders.__getitem__, event.orders)
    ]
    freed = Reason("free again", "sum of what they held", money(event.amount), "rules.md §11.3")
    return [*held, freed, Reason("free cash now", "cash in no bucket − other orders", money(event.figures.left))]


def _reserve_words(rule: OrderReserve, kind: Kind) -> str:
    if rule is OrderReserve.NONE:
        return "this venue holds nothing"
    value = f"quantity {TIMES[kind]} price"
    beside = {
        OrderReserve.IM_FEE: f" + {value} × taker fee",
        OrderReserve.IM_OPEN_LOSS: " + its loss against the opening mark",
    }
    return f"{value} ÷ leverage{beside.get(rule, '')}"


def _of_reduction(frame: Frame, event: Event, kind: Kind) -> list[Reason]:
    figures = event.figures
    how = _RESTORE[kind] if figures.step is StepKind.RESTORE else _STEPS.get(figures.step, "") if figures.step else ""
    lines = [
        Reason("closed", how, text(figures.quantity), "rules.md §11.4"),
        Reason("PnL made final", PNL[kind].replace("quantity", "quantity closed"), _made_final(frame, event)),
    ]
    if figures.fee:
        lines.append(Reason("fee", "rate × notional closed, at most what the venue's cap leaves", money(figures.fee)))
    return [*lines, Reason("cash left", "cash + PnL − fee", money(figures.left))]


def _of_liquidation(frame: Frame, event: Event, kind: Kind) -> list[Reason]:
    figures, paid = event.figures, event.paid_by or PaidBy()
    payers = (paid.own_margin, paid.unused, paid.others, paid.fund)
    lines = [
        Reason("PnL made final", PNL[kind], _made_final(frame, event)),
        Reason("lost by the account", "margin gone, or PnL and fee of the close", money(event.amount)),
        Reason("who paid", "own margin → unused → others → fund", " → ".join(money(amount) for amount in payers)),
    ]
    if figures.to_fund > ZERO:
        formula = (
            "cash of the pool + PnL − fee − orders" if figures.tested is Tested.POOL else "margin + PnL at the takeover"
        )
        lines.append(Reason("left for the fund", formula, money(figures.to_fund)))
    if figures.step is StepKind.BACKSTOP:
        lines.append(
            Reason("the backstop", "equity below the venue's share of maintenance margin: a vault takes all", "")
        )
    return lines


def _made_final(frame: Frame, event: Event) -> str:
    """The PnL of what was closed, with its numbers; without them where PnL counts from another price by now."""
    result = money(event.figures.pnl)
    if event.position is None or event.mark is None:
        return result
    position = frame.positions[event.position].position
    closed = replace(position, quantity=event.figures.quantity)
    if posting(unrealised_pnl(closed, event.mark)) != event.figures.pnl:
        return result
    sign = "+1" if position.side.sign > 0 else "−1"
    since, mark = fine(position.counts_from), fine(event.mark)
    moved = f"1 ÷ {since} − 1 ÷ {mark}" if position.inverse else f"{mark} − {since}"
    return f"{sign} × {closed.quantity:f} × ({moved}) = {result}"
