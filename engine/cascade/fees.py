"""The most that a liquidation fee can take of a pool."""

from __future__ import annotations

from decimal import Decimal

from engine.cascade.ledger import Ledger
from engine.cascade.scope import Scope
from engine.money import ONE
from engine.venue import FeeCap


def most_fee(ledger: Ledger, scope: Scope, index: int, portion: Decimal = ONE) -> Decimal:
    """All the equity of the scope, or the share of it that the closed part has by maintenance margin (rules.md §6.2).

    Args:
        ledger: the account now.
        scope: the pool at its line.
        index: the position that is closed.
        portion: how much of it, as a share.
    """
    if ledger.book.profile.fee_cap is FeeCap.POOL or scope.requirement <= 0:
        return scope.payable
    return scope.payable * scope.requirement_of(index) * portion / scope.requirement
