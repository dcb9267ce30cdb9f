"""The pairs of opposite positions that a pool can close against each other, kept while positions come and go."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence

from isocross.account.book import Position, Side

Queue = list[tuple[int, int]]
"""The positions of one side of a market: rank and index, the first to be closed first."""


class Hedges:
    """The cross positions by market and side, each side in the order that decides between equal ones."""

    def __init__(self, ranks: Sequence[int], positions: Mapping[int, Position]) -> None:
        """Take in positions by index; `ranks` are those of all."""
        self._ranks = ranks
        self._sides: dict[str, tuple[Queue, Queue]] = {}
        self._known: dict[int, tuple[str, Side]] = {}
        self._hedged: list[str] = []
        """The markets with both sides, by name."""
        for index, position in positions.items():
            self.put(index, position)

    def put(self, index: int, position: Position | None) -> None:
        """Have this position, or none, under an index."""
        before = self._known.get(index)
        now = None if position is None else (position.market, position.side)
        if now == before:
            return
        if before is not None:
            queue = self._queue(*self._known.pop(index))
            del queue[bisect_left(queue, (self._ranks[index], index))]
            self._look_at(before[0])
        if now is not None:
            self._known[index] = now
            insort(self._queue(*now), (self._ranks[index], index))
            self._look_at(now[0])

    def _queue(self, market: str, side: Side) -> Queue:
        return self._sides.setdefault(market, ([], []))[0 if side is Side.LONG else 1]

    def _look_at(self, market: str) -> None:
        """See whether a market has both sides now."""
        at = bisect_left(self._hedged, market)
        known = self._hedged[at : at + 1] == [market]
        if all(self._sides[market]) and not known:
            self._hedged.insert(at, market)
        elif known and not all(self._sides[market]):
            del self._hedged[at]

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the first long and the first short of each market with both, of the two the first one first."""
        for market in self._hedged:
            longs, shorts = self._sides[market]
            (_, first), (_, second) = sorted((longs[0], shorts[0]))
            yield first, second
