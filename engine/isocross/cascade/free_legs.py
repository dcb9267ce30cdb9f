"""Which positions of a pool are allotted no margin, kept up to date while positions change one by one."""

from __future__ import annotations

from collections.abc import Mapping

from isocross.account.book import Position
from isocross.account.margin import free_legs, stands_with
from isocross.rules.profile import Netting


class FreeLegs:
    """The legs that a larger side stands against, by the margins that were allotted at the opening.

    Only where a position has changed the two sides are weighed again, the next time that somebody asks.
    """

    def __init__(self, netting: Netting, positions: Mapping[int, Position]) -> None:
        """Take in the open positions of a pool, by index."""
        self._netting, self._nets = netting, netting is not Netting.NONE
        self._legs: dict[object, dict[int, Position]] = {}
        self._key: dict[int, object] = {}
        self._free: dict[object, frozenset[int]] = {}
        self._stale: set[object] = set()
        self._all: frozenset[int] = frozenset()
        if self._nets:
            for index, position in positions.items():
                self.put(index, position)

    def put(self, index: int, position: Position | None) -> None:
        """Have this position, or none, under an index."""
        if not self._nets:
            return
        before = self._key.pop(index, None)
        if before is not None:
            del self._legs[before][index]
            self._stale.add(before)
        if position is not None:
            key = self._key[index] = stands_with(position, self._netting)
            self._legs.setdefault(key, {})[index] = position
            self._stale.add(key)

    @property
    def free(self) -> frozenset[int]:
        """The positions that are allotted no margin now, by index."""
        for key in self._stale:
            margins = {index: position.margin for index, position in self._legs[key].items()}
            self._free[key] = free_legs(self._legs[key], self._netting, margins.__getitem__)
        if self._stale:
            self._all = frozenset().union(*self._free.values())
            self._stale.clear()
        return self._all
