"""Netting: of opposite cross positions only the larger side is asked for margin (rules.md §9, §10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from engine.book import Position, Side
from engine.money import ZERO
from engine.underlying import underlying_of
from engine.venue import Netting


class Sides(NamedTuple):
    """The longs and the shorts that stand against each other, by index."""

    longs: tuple[int, ...]
    shorts: tuple[int, ...]


def opposed(positions: Mapping[int, Position], netting: Netting) -> tuple[Sides, ...]:
    """Where positions on one pool stand against each other: in one market, or in all contracts of an underlying."""
    if netting is Netting.NONE:
        return ()
    found: dict[object, tuple[list[int], list[int]]] = {}
    for index, position in positions.items():
        of_one = netting is Netting.LARGER_LEG
        key = position.market if of_one else underlying_of(position.market, position.kind)
        found.setdefault(key, ([], []))[0 if position.side is Side.LONG else 1].append(index)
    return tuple(Sides(tuple(longs), tuple(shorts)) for longs, shorts in found.values() if longs and shorts)


def free_legs(positions: Mapping[int, Position], netting: Netting, asked: Callable[[int], Decimal]) -> frozenset[int]:
    """The positions that need no margin, by index: the smaller side, equal the shorts.

    Of a market it is the side with the smaller quantity, which stays the same along a path until an event changes one;
    of an underlying the side that is asked for less.

    Args:
        positions: the open positions that stand on one pool, by index.
        netting: the venue's switch.
        asked: the margin that a position would be asked for without netting.
    """
    of_one = netting is Netting.LARGER_LEG

    def size(side: tuple[int, ...]) -> Decimal:
        return sum((positions[i].quantity if of_one else asked(i) for i in side), ZERO)

    sides = opposed(positions, netting)
    return frozenset(i for longs, shorts in sides for i in (longs if size(longs) < size(shorts) else shorts))
