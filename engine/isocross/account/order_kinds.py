"""How an order is filled: its kind, the price that triggers it, and which fee it pays."""

from __future__ import annotations

from enum import StrEnum


class OrderKind(StrEnum):
    """When an order is filled."""

    LIMIT = "limit"
    """At its price or a better one."""
    STOP_MARKET = "stop-market"
    """At the market, once the price has gone against the position as far as its trigger."""
    STOP_LIMIT = "stop-limit"
    """At its price or a better one, once that has happened."""
    TAKE_PROFIT = "take-profit"
    """Once the price has gone for the position as far as its trigger: at the market, or as a limit with a price."""
    TRAILING = "trailing"
    """At the market, once the price has come back by a share from the best that it was."""


# what stops a loss, or takes a gain, of a position that is there already
PROTECTIVE = frozenset((OrderKind.STOP_MARKET, OrderKind.STOP_LIMIT, OrderKind.TAKE_PROFIT, OrderKind.TRAILING))
STOPS = frozenset((OrderKind.STOP_MARKET, OrderKind.STOP_LIMIT, OrderKind.TRAILING))
"""Kinds that are there to come before a liquidation."""


class TriggerBy(StrEnum):
    """Which price triggers an order."""

    MARK = "mark"
    LAST = "last"


class FeeAs(StrEnum):
    """Which fee a fill pays."""

    MAKER = "maker"
    TAKER = "taker"
