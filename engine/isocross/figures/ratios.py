"""Margin ratios as each venue writes them (page `venues`)."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from isocross.account.margin import worth
from isocross.figures.standings import Standings
from isocross.rules.profile import RatioForm


def pool_ratio(standings: Standings) -> Decimal | None:
    """The ratio of the pool in the venue's form; None where it has none, or nothing to divide by."""
    if standings.book.ratio_form is RatioForm.DEMAND_OVER_COLLATERAL:
        return standings.pool.demand_ratio
    return _quotient(standings, standings.pool_equity, standings.pool_maintenance_margin)


def position_ratio(standings: Standings, index: int) -> Decimal | None:
    """The ratio of a position with cash of its own; None for one on the pool, or with nothing to divide by.

    Cash over value: (bucket + all unused cash, if cross) ÷ (quantity × the price its PnL counts from), a rate
    whose line is the maintenance rate (CoinEx's help).
    """
    if standings.pooled(index):
        return None
    if standings.book.ratio_form is RatioForm.CASH_OVER_VALUE:
        position = standings.positions[index]
        return standings.cash_behind(index) / worth(position.kind, position.quantity, position.counts_from)
    equity = standings.ledger.margins[index] + standings.pnl[index]
    return _quotient(standings, equity, standings.maintenance_margin[index])


def _quotient(standings: Standings, equity: Decimal, need: Decimal) -> Decimal | None:
    match standings.book.ratio_form:
        case RatioForm.MAINTENANCE_OVER_EQUITY:
            return need / equity if need > 0 and equity > 0 else None
        case RatioForm.EQUITY_OVER_MAINTENANCE:
            return equity / need if need > 0 else None
        case RatioForm.CASH_OVER_VALUE | RatioForm.DEMAND_OVER_COLLATERAL:
            return None
        case strange:
            assert_never(strange)
