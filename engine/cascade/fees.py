"""The fee of a close at the mark."""

from __future__ import annotations

from decimal import Decimal

from engine.cascade.ledger import Ledger
from engine.cascade.scope import ROUNDINGS, Scope
from engine.cross import liquidation_fee
from engine.money import MONEY_GRID, ONE, ZERO
from engine.venue import FeeCap

_OF_POOL = FeeCap.POOL


def capped_fee(
    ledger: Ledger, scope: Scope, index: int, size: Decimal, rate: Decimal, portion: Decimal = ONE
) -> Decimal:
    """Rate × size, at most the equity of the scope, or what of it the closed part has by requirement (rules.md §6.2).

    Args:
        ledger: the account now.
        scope: the pool or the isolated position at its line.
        index: the position that is closed.
        size: the notional of what is closed, in the account's currency.
        rate: the fee's share of it.
        portion: how much of the position that is, as a share.
    """
    equity = scope.equity
    if not rate or equity <= ROUNDINGS:
        return ZERO
    whole = ledger.book.profile.fee_cap is _OF_POOL or scope.requirement <= ZERO
    share = ONE if whole else scope.requirement_of(index) * portion / scope.requirement
    # every PnL on the money grid is asked for only where the fee takes all there is: it costs as much as there are
    sure = (equity - MONEY_GRID * len(scope.members)) * share
    most = sure if size * rate <= sure else scope.payable * share
    return liquidation_fee(size, rate, most)
