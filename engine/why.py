"""The arithmetic behind a position's figures: formula, numbers put in, result, source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.adl import WORDS
from engine.book import Mode
from engine.cascade.events import Event, EventKind, PaidBy, Tested
from engine.explain import where
from engine.frame import Frame, PositionFrame
from engine.margin import tier_size
from engine.market import Tier
from engine.money import ZERO, exact, text
from engine.numbers import money, percent, price
from engine.orders import reserve_of
from engine.scene import market_names
from engine.venue import Basis, OrderReserve, StepKind

_STEPS = {
    StepKind.TIER_DOWN: "down to just below the border of a lower tier",
    StepKind.FRACTION: "the venue's share of the position, once",
    StepKind.RESTORE: "shortage ÷ (mark × (rate + buffer − fee))",
    StepKind.NET_HEDGES: "the smaller of two opposite cross positions of the market",
}
_NETTED = "none: the larger side of this market is asked for margin, this is the other"
_RESERVES = {
    OrderReserve.NONE: "this venue holds nothing",
    OrderReserve.IM: "quantity × price ÷ leverage",
    OrderReserve.IM_FEE: "quantity × price ÷ leverage + quantity × price × taker fee",
    OrderReserve.IM_OPEN_LOSS: "quantity × price ÷ leverage + its loss against the opening mark",
}


@dataclass(frozen=True)
class Reason:
    """One figure and where it comes from."""

    title: str
    formula: str
    substituted: str
    """The formula with its numbers put in, and the result."""
    source: str = ""


@exact
def reasons(frame: Frame, row: PositionFrame) -> tuple[Reason, ...]:
    """The arithmetic of every figure of a position at the cursor, in the order it is worked out."""
    if row.death is not None:
        return _of_death(frame, row)
    return (
        _pnl(row),
        _initial(frame, row),
        _maintenance(frame, row),
        _equity(frame, row),
        _liquidation(frame, row),
        _bankruptcy(frame, row),
        _joint(frame, row),
        _worst(frame, row),
        *_deleveraging(frame, row),
    )


def _pnl(row: PositionFrame) -> Reason:
    sign = "+1" if row.position.side.sign > 0 else "−1"
    put = f"{sign} × {row.position.quantity:f} × ({_plain(row.mark)} − {_plain(row.position.entry)})"
    return Reason("unrealised PnL", "side × quantity × (mark − entry)", f"{put} = {money(row.unrealised_pnl)}")


def _initial(frame: Frame, row: PositionFrame) -> Reason:
    position, pooled = row.position, not frame.book.has_bucket(row.position)
    floats = pooled and frame.book.profile.cross_initial_basis is Basis.MARK
    at = "mark" if floats else "entry"
    if row.netted:
        return Reason("initial margin", _NETTED, f"= {money(row.initial_margin)}", frame.book.profile.title)
    put = f"{position.quantity:f} × {_plain(row.mark if floats else position.entry)} ÷ {position.leverage:f}"
    return Reason("initial margin", f"quantity × {at} ÷ leverage", f"{put} = {money(row.initial_margin)}")


def _tier(frame: Frame, row: PositionFrame) -> Tier:
    ladder = frame.book.market_of(row.position).ladder
    return ladder.tiers[ladder.index_at(tier_size(row.position, frame.book.profile, row.mark))]


def _maintenance(frame: Frame, row: PositionFrame) -> Reason:
    profile = frame.book.profile
    if row.netted:
        return Reason("maintenance margin", _NETTED, f"= {money(row.maintenance_margin)}", profile.title)
    tier = _tier(frame, row)
    at = "mark" if profile.maintenance_basis is Basis.MARK else "entry"
    basis = row.mark if profile.maintenance_basis is Basis.MARK else row.position.entry
    deduction = f" − {money(tier.deduction)}" if tier.deduction else ""
    fee = f" + {money(row.notional * profile.close_fee)} close fee" if profile.close_fee else ""
    put = f"{row.position.quantity:f} × {_plain(basis)} × {percent(tier.rate, 2)}{deduction}{fee}"
    formula = f"quantity × {at} × rate of the tier − deduction"
    return Reason("maintenance margin", formula, f"{put} = {money(row.maintenance_margin)}", profile.title)


def _equity(frame: Frame, row: PositionFrame) -> Reason:
    account = frame.account
    if not frame.book.has_bucket(row.position):
        held = f" (less {money(account.reserved)} that orders hold)" if _counted(frame) else ""
        put = f"{money(account.pool_equity)}{held} against maintenance margin {money(account.pool_maintenance_margin)}"
        return Reason(
            "the line",
            "pool cash + PnL of all cross positions against their maintenance margins",
            f"{put}: {percent(account.margin_ratio)} of the line at 100 %",
        )
    put = f"{money(row.margin)} + {money(row.unrealised_pnl)} = {money(row.equity)}"
    ratio = f", {percent(row.margin_ratio)} of the line at 100 %" if row.margin_ratio is not None else ""
    return Reason("the line", "bucket + PnL against maintenance margin", f"{put}{ratio}")


def _counted(frame: Frame) -> bool:
    """Whether resting orders come off the pool's equity."""
    return frame.book.profile.order_counts and frame.account.reserved > 0


