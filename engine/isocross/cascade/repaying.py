"""Debts of an account of several assets: who borrows, and which collateral a venue sells to repay what.

A balance below zero is a debt. It comes with a loss that is more than the balance, and goes with a gain or when the
venue sells other assets of the account. Each sale is exact: as much of an asset leaves one side as comes to the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from isocross.cascade.backed import AssetPool
from isocross.cascade.endings import covering, fund_pays
from isocross.cascade.events import (
    COUNTERPARTY,
    FEES,
    POOL,
    Event,
    EventKind,
    Figures,
    Posting,
    Tested,
    Trade,
)
from isocross.cascade.ledger import Ledger
from isocross.money import MONEY_GRID, ONE, ZERO, posting, share
from isocross.rules.switches import Repays, Sells


def debts(ledger: Ledger) -> list[str]:
    """The assets whose balance is below zero, in the order of the account's list: its currency, then by name."""
    return [coin for coin in ledger.book.coin_names if ledger.cash_in(coin) < ZERO]


def borrowed(ledger: Ledger, scope: AssetPool, coin: str, before: Decimal) -> Event | None:
    """What an event just booked has borrowed or repaid of an asset; None: neither, or there is no other asset."""
    cash = ledger.cash_in(coin)
    change = min(ZERO, cash) - min(ZERO, before)
    if not change or not any(ledger.cash_in(other) > ZERO for other in ledger.book.coin_names if other != coin):
        return None
    kind = EventKind.BORROW if change < ZERO else EventKind.REPAYMENT
    figures = Figures(Tested.POOL, scope.equity, scope.requirement, before, cash)
    return Event(scope.place, kind, None, None, abs(change), POOL, figures, (), asset=coin)


def orders_that_borrow(ledger: Ledger) -> tuple[int, ...]:
    """The resting orders that hold something of assets that have less in no bucket than their orders hold."""
    short = {coin for coin in ledger.book.coin_names if ledger.unreserved_in(coin) < ZERO}
    held = (i for i, amount in ledger.reserves.items() if amount)
    return tuple(i for i in held if ledger.book.coin_of(ledger.book.orders[i]) in short)


def repays_first(ledger: Ledger) -> bool:
    """Whether the venue sells collateral at the line of a pool that has positions still."""
    rule = ledger.book.account_rule
    return rule is not None and rule.repays is not Repays.LAST


def exchanged_debts(ledger: Ledger) -> list[str]:
    """The debts that are above the limit of their asset, where the venue exchanges those at once."""
    rule, coins = ledger.book.account_rule, ledger.book.coin
    if rule is None or rule.repays is not Repays.BELOW:
        return []
    limits = ((coin, coins[coin].exchange_below) for coin in debts(ledger))
    return [coin for coin, limit in limits if limit is not None and -ledger.cash_in(coin) > limit]


def conversion(ledger: Ledger, scope: AssetPool, debt: str) -> Iterator[Event]:
    """Sell collateral to repay a debt, as the venue orders it; nothing where there is none that is worth anything.

    Each event is worked out after the one before it was booked.
    """
    if scope.price_in(debt) <= ZERO:
        return
    for sold, portion in _sources(ledger, scope, debt):
        event = _sale(ledger, scope, debt, sold, portion)
        if event is not None:
            yield event


def _sources(ledger: Ledger, scope: AssetPool, debt: str) -> list[tuple[str, Decimal | None]]:
    """Which assets are sold in turn, and how much of the debt each is to repay; None: as much as it can."""
    book = ledger.book
    held = [coin for coin in book.coin_names if coin != debt and _can_be_sold(ledger, scope, coin)]
    rule = book.account_rule
    if rule is not None and rule.sells is Sells.PRO_RATA:
        worth = [ledger.cash_in(coin) * scope.price_in(coin) * (ONE - book.coin[coin].conversion_fee) for coin in held]
        return list(zip(held, share(-ledger.cash_in(debt), worth), strict=True))
    held.sort(key=lambda coin: (-book.coin[coin].highest_weight, book.name_of(coin)))
    return [(coin, None) for coin in held]


def _can_be_sold(ledger: Ledger, scope: AssetPool, coin: str) -> bool:
    return ledger.book.coin[coin].collateral and ledger.cash_in(coin) > ZERO and scope.price_in(coin) > ZERO


def _sale(ledger: Ledger, scope: AssetPool, debt: str, sold: str, portion: Decimal | None) -> Event | None:
    """Sell as much of an asset as repays a debt or a portion of it, all of it where that is not enough."""
    owed = -ledger.cash_in(debt)
    wanted = owed if portion is None else min(owed, portion)
    if wanted <= ZERO:
        return None
    held, rate = ledger.cash_in(sold), ledger.book.coin[sold].conversion_fee
    price, debt_price = scope.price_in(sold), scope.price_in(debt)
    quantity = (wanted * debt_price / (price * (ONE - rate))).quantize(MONEY_GRID, ROUND_CEILING)
    repaid = wanted
    if quantity > held:
        quantity = held
        repaid = min(wanted, (held * price * (ONE - rate) / debt_price).quantize(MONEY_GRID, ROUND_FLOOR))
    if repaid <= ZERO:
        return None
    fee = posting(quantity * rate)
    legs = (
        Posting(POOL, -quantity, asset=sold),
        Posting(FEES, fee, asset=sold),
        Posting(COUNTERPARTY, quantity - fee, asset=sold),
        Posting(POOL, repaid, asset=debt),
        Posting(COUNTERPARTY, -repaid, asset=debt),
    )
    figures = Figures(Tested.POOL, scope.equity, scope.requirement, -owed, repaid - owed, fee=fee, quantity=quantity)
    trade = Trade(sold, quantity, price, fee, debt, repaid, debt_price)
    return Event(
        place=scope.place,
        kind=EventKind.CONVERSION,
        position=None,
        mark=None,
        amount=repaid,
        source=POOL,
        figures=figures,
        postings=tuple(leg for leg in legs if leg.amount),
        asset=debt,
        trade=trade,
    )


def covered(ledger: Ledger, scope: AssetPool) -> Iterator[Event]:
    """What is left of debts once there is nothing to sell and no position: the fund pays, then the other side."""
    for debt in debts(ledger):
        owed = -ledger.cash_in(debt)
        figures = Figures(Tested.POOL, scope.equity, scope.requirement, -owed, ZERO)
        yield from covering(debt, owed, fund_pays(ledger, scope, debt, owed), figures, scope.place)
