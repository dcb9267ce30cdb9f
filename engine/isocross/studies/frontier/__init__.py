"""The frontier: two markets move independently, and every cell of the map says what is left of the account.

A `Plane` has two markets and their moves; a `Grid` the outcome of every cell. Thousands of cells at once are worked
out in floats (`lines`, `pooled`, `buckets`), and where two outcomes are too close to tell in floats, the exact engine
decides that cell (`cell`, `settle_doubts`). What floats do not model is left to it from the start, and said
(`Unmodelled`). The advisor ranks combinations of modes by the same machine (`modes`, `mode_ranks`). Only this room
needs numpy, so only the modules that work on grids load it.

In: a `Book` and a `Plane`. Out: a `Grid`, or one exact `Cell` with who fell, who paid and what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.studies.frontier.cell import Cell, cell_at, opening_equity
    from isocross.studies.frontier.grid import (
        Grid,
        Unmodelled,
        settle_doubts,
        solve_grid,
        unmodelled,
        unsolved_grid,
    )
    from isocross.studies.frontier.plane import (
        HIGHEST,
        LOWEST,
        Plane,
        Point,
        axis,
        common_point,
        markets_held,
        shocks_to,
        two_markets,
    )
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "HIGHEST",
    "LOWEST",
    "Cell",
    "Grid",
    "Plane",
    "Point",
    "Unmodelled",
    "axis",
    "cell_at",
    "common_point",
    "markets_held",
    "opening_equity",
    "settle_doubts",
    "shocks_to",
    "solve_grid",
    "two_markets",
    "unmodelled",
    "unsolved_grid",
]
