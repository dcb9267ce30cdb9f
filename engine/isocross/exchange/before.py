"""The positions from before a liquidation, as far as the fills of a record tell them; what they do not tell is named.

The account is that after the last fill of one's own, just before the first liquidation: from there on only marks move.
What a position was entered at is the mean of its fills where the record has them from the first on, else it follows
from what closing it earned.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Final

from isocross.account.book import Mode, Position, Side
from isocross.exchange.liquidations import Record
from isocross.exchange.trades import Trade
from isocross.format import grouped, price
from isocross.money import ZERO, exact, text
from isocross.records import dataclass
from isocross.toml.faults import Fault, Faults
from isocross.workspace.model import VenueChoice, Workspace

GRID: Final = Decimal("1e-8")
"""Of an entry that is worked out."""
CURRENCIES: Final = {"hyperliquid": "USDC", "bybit": "USDT"}
"""By the venues whose fills tell what was held."""


@dataclass(frozen=True)
class Unrecorded:
    """What no record of fills holds, and whoever has the account knows."""

    wallet: Decimal
    """All cash of the account just before, with that of isolated positions."""
    mode: Mode
    leverage: Decimal


@dataclass(frozen=True)
class Before:
    """An account as it was just before its first liquidation."""

    workspace: Workspace
    since: datetime | None
    """When it became so, by the last fill of one's own; None: before the record begins."""
    told: tuple[str, ...]
    """What was worked out and what is not known, a sentence each."""


@exact
def rebuilt(record: Record, own: Unrecorded, origin: str) -> Before:
    """Rebuild the account from before; raises Faults, each naming what the record does not hold.

    Args:
        record: the fills.
        own: what they do not tell.
        origin: the file they are from.
    """
    venue = record.title.lower()
    if not record.trades or venue not in CURRENCIES:
        said = f"fills of {record.title} do not tell what was held before"
        raise Faults(origin, [Fault("", said, "fills of Hyperliquid or Bybit, or the account from before")])
    first = record.fills[0].moment
    earlier = [trade for trade in record.trades if trade.moment < first]
    positions, told, faults = [], [], []
    for market in sorted({trade.market for trade in record.trades}):
        mine = [trade for trade in record.trades if trade.market == market]
        held, how = _held(mine, first)
        entry, why = _entry(mine, first, held) if held else (ZERO, "")
        if held and entry is None:
            faults.append(Fault(market, "the record does not hold its entry price", "the account from before"))
        elif held and entry is not None:
            positions.append(_position(market, held, entry, own))
            told.append(f"{market}: {grouped(abs(held))} {positions[-1].side} {how}, entered at {price(entry)} {why}")
    if faults:
        raise Faults(origin, faults)
    later = sum(trade.moment >= first for trade in record.trades) - len(record.fills)
    if later > 0:
        told.append(f"{later} more fill{'s' if later > 1 else ''} after the first liquidation: not rehearsed")
    told.append("positions without a fill in the record are not known, nor which order rested")
    choice = VenueChoice(venue)
    workspace = Workspace("rebuilt", own.wallet, tuple(positions), choice, CURRENCIES[venue])
    return Before(workspace, earlier[-1].moment if earlier else None, tuple(told))


def _position(market: str, held: Decimal, entry: Decimal, own: Unrecorded) -> Position:
    side = Side.LONG if held > 0 else Side.SHORT
    return Position(market.lower(), market, side, own.mode, abs(held), entry, own.leverage)


def _held(trades: Sequence[Trade], first: datetime) -> tuple[Decimal, str]:
    """What was held just before a moment, and how that is known."""
    earlier = [trade for trade in trades if trade.moment < first]
    later = [trade for trade in trades if trade.moment >= first]
    if later and later[0].held is not None:
        _, together = next(groupby(later, key=lambda trade: trade.moment))
        return max((trade.held or ZERO for trade in together), key=abs), "as the record says"
    if earlier and earlier[-1].held is not None:
        return earlier[-1].held + earlier[-1].bought, "as the record says"
    summed = sum((trade.bought for trade in earlier), ZERO)
    closed = -sum((trade.bought for trade in later if trade.earned), ZERO)
    if closed and (not summed or (summed > 0) is not (closed > 0) or abs(closed) > abs(summed)):
        return closed, "at least, for so much was closed"
    return summed, "by its fills, if nothing was held before them"


def _entry(trades: Sequence[Trade], first: datetime, held: Decimal) -> tuple[Decimal | None, str]:
    """At what it was entered, and how that is known; None: it is not."""
    quantity, cost = ZERO, None
    for trade in trades:
        if trade.moment >= first:
            break
        if cost is None and (trade.held == 0 or (trade.held is None and not quantity)):
            quantity, cost = ZERO, ZERO
        if cost is not None:
            quantity, cost = _after(quantity, cost, trade)
    if cost is not None and quantity == held:
        return _on_grid(cost / quantity), "by its fills"
    closing = (t for t in trades if t.moment >= first and t.earned is not None and t.bought * held < 0)
    found = next(closing, None)
    if found is None or found.earned is None:
        return None, ""
    return _on_grid(found.price + found.earned / found.bought), "by what closing it earned"


def _after(quantity: Decimal, cost: Decimal, trade: Trade) -> tuple[Decimal, Decimal]:
    """Add a fill to a position: a part that is closed leaves the mean as it is, one beyond it begins another."""
    if quantity * trade.bought >= 0:
        return quantity + trade.bought, cost + trade.bought * trade.price
    left = quantity + trade.bought
    return left, left * (cost / quantity if left * quantity > 0 else trade.price)


def _on_grid(price: Decimal) -> Decimal:
    return Decimal(text(price.quantize(GRID)))
