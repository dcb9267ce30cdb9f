"""Fills of an account, one's own and a venue's: what each bought or sold, what it earned, and what was held before.

Sources: Hyperliquid's `userFills`, where `startPosition` is what was held before a fill and `closedPnl` what it earned
without its fee; Bybit's `/v5/execution/list`, where `execPnl` is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from isocross.exchange.payload import Node
from isocross.records import dataclass

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_MS: Final = 32_503_680_000_000
"""The year 3000."""


@dataclass(frozen=True)
class Trade:
    """One fill of an account."""

    market: str
    bought: Decimal
    """Of the coin; below zero: sold."""
    price: Decimal
    moment: datetime
    earned: Decimal | None = None
    """By closing, without the fee; None: the record does not say."""
    held: Decimal | None = None
    """Before it, a short below zero; None: the record does not say."""


def moment_of(node: Node) -> datetime:
    """Read a time in milliseconds; raises UnfitError."""
    found = node.number()
    if found is None or not 0 <= found <= LATEST_MS:
        raise node.unfit("this is not a time", "milliseconds since 1970")
    return EPOCH + timedelta(milliseconds=int(found))


def in_order(trades: Sequence[Trade]) -> tuple[Trade, ...]:
    """Put fills in the order in which they were done; venues often give the last one first."""
    backwards = bool(trades) and trades[0].moment > trades[-1].moment
    return tuple(sorted(reversed(trades) if backwards else trades, key=lambda trade: trade.moment))


def hyperliquid_trade(row: Node) -> Trade | None:
    """Read a fill of a perpetual; None for one of spot."""
    coin = row.get("coin").word()
    if coin.startswith("@") or "/" in coin:
        return None
    size = row.get("sz").number() or Decimal(0)
    return Trade(coin, size if row.value["side"] == "B" else -size, row.get("px").number() or Decimal(0),
                 moment_of(row.get("time")), row.get("closedPnl").number(),
                 row.get("startPosition").number())  # fmt: skip


def bybit_trade(row: Node) -> Trade | None:
    """Read an execution of a contract in USDT; None for funding, and for other contracts."""
    if row.says("execType") not in ("Trade", "BustTrade", "AdlTrade") or not row.get("symbol").word().endswith("USDT"):
        return None
    size = row.get("execQty").number() or Decimal(0)
    return Trade(row.get("symbol").word(), size if row.value["side"] == "Buy" else -size,
                 row.get("execPrice").number() or Decimal(0), moment_of(row.get("execTime")),
                 row.get("execPnl").number())  # fmt: skip
