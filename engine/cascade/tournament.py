"""Who is least along a course: a kinetic tournament of lines, O(log n) for a change where a scan takes n.

Each node of a binary tree keeps the winner of the two below it and the place up to which that is sure,
so that only what may have turned is looked at again (solver.md §1). Two lines are told apart in floats where their
distance leaves no doubt, and exactly where it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import inf

from engine.money import ZERO

Line = tuple[Decimal, Decimal]
"""(a, b): a + b × place."""

DOUBT = 2.0**-40
"""Far above the relative error of a figure that was made a float and went through a handful of operations."""


class Tournament:
    """Lines by index; the least at a place that never goes back, of equal ones the first that was given."""

    def __init__(self, lines: Mapping[int, Line], place: Decimal = ZERO) -> None:
        """Let all lines meet at a place."""
        self._indexes = list(lines)
        self._slots = {index: slot for slot, index in enumerate(self._indexes)}
        self._lines: list[Line | None] = [lines[index] for index in self._indexes]
        self._rough = [_rough(lines[index]) for index in self._indexes]
        self._first = 1 << max(0, len(self._lines) - 1).bit_length()
        self._winner: list[int | None] = [None] * (2 * self._first)
        self._sure_until = [inf] * (2 * self._first)
        self._place, self._rough_place = place, float(place)
        for slot in range(len(self._lines)):
            self._winner[self._first + slot] = slot
        for node in range(self._first - 1, 0, -1):
            self._decide(node)

    def least(self, place: Decimal) -> int | None:
        """The index of the least line at a place not before the last one; None when there is none."""
        if place != self._place:  # else all has met here, and those in doubt exactly
            self._place, self._rough_place = place, float(place)
            self._refresh(1)
        winner = self._winner[1]
        return None if winner is None else self._indexes[winner]

    def put(self, index: int, line: Line | None) -> None:
        """Give an index that takes part another line from here on; None: it is out."""
        slot = self._slots[index]
        self._lines[slot] = line
        if line is not None:
            self._rough[slot] = _rough(line)
        node = self._first + slot
        self._winner[node] = None if line is None else slot
        while node > 1:
            node //= 2
            self._decide(node)

    def _refresh(self, node: int) -> None:
        if self._rough_place < self._sure_until[node]:
            return
        self._refresh(2 * node)
        self._refresh(2 * node + 1)
        self._decide(node)

    def _decide(self, node: int) -> None:
        """Let the two winners below meet here."""
        left, right = 2 * node, 2 * node + 1
        one, other = self._winner[left], self._winner[right]
        if one is None or other is None:
            winner, until = (other if one is None else one), inf
        else:
            winner, until = self._meet(one, other)
        self._winner[node] = winner
        self._sure_until[node] = min(until, self._sure_until[left], self._sure_until[right])

    def _meet(self, one: int, other: int) -> tuple[int, float]:
        """Who is less here, the lower slot where equal, and a place before which that is sure."""
        a, b, a_unsure, b_unsure = self._rough[one]
        c, d, c_unsure, d_unsure = self._rough[other]
        place = self._rough_place
        unsure, slope = b_unsure + d_unsure, d - b
        gap, winner = c - a + slope * place, one
        if gap < 0:
            winner, gap, slope = other, -gap, -slope
        gap -= a_unsure + c_unsure + unsure * place
        if gap <= 0:
            return self._meet_exactly(one, other)
        closing = unsure - slope
        return winner, inf if closing <= 0 else (place + gap / closing) * (1 - DOUBT)

    def _meet_exactly(self, one: int, other: int) -> tuple[int, float]:
        if self._lines[one] == self._lines[other]:
            return one, inf
        return (one if self._at(one) <= self._at(other) else other), self._rough_place

    def _at(self, slot: int) -> Decimal:
        """How high a line is here, exactly."""
        line = self._lines[slot]
        if line is None:
            raise ValueError("a line that is out has no height")
        return line[0] + line[1] * self._place


def _rough(line: Line) -> tuple[float, float, float, float]:
    """A line in floats, and how much of either is in doubt."""
    a, b = float(line[0]), float(line[1])
    return a, b, DOUBT * abs(a), DOUBT * abs(b)
