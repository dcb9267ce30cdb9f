"""How a position ends, as events: a takeover, a pooled close, the fee of either, and the hole it may leave."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from isocross.account.book import Mode
from isocross.account.margin import notional, price_after
from isocross.cascade.events import (
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
from isocross.cascade.ledger import Ledger
from isocross.cascade.ranking import liquidation_fee
from isocross.cascade.scope import ROUNDINGS, Scope
from isocross.money import MONEY_GRID, ONE, ZERO, posting
from isocross.records import dataclass
from isocross.rules.procedure import StepKind
from isocross.rules.profile import AdlPrice, FeeCap, Residual

_OF_POOL = FeeCap.POOL


def capped_fee(
    ledger: Ledger, scope: Scope, index: int, size: Decimal, rate: Decimal, portion: Decimal = ONE
) -> Decimal:
    """Rate × size, at most the equity of the scope, or what of it the closed part has by requirement (dYdX's code).

    Args:
        ledger: the account now.
        scope: the pool or the isolated position at its line.
        index: the position that is closed.
        size: the notional of what is closed, in the account's currency.
        rate: the fee's share of it.
        portion: how much of the position that is, as a share.
    """
    if not rate:
        return ZERO
    equity, price = scope.equity, scope.price(index)
    if equity <= ROUNDINGS * max(ONE, price):
        return ZERO
    whole = ledger.book.profile.fee_cap is _OF_POOL or scope.requirement <= ZERO
    share = ONE if whole else scope.requirement_of(index) * portion / scope.requirement
    # every PnL on the money grid is asked for only where the fee takes all there is: it costs as much as there are
    sure = (equity - MONEY_GRID * len(scope.members) * max(ONE, price)) * share
    most = sure if size * rate * price <= sure else scope.payable * share
    return liquidation_fee(size, rate, most if price == ONE else most / price)


_ISOLATED, _LIQUIDATION, _POOL_TESTED = Mode.ISOLATED, EventKind.LIQUIDATION, Tested.POOL


@dataclass(slots=True)
class _Takeover:
    """Where the cash of a taken position goes; booked from cash and equity, never through a rounded price."""

    margin: Decimal
    pnl: Decimal
    left: Decimal
    """Equity at the takeover; negative is a hole."""
    to_user: Decimal = ZERO
    fee: Decimal = ZERO
    paid: Decimal = ZERO
    """What the fund pays of a hole."""

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
    """The venue takes a position at its bankruptcy price: the bucket is gone, never more.

    What is left of equity goes to the fund; of an isolated position, less the fee, back to the trader where the
    residual is the user's. A hole is the fund's, and the other side's where the fund is empty.
    """
    position, mark = ledger.positions[index], scope.mark(index)
    isolated = position.mode is _ISOLATED
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
    end = Event(scope.place, _LIQUIDATION, index, mark, lost, MARGIN, figures, legs, paid_by)
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
    left = margin + pnl
    if left < ZERO:
        return _Takeover(margin, pnl, left, paid=fund_pays(ledger, scope, ledger.coin_of(index), -left))
    if not keeps:
        return _Takeover(margin, pnl, left)
    closed = notional(ledger.positions[index], mark)
    fee = liquidation_fee(closed, ledger.book.liquidation_fee_of(ledger.positions[index]), left)
    return _Takeover(margin, pnl, left, left - fee, fee)


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


def close_pooled(
    ledger: Ledger,
    scope: Scope,
    index: int,
    rate: Decimal = ZERO,
    *,
    rest_to_fund: bool = False,
    step: StepKind | None = None,
) -> Event:
    """Close a cross position whole at its mark; its result stays in the pool, as long as that has others.

    Cash that an order still holds is not left over. Who pays is worked out by who asks (`attribution`).

    Args:
        ledger: the account now.
        scope: the pool.
        index: the position.
        rate: the fee, as a share of its notional.
        rest_to_fund: whether the fund has what is left, when it was the last position of its pool.
        step: the step of the venue's procedure that does it.
    """
    position, mark, coin = ledger.positions[index], scope.mark(index), ledger.coin_of(index)
    cash, pnl = ledger.cash_in(coin), posting(scope.pnl(index))
    fee = capped_fee(ledger, scope, index, notional(position, mark), rate)
    takes_rest = rest_to_fund and _is_last(ledger, scope.coin, index)
    rest = max(ZERO, ledger.unreserved_in(coin) + pnl - fee) if takes_rest else ZERO
    lost = fee + rest - pnl
    figures = Figures(
        _POOL_TESTED, scope.equity, scope.requirement, cash, cash - lost,
        pnl, rest, fee, position.quantity, step, alone=len(scope.members) == 1,
    )  # fmt: skip
    legs = realised(POOL, pnl, fee) + (_to_fund(rest) if rest else _NO_REST)
    return Event(scope.place, _LIQUIDATION, index, mark, lost, POOL, figures, legs)


def _is_last(ledger: Ledger, coin: str | None, index: int) -> bool:
    """Whether a position is the only open one on its pool."""
    others = (i for i, is_open in enumerate(ledger.is_open) if is_open and i != index)
    cross = (i for i in others if ledger.positions[i].mode is Mode.CROSS)
    return not any(coin is None or ledger.coin_of(i) == coin for i in cross)


def _to_fund(rest: Decimal) -> tuple[Posting, ...]:
    """The legs of what is left of a pool."""
    return Posting(POOL, -rest), Posting(FUND, rest)


_NO_REST = _to_fund(ZERO)


def cover_pool(ledger: Ledger, scope: Scope) -> list[Event]:
    """A pool below zero after its last close ends at zero: the fund pays, then the other side."""
    coin = scope.coin or ""
    hole = -ledger.cash_in(coin)
    figures = Figures(Tested.POOL, scope.equity, ZERO, -hole, ZERO)
    return covering(coin, hole, fund_pays(ledger, scope, coin, hole), figures, scope.place)


def fund_pays(ledger: Ledger, scope: Scope, coin: str, hole: Decimal) -> Decimal:
    """How much of a hole in an asset the fund can pay: its cash, less what it has paid in others at the prices here."""
    book = ledger.book
    if book.fund is None or not book.coins:
        return ledger.fund_pays(hole)
    marks = scope.marks
    price = book.coin_price(coin, marks)
    if price <= ZERO:
        return hole
    others = (ledger.in_fund(c) * book.coin_price(c, marks) for c in book.coin_names if c != coin)
    left = ledger.in_fund(coin) + (sum(others, ZERO) / price).quantize(MONEY_GRID, ROUND_FLOOR)
    return max(ZERO, min(hole, left))


def covering(coin: str, hole: Decimal, paid: Decimal, figures: Figures, place: Decimal) -> list[Event]:
    """Bring the cash of an asset in a pool to zero: the fund pays its part of the hole, the other side the rest."""
    return [
        Event(
            place=place,
            kind=kind,
            position=None,
            mark=None,
            amount=amount,
            source=account,
            figures=figures,
            postings=(Posting(POOL, amount, asset=coin), Posting(account, -amount, asset=coin)),
            owed_by_fund=-amount,
            asset=coin,
        )
        for kind, amount, account in _covers(hole, paid)
    ]
