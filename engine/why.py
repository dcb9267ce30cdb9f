"""The arithmetic behind a position's figures: formula, numbers put in, result, source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.book import Mode
from engine.cascade.events import Event, EventKind, PaidBy
from engine.currency import in_its_currency
from engine.explain import where
from engine.frame import Frame, PositionFrame
from engine.margin import exposure, tier_size
from engine.market import Kind, Tier
from engine.money import ZERO, exact
from engine.numbers import money, percent, price
from engine.scene import market_names
from engine.venue import Basis


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
def reasons(frame: Frame, row: PositionFrame) -> tuple[Reason, ...]:
    """The arithmetic of every figure of a position at the cursor, in the order it is worked out."""
    if row.death is not None:
        return _of_death(frame, row)
    return (
        _pnl(row),
        _initial(row),
        _maintenance(frame, row),
        _equity(frame, row),
        _liquidation(frame, row),
        _bankruptcy(frame, row),
        _joint(frame, row),
        _worst(frame, row),
    )


def _pnl(row: PositionFrame) -> Reason:
    sign = "+1" if row.position.side.sign > 0 else "−1"
    if row.position.inverse:
        put = f"{sign} × {row.position.quantity:f} × (1 ÷ {_plain(row.position.counts_from)} − 1 ÷ {_plain(row.mark)})"
        return Reason("unrealised PnL", _PNL[Kind.INVERSE], f"{put} = {money(row.unrealised_pnl)}")
    put = f"{sign} × {row.position.quantity:f} × ({_plain(row.mark)} − {_plain(row.position.counts_from)})"
    return Reason("unrealised PnL", _PNL[Kind.LINEAR], f"{put} = {money(row.unrealised_pnl)}")


_PNL = {
    Kind.LINEAR: "side × quantity × (mark − entry)",
    Kind.INVERSE: "side × quantity × (1 ÷ entry − 1 ÷ mark), in the coin",
}


def _initial(row: PositionFrame) -> Reason:
    position = row.position
    times = _TIMES[position.kind]
    put = f"{position.quantity:f} {times} {_plain(position.entry)} ÷ {position.leverage:f}"
    return Reason("initial margin", f"quantity {times} entry ÷ leverage", f"{put} = {money(row.initial_margin)}")


_TIMES = {Kind.LINEAR: "×", Kind.INVERSE: "÷"}
"""How a quantity and a price make an amount of the account's currency."""


def _tier(frame: Frame, row: PositionFrame) -> Tier:
    ladder = frame.book.market_of(row.position).ladder
    return ladder.tiers[ladder.index_at(tier_size(row.position, frame.book.profile, row.mark))]


def _maintenance(frame: Frame, row: PositionFrame) -> Reason:
    profile = frame.book.profile
    tier = _tier(frame, row)
    at = "mark" if profile.maintenance_basis is Basis.MARK else "entry"
    basis = row.mark if profile.maintenance_basis is Basis.MARK else row.position.entry
    deduction = f" − {money(tier.deduction)}" if tier.deduction else ""
    fee = f" + {money(row.notional * profile.close_fee)} close fee" if profile.close_fee else ""
    times = _TIMES[row.position.kind]
    put = f"{row.position.quantity:f} {times} {_plain(basis)} × {percent(tier.rate, 2)}{deduction}{fee}"
    formula = f"quantity {times} {at} × rate of the tier − deduction"
    return Reason("maintenance margin", formula, f"{put} = {money(row.maintenance_margin)}", profile.title)


def _equity(frame: Frame, row: PositionFrame) -> Reason:
    account = frame.account
    if not frame.book.has_bucket(row.position):
        put = f"{money(account.pool_equity)} against maintenance margin {money(account.pool_maintenance_margin)}"
        return Reason(
            "the line",
            "pool cash + PnL of all cross positions against their maintenance margins",
            f"{put}: {percent(account.margin_ratio)} of the line at 100 %",
        )
    put = f"{money(row.margin)} + {money(row.unrealised_pnl)} = {money(row.equity)}"
    ratio = f", {percent(row.margin_ratio)} of the line at 100 %" if row.margin_ratio is not None else ""
    return Reason("the line", "bucket + PnL against maintenance margin", f"{put}{ratio}")


