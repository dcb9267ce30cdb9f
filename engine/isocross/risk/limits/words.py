"""The verdict of a limit in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from isocross.account.book import Book
from isocross.cascade.events import PaidBy
from isocross.format import percent, price
from isocross.moves.move import Do
from isocross.risk.limits.kinds import Breach, Limit, MarginRatioMax, MaxLoss, Status
from isocross.risk.limits.remedies import Remedy
from isocross.risk.limits.verdicts import Verdict
from isocross.words.advice import deed, names_of


def verdict_words(verdict: Verdict) -> str:
    """Say whether a limit holds; else who is liquidated first and where, who pays, and what mends it."""
    measured, limit = verdict.measured, verdict.limit
    figure = "" if measured.found is None else f": {_figure(limit, measured.found)}"
    match verdict.status:
        case Status.HOLDS:
            return f"{limit.words}{figure}"
        case Status.NOT_ASKED | Status.UNKNOWN:
            return f"{limit.words}: {measured.why}"
    where = "" if verdict.breach is None else _where(verdict.breach, verdict)
    why = f", {measured.why}" if measured.why else ""
    return f"{limit.words}{figure}{why}.{where} {_remedy(verdict)}"


def _figure(limit: Limit, found: Decimal) -> str:
    if isinstance(limit, MaxLoss):
        return f"it {'gains' if found < 0 else 'loses'} {percent(abs(found))}"
    return percent(found)


def _where(breach: Breach, verdict: Verdict) -> str:
    book, limit = verdict.book, verdict.limit
    who = "The pool" if breach.position is None else names_of(book)[breach.position]
    highest = f" {who} has the highest ratio" if isinstance(limit, MarginRatioMax) else ""
    if breach.market is None or breach.price is None:
        return f"{highest}." if highest else ""
    market = book.markets[breach.market]
    move = percent(breach.price / market.mark - 1, 2, plus="+")
    place = f"at {breach.market} {price(breach.price, market.grid)} ({move}{f', {breach.time}' if breach.time else ''})"
    if highest:
        told = f"{highest}, and is liquidated {place}."
    elif isinstance(limit, MaxLoss):
        told = f" The limit is passed {place}; {who} {'is liquidated first' if breach.liquidated else 'loses most'}."
    else:
        told = f" {who} is liquidated first, {place}."
    return told + ("" if breach.paid_by is None else _payers(breach.paid_by, book))


def _payers(paid: PaidBy, book: Book) -> str:
    shares = {**dict.fromkeys(_PAYERS), **paid._asdict()}
    told = [f"{_PAYERS[who]} {book.amounts(amount)}" for who, amount in shares.items() if amount]
    return f" Who pays: {', '.join(told)}." if told else ""


_PAYERS = {
    "own_margin": "its own margin",
    "unused": "unused cash",
    "borrowed": "cash borrowed",
    "others": "the other positions",
    "fund": "the fund",
}
"""By the name of a share of a loss, in the order in which they pay."""


def _remedy(verdict: Verdict) -> str:
    rest = _left_out(verdict.found.left_out)
    if not verdict.remedies:
        return f"No remedy was found.{rest}"
    return f"Cheapest remedy: {remedy_words(verdict.remedies[0], verdict.book)}.{rest}"


_SEARCHES = {"flip": "a flip", "margin": "more margin", "cut": "a cut"}
"""By the kind of a remedy: what was looked for."""


def _left_out(kinds: Sequence[str]) -> str:
    """Say which remedies were given up; empty where none was."""
    named = [_SEARCHES[kind] for kind in kinds]
    listed = f"{', '.join(named[:-1])} or {named[-1]}" if len(named) > 1 else "".join(named)
    return f" The search for {listed} was ended: it takes too much work." if named else ""


def remedy_words(remedy: Remedy, book: Book) -> str:
    """Say the steps of a remedy, and where cash comes from that is not deposited."""
    steps = [deed(step, book) for step in remedy.steps]
    own = not remedy.deposit and any(step.do is Do.ADD_MARGIN for step in remedy.steps)
    told = f"{', '.join(steps[:-1])} and {steps[-1]}" if len(steps) > 1 else steps[0]
    return f"{told}, from unused cash" if own else told
