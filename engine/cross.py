"""The two machines called cross, as rules on plain figures: who is next, how much is drawn, what stands behind.

Pooled: one equity against the sum of maintenance margins. Top-up: a bucket a position, refilled from
unused cash. They give opposite answers at the same marks (rules.md §0).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from engine.book import Position
from engine.margin import initial_margin_at, notional
from engine.money import MONEY_GRID, ZERO, posting
from engine.venue import Victim

EQUAL = 60
"""Decimals to which two shares are the same; what differs beyond is rounding of quotients."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One cross position of a pool at the line."""

    index: int
    pnl: Decimal
    """Unrealised PnL, positive is a gain."""
    maintenance_margin: Decimal


def next_victim(standings: Iterable[Standing], victim: Victim) -> Standing:
    """The cross position a pool at the line closes next; of equal ones the first that is given (design §4.1)."""
    if victim is Victim.LARGEST_LOSS:
        return min(standings, key=lambda s: s.pnl)
    if victim is Victim.LARGEST_MAINTENANCE:
        return min(standings, key=lambda s: -s.maintenance_margin)
    return min(standings, key=lambda s: s.index)


def liquidation_fee(closed: Decimal, rate: Decimal, equity: Decimal) -> Decimal:
    """Fee of a pooled close: rate × notional closed, at most the equity the pool has left (rules.md §2.3).

    Rounded down to the money grid, so that a fee never costs the fund anything.
    """
    return min(closed * rate, max(ZERO, equity)).quantize(MONEY_GRID, ROUND_FLOOR)


def neediest(positions: Mapping[int, Position], equities: Mapping[int, Decimal]) -> int:
    """Of top-up positions due together, who draws first: smallest equity ÷ notional at entry, then the first given."""
    return min(equities, key=lambda i: round(equities[i] / notional(positions[i], positions[i].entry), EQUAL))


def refill(position: Position, mark: Decimal, equity: Decimal, unused: Decimal) -> Decimal:
    """What a top-up position draws from unused cash at its line, on the money grid.

    Until its equity is the larger of its IM at entry and at mark; all of the unused cash if that is
    short (rules.md §1.3, design §4.1). Zero when nothing is left or nothing is wanted.
    """
    target = max(position.initial_margin, initial_margin_at(position, mark))
    return max(ZERO, min(unused, posting(target - equity)))
