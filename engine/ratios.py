"""The ratio as each venue writes it, beside the one that is the same everywhere (rules.md §11.3, ratio shown)."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from engine.margin import worth
from engine.triggers import Standings
from engine.venue import RatioForm


def pool_ratio(standings: Standings) -> Decimal | None:
    """The ratio of the pool in the venue's form; None where it has none, or nothing to divide by."""
    return _quotient(standings, standings.pool_equity, standings.pool_maintenance_margin)


def position_ratio(standings: Standings, index: int) -> Decimal | None:
    """The ratio of a position with cash of its own; None for one on the pool, or with nothing to divide by.

    Cash over value: (bucket + all unused cash, if cross) ÷ (quantity × the price its PnL counts from), a
    rate whose line is the maintenance rate (rules.md §1.1).
    """
    if standings.pooled(index):
        return None
    if standings.book.profile.shown.ratio is RatioForm.CASH_OVER_VALUE:
        position = standings.positions[index]
        return standings.cash_behind(index) / worth(position.kind, position.quantity, position.counts_from)
    equity = standings.ledger.margins[index] + standings.pnl[index]
    return _quotient(standings, equity, standings.maintenance_margin[index])


def _quotient(standings: Standings, equity: Decimal, need: Decimal) -> Decimal | None:
    match standings.book.profile.shown.ratio:
        case RatioForm.MAINTENANCE_OVER_EQUITY:
            return need / equity if need > 0 and equity > 0 else None
        case RatioForm.EQUITY_OVER_MAINTENANCE:
            return equity / need if need > 0 else None
        case RatioForm.CASH_OVER_VALUE:
            return None
        case strange:
            assert_never(strange)
