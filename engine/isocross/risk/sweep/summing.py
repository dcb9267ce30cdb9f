"""What many accounts come to in each scenario, as lines that can be added up: those of parts, and of all parts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from math import fsum

from isocross.records import dataclass

TOTALS = (
    *("venue", "mode", "currency", "scenario", "accounts", "refused", "liquidated", "positions", "survivors"),
    *("equity", "equity_error", "engine"),
)
"""The columns of a file of totals."""
_KEYS, _COUNTS = 4, 5

Key = tuple[str, str, str, str]
"""Venue, mode, currency, scenario."""


@dataclass
class Total:
    """What accounts come to in one scenario."""

    accounts: int = 0
    refused: int = 0
    """Those that cannot be held so, or not be put through it; the other figures are without them."""
    liquidated: int = 0
    """Those of which a position is liquidated, in whole or in part."""
    positions: int = 0
    survivors: int = 0
    engine: int = 0
    """Those that the engine rehearsed."""
    equity: list[float] = field(default_factory=list)
    error: list[float] = field(default_factory=list)

    def add(self, cells: Sequence[str]) -> None:
        """Add a line that was written of some others."""
        for name, cell in zip(TOTALS[_KEYS : _KEYS + _COUNTS], cells, strict=False):
            setattr(self, name, getattr(self, name) + int(cell))
        equity, error, engine = cells[_COUNTS:]
        self.equity.append(float(equity))
        self.error.append(float(error))
        self.engine += int(engine)

    @property
    def cells(self) -> tuple[str, ...]:
        """Its figures as they are written, with all their digits: a sum that depends on no order."""
        counts = (self.accounts, self.refused, self.liquidated, self.positions, self.survivors)
        return (*map(str, counts), repr(fsum(self.equity)), repr(fsum(self.error)), str(self.engine))


def joined_totals(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Add up the lines of all parts; equity to twelve digits, and its error to two. Scenarios stay in their order."""
    found: dict[Key, Total] = {}
    for row in csv.reader(lines):
        venue, mode, currency, scenario = row[:_KEYS]
        found.setdefault((venue, mode, currency, scenario), Total()).add(row[_KEYS:])
    for key, total in sorted(found.items(), key=lambda item: item[0][: _KEYS - 1]):
        *counts, equity, error, engine = total.cells
        yield (*key, *counts, f"{float(equity):.12g}", f"{float(error):.1e}", engine)
