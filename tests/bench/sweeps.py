"""A sweep: rows a second with the screen and without it, and the screen against a bare pass of numpy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from isocross.risk.named import Named
from isocross.risk.screen import Screen
from isocross.risk.sweep.grid import grid_in
from isocross.risk.sweep.part import Task, run_part
from isocross.workspace import book_of, load_text
from tests.bench.books import workspace_text
from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_call, interleaved

POSITIONS = 5
GRID = """
common = { from = "-50%", to = "48%", step = "2%" }
[[pairs]]
x = "BTC"
y = "ETH"
x_moves = { from = "-30%", to = "30%", step = "10%" }
y_moves = { from = "-30%", to = "30%", step = "10%" }
"""


def _given(named: Named) -> Named:
    return named


@dataclass(frozen=True)
class Swept:
    """CPU of some accounts under a grid."""

    accounts: int
    cells: int
    sure: int
    screened_s: float
    engine_s: float
    screen_s: float
    bare_s: float


def measure(accounts: int, rounds: int) -> Swept:
    """Sweep the same accounts with the screen and without it, the least of some rounds."""
    workspaces = [load_text(workspace_text(POSITIONS, seed=seed)) for seed in range(accounts)]
    readers = [partial(_given, Named(w.name, f"{n}.toml", w)) for n, w in enumerate(workspaces)]
    grid = grid_in(GRID)
    books = [book_of(workspace) for workspace in workspaces]
    screen = Screen([scenario.moves for scenario in grid.glided])

    def screened() -> None:
        run_part(Task(grid, "bench"), 0, readers)

    def engine() -> None:
        run_part(Task(grid, "bench", screened=False), 0, readers)

    def asked() -> None:
        screen.verdicts([(book, {}) for book in books])

    moves, shares = np.ones((len(grid.glided), POSITIONS)), np.ones(POSITIONS)

    def bare() -> None:
        for _ in books:
            _ = (moves @ shares > 0).sum()

    calls = {call.__name__: partial(cpu_of_call, call) for call in (screened, engine, asked, bare)}
    least = {name: max(1e-9, min(figures)) for name, figures in interleaved(calls, rounds).items()}
    part = run_part(Task(grid, "bench"), 0, readers)
    return Swept(accounts, part.cells, part.sure, *(least[name] for name in calls))


def section(accounts: int, rounds: int) -> Section:
    """The figures of one core."""
    found = measure(accounts, rounds)
    rows = (
        ("rows, with the screen", f"{found.cells / found.screened_s:,.0f}", ms(found.screened_s), ""),
        ("rows, by the engine alone", f"{found.cells / found.engine_s:,.0f}", ms(found.engine_s),
         times(found.engine_s / found.screened_s)),
        ("cells, the screen alone", f"{found.cells / found.screen_s:,.0f}", ms(found.screen_s),
         times(found.screen_s / found.bare_s)),
    )  # fmt: skip
    share = found.sure / found.cells
    return Section(
        "A sweep",
        f"{accounts} accounts of {POSITIONS} positions under {found.cells // accounts} scenarios on one core; the "
        f"screen was sure of {share:.0%}. The engine against both, the screen against one numpy product each.",
        ("what", "a second", "CPU", "ratio"),
        rows,
    )
