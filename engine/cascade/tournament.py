"""Who is least along a course: a kinetic tournament of lines, O(log n) for a change where a scan takes n.

Each node of a binary tree keeps the winner of the two below it and the place up to which that is sure,
so that only what may have turned is looked at again (solver.md §1).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.money import PLACE_PLACES, ZERO

Line = tuple[Decimal, Decimal]
"""(a, b): a + b × place."""


class Tournament:
    """Lines by index; the least at a place that never goes back, of equal ones the lowest index."""

    def __init__(self, lines: Mapping[int, Line], place: Decimal = ZERO) -> None:
        """Let all lines meet at a place."""
        self._indexes = sorted(lines)
        self._slots = {index: slot for slot, index in enumerate(self._indexes)}
        self._lines: list[Line | None] = [lines[index] for index in self._indexes]
        self._first = 1 << max(0, len(self._lines) - 1).bit_length()
        self._winner: list[int | None] = [None] * (2 * self._first)
        self._sure_until: list[Decimal | None] = [None] * (2 * self._first)
        self._place = place
        for slot in range(len(self._lines)):
            self._winner[self._first + slot] = slot
        for node in range(self._first - 1, 0, -1):
            self._decide(node)

    def least(self, place: Decimal) -> int | None:
        """The index of the least line at a place not before the last one; None when there is none."""
        self._place = place
        self._refresh(1)
        winner = self._winner[1]
        return None if winner is None else self._indexes[winner]

    def put(self, index: int, line: Line | None) -> None:
        """Give an index that takes part another line from here on; None: it is out."""
        slot = self._slots[index]
        self._lines[slot] = line
        node = self._first + slot
        self._winner[node] = None if line is None else slot
        while node > 1:
            node //= 2
            self._decide(node)

    def _refresh(self, node: int) -> None:
        until = self._sure_until[node]
        if until is None or self._place < until:
            return
        self._refresh(2 * node)
        self._refresh(2 * node + 1)
        self._decide(node)

    def _decide(self, node: int) -> None:
        """Let the two winners below meet here."""
        left, right = 2 * node, 2 * node + 1
        winner, until = self._meet(self._winner[left], self._winner[right])
        self._winner[node] = winner
        for below in (self._sure_until[left], self._sure_until[right]):
            if below is not None and (until is None or below < until):
                until = below
        self._sure_until[node] = until

    def _meet(self, one: int | None, other: int | None) -> tuple[int | None, Decimal | None]:
        """Who is less here, the lower slot where equal, and the grid place up to which that is sure."""
        first = None if one is None else self._lines[one]
        second = None if other is None else self._lines[other]
        if first is None or second is None:
            return (other if first is None else one), None
        ahead, slope = second[0] - first[0], second[1] - first[1]
        gap = ahead + slope * self._place
        if gap < 0:
            ahead, slope = -ahead, -slope
        turns = None if slope >= 0 else _at_or_before(ahead, -slope)
        return (one if gap >= 0 else other), turns


def _at_or_before(numerator: Decimal, denominator: Decimal) -> Decimal:
    """The last grid place at or before numerator ÷ denominator, for a numerator and denominator not below zero."""
    return (numerator.scaleb(PLACE_PLACES) // denominator).scaleb(-PLACE_PLACES)
