"""Bugs on purpose: each is one plausible slip, put into the engine for the length of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from unittest.mock import patch

import isocross
import isocross.account.book
import isocross.account.margin
import isocross.cascade.endings
import isocross.cascade.machines
import isocross.cascade.pieces
import isocross.cascade.ranking
import isocross.cascade.scope
import isocross.cascade.solver
import isocross.cascade.steps
import isocross.desk.actions.account
import isocross.figures.frame
import isocross.figures.prices
import isocross.moves.flips
import isocross.moves.margin
from isocross.account.book import Mode
from isocross.cascade.events import Account, Event
from isocross.money import PLACE_PLACES, ZERO

Bug = Callable[[], Any]
"""What puts the bug in: a context manager."""


def _swap(place: str, wrong: Callable[[Any], Any]) -> Bug:
    """Replace something by what `wrong` makes of it, in every one of the places that hold it."""
    module, _, name = place.rpartition(".")

    @contextmanager
    def seeded() -> Iterator[None]:
        owner = _find(module)
        with patch.object(owner, name, wrong(getattr(owner, name))):
            yield

    return seeded


def _find(path: str) -> Any:
    parts = path.split(".")
    found: Any = isocross
    for part in parts[1:]:
        found = getattr(found, part)
    return found


def _legs(change: Callable[[Event], Event]) -> Callable[[Any], Any]:
    """A takeover whose events are changed."""
    return lambda real: lambda *given: [change(event) for event in real(*given)]


def _without(account: Account) -> Callable[[Event], Event]:
    return lambda event: event._replace(postings=tuple(leg for leg in event.postings if leg.account is not account))


def _kept_by(event: Event) -> Event:
    """The bucket stays where it was, and the counterparty pays for it."""
    if not event.postings:
        return event
    return event._replace(postings=tuple(
        leg._replace(amount=leg.amount + event.figures.cash)
        if leg.account is Account.MARGIN else
        leg._replace(amount=leg.amount - event.figures.cash) if leg.account is Account.COUNTERPARTY else leg
        for leg in event.postings
    ))  # fmt: skip


def _leaky(real):
    """The pool counts the open profit of isolated positions."""

    def pool(self):
        both = {i for i in self.pnl if self.positions[i].mode in Mode}
        return self.ledger.pool + sum((self.pnl[i] for i in both), ZERO)

    return property(pool)


def _no_deduction(real):
    def wrong(position, profile, ladder, tier):
        steps = tuple(replace(step, deduction=ZERO) for step in ladder.tiers)
        return real(position, profile, replace(ladder, tiers=steps), tier)

    return wrong


def _tier_of_the_opening(_real):
    """A scope that never changes its tier on the way."""

    def wrong(self, member):
        self.members[member.index] = replace(member, border=None)

    return wrong


def _inward(_real):
    def wrong(numerator: Decimal, denominator: Decimal) -> Decimal:
        return (numerator / denominator).quantize(Decimal(1).scaleb(-PLACE_PLACES), rounding=ROUND_FLOOR)

    return wrong


def _wrong_side(real):
    return lambda position, mark: abs(real(position, mark)) if position.side.sign < 0 else real(position, mark)


def _smallest_first(real):
    return lambda self, member: tuple(-figure for figure in real(self, member))


def _keeps_the_end(real):
    """A closed pool below zero is left there."""
    return lambda ledger, scope: []


BUGS: dict[str, Bug] = {
    "margin stuck after a close": _swap("isocross.cascade.steps.take_over", _legs(_kept_by)),
    "fund not debited": _swap("isocross.cascade.steps.take_over", _legs(_without(Account.FUND))),
    "bucket of a top-up position kept": _swap("isocross.cascade.machines.take_over", _legs(_kept_by)),
    "isolated PnL leaks into the pool": _swap("isocross.figures.prices.Standings.pool_equity", _leaky),
    "fee above what is left": _swap(
        "isocross.cascade.endings.liquidation_fee", lambda real: lambda notional, rate, equity: notional * rate
    ),
    "no fee": _swap("isocross.cascade.endings.liquidation_fee", lambda real: lambda *given: ZERO),
    "deduction dropped": _swap("isocross.account.margin.requirement_in_tier", _no_deduction),
    "deduction dropped on the way": _swap("isocross.cascade.pieces.requirement_in_tier", _no_deduction),
    "tier of the opening at every price": _swap("isocross.cascade.scope.Scope._cross", _tier_of_the_opening),
    "place rounded inward": _swap("isocross.cascade.scope.place_at_or_after", _inward),
    "wrong side of a PnL": _swap("isocross.figures.standings.unrealised_pnl", _wrong_side),
    "smallest loss first": _swap("isocross.cascade.ranking.Ranking._key", _smallest_first),
    "a pool below zero is left there": _swap("isocross.cascade.machines.cover_pool", _keeps_the_end),
    "refill without end": _swap(
        "isocross.cascade.machines.refill",
        lambda real: lambda position, mark, equity, unused: real(position, mark, equity, Decimal(10) ** 9),
    ),
    "refill to the entry's margin only": _swap(
        "isocross.cascade.ranking.initial_margin_at", lambda real: lambda p, mark: ZERO
    ),
    "least needy first": _swap(
        "isocross.cascade.machines.need", lambda real: lambda position, equity: -real(position, equity)
    ),
    "flip forgets the open loss": _swap("isocross.moves.flips.open_loss", lambda real: lambda book, position: ZERO),
    "flip at its line": _swap("isocross.moves.outcome._position_at_line", lambda real: lambda *given: None),
    "margin added twice": _swap(
        "isocross.account.book.Position.with_margin",
        lambda real: lambda self, margin: real(self, margin + (margin - self.margin if margin > self.margin else ZERO)),
    ),
    "fund pays what it has not": _swap(
        "isocross.cascade.ledger.Ledger.fund_pays", lambda real: lambda self, hole: hole
    ),
    "a gap is walked through": _swap(
        "isocross.cascade.solver.Stretch.jump", lambda real: lambda self, place: self.glide(place)
    ),
    "the fund keeps what is the user's": _swap(
        "isocross.cascade.endings._Takeover.to_fund",
        lambda real: property(lambda self: max(ZERO, self.left) - self.paid),
    ),
    "initial margin rounded down": _swap(
        "isocross.account.book.requirement",
        lambda real: lambda amount: amount.quantize(Decimal("0.01"), rounding=ROUND_FLOOR),
    ),
    "equity of the account counts the dead": _swap(
        "isocross.figures.frame.Standings.at", lambda real: lambda ledger, marks: real(_everyone(ledger), marks)
    ),
}


def _everyone(ledger):
    ledger.is_open = [True] * len(ledger.is_open)
    return ledger
