"""Sweeps: many accounts under many scenarios, a row for each pair, all of them exact.

`grid` reads which scenarios there are: common moves, moves of coins, pairs, shapes, past crashes, each in several modes
and under several venues. `rows` works out the rows of one account, `totals` what many come to in each scenario. The
screen (`isocross.risk.screen`) says of which cells it is sure; what is left is rehearsed by the engine, and some of
what it is sure of is rehearsed too.
`part` is the work of one process: some accounts, one after the other. `kept` keeps finished parts, so that a sweep that
was ended goes on where it was, and joins them; `workers` hands parts to processes, here or on a cluster.

In: accounts and a grid. Out: the same file, byte for byte, whoever worked it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.risk.sweep.grid import Grid, read_grid
    from isocross.risk.sweep.kept import Kept, key_of
    from isocross.risk.sweep.part import DisagreementError, Part, Task, run_part
    from isocross.risk.sweep.rows import COLUMNS
    from isocross.risk.sweep.summing import TOTALS, joined_totals
    from isocross.risk.sweep.workers import WorkerError, finished
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "COLUMNS",
    "TOTALS",
    "DisagreementError",
    "Grid",
    "Kept",
    "Part",
    "Task",
    "WorkerError",
    "finished",
    "joined_totals",
    "key_of",
    "read_grid",
    "run_part",
]
