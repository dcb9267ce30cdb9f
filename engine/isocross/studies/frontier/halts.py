"""Pools that start unalike, and their equity at places on the way: what ranking many accounts asks beside a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isocross.cascade.ledger import Ledger
from isocross.records import dataclass
from isocross.studies.frontier.cells import Pools
from isocross.studies.frontier.lines import EDGE, Flags, Floats, Ints, Lines


@dataclass(frozen=True)
class Start:
    """What may differ from cell to cell at the opening."""

    cash: Floats
    """Of the pool, in each cell."""
    members: Flags
    """Which positions (rows) are in the pool of each cell (columns)."""

    @classmethod
    def of(cls, ledger: Ledger, lines: Lines, cells: int) -> Start:
        """The pool of a ledger in every cell."""
        return cls(np.full(cells, float(ledger.pool)), np.ones((lines.count, cells), dtype=np.bool_))


@dataclass(frozen=True)
class Halts:
    """The pools' equity at places before their end, and when anything happened to them."""

    places: tuple[float, ...]
    equity: Floats
    """Of each pool (columns) at each place (rows)."""
    acted_at: Floats
    """Where the first position of a pool was closed, whole or in part; infinite where none was."""
    wiped_at: Floats
    """From where a pool is certain to have nothing; infinite where it is not."""

    @classmethod
    def blank(cls, places: Sequence[float], cells: int) -> Halts:
        """Nothing has happened yet."""
        return cls(tuple(places), np.zeros((len(places), cells)), np.full(cells, np.inf), np.full(cells, np.inf))

    def read(self, pools: Pools, at: Ints, until: Floats) -> None:
        """Write down the equity of pools at the places between where they are and where they come next."""
        cells, since = pools.cell[at], pools.place[at]
        for row, place in enumerate(self.places):
            passed = (since <= place) & (place < until)
            here = at[passed]
            self.equity[row, cells[passed]] = pools.equity[0, here] + pools.equity[1, here] * place

    def doubt(self, pools: Pools, at: Ints, root: Floats, until: Floats, tiny: float) -> Flags:
        """Whether floats cannot tell if a pool comes to its line before or after one of the places."""
        unsure = self.near(root)
        for place in self.places:
            g = (pools.equity[0] - pools.need[0] + (pools.equity[1] - pools.need[1]) * place)[at]
            unsure |= (pools.place[at] <= place) & (place < until) & (np.abs(g) < tiny)
        return unsure

    def near(self, found: Floats) -> Flags:
        """Whether something is found next to one of the places."""
        close = np.zeros(len(found), dtype=np.bool_)
        for place in self.places:
            close |= np.abs(found - place) < EDGE
        return close

    def acts(self, pools: Pools, at: Ints) -> None:
        """Note where positions of these pools are closed."""
        cells = pools.cell[at]
        self.acted_at[cells] = np.minimum(self.acted_at[cells], pools.place[at])

    def ends(self, pools: Pools, at: Ints, wiped: Ints) -> None:
        """Note the pools that hold no position any more, and which of them have nothing for certain."""
        self.wiped_at[pools.cell[wiped]] = pools.place[wiped]
        self.read(pools, at, np.full(len(at), np.inf))
