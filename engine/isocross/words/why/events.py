"""The arithmetic behind an event: what was tested, what moved, who paid, what is left."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from isocross.account.book import market_names
from isocross.account.margin import initial_margin_at, notional
from isocross.cascade.events import Account, Event, EventKind, Tested
from isocross.cascade.spare import available_cash
from isocross.figures.frame import Frame
from isocross.format import fine, grouped, price
from isocross.money import exact
from isocross.rules.profile import AdlPrice, Line
from isocross.words.events import scope, where
from isocross.words.why.account import cancelled_reasons
from isocross.words.why.assets import asset_reasons
from isocross.words.why.closes import closes, fee_of, gained, made_final, who_paid
from isocross.words.why.orders import fill_reasons
from isocross.words.why.prices import bankruptcy_formula, bankruptcy_words
from isocross.words.why.reason import PNL, TIMES, Moment, Reason, added, rate_words, side_words, signed


@exact
def event_reasons(frame: Frame, event: Event) -> tuple[Reason, ...]:  # noqa: PLR0911 - one for each kind
    """The arithmetic of an event of a frame: what was tested, what moved, who paid, what is left.

    Raises ValueError when the event is none of the frame's.
    """
    moment = Moment(frame, event)
    who = "the pool" if event.position is None else market_names(frame.book)[event.position]
    at = where(event, frame.book, frame.path)
    title = f"{who}: {event.kind} at {at}"
    if event.fill is not None:
        return fill_reasons(title, moment)
    match event.kind:
        case EventKind.FILL | EventKind.TRIGGER:
            raise ValueError("the event is about no order")
        case EventKind.MOVE | EventKind.REFUSAL:
            return (Reason(f"by hand: {event.kind} at {at}", "", event.note), *_of_move(moment))
        case EventKind.FUNDING:
            return _of_funding(title, moment)
        case EventKind.SETTLEMENT:
            return _of_settlement(title, moment)
        case EventKind.FUND | EventKind.DELEVERAGE:
            return _of_hole(title, moment)
        case EventKind.BORROW | EventKind.REPAYMENT | EventKind.CONVERSION:
            return asset_reasons(event, frame.book, at)
        case EventKind.REFILL:
            done = _of_refill(moment)
        case EventKind.ORDER_CANCEL:
            done = cancelled_reasons(moment)
        case EventKind.REDUCTION | EventKind.LIQUIDATION:
            done = closes(moment)
        case strange:
            assert_never(strange)
    return (_tested(title, moment), *done)


def _tested(title: str, moment: Moment) -> Reason:
    """The equity that came to its line."""
    money, figures, book = moment.tested_amounts, moment.figures, moment.frame.book
    need, of = figures.maintenance_margin, f"of the {scope(figures.tested)}"
    if book.pools_assets and not moment.bucket:
        held, equity = "what the assets count, open PnL included", money(figures.equity)
    else:
        held, equity = "cash + PnL", added(money, moment.cash, figures.equity - moment.cash)
    if figures.buffer:
        formula = f"{held} < maintenance margin + what a liquidation under way restores"
        return Reason(title, formula, f"{equity} < {added(money, need, figures.buffer)} {of}")
    below = " (< at the start and after a jump)" if book.profile.line is Line.BELOW else ""
    return Reason(title, f"{held} ≤ maintenance margin{below}", f"{equity} ≤ {money(need)} {of}")


def _of_refill(moment: Moment) -> tuple[Reason, ...]:
    money = moment.amounts
    position, figures, drawn = moment.position, moment.figures, moment.event.amount
    ledger, asked = moment.ledger, money(position.initial_margin)
    if figures.tested is Tested.ISOLATED:
        free, value = available_cash(ledger, moment.marks), notional(position, position.entry)
        formula = "min(initial margin, available cash, what lacks to an effective 1x)"
        often = "" if figures.times == 1 else f", {figures.times:,} times: {money(drawn)}"
        one = money(drawn / figures.times)
        put = f"min({asked}, {money(free)}, {money(value)}{signed(money, -figures.cash)}) = {one}{often}"
        left = added(money, ledger.pool, -ledger.reserved, -drawn)
        return (
            Reason("drawn by itself", formula, put),
            Reason("free cash left", "cash in no margin − orders − drawn", left),
        )
    now, unused = initial_margin_at(position, moment.mark), ledger.unreserved
    wanted = max(position.initial_margin, now) - figures.equity
    put = f"max({asked}, {money(now)}){signed(money, -figures.equity)} = {money(wanted)}"
    formula = "max(initial margin at entry, at mark) − equity, at most the unused cash"
    told = f"{put}, at most {money(unused)}: {money(drawn)}"
    return (
        Reason("drawn from unused cash", formula, told),
        Reason("unused cash left", "unused − drawn", added(money, unused, -drawn)),
    )


def _of_hole(title: str, moment: Moment) -> tuple[Reason, ...]:
    """What a margin or a pool fell short of, and who bears it."""
    money = moment.amounts
    event, figures = moment.event, moment.figures
    formula = "cash + PnL, where that is below zero"
    lacks = added(money, figures.cash, figures.pnl)
    hole = -(figures.cash + figures.pnl)
    if event.kind is EventKind.FUND:
        all_of_it = "" if hole == event.amount else ", all it has"
        paid = f"the fund pays {money(event.amount)}{all_of_it}"
        return (Reason(title, f"{formula}, as far as the fund has it", f"{lacks}; {paid}"),)
    borne = added(money, hole, event.amount - hole)
    line = Reason(title, f"{formula}, less what the fund paid", f"{lacks}; the other side bears {borne}")
    return (line, *_winners_price(moment))


def _winners_price(moment: Moment) -> tuple[Reason, ...]:
    """At which price winners on the other side are closed, where that is one price."""
    at = moment.figures.price
    if at is None:
        return ()
    title, grid = "winners are closed at", moment.frame.book.market_of(moment.position).grid
    if moment.frame.book.profile.adl_price is AdlPrice.MARK:
        return (Reason(title, "the mark", price(at, grid)),)
    position = moment.position
    net = position.quantity * position.side.sign
    words = bankruptcy_words(position.kind, position.counts_from, moment.figures.cash, net)
    formula = bankruptcy_formula(position.kind, "entry", "margin", "signed quantity")
    return (Reason(title, f"its bankruptcy price: {formula}", f"{words} = {price(at, grid)}"),)


def _of_funding(title: str, moment: Moment) -> tuple[Reason, ...]:
    money = moment.amounts
    event, figures, position = moment.event, moment.figures, moment.position
    times = TIMES[position.kind]
    formula = f"side × quantity {times} mark × rate; positive: it pays, negative: it is paid"
    size = f"{side_words(position)} × {grouped(figures.quantity)} {times} {fine(moment.mark)}"
    put = f"{size} × {rate_words(figures.rate)} = {money(event.amount)}"
    own = figures.left - figures.cash
    by_pool = event.amount + own
    available = (Reason("paid by the pool", "available cash first", money(by_pool)),) if by_pool else ()
    return (Reason(title, formula, put), *available, _cash_after(moment, own))


def _of_settlement(title: str, moment: Moment) -> tuple[Reason, ...]:
    money = moment.amounts
    event, figures, position = moment.event, moment.figures, moment.position
    formula = f"open PnL becomes cash: {PNL[position.kind].replace('entry', 'price it counted from')}"
    back = event.amount + figures.cash - figures.left
    if not back:
        return (Reason(title, formula, made_final(moment)), _cash_after(moment, event.amount))
    surplus = added(money, figures.cash, event.amount, -position.initial_margin)
    above = Reason("back to unused cash", "margin + PnL − initial margin", surplus)
    return (Reason(title, formula, made_final(moment)), above, _cash_after(moment, event.amount, -back))


def _cash_after(moment: Moment, *moved: Decimal) -> Reason:
    money = moment.amounts
    return Reason(
        f"cash of the {scope(moment.figures.tested)} afterwards",
        "before + what moved",
        added(money, moment.figures.cash, *moved),
    )


def _of_move(moment: Moment) -> tuple[Reason, ...]:
    """What a move by hand made final, and the cash it moved."""
    money = moment.amounts
    event, figures, ledger = moment.event, moment.figures, moment.ledger
    lines = [gained(moment), *who_paid(moment)] if event.paid_by is not None else []
    if figures.fee:
        kind = moment.position.kind
        lines.append(fee_of(moment, moment.frame.book.profile.taker_fee, f"quantity {TIMES[kind]} mark × taker fee"))
    names = market_names(moment.frame.book)
    for leg in event.postings:
        if leg.account is Account.MARGIN and leg.position is not None:
            before = ledger.margins[leg.position]
            lines.append(
                Reason(f"margin of {names[leg.position]}", "before + what moved", added(money, before, leg.amount))
            )
    frame = moment.frame
    unit = frame.book.coin_price(event.asset, frame.path.marks(event.place))
    moved = (figures.pnl * unit, -figures.fee * unit, event.paid_in)
    if any(moved):
        put = added(frame.total_amounts, figures.cash, *moved)
        lines.append(Reason("wallet", "before + PnL − fee + what came in or went out", put))
    return tuple(lines)
