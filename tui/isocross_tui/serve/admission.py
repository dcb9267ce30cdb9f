"""Who may come in now: how many visits there are, how many from one address, and how fast somebody knocks."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Final

from isocross_tui.serve.limits import CONNECTS_S, FULL, FULL_OF_ADDRESS, TOO_FAST, Limits

KNOWN: Final = 1024
"""Addresses whose knocking is remembered, the last ones."""
LINES_A_VISIT: Final = 2
"""Connections there may be for each visit, counting those that have not said yet who they are."""


class Admission:
    """Counts connections and visits."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with an empty room."""
        self._limits = limits
        self._clock = clock
        self._lines: Counter[str] = Counter()
        self._visits: Counter[str] = Counter()
        self._knocks: OrderedDict[str, deque[float]] = OrderedDict()

    def refuse_line(self, address: str) -> str:
        """Say why a connection is not taken; empty: it is, and `line_gone` is owed."""
        if self._too_fast(address):
            return TOO_FAST
        if self._lines[address] >= LINES_A_VISIT * self._limits.visits_of_address:
            return FULL_OF_ADDRESS
        if self._lines.total() >= LINES_A_VISIT * self._limits.visits:
            return FULL
        self._lines[address] += 1
        return ""

    def line_gone(self, address: str) -> None:
        """A connection that was taken has ended."""
        _less(self._lines, address)

    def refuse_visit(self, address: str) -> str:
        """Say why a visit cannot begin; empty: it can, and `visit_gone` is owed."""
        if self._visits.total() >= self._limits.visits:
            return FULL
        if self._visits[address] >= self._limits.visits_of_address:
            return FULL_OF_ADDRESS
        self._visits[address] += 1
        return ""

    def visit_gone(self, address: str) -> None:
        """A visit that began has ended."""
        _less(self._visits, address)

    def _too_fast(self, address: str) -> bool:
        now = self._clock()
        knocks = self._knocks.setdefault(address, deque(maxlen=self._limits.connects))
        self._knocks.move_to_end(address)
        if len(self._knocks) > KNOWN:
            self._knocks.popitem(last=False)
        if len(knocks) == self._limits.connects and now - knocks[0] < CONNECTS_S:
            return True
        knocks.append(now)
        return False


def _less(counter: Counter[str], address: str) -> None:
    counter[address] -= 1
    if counter[address] <= 0:
        del counter[address]
