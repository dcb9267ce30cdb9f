"""`isocross sweep`: accounts under scenarios, a row for each pair, in parts that are kept until all are there."""

from __future__ import annotations

import csv
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from isocross.disk.atomic import sweep as take_away
from isocross.disk.atomic import temporary_name
from isocross.regular import reason
from isocross.risk.csv_line import csv_line
from isocross.risk.named import Reader
from isocross.risk.sources import Input, readers
from isocross.risk.sweep import (
    COLUMNS,
    DisagreementError,
    Grid,
    Kept,
    Part,
    Task,
    WorkerError,
    finished,
    key_of,
    read_grid,
)
from isocross.workspace import Faults
from isocross_tui.cli.common import refuse
from isocross_tui.cli.parquet import ParquetFile

_CELLS = 20_000
"""Of a part, about."""
_MOST_ACCOUNTS = 500
_MOST_WORKERS = 64
_SEED = "isocross"


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--shocks", required=True, help="The file of scenarios.")
@click.option("-o", "--output", required=True, help="The file to write, .csv or .parquet.")
@click.option("--workers", type=click.IntRange(1, _MOST_WORKERS), help="Processes. Default: one per core.")
@click.option("--cluster", help="The scheduler of a cluster, such as tcp://host:8786. Default: this machine.")
@click.option("--no-screen", is_flag=True, help="Rehearse every cell by the engine. The rows are the same.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def sweep(
    files: tuple[str, ...],
    shocks: str,
    output: str,
    workers: int | None,
    cluster: str | None,
    no_screen: bool,
    force: bool,
) -> None:
    """Put accounts through scenarios, a row for each pair.

    Finished parts are kept beside the output: the same command goes on where one was ended.
    """
    path = Path(output)
    if path.suffix not in (".csv", ".parquet"):
        raise click.BadParameter(f"{output!r} ends with neither .csv nor .parquet", param_hint="-o")
    if not force and path.exists():
        refuse(ValueError(f"{path} is there already (expected another name, or --force to replace it)"))
    try:
        task = Task(read_grid(shocks), _SEED, not no_screen)
        parts = _parts(list(readers(files, Input())), task.grid)
    except Faults as faults:
        refuse(faults)
    try:
        told = _work(task, parts, Kept.beside(path), workers or os.cpu_count() or 1, cluster)
        _join(path, Kept.beside(path), len(parts), force=force)
    except OSError as error:
        refuse(ValueError(f"could not write {path}: {reason(error)}"))
    except (WorkerError, DisagreementError) as error:
        refuse(error)
    Kept.beside(path).drop()
    click.echo(f"{path}: written. {told.words}", err=True)
    raise SystemExit(1 if told.faults else 0)


def _parts(accounts: Sequence[Reader], grid: Grid) -> list[Sequence[Reader]]:
    """The accounts of each part; they depend on the grid and on nothing else."""
    size = max(1, min(_MOST_ACCOUNTS, _CELLS // grid.cells))
    return [accounts[start : start + size] for start in range(0, len(accounts), size)]


@dataclass
class _Told:
    """What all parts came to."""

    total: int
    done: int = 0
    kept: int = 0
    """Parts that were finished before."""
    cells: int = 0
    sure: int = 0
    checked: int = 0
    faults: dict[int, list[str]] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    worked: int = 0
    """Cells of this run."""

    def add(self, part: Part, *, was_kept: bool) -> None:
        """Count a part."""
        self.done += 1
        self.kept += was_kept
        self.cells, self.sure, self.checked = (
            self.cells + part.cells,
            self.sure + part.sure,
            self.checked + part.checked,
        )
        self.worked += 0 if was_kept else part.cells
        if part.faults:
            self.faults[part.number] = part.faults

    @property
    def progress(self) -> str:
        """How far it is, how fast, and how long it takes from here."""
        seconds = max(1e-9, time.monotonic() - self.began)
        here = self.done - self.kept
        left = seconds / here * (self.total - self.done) if here else 0.0
        minutes, rest = divmod(round(left), 60)
        return f"{self.done} of {self.total} parts, {self.worked / seconds:,.0f} rows/s, {minutes}:{rest:02} left"

    @property
    def words(self) -> str:
        """What was done, in sentences."""
        engine = self.cells - self.sure
        said = f"{self.cells:,} rows; the engine rehearsed {engine:,} of them, and the screen was sure of {self.sure:,}"
        if self.sure:
            said += f", of which the engine rehearsed {self.checked:,} too: all alike"
        return said + (f". {self.kept} of {self.total} parts were there already." if self.kept else ".")


def _work(task: Task, parts: Sequence[Sequence[Reader]], kept: Kept, workers: int, cluster: str | None) -> _Told:
    """Finish every part that is not there yet, and say how far it is."""
    kept.begin()
    told, left, keys = _Told(len(parts)), [], {}
    for number, accounts in enumerate(parts):
        keys[number] = key_of(task, accounts)
        before = kept.found(number, keys[number])
        if before is None:
            left.append((number, accounts))
        else:
            told.add(before, was_kept=True)
    shows = sys.stderr.isatty()
    for part in finished(task, left, workers, cluster):
        kept.keep(part, keys[part.number])
        told.add(part, was_kept=False)
        if shows:
            click.echo(f"\r{told.progress:<70}", nl=False, err=True)
    if shows and left:
        click.echo(err=True)
    for number in sorted(told.faults):
        for words in told.faults[number]:
            click.echo(words, err=True)
    return told


def _join(path: Path, kept: Kept, count: int, *, force: bool) -> None:
    """Put all parts into one file, which takes its place in one step."""
    if path.suffix == ".parquet":
        with ParquetFile(str(path), COLUMNS, force=force, told=False) as file:
            for text in kept.texts(count):
                file.write([[cell or None for cell in row] for row in csv.reader(text.splitlines())])
        return
    take_away(path.parent)
    begun = path.with_name(temporary_name())
    try:
        with begun.open("x", encoding="utf-8", newline="") as out:
            out.write(csv_line(COLUMNS))
            out.writelines(kept.texts(count))
            out.flush()
            os.fsync(out.fileno())
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)
