"""The arithmetic behind a close: how much was closed, what became final, its fee, who paid, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.cascade.events import EventKind
from engine.margin import worth
from engine.money import MONEY_GRID
from engine.numbers import fine
from engine.procedure import StepKind
from engine.triggers import Standings
from engine.venue import FeeCap
from engine.why.moment import Moment
from engine.why.quantity import quantity_closed
from engine.why.reason import PNL, TIMES, Reason, added, pnl_words, rate_words


def closes(moment: Moment) -> tuple[Reason, ...]:
    """What a reduction or a liquidation moved, in the order it is worked out."""
    reduced = moment.event.kind is EventKind.REDUCTION
    closed = (quantity_closed(moment),) if reduced else ()
    return (
        *_backstop(moment),
        *closed,
        gained(moment),
        *_fee(moment),
        *_lost(moment),
        *who_paid(moment),
        *_left(moment),
    )


def gained(moment: Moment) -> Reason:
    """The PnL of what was closed."""
    formula = PNL[moment.position.kind].replace("quantity", "quantity closed")
    return Reason("PnL made final", formula, made_final(moment))


def made_final(moment: Moment) -> str:
    """The PnL of what was closed with its numbers put in."""
    money = moment.amounts
    return pnl_words(money, moment.position, moment.figures.quantity, moment.mark, moment.figures.pnl)


def fee_of(moment: Moment, rate: Decimal, formula: str, most: str = "") -> Reason:
    """The fee on what was closed or opened; `most`: the words of the cap that it came to."""
    money = moment.amounts
    kind, quantity = moment.position.kind, moment.figures.quantity
    size = worth(kind, quantity, moment.mark)
    put = f"{quantity:f} {TIMES[kind]} {fine(moment.mark)} × {rate_words(rate)} = {money(size * rate)}"
    return Reason("fee", formula, f"{put}{most}")


def _backstop(moment: Moment) -> Iterator[Reason]:
    """Why a vault takes it."""
    money = moment.amounts
    figures = moment.figures
    if figures.step is StepKind.BACKSTOP:
        share = next(step.amount for step in moment.frame.book.profile.steps if step.kind is StepKind.BACKSTOP)
        need = figures.maintenance_margin
        put = f"{money(figures.equity)} < {rate_words(share)} × {money(need)} = {money(share * need)}"
        yield Reason("the backstop, a vault that takes all", "equity < the venue's share of maintenance margin", put)


def _fee(moment: Moment) -> Iterator[Reason]:
    fee, position, book = moment.figures.fee, moment.position, moment.frame.book
    if fee:
        rate = book.liquidation_fee_of(position)
        full = worth(position.kind, moment.figures.quantity, moment.mark) * rate
        most = "" if full - fee < MONEY_GRID else f", at most {_most(moment)}"
        yield fee_of(moment, rate, f"quantity closed {TIMES[position.kind]} mark × rate, at most what is left", most)


def _most(moment: Moment) -> str:
    """What a fee can take: the equity, or the part of it that what is closed has by maintenance margin."""
    money = moment.amounts
    figures, standings = moment.figures, Standings.at(moment.ledger, moment.marks)
    equity, need = figures.equity, figures.maintenance_margin
    if not moment.bucket:
        # of several closes that follow from one test each has what the one before it left
        equity, need = standings.pool_equity, standings.pool_maintenance_margin
    if moment.frame.book.profile.fee_cap is FeeCap.POOL or moment.taken_over:
        return f"the equity of {money(equity)}"
    own = standings.maintenance_margin[moment.index] * figures.quantity / moment.position.quantity
    return f"{money(equity)} × {money(own)} ÷ {money(need)} = {money(figures.fee)}"


def _lost(moment: Moment) -> Iterator[Reason]:
    """What the account is poorer by, and who bears it."""
    money = moment.amounts
    figures = moment.figures
    if moment.taken_over:
        put = added(money, figures.cash, -figures.left)
        yield Reason("lost by the account", "its margin, less what came back", put)
    else:
        put = added(money, -figures.pnl, figures.fee, figures.to_fund)
        yield Reason("lost by the account", "−PnL + fee + what the fund has", put)


def who_paid(moment: Moment) -> Iterator[Reason]:
    """The parts of a loss by who bears them."""
    money = moment.amounts
    paid = moment.event.paid_by
    if paid is not None and paid.total:
        told = " + ".join(money(amount) for amount in paid)
        yield Reason("who paid", "own margin + unused + others + fund", f"{told} = {money(paid.total)}")


def _left(moment: Moment) -> Iterator[Reason]:
    """What is left, and for whom."""
    money = moment.amounts
    figures, cash = moment.figures, moment.figures.cash
    rest = (figures.pnl, -figures.fee)
    if not moment.taken_over:
        if figures.to_fund:
            held = moment.ledger.reserved
            put = added(money, cash, *rest, -held)
            yield Reason("left for the fund", "cash of the pool + PnL − fee − what orders hold", put)
        put = added(money, cash, *rest, -figures.to_fund)
        yield Reason("cash left", "cash + PnL − fee − what the fund has", put)
    elif figures.left:
        yield Reason("came back", "margin + PnL − fee", added(money, cash, *rest))
    elif figures.to_fund > 0:
        yield Reason("left for the fund", "margin + PnL at the takeover", added(money, cash, *rest))
