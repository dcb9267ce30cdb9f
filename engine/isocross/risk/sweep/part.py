"""A part of a sweep: some accounts, each held in every way and put through every scenario, as lines of CSV."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import field

from isocross.disk.spreadsheet import guarded
from isocross.money import ZERO
from isocross.records import dataclass
from isocross.risk.csv_line import csv_line
from isocross.risk.named import Reader, told_in_a_line
from isocross.risk.sweep.grid import Grid
from isocross.risk.sweep.rows import Held, Row, glided, holdings, replayed, row_of, untouched
from isocross.workspace.model import Workspace
from isocross.workspace.resolve import origin_of

CHECKED = 0.01
"""The share of the cells that the screen is sure of which the engine rehearses too."""


class DisagreementError(Exception):
    """The screen was sure of a cell, and the engine says another thing: the sweep is not to be believed."""


@dataclass(frozen=True)
class Task:
    """What every part of a sweep has in common."""

    grid: Grid
    seed: str
    """Of the choice of cells that are checked."""
    screened: bool = True
    """Whether the screen is asked at all."""
    totals: bool = False
    """Whether the accounts are counted for each scenario, instead of a row for each of them."""


@dataclass
class Part:
    """What came of some accounts."""

    number: int
    lines: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """A sentence for each account that cannot be read."""
    cells: int = 0
    sure: int = 0
    """Cells of which the screen was sure."""
    checked: int = 0
    """Those of them that the engine rehearsed too."""


def run_part(task: Task, number: int, readers: Sequence[Reader]) -> Part:
    """Work out the rows of some accounts, or what they come to together; raises DisagreementError.

    Args:
        task: the sweep.
        number: which part it is, from 0.
        readers: what reads the accounts.
    """
    if task.totals:
        from isocross.risk.sweep.totals import totals_of  # noqa: PLC0415 - numpy

        return totals_of(task, number, readers)
    work = _Work(task, Part(number))
    for read in readers:
        named = read()
        if named.workspace is None:
            work.part.faults.append(told_in_a_line(named.faults) if named.faults else named.source)
            continue
        whose = (guarded(named.name), guarded(named.source) or None)
        for row in work.rows(named.workspace, named.source):
            work.part.lines.append(csv_line((*whose, *row)))
            work.part.cells += 1
    return work.part


class _Work:
    """What one part keeps from account to account."""

    def __init__(self, task: Task, part: Part) -> None:
        from isocross.risk.screen import Screen  # noqa: PLC0415 - numpy

        self.task, self.part = task, part
        self._screen = Screen([scenario.moves for scenario in task.grid.glided] if task.screened else ())
        self._chance = random.Random(f"{task.seed}:{part.number}")

    def rows(self, workspace: Workspace, source: str) -> Iterator[Row]:
        """Yield every row of an account."""
        grid = self.task.grid
        for held in holdings(workspace, grid, origin_of(source)):
            if held.book is None:
                ids = [scenario.id for scenario in grid.glided] + [crash.id for crash in grid.replayed]
                yield from (held.refusal(id, held.refused) for id in ids)
                continue
            yield from self.glided(held)
            yield from (row_of(held, scenario, replayed(held, scenario)) for scenario in grid.replayed)

    def glided(self, held: Held) -> list[Row]:
        """The rows of the glides: what the screen is sure of at once, the others by the engine, the furthest first."""
        scenarios = self.task.grid.glided
        rows: list[Row | None] = [None] * len(scenarios)
        for n, ends in self._screen.calm(held.holding, held.betas):
            rows[n] = row = row_of(held, scenarios[n], untouched(held, ends))
            self.part.sure += 1
            if self._chance.random() < CHECKED:
                self.part.checked += 1
                _agree(row, row_of(held, scenarios[n], glided(held, scenarios[n])))
        left = [n for n, row in enumerate(rows) if row is None]
        for n in sorted(left, key=lambda n: -abs(scenarios[n].moves.common or ZERO)):
            rows[n] = row_of(held, scenarios[n], glided(held, scenarios[n]))
        return [row for row in rows if row is not None]


def _agree(row: Row, engine: Row) -> None:
    if row != engine:
        raise DisagreementError(f"the fast check was sure of {row}, and the engine says {engine}")