def _liquidation(frame: Frame, row: PositionFrame) -> Reason:
    title = "liquidation price, every other market standing still"
    formula = "the mark P at which equity(P) = maintenance margin(P), in the tier valid at P"
    shown = price(row.liquidation_price, _tick(frame, row))
    if row.liquidation_price is None:
        return Reason(title, formula, "no price of this market brings it to the line: none")
    if frame.book.has_bucket(row.position):
        reach = " + unused cash" if row.position.mode is Mode.CROSS else ""
        inverse = row.position.inverse
        met = "cash + q(1 ÷ entry − 1 ÷ P) = MM(P)" if inverse else "cash + q(P − entry) = MM(P)"
        return Reason(title, formula, f"cash behind it: bucket{reach}; P = {shown}", met)
    return Reason(title, formula, f"cash behind it: the whole pool with its other positions; P = {shown}")


def _bankruptcy(frame: Frame, row: PositionFrame) -> Reason:
    shown = price(row.bankruptcy_price, _tick(frame, row))
    if frame.book.has_bucket(row.position):
        formula = "entry − cash behind it ÷ signed quantity"
        if row.position.inverse:
            formula = "1 ÷ P = 1 ÷ entry + cash behind it ÷ signed quantity"
        return Reason("bankruptcy price", formula, f"= {shown}")
    return Reason("bankruptcy price", "the mark at which pool equity is 0, the others standing still", f"= {shown}")


def _joint(frame: Frame, row: PositionFrame) -> Reason:
    shown = price(row.joint_trigger, _tick(frame, row))
    formula = "this market's mark at the first event that ends it on the whole glide, earlier events applied"
    return Reason("joint trigger, all markets moving together", formula, f"= {shown}")


def _worst(frame: Frame, row: PositionFrame) -> Reason:
    if row.position.mode is Mode.ISOLATED:
        return Reason("worst case", "isolated: the margin, and never more", f"= {money(row.worst_case)}")
    reach = "bucket + unused" if frame.book.top_up else "pool cash"
    limit = reach
    if exposure(row.position) > 0:
        end = "as the mark rises without end" if row.position.inverse else "at a mark of zero"
        limit = f"the smaller of {reach} and the loss {end}"
    return Reason("worst case", f"cross: {limit}", f"= {money(row.worst_case)}")


def _of_death(frame: Frame, row: PositionFrame) -> tuple[Reason, ...]:
    return () if row.death is None else event_reasons(frame, row.death)


@in_its_currency
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
        case EventKind.REFILL:
            formula = "max(IM at entry, IM at mark) − equity, at most what is unused"
            lines.append(Reason("drawn from unused cash", formula, money(event.amount), "rules.md §1.3"))
            lines.append(Reason("unused cash left", "unused − drawn", money(figures.left)))
        case EventKind.FUNDING:
            lines.append(Reason("funding", "quantity × mark × rate, longs pay when positive", money(event.amount)))
        case EventKind.SETTLEMENT:
            lines.append(
                Reason("open PnL made cash", "side × quantity × (mark − price it counted from)", money(event.amount))
            )
        case EventKind.MOVE | EventKind.REFUSAL:
            lines = [Reason(f"by hand: {event.kind} at {where(event, frame.book, frame.ray)}", "", event.note)]
        case EventKind.LIQUIDATION:
            kind = Kind.LINEAR if event.position is None else frame.book.positions[event.position].kind
            lines += _of_liquidation(event, kind)
        case _:
            lines.append(Reason("paid", "what the cash falls short of", money(event.amount)))
    return tuple(lines)


def _of_liquidation(event: Event, kind: Kind) -> list[Reason]:
    figures, paid = event.figures, event.paid_by or PaidBy()
    payers = (paid.own_margin, paid.unused, paid.others, paid.fund)
    lines = [
        Reason("PnL made final", _PNL[kind], money(figures.pnl)),
        Reason("lost by the account", "margin gone, or PnL and fee of the close", money(event.amount)),
        Reason("who paid", "own margin → unused → others → fund", " → ".join(money(amount) for amount in payers)),
    ]
    if figures.to_fund > ZERO:
        lines.append(Reason("left for the fund", "margin + PnL at the takeover", money(figures.to_fund)))
    return lines


def _tick(frame: Frame, row: PositionFrame) -> Decimal | None:
    return frame.book.market_of(row.position).tick


def _plain(value: Decimal) -> str:
    return price(value)
