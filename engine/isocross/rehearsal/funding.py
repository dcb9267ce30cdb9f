"""What a venue does at its hours: funding is paid, and open PnL becomes cash. All at standing marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Mode
from isocross.account.margin import notional
from isocross.cascade.events import Account, Event, EventKind, Figures, Posting, Tested
from isocross.cascade.ledger import Ledger
from isocross.cascade.machines import Emit
from isocross.cascade.payers import bucket_payers
from isocross.cascade.spare import available_cash
from isocross.figures.standings import Standings
from isocross.money import ZERO, posting
from isocross.records import dataclass
from isocross.rules.profile import FundingCharge

Rates = Decimal | Mapping[str, Decimal] | None
"""Funding rate of every market, or by market; None: there is none. Positive: longs pay."""


def rate_of(rates: Rates, symbol: str) -> Decimal:
    """The funding rate of a market; zero where none is given."""
    if rates is None or isinstance(rates, Decimal):
        return rates or ZERO
    return rates.get(symbol, ZERO)


@dataclass
class _Moment:
    """A ledger at standing marks, while hours are kept."""

    ledger: Ledger
    standings: Standings
    place: Decimal
    emit: Emit
    open_pnl: Decimal
    """Unrealised PnL that stands on the pool."""

    @classmethod
    def of(cls, ledger: Ledger, marks: Mapping[str, Decimal], place: Decimal, emit: Emit) -> _Moment:
        """Take stock."""
        standings = Standings.at(ledger, marks)
        on_pool = sum((standings.pnl[i] for i in standings.pool_members), ZERO)
        return cls(ledger, standings, place, emit, on_pool)

    def tested(self, index: int) -> Tested:
        """The scope of a position."""
        if self.standings.pooled(index):
            return Tested.POOL
        return Tested.ISOLATED if self.ledger.positions[index].mode is Mode.ISOLATED else Tested.BUCKET

    def figures(self, index: int, moved: Decimal, pnl: Decimal = ZERO) -> Figures:
        """Of the scope of a position, before a cash of this much goes in; `left`: the cash of the scope after it."""
        ledger, standings = self.ledger, self.standings
        if standings.pooled(index):
            cash, need = ledger.cash_in(ledger.coin_of(index)), standings.pool_maintenance_margin
            equity = standings.pool_equity if ledger.book.coins else ledger.behind_pool + self.open_pnl
        else:
            cash, need = ledger.margins[index], standings.maintenance_margin[index]
            equity = cash + standings.pnl[index]
        return Figures(
            tested=self.tested(index),
            equity=equity,
            maintenance_margin=need,
            cash=cash,
            left=cash + moved,
            pnl=pnl,
            quantity=ledger.positions[index].quantity,
        )

    def available(self, index: int) -> Decimal:
        """Cash of the pool that backs no position and no order, of what a position settles in."""
        return available_cash(self.ledger, self.standings.marks, self.ledger.coin_of(index))


def pay_funding(ledger: Ledger, marks: Mapping[str, Decimal], place: Decimal, rates: Rates, emit: Emit) -> None:
    """Every open position pays quantity × mark × rate, longs when it is positive, or gets it (CoinEx's help).

    Out of the bucket where there is one, else of the pool; of the available balance first where the venue does so.
    """
    moment = _Moment.of(ledger, marks, place, emit)
    first_come = ledger.book.profile.funding_charge is FundingCharge.AVAILABLE_FIRST
    due = ledger.book.in_turn(moment.standings.pnl) if first_come else moment.standings.pnl
    for index in due:
        position = ledger.positions[index]
        mark = marks[position.market]
        size = notional(position, mark) * position.side.sign
        rate = rate_of(rates, position.market)
        paid = posting(size * rate)
        if paid:
            _pay(moment, index, mark, paid, rate)


def _pay(moment: _Moment, index: int, mark: Decimal, paid: Decimal, rate: Decimal) -> None:
    from_pool = _from_pool(moment, index, paid)
    figures = moment.figures(index, -paid if moment.standings.pooled(index) else from_pool - paid)
    legs = (
        Posting(Account.POOL, -from_pool),
        Posting(Account.MARGIN, from_pool - paid, index),
        Posting(Account.COUNTERPARTY, paid),
    )
    moment.emit(
        Event(
            place=moment.place,
            kind=EventKind.FUNDING,
            position=index,
            mark=mark,
            amount=paid,
            source=Account.POOL if from_pool == paid else Account.MARGIN,
            figures=figures._replace(rate=rate),
            postings=tuple(leg for leg in legs if leg.amount),
        )
    )


def _from_pool(moment: _Moment, index: int, paid: Decimal) -> Decimal:
    """How much of a payment is the pool's."""
    if moment.standings.pooled(index):
        return paid
    if paid <= 0 or moment.ledger.book.profile.funding_charge is not FundingCharge.AVAILABLE_FIRST:
        return ZERO
    return min(paid, moment.available(index))


def settle_pnl(ledger: Ledger, marks: Mapping[str, Decimal], place: Decimal, emit: Emit) -> None:
    """Open PnL of every position becomes cash, and counts from this mark on (CoinEx's help).

    It goes into the bucket; of a top-up position what is then above its IM goes to unused cash. Without a
    bucket it goes into the pool. IM stays that of the entry.
    """
    moment = _Moment.of(ledger, marks, place, emit)
    for index in moment.standings.pnl:
        _settle_one(moment, index, marks[ledger.positions[index].market])


def _settle_one(moment: _Moment, index: int, mark: Decimal) -> None:
    ledger = moment.ledger
    position = ledger.positions[index]
    pnl = posting(moment.standings.pnl[index])
    tested = moment.tested(index)
    on_pool = tested is Tested.POOL
    surplus = ZERO
    if tested is Tested.BUCKET:
        surplus = max(ZERO, ledger.margins[index] + pnl - position.initial_margin)
    if mark == position.counts_from and surplus == 0:
        return
    own = Posting(Account.POOL, pnl) if on_pool else Posting(Account.MARGIN, pnl - surplus, index)
    legs = (own, Posting(Account.COUNTERPARTY, -pnl), Posting(Account.POOL, surplus))
    moment.emit(
        Event(
            place=moment.place,
            kind=EventKind.SETTLEMENT,
            position=index,
            mark=mark,
            amount=pnl,
            source=own.account,
            figures=moment.figures(index, pnl - surplus, pnl),
            postings=tuple(leg for leg in legs if leg.amount),
            paid_by=bucket_payers(ledger, index, mark).on_the_grid(-pnl) if pnl < 0 and not on_pool else None,
            became=((index, replace(position, settlement_price=mark)),),
        )
    )
    if on_pool:
        moment.open_pnl -= moment.standings.pnl[index]