def _liquidation(frame: Frame, row: PositionFrame) -> Reason:
    title = "liquidation price, every other market standing still"
    formula = "the mark P at which equity(P) = maintenance margin(P), in the tier valid at P"
    shown = price(row.liquidation_price, _tick(frame, row))
    if row.liquidation_price is None:
        return Reason(title, formula, "no price of this market brings it to the line: none")
    if frame.book.has_bucket(row.position):
        reach = " + unused cash" if row.position.mode is Mode.CROSS else ""
        return Reason(title, formula, f"cash behind it: bucket{reach}; P = {shown}", "cash + q(P − entry) = MM(P)")
    return Reason(title, formula, f"cash behind it: the whole pool with its other positions; P = {shown}")


def _bankruptcy(frame: Frame, row: PositionFrame) -> Reason:
    shown = price(row.bankruptcy_price, _tick(frame, row))
    if frame.book.has_bucket(row.position):
        return Reason("bankruptcy price", "entry − cash behind it ÷ signed quantity", f"= {shown}")
    return Reason("bankruptcy price", "the mark at which pool equity is 0, the others standing still", f"= {shown}")


def _joint(frame: Frame, row: PositionFrame) -> Reason:
    shown = price(row.joint_trigger, _tick(frame, row))
    formula = "this market's mark at the first event that ends it on the whole glide, earlier events applied"
    return Reason("joint trigger, all markets moving together", formula, f"= {shown}")


def _deleveraging(frame: Frame, row: PositionFrame) -> tuple[Reason, ...]:
    """Where a winner stands in the queue; nothing where the venue has none or the position is no winner."""
    if row.adl is None:
        return ()
    put = f"= {money(row.adl.score, 4)}; number {row.adl.rank} of this account's winning {row.position.side}s"
    known = "; the venue ranks it among everybody's, which nobody can know from outside"
    formula = WORDS[frame.book.profile.adl_formula]
    return (Reason("deleveraging score", formula, f"{put}{known}", frame.book.profile.title),)


def _worst(frame: Frame, row: PositionFrame) -> Reason:
    if row.position.mode is Mode.ISOLATED:
        return Reason("worst case", "isolated: the margin, and never more", f"= {money(row.worst_case)}")
    reach = "bucket + unused" if frame.book.top_up else "pool cash"
    limit = f"the smaller of {reach} and the loss at a mark of zero" if row.position.side.sign > 0 else reach
    return Reason("worst case", f"cross: {limit}", f"= {money(row.worst_case)}")


def _of_death(frame: Frame, row: PositionFrame) -> tuple[Reason, ...]:
    return () if row.death is None else event_reasons(frame, row.death)


@exact
def event_reasons(frame: Frame, event: Event) -> tuple[Reason, ...]:
    """The arithmetic of an event: what was tested, what moved, who paid, what is left."""
    figures = event.figures
    who = "the pool" if event.position is None else market_names(frame.book)[event.position]
    lines = [
        Reason(
            f"{who}: {event.kind} at {where(event, frame.book, frame.ray)}",
            "equity ≤ maintenance margin",
            f"{money(figures.equity)} ≤ {money(figures.maintenance_margin)} of the {figures.tested}",
        )
    ]
    match event.kind:
        case EventKind.REFILL if figures.tested is Tested.ISOLATED:
            formula = "initial margin, at most what is available and what lacks to an effective 1x"
            lines.append(Reason("drawn by itself", formula, money(event.amount), "rules.md §3.5"))
            lines.append(Reason("free cash left", "cash in no bucket − orders − drawn", money(figures.left)))
        case EventKind.REFILL:
            formula = "max(IM at entry, IM at mark) − equity, at most what is unused"
            lines.append(Reason("drawn from unused cash", formula, money(event.amount), "rules.md §1.3"))
            lines.append(Reason("unused cash left", "unused − drawn", money(figures.left)))
        case EventKind.ORDER_CANCEL:
            lines += _of_orders(frame, event)
        case EventKind.REDUCTION:
            lines += _of_reduction(event)
        case EventKind.LIQUIDATION:
            lines += _of_liquidation(event)
        case _:
            lines.append(Reason("paid", "what the cash falls short of", money(event.amount)))
    return tuple(lines)


def _of_orders(frame: Frame, event: Event) -> list[Reason]:
    """What each cancelled order held, and what is free after it."""
    book = frame.book
    formula = _RESERVES[book.profile.order_reserve]
    held = [
        Reason(f"order {o.id}", formula, money(reserve_of(o, book))) for o in map(book.orders.__getitem__, event.orders)
    ]
    freed = Reason("free again", "sum of what they held", money(event.amount), "rules.md §11.3")
    return [*held, freed, Reason("free cash now", "cash in no bucket − other orders", money(event.figures.left))]


def _of_reduction(event: Event) -> list[Reason]:
    figures = event.figures
    lines = [
        Reason("closed", _STEPS[figures.step] if figures.step else "", text(figures.quantity), "rules.md §11.4"),
        Reason("PnL made final", "side × quantity closed × (mark − entry)", money(figures.pnl)),
    ]
    if figures.fee:
        lines.append(Reason("fee", "rate × notional closed, at most what the venue's cap leaves", money(figures.fee)))
    return [*lines, Reason("cash left", "cash + PnL − fee", money(figures.left))]


def _of_liquidation(event: Event) -> list[Reason]:
    figures, paid = event.figures, event.paid_by or PaidBy()
    payers = (paid.own_margin, paid.unused, paid.others, paid.fund)
    lines = [
        Reason("PnL made final", "side × quantity × (mark − entry)", money(figures.pnl)),
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


def _tick(frame: Frame, row: PositionFrame) -> Decimal | None:
    return frame.book.market_of(row.position).tick


def _plain(value: Decimal) -> str:
    return price(value)
