"""Netting: of opposite cross positions of one market only the larger side is asked for margin (rules.md §9, §10)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.book import Position, Side
from engine.money import ZERO
from engine.venue import Netting


def free_legs(positions: Mapping[int, Position], netting: Netting) -> frozenset[int]:
    """The positions that need no margin, by index: the side of each market with the smaller quantity, equal the short.

    It depends on quantities alone, so it stays the same along a path until an event changes one.

    Args:
        positions: the open positions that stand on one pool, by index.
        netting: the venue's switch.
    """
    if netting is Netting.NONE:
        return frozenset()
    sizes: dict[tuple[str, Side], Decimal] = {}
    for position in positions.values():
        leg = (position.market, position.side)
        sizes[leg] = sizes.get(leg, ZERO) + position.quantity
    return frozenset(i for i, p in positions.items() if p.side is _smaller_side(p.market, sizes))


def _smaller_side(market: str, sizes: Mapping[tuple[str, Side], Decimal]) -> Side | None:
    """The side of a market that needs no margin; None where there is only one."""
    long, short = sizes.get((market, Side.LONG)), sizes.get((market, Side.SHORT))
    if long is None or short is None:
        return None
    return Side.LONG if long < short else Side.SHORT
