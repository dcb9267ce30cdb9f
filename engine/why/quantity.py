"""The arithmetic behind how much of a position a step of a venue's procedure closed (rules.md §11.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from engine.book import Mode
from engine.cascade.ledger import smaller
from engine.cascade.reductions import restoring, shortage
from engine.margin import notional, quantity_of, tier_at
from engine.market import TierKey
from engine.money import ZERO, text
from engine.numbers import fine
from engine.procedure import Step, StepKind
from engine.triggers import Standings
from engine.venue import Basis
from engine.why.moment import Moment
from engine.why.reason import PER, Reason, rate_words, signed


def quantity_closed(moment: Moment) -> Reason:
    """How much was closed, with the numbers of its step put in."""
    figures = moment.figures
    steps = [step for step in moment.frame.book.profile.steps if step.kind is figures.step]
    formula, words = _WORDS[steps[0].kind]
    # of two steps of a kind an event does not say which it was
    put = words(moment, steps[0]) if len(steps) == 1 else text(figures.quantity)
    return Reason("closed", formula, put, "rules.md §11.4")


def _tier_down(moment: Moment, _step: Step) -> str:
    """The border of the tier that what stays is in, and how much is below it."""
    position, closed, profile = moment.position, moment.figures.quantity, moment.frame.book.profile
    rest = smaller(position, closed)
    tier = tier_at(moment.frame.book, rest, moment.mark)
    border = moment.frame.book.market_of(position).ladder.starts[tier + 1]
    kept = f"{text(rest.quantity)} stay; {text(position.quantity)} − {text(rest.quantity)} = {text(closed)}"
    if profile.tier_key_of(position.kind) is TierKey.QUANTITY:
        return f"border {text(border)}; {kept}"
    basis = moment.mark if profile.maintenance_basis is Basis.MARK else position.entry
    most = fine(quantity_of(position.kind, border, basis), least=0)
    return f"border {text(border)} {PER[position.kind]} {fine(basis)} = {most}; {kept}"


def _fraction(moment: Moment, step: Step) -> str:
    position = moment.position
    share = position.quantity * step.amount
    return _in_lots(f"{text(position.quantity)} × {rate_words(step.amount)}", share, moment)


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
        return f"{lacks}; {text(figures.quantity)}"
    fee = ledger.book.liquidation_fee_of(position)
    rates = f"{rate_words(freed.rate - step.amount + fee)} + {rate_words(step.amount)} − {rate_words(fee)}"
    part = f"{money(freed.rest)} ÷ ({rates})"
    if freed.whole_tiers:
        part = f"({money(freed.whole_tiers)} + {part})"
    wanted = quantity_of(position.kind, freed.whole_tiers + freed.rest / freed.rate, moment.mark)
    return f"{lacks}; " + _in_lots(f"{part} {PER[position.kind]} {fine(moment.mark)}", wanted, moment)


def _net_hedges(moment: Moment, _step: Step) -> str:
    closed = text(moment.figures.quantity)
    return f"min({text(moment.position.quantity)}, {closed}) = {closed}"


def _in_lots(put: str, wanted: Decimal, moment: Moment) -> str:
    """A sum of a quantity, and what it is in lots."""
    closed = moment.figures.quantity
    return f"{put} = {fine(wanted, least=0)}" + ("" if wanted == closed else f", in lots {text(closed)}")


_WORDS: Mapping[StepKind, tuple[str, Callable[[Moment, Step], str]]] = {
    StepKind.TIER_DOWN: ("quantity − what stays, just below the border of a lower tier", _tier_down),
    StepKind.FRACTION: ("quantity × the venue's share of a large position", _fraction),
    StepKind.PORTION: ("the venue's share of the notional, or its least size where that is more", _portion),
    StepKind.RESTORE: ("whole tiers + what is left of the shortage ÷ (rate + buffer − fee)", _restore),
    StepKind.NET_HEDGES: ("the smaller of two opposite cross positions of the market", _net_hedges),
}
