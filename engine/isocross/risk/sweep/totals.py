"""The totals of some accounts: the screen's whole cascades where it is sure, the engine where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from isocross.records import dataclass
from isocross.risk.csv_line import csv_line
from isocross.risk.named import Reader, told_in_a_line
from isocross.risk.screen import Screen, Verdicts
from isocross.risk.sweep.grid import Glided, Replayed
from isocross.risk.sweep.part import DisagreementError, Part, Task
from isocross.risk.sweep.rows import Held, Left, glided, holdings, replayed
from isocross.risk.sweep.summing import Key, Total
from isocross.studies.twin import FLIP
from isocross.workspace.resolve import origin_of

DOLLARS = "USD"
"""What the equity of an account of several assets is in."""
CHECKED = 0.001
"""The share of the cells that the screen is sure of which the engine rehearses too: cascades among them."""


def totals_of(task: Task, number: int, readers: Sequence[Reader]) -> Part:
    """Add up some accounts; raises DisagreementError."""
    part = Part(number)
    every = list(_held(task, part, readers))
    could = [held for held in every if held.book is not None]
    cells = _Cells.of(task, could)
    seed = np.frombuffer(f"{task.seed}:{number}".encode(), dtype=np.uint8)
    cells.settle(part, np.random.default_rng(seed))
    part.lines = [csv_line((*key, *total.cells)) for key, total in _added(every, cells).items()]
    return part


def _held(task: Task, part: Part, readers: Sequence[Reader]) -> Iterator[Held]:
    """Every way to hold every account; one that cannot be read is told."""
    for read in readers:
        named = read()
        if named.workspace is None:
            part.faults.append(told_in_a_line(named.faults) if named.faults else named.source)
            continue
        yield from holdings(named.workspace, task.grid, origin_of(named.source))


@dataclass
class _Cells:
    """Accounts (rows) under scenarios (columns), crashes last."""

    task: Task
    held: list[Held]
    said: Verdicts
    refused: NDArray[np.bool_]
    by_engine: NDArray[np.bool_]

    @classmethod
    def of(cls, task: Task, held: list[Held]) -> _Cells:
        """Ask the screen."""
        glides = [scenario.moves for scenario in task.grid.glided]
        shape = (len(held), len(glides) + len(task.grid.replayed))
        said = Verdicts.blank(*shape)
        if task.screened and glides and held:
            screened = Screen(glides).verdicts([(one.holding, one.betas) for one in held])
            for name, values in vars(screened).items():
                getattr(said, name)[:, : len(glides)] = values
        return cls(task, held, said, np.zeros(shape, dtype=np.bool_), ~said.sure)

    @property
    def scenarios(self) -> tuple[Glided | Replayed, ...]:
        """The scenarios, in the order of the columns."""
        return (*self.task.grid.glided, *self.task.grid.replayed)

    def settle(self, part: Part, chance: np.random.Generator) -> None:
        """Rehearse by the engine what the screen is not sure of, and some of what it is."""
        lots = np.where(self.said.sure, chance.random(self.said.sure.shape), np.inf)
        # of every part one at least
        checked = self.said.sure & ((lots < CHECKED) | (lots == lots.min(initial=np.inf)))
        part.cells, part.sure, part.checked = self.said.sure.size, int(self.said.sure.sum()), int(checked.sum())
        far = [-_size(scenario) for scenario in self.scenarios]
        for row, held in enumerate(self.held):
            for column in sorted(np.flatnonzero(self.by_engine[row] | checked[row]).tolist(), key=far.__getitem__):
                scenario = self.scenarios[column]
                left = glided(held, scenario) if isinstance(scenario, Glided) else replayed(held, scenario)
                if checked[row, column]:
                    self._agree(row, column, left)
                else:
                    self._put(row, column, left)

    def _put(self, row: int, column: int, left: Left | str) -> None:
        if isinstance(left, str):
            self.refused[row, column] = True
            return
        said = self.said
        said.acted[row, column], said.survivors[row, column] = left.first is not None, left.survivors
        said.equity[row, column] = float(left.equity)

    def _agree(self, row: int, column: int, left: Left | str) -> None:
        said, where = self.said, (self.held[row].mode, self.scenarios[column].id)
        sure = (int(said.survivors[row, column]), bool(said.acted[row, column]))
        equity, error = float(said.equity[row, column]), float(said.error[row, column])
        alike = not isinstance(left, str) and sure == (left.survivors, left.first is not None)
        if not alike or isinstance(left, str) or abs(float(left.equity) - equity) > error:
            raise DisagreementError(
                f"the fast check was sure of {sure}, {equity} in {where}, and the engine says {left}"
            )


def _size(scenario: Glided | Replayed) -> float:
    common = scenario.moves.common if isinstance(scenario, Glided) else None
    return 0.0 if common is None else abs(float(common))


def _added(every: list[Held], cells: _Cells) -> dict[Key, Total]:
    """The totals of each way and scenario."""
    found: dict[Key, Total] = {}
    groups: dict[tuple[str, str, str], list[int]] = {}
    for row, held in enumerate(cells.held):
        groups.setdefault((held.venue, _mode(held), _currency(held)), []).append(row)
    for group, rows in groups.items():
        at = np.array(rows)
        counts = np.array([len(cells.held[row].holding.positions) for row in rows])
        for column, scenario in enumerate(cells.scenarios):
            fine = ~cells.refused[at, column]
            total = _total(cells, at[fine], column)
            total.accounts, total.refused, total.positions = len(rows), int((~fine).sum()), int(counts[fine].sum())
            found[*group, scenario.id] = total
    for held in every:
        for scenario in cells.scenarios if held.book is None else ():
            total = found.setdefault((held.venue, _mode(held), "", scenario.id), Total())
            total.accounts, total.refused = total.accounts + 1, total.refused + 1
    return found


def _total(cells: _Cells, rows: NDArray[np.int64], column: int) -> Total:
    said = cells.said
    return Total(
        liquidated=int(said.acted[rows, column].sum()),
        survivors=int(said.survivors[rows, column].sum()),
        engine=int(cells.by_engine[rows, column].sum()),
        equity=said.equity[rows, column].tolist(),
        error=said.error[rows, column].tolist(),
    )


def _currency(held: Held) -> str:
    """What its equity is in."""
    return DOLLARS if held.holding.coins else held.holding.currency


def _mode(held: Held) -> str:
    """Its mode; those of which one position is flipped are counted together."""
    return FLIP if held.mode.startswith(FLIP) else held.mode
