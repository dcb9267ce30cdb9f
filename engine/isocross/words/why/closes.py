"""The arithmetic behind a close: how much was closed, what became final, its fee, who paid, and what is left.

How much is closed is for a step of the venue's procedure to say (page `venues`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from isocross.account.book import Mode
from isocross.account.margin import notional, quantity_of, tier_at, worth
from isocross.account.sizing import reduced
from isocross.cascade.events import EventKind
from isocross.cascade.reductions import restoring, shortage
from isocross.figures.standings import Standings
from isocross.format import fine, grouped
from isocross.money import MONEY_GRID, ZERO, text
from isocross.rules.market import TierKey
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Basis, FeeCap
from isocross.words.assets import tests_assets
from isocross.words.why.reason import PER, PNL, TIMES, Moment, Reason, added, in_full, pnl_words, rate_words, signed


def quantity_closed(moment: Moment) -> Reason:
    """How much was closed, with the numbers of its step put in."""
    figures = moment.figures
    steps = [step for step in moment.frame.book.profile.steps if step.kind is figures.step]
    formula, put = _of_step(moment, steps[0])
    if len(steps) > 1:
        # of two steps of a kind an event does not say which it was
        put = text(figures.quantity)
    return Reason("closed", formula, put)


def _of_step(moment: Moment, step: Step) -> tuple[str, str]:
    """How much a step closes of a position, and the same with its numbers put in."""
    match step.kind:
        case StepKind.TIER_DOWN:
            return "quantity − what stays, just below the border of a lower tier", _tier_down(moment)
        case StepKind.FRACTION:
            return "quantity × the venue's share of a large position", _fraction(moment, step)
        case StepKind.PORTION:
            formula = "the venue's share of the notional, or its least size where that is more"
            return formula, _portion(moment, step)
        case StepKind.RESTORE:
            formula = "whole tiers + the rest of the shortage ÷ (rate + buffer − fee)"
            return formula, _restore(moment, step)
        case StepKind.NET_HEDGES:
            return "the smaller of two opposite cross positions of the market", _net_hedges(moment)
        case StepKind.CANCEL_ORDERS | StepKind.BACKSTOP:
            raise ValueError(f'a step of kind "{step.kind}" closes no part')
        case strange:
            assert_never(strange)


def _tier_down(moment: Moment) -> str:
    """The border of the tier that what stays is in, and how much is below it."""
    position, closed, profile = moment.position, moment.figures.quantity, moment.frame.book.profile
    rest = reduced(position, closed)
    tier = tier_at(moment.frame.book, rest, moment.mark)
    border = moment.frame.book.market_of(position).ladder.starts[tier + 1]
    whole, left = grouped(position.quantity), grouped(rest.quantity)
    kept = f"{left} stays open; {whole} − {left} = {grouped(closed)}"
    if profile.tier_key_of(position.kind) is TierKey.QUANTITY:
        return f"border {grouped(border)}; {kept}"
    basis = moment.mark if profile.maintenance_basis is Basis.MARK else position.entry
    most = fine(quantity_of(position.kind, border, basis), least=0)
    return f"border {grouped(border)} {PER[position.kind]} {fine(basis)} = {most}; {kept}"


def _fraction(moment: Moment, step: Step) -> str:
    position = moment.position
    share = position.quantity * step.amount
    return _in_lots(f"{grouped(position.quantity)} × {rate_words(step.amount)}", share, moment)


def _portion(moment: Moment, step: Step) -> str:
    money = moment.amounts
    position = moment.position
    share = notional(position, moment.mark) * step.amount
    wanted = max(step.above, share)
    put = f"max({money(step.above)}, {money(notional(position, moment.mark))} × {rate_words(step.amount)})"
    if step.most is not None:
        wanted = min(wanted, step.most)
        put = f"min({put}, {money(step.most)})"
    put += f" {PER[position.kind]} {fine(moment.mark)}"
    return _in_lots(put, quantity_of(position.kind, wanted, moment.mark), moment)


def _restore(moment: Moment, step: Step) -> str:
    """The shortage, and what of it each tier frees."""
    money = moment.amounts
    ledger, position, figures = moment.tested_ledger, moment.position, moment.figures
    together = [moment.index] if moment.bucket else ledger.open_in(Mode.CROSS)
    held = [ledger.positions[i] for i in together]
    size = sum((notional(member, moment.marks[member.market]) for member in held), ZERO)
    short = shortage(step, figures.maintenance_margin, size, figures.equity)
    buffer = f"{rate_words(step.amount)} × {money(size)}"
    lacks = f"{money(figures.maintenance_margin)} + {buffer}{signed(money, -figures.equity)} = {money(short)}"
    netted = moment.index in Standings.at(ledger, moment.marks).netted
    freed = restoring(step, ledger, moment.index, moment.mark, short, netted=netted)
    if freed is None:
        return f"{lacks}; {grouped(figures.quantity)}"
    fee = ledger.book.liquidation_fee_of(position)
    rates = f"{rate_words(freed.rate - step.amount + fee)} + {rate_words(step.amount)} − {rate_words(fee)}"
    part = f"{money(freed.rest)} ÷ ({rates})"
    if freed.whole_tiers:
        part = f"({money(freed.whole_tiers)} + {part})"
    wanted = quantity_of(position.kind, freed.whole_tiers + freed.rest / freed.rate, moment.mark)
    return f"{lacks}; " + _in_lots(f"{part} {PER[position.kind]} {fine(moment.mark)}", wanted, moment)


def _net_hedges(moment: Moment) -> str:
    closed = text(moment.figures.quantity)
    return f"min({grouped(moment.position.quantity)}, {closed}) = {closed}"


def _in_lots(put: str, wanted: Decimal, moment: Moment) -> str:
    """A sum of a quantity, what it is in lots, and of several alike what they are together."""
    closed, times = moment.figures.quantity, moment.figures.times
    one = closed / times
    told = f"{put} = {fine(wanted, least=0)}" + ("" if wanted == one else f", in lots {grouped(one)}")
    return told if times == 1 else f"{told}; {grouped(one)} × {times:,} = {grouped(closed)}"


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
    kind, quantity = moment.position.kind, moment.figures.quantity
    size = worth(kind, quantity, moment.mark)
    fee = in_full(moment.amounts, size * rate)
    put = f"{grouped(quantity)} {TIMES[kind]} {fine(moment.mark)} × {rate_words(rate)} = {fee}"
    return Reason("fee", formula, f"{put}{most}")


def _backstop(moment: Moment) -> Iterator[Reason]:
    """Why a vault takes it."""
    money = moment.tested_amounts
    figures = moment.figures
    if figures.step is StepKind.BACKSTOP:
        share = next(step.amount for step in moment.frame.book.profile.steps if step.kind is StepKind.BACKSTOP)
        need = figures.maintenance_margin
        put = f"{money(figures.equity)} < {rate_words(share)} × {money(need)} = {money(share * need)}"
        backing = "what the assets count" if tests_assets(moment.event, moment.frame.book) else "equity"
        formula = f"{backing} < the venue's share of maintenance margin"
        yield Reason("the backstop, a vault that takes all", formula, put)


def _fee(moment: Moment) -> Iterator[Reason]:
    fee, position, book = moment.figures.fee, moment.position, moment.frame.book
    if fee:
        rate = book.liquidation_fee_of(position)
        full = worth(position.kind, moment.figures.quantity, moment.mark) * rate
        most = "" if full - fee < MONEY_GRID else f", at most {_most(moment)}"
        yield fee_of(moment, rate, f"quantity closed {TIMES[position.kind]} mark × rate, at most the equity left", most)


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
        yield Reason("lost by the account", "−PnL + fee + what went to the fund", put)


def who_paid(moment: Moment) -> Iterator[Reason]:
    """The parts of a loss by who bears them."""
    money = moment.amounts
    paid = moment.event.paid_by
    if paid is not None and paid.total:
        lent = {"borrowed": paid.borrowed} if paid.borrowed else {}
        parts = {"own margin": paid.own_margin, "cash": paid.unused, **lent, "others": paid.others, "fund": paid.fund}
        told = " + ".join(map(money, parts.values()))
        yield Reason("who paid", " + ".join(parts), f"{told} = {money(paid.total)}")


def _left(moment: Moment) -> Iterator[Reason]:
    """What is left, and for whom."""
    money = moment.amounts
    figures, cash = moment.figures, moment.figures.cash
    rest = (figures.pnl, -figures.fee)
    if not moment.taken_over:
        if figures.to_fund:
            held = moment.ledger.reserved_in(moment.event.asset)
            put = added(money, cash, *rest, -held)
            yield Reason("left for the fund", "cash of the pool + PnL − fee − what orders hold", put)
        put = added(money, cash, *rest, -figures.to_fund)
        yield Reason("cash left", "cash + PnL − fee − what went to the fund", put)
    elif figures.left:
        yield Reason("came back", "margin + PnL − fee", added(money, cash, *rest))
    elif figures.to_fund > 0:
        yield Reason("left for the fund", "margin + PnL at the takeover", added(money, cash, *rest))
