"""How a position ends, as events: a takeover, a pooled close, and the hole either leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.book import Mode
from engine.cascade.events import Account, Event, EventKind, Figures, PaidBy, Posting, Tested, realised
from engine.cascade.ledger import Ledger
from engine.cascade.payers import pool_payers
from engine.cascade.reductions import part_to_close, reduce_pooled
from engine.cascade.scope import Scope
from engine.cross import Standing, liquidation_fee, next_victim
from engine.margin import notional
from engine.money import ZERO, posting
from engine.venue import Residual


@dataclass(frozen=True, slots=True)
class _Takeover:
    """Where the cash of a taken position goes; booked from cash and equity, never through a rounded price."""

    margin: Decimal
    pnl: Decimal
    to_user: Decimal
    paid: Decimal
    """What the fund pays of a hole."""

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
        return max(ZERO, self.left) - self.to_user - self.paid


def take_over(ledger: Ledger, index: int, scope: Scope) -> list[Event]:
    """The venue takes a position at its bankruptcy price: the bucket is gone, never more (design §4.1).

    What is left of equity goes to the fund; of an isolated position back to the trader where the
    venue's residual is the user's. A hole is the fund's, and the other side's where the fund is empty.
    """
    isolated = ledger.positions[index].mode is Mode.ISOLATED
    margin, pnl = ledger.margins[index], posting(scope.pnl(index))
    keeps = isolated and ledger.book.profile.residual is Residual.USER
    to_user = max(ZERO, margin + pnl) if keeps else ZERO
    cash = _Takeover(margin, pnl, to_user, ledger.fund_pays(max(ZERO, -margin - pnl)))
    loss = max(ZERO, cash.lost)
    refills = min(loss, ledger.drawn[index])
    end = Event(
        place=scope.place,
        kind=EventKind.LIQUIDATION,
        position=index,
        mark=scope.mark(index),
        amount=cash.lost,
        source=Account.MARGIN,
        figures=Figures(
            tested=Tested.ISOLATED if isolated else Tested.BUCKET,
            equity=scope.equity,
            maintenance_margin=scope.requirement,
            cash=margin,
            left=to_user,
            pnl=pnl,
            to_fund=cash.to_fund,
            quantity=ledger.positions[index].quantity,
        ),
        postings=(
            Posting(Account.MARGIN, -margin, index),
            Posting(Account.POOL, to_user),
            Posting(Account.FUND, cash.to_fund),
            Posting(Account.COUNTERPARTY, cash.lost - cash.to_fund),
        ),
        paid_by=PaidBy(own_margin=loss - refills, unused=refills, fund=cash.hole),
    )
    return [end, *_said_of_hole(end, cash)]


def _said_of_hole(end: Event, cash: _Takeover) -> list[Event]:
    """The events that say who covers the hole of a takeover; its cash is booked with the takeover."""
    return [
        Event(end.place, kind, end.position, end.mark, amount, source, end.figures, ())
        for kind, amount, source in _covers(cash.hole, cash.paid)
    ]


def _covers(hole: Decimal, paid: Decimal) -> list[tuple[EventKind, Decimal, Account]]:
    """Who covers a hole: the fund as far as it can, then the other side."""
    parts = ((EventKind.FUND, paid, Account.FUND), (EventKind.DELEVERAGE, hole - paid, Account.COUNTERPARTY))
    return [(kind, amount, account) for kind, amount, account in parts if amount > 0]


def close_next(ledger: Ledger, scope: Scope, marks: Mapping[str, Decimal]) -> Event:
    """Close the pool's next victim at its mark; its result stays in the pool (design §4.1).

    The whole of it, or the part that the venue's steps say.
    """
    profile = ledger.book.profile
    standings = (Standing(i, scope.pnl(i), scope.requirement_of(i)) for i in sorted(scope.members))
    index = next_victim(standings, profile.victim).index
    part = part_to_close(ledger, scope, index)
    if part is not None:
        return reduce_pooled(ledger, scope, index, part, marks)
    return _close(ledger, scope, index, marks)


def _close(ledger: Ledger, scope: Scope, index: int, marks: Mapping[str, Decimal]) -> Event:
    profile = ledger.book.profile
    pnl = posting(scope.pnl(index))
    mark = scope.mark(index)
    fee = liquidation_fee(notional(ledger.positions[index], mark), profile.liquidation_fee, scope.payable)
    payers = pool_payers(ledger, marks, {index: pnl - fee})
    paid_by = payers.paid_by[index].on_the_grid(max(ZERO, fee - pnl))
    return Event(
        place=scope.place,
        kind=EventKind.LIQUIDATION,
        position=index,
        mark=mark,
        amount=fee - pnl,
        source=Account.POOL,
        figures=Figures(
            tested=Tested.POOL,
            equity=scope.equity,
            maintenance_margin=scope.requirement,
            cash=ledger.pool,
            left=ledger.pool + pnl - fee,
            pnl=pnl,
            fee=fee,
            quantity=ledger.positions[index].quantity,
        ),
        postings=realised(Account.POOL, pnl, fee),
        paid_by=paid_by,
        claims=paid_by.others - posting(payers.claimed.get(index, ZERO)),
        owed_by_fund=paid_by.fund,
    )


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
