"""The frontier's grid against the exact engine on the same cells: CPU, and how many cells it leaves to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from isocross.studies.frontier.cell import cell_at
from isocross.studies.frontier.grid import solve_grid
from isocross.studies.frontier.plane import Plane, axis, two_markets
from tests.bench.books import falling_account
from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_call, interleaved

SIZES = (5, 20, 50)
CELLS = 101
EVERY = 10
"""The exact engine is measured on every tenth cell of every tenth row."""


@dataclass(frozen=True)
class Map:
    """One account's map."""

    positions: int
    cells: int
    doubtful: int
    grid_s: float
    exact_s: float
    """For as many cells, from those that were measured."""

    @property
    def ratio(self) -> float:
        """How many times the exact engine takes what the grid takes."""
        return self.exact_s / self.grid_s


def chart(size: int, rounds: int, cells: int = CELLS) -> Map:
    """Work out one map both ways in turn; the least of each."""
    book, _ = falling_account(size)
    x, y = two_markets(book, None, None)
    moves = axis(Decimal("-0.95"), Decimal(1), cells)
    plane = Plane(x, y, moves, moves)
    sample = [plane.shocks(c, r) for r in range(0, cells, EVERY) for c in range(0, cells, EVERY)]
    taken = interleaved(
        {
            "grid": lambda: cpu_of_call(lambda: solve_grid(book, plane)),
            "exact": lambda: cpu_of_call(lambda: [cell_at(book, shocks) for shocks in sample]),
        },
        rounds,
    )
    return Map(
        positions=size,
        cells=cells * cells,
        doubtful=int(solve_grid(book, plane).doubtful.sum()),
        grid_s=min(taken["grid"]),
        exact_s=min(taken["exact"]) * cells * cells / len(sample),
    )


def section(rounds: int, sizes: Sequence[int] = SIZES, cells: int = CELLS) -> Section:
    """As a table."""
    maps = [chart(size, rounds, cells) for size in sizes]
    return Section(
        "The frontier's grid against the exact engine",
        f"{cells} × {cells} cells of whole cascades from −95 % to +100 %, CPU, least of {rounds}; the exact engine on "
        f"every {EVERY}th cell of every {EVERY}th row, and as long for each other one. Doubtful cells are left to it.",
        ("positions", "grid", "exact engine", "exact ÷ grid", "doubtful cells"),
        tuple((str(m.positions), ms(m.grid_s), ms(m.exact_s), times(m.ratio), str(m.doubtful)) for m in maps),
    )
