"""Prices in time: the candles of several markets, bar by bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Candle:
    """One market over one bar, in quote currency; low ≤ open, close ≤ high."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


class Bar(NamedTuple):
    """All markets over one interval."""

    time: datetime
    """When it opens, UTC."""
    candles: Mapping[str, Candle]
    """By symbol; every bar of one window has the same symbols."""
