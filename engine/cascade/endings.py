"""How a position ends, as events: a takeover, a pooled close, and the hole either leaves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from engine.book import Mode
from engine.cascade.events import (
    COUNTERPARTY,
    FEES,
    FUND,
    MARGIN,
    POOL,
    Account,
    Event,
    EventKind,
    Figures,
    PaidBy,
    Posting,
    Tested,
    realised,
)
from engine.cascade.fees import capped_fee
from engine.cascade.ledger import Ledger
from engine.cascade.scope import Scope
from engine.cross import liquidation_fee
from engine.margin import notional, price_after
from engine.money import ZERO, posting
from engine.procedure import StepKind
from engine.venue import AdlPrice, Residual


class _Takeover(NamedTuple):
    """Where the cash of a taken position goes; booked from cash and equity, never through a rounded price."""

    margin: Decimal
    pnl: Decimal
    to_user: Decimal
    paid: Decimal
    """What the fund pays of a hole."""
    fee: Decimal

    @property
    def left(self) -> Decimal:
        """Equity at the takeover; negative is a hole."""
        return self.margin + self.pnl

    @property
    def hole(self) -> Decimal:
        """What the margin falls short of."""
        return max(ZERO, -self.left)

    @property
    def lost(self) -> Decimal:
        """What the trader loses."""
        return self.margin - self.to_user

    @property
    def to_fund(self) -> Decimal:
        """What the fund gains; negative: pays."""
        return max(ZERO, self.left) - self.to_user - self.fee - self.paid

    def postings(self, index: int, to_fund: Decimal) -> tuple[Posting, ...]:
        """The legs of the takeover of this position."""
        return (
            Posting(MARGIN, -self.margin, index),
            Posting(POOL, self.to_user),
            Posting(FUND, to_fund),
            Posting(FEES, self.fee),
            Posting(COUNTERPARTY, self.lost - to_fund - self.fee),
        )


def take_over(
    ledger: Ledger, index: int, scope: Scope, residual: Residual, step: StepKind | None = None
) -> Iterator[Event]:
    """The venue takes a position at its bankruptcy price: the bucket is gone, never more (design §4.1).

    What is left of equity goes to the fund; of an isolated position, less the fee, back to the trader where the
    residual is the user's. A hole is the fund's, and the other side's where the fund is empty.
    """
    position, mark = ledger.positions[index], scope.mark(index)
    isolated = position.mode is Mode.ISOLATED
    cash = _takeover(ledger, index, scope, mark, isolated and residual is Residual.USER)
    lost, hole, to_fund = cash.lost, cash.hole, cash.to_fund
    loss = max(ZERO, lost)
    refills = min(loss, ledger.drawn[index])
    tested = Tested.ISOLATED if isolated else Tested.BUCKET
    figures = Figures(
        tested, scope.equity, scope.requirement, cash.margin, cash.to_user,
        cash.pnl, to_fund, cash.fee, position.quantity, step,
    )  # fmt: skip
    legs, paid_by = cash.postings(index, to_fund), PaidBy(loss - refills, refills, ZERO, hole)
    end = Event(scope.place, EventKind.LIQUIDATION, index, mark, lost, MARGIN, figures, legs, paid_by)
    yield end
    if not hole:
        return
    for kind, amount, source in _covers(hole, cash.paid):
        price = _winners_price(ledger, index, end) if kind is EventKind.DELEVERAGE else None
        figures = end.figures._replace(price=price)
        yield Event(end.place, kind, index, end.mark, amount, source, figures, ())


def _takeover(ledger: Ledger, index: int, scope: Scope, mark: Decimal, keeps: bool) -> _Takeover:
    """The cash of a takeover; the trader `keeps` what a fee leaves of it."""
    margin, pnl = ledger.margins[index], posting(scope.pnl(index))
    equity = margin + pnl
    if equity < ZERO:
        return _Takeover(margin, pnl, ZERO, ledger.fund_pays(-equity), ZERO)
    if not keeps:
        return _Takeover(margin, pnl, ZERO, ZERO, ZERO)
    closed = notional(ledger.positions[index], mark)
    fee = liquidation_fee(closed, ledger.book.liquidation_fee_of(ledger.positions[index]), equity)
    return _Takeover(margin, pnl, equity - fee, ZERO, fee)


def _winners_price(ledger: Ledger, index: int, end: Event) -> Decimal | None:
    """The price at which the venue closes winners on the other side; None where none is above zero."""
    if ledger.book.profile.adl_price is AdlPrice.MARK:
        return end.mark
    position = ledger.positions[index]
    return price_after(position.kind, position.counts_from, -end.figures.cash, position.exposure)


def _covers(hole: Decimal, paid: Decimal) -> list[tuple[EventKind, Decimal, Account]]:
    """Who covers a hole: the fund as far as it can, then the other side."""
    parts = ((EventKind.FUND, paid, Account.FUND), (EventKind.DELEVERAGE, hole - paid, Account.COUNTERPARTY))
    return [(kind, amount, account) for kind, amount, account in parts if amount > 0]


class Terms(NamedTuple):
    """How a cross position is closed whole."""

    fee: Decimal = ZERO
    """Rate on its notional."""
    rest_to_fund: bool = False
    """Whether the fund has what is left, when it was the last position of its pool."""
    step: StepKind | None = None


def close_pooled(ledger: Ledger, scope: Scope, index: int, terms: Terms) -> Event:
    """Close a cross position whole at its mark; its result stays in the pool, as long as that has others.

    Cash that an order still holds is not left over. Who pays is worked out by who asks (`attribution`).
    """
    pnl = posting(scope.pnl(index))
    mark = scope.mark(index)
    fee = capped_fee(ledger, scope, index, notional(ledger.positions[index], mark), terms.fee)
    takes_rest = terms.rest_to_fund and ledger.open_in(Mode.CROSS) == [index]
    rest = max(ZERO, ledger.unreserved + pnl - fee) if takes_rest else ZERO
    lost = fee + rest - pnl
    cash = ledger.pool
    figures = Figures(
        Tested.POOL, scope.equity, scope.requirement, cash, cash - lost,
        pnl, rest, fee, ledger.positions[index].quantity, terms.step,
    )  # fmt: skip
    legs = (*realised(POOL, pnl, fee), Posting(POOL, -rest), Posting(FUND, rest))
    return Event(scope.place, EventKind.LIQUIDATION, index, mark, lost, POOL, figures, legs)


def cover_pool(ledger: Ledger, scope: Scope) -> list[Event]:
    """A pool below zero after its last close ends at zero: the fund pays, then the other side."""
    hole = -ledger.pool
    figures = Figures(Tested.POOL, scope.equity, ZERO, ledger.pool, ZERO)
    return [
        Event(
            place=scope.place,
            kind=kind,
            position=None,
            mark=None,
            amount=amount,
            source=account,
            figures=figures,
            postings=(Posting(Account.POOL, amount), Posting(account, -amount)),
            owed_by_fund=-amount,
        )
        for kind, amount, account in _covers(hole, ledger.fund_pays(hole))
    ]
