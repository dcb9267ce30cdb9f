"""`isocross sweep`: accounts under scenarios, a row for each pair, in parts that are kept until all are there."""

from __future__ import annotations

import csv
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import field
from io import StringIO
from pathlib import Path

import click

from isocross.disk.atomic import sweep as take_away
from isocross.disk.atomic import temporary_name
from isocross.format import counted
from isocross.records import dataclass
from isocross.risk.csv_line import csv_line
from isocross.risk.named import Reader
from isocross.risk.remote import is_there, name_at, put
from isocross.risk.sources import Input, is_remote, readers
from isocross.risk.sweep import (
    COLUMNS,
    TOTALS,
    DisagreementError,
    Kept,
    Part,
    Task,
    WorkerError,
    finished,
    joined_totals,
    key_of,
    read_grid,
)
from isocross.workspace import Faults
from isocross_tui.cli.common import refuse, taken, unwritten
from isocross_tui.cli.numbers import Whole
from isocross_tui.cli.parquet import ParquetFile

_CELLS = 20_000
"""Of a part, about."""
_CELLS_OF_TOTALS = 200_000
_MOST_ACCOUNTS = 500
_MOST_WORKERS = 64
_SEED = "isocross"


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--shocks", required=True, help="The file of scenarios.")
@click.option("-o", "--output", required=True, help="The file to write, .csv or .parquet.")
@click.option("--workers", type=Whole(1, _MOST_WORKERS), help="Processes, 1 to 64. Default: one per core.")
@click.option("--cluster", help="The scheduler of a cluster, such as tcp://host:8786. Default: this machine.")
@click.option("--totals", is_flag=True, help="Write a row for each scenario, of all accounts together.")
@click.option("--no-screen", is_flag=True, help="Rehearse every cell by the engine. The rows are the same.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def sweep(
    files: tuple[str, ...],
    shocks: str,
    output: str,
    workers: int | None,
    cluster: str | None,
    totals: bool,
    no_screen: bool,
    force: bool,
) -> None:
    """Put accounts through scenarios, and write a row for each.

    With --totals, all accounts together have a row for each scenario. Finished parts are kept beside the output. The
    same command goes on where it was stopped.
    """
    place = _Place.of(output)
    try:
        if not force and place.is_taken():
            raise taken(output)
        task = Task(read_grid(shocks), _SEED, screened=not no_screen, totals=totals)
        parts = _parts(list(readers(files, Input())), task)
        told = _work(task, parts, Kept.beside(place.path), workers or os.cpu_count() or 1, cluster)
        if told.faults and not told.cells:
            Kept.beside(place.path).drop()
            raise click.ClickException(f"{output} is not written: no account could be read.")
        place.write(_lines(Kept.beside(place.path).texts(len(parts)), totals), force=force)
    except OSError as error:
        raise unwritten(output, error) from None
    except (Faults, WorkerError, DisagreementError) as error:
        refuse(error)
    Kept.beside(place.path).drop()
    if totals and told.sure:
        _tell_without_numba()
    click.echo(f"{output}: written. {told.words}", err=True)
    raise SystemExit(1 if told.faults else 0)


def _tell_without_numba() -> None:
    from isocross.risk.screen import HAS_NUMBA, NO_NUMBA  # noqa: PLC0415 - slow to import

    if not HAS_NUMBA:
        click.echo(NO_NUMBA, err=True)


def _parts(accounts: Sequence[Reader], task: Task) -> list[Sequence[Reader]]:
    """The accounts of each part; they depend on the grid, and on whether it is rows or totals."""
    cells = _CELLS_OF_TOTALS if task.totals else _CELLS
    size = max(1, min(_MOST_ACCOUNTS, cells // task.grid.cells))
    return [accounts[start : start + size] for start in range(0, len(accounts), size)]


@dataclass
class _Told:
    """What all parts came to."""

    total: int
    what: str
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
        return (
            f"{self.done} of {self.total} parts, {self.worked / seconds:,.0f} {self.what}s/s, {minutes}:{rest:02} left"
        )

    @property
    def words(self) -> str:
        """What was done, in sentences."""
        engine = self.cells - self.sure
        said = f"{counted(self.cells, self.what)}: {engine:,} by the engine, {self.sure:,} by the fast check"
        if self.sure:
            said += f". The engine rehearsed {self.checked:,} of those again: all alike"
        return said + (f". {self.kept} of {self.total} parts were there already." if self.kept else ".")


def _work(task: Task, parts: Sequence[Sequence[Reader]], kept: Kept, workers: int, cluster: str | None) -> _Told:
    """Finish every part that is not there yet, and say how far it is."""
    kept.begin()
    told, left, keys = _Told(len(parts), "cell" if task.totals else "row"), [], {}
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


def _lines(texts: Iterator[str], totals: bool) -> Iterator[str]:
    """The lines of the whole file, its header first."""
    lines = (line for text in texts for line in StringIO(text))
    yield csv_line(TOTALS if totals else COLUMNS)
    yield from (csv_line(row) for row in joined_totals(lines)) if totals else lines


@dataclass(frozen=True)
class _Place:
    """Where a file is to be: on this machine, or at an address; then its parts are kept where the command stands."""

    path: Path
    address: str | None = None

    @classmethod
    def of(cls, output: str) -> _Place:
        """Read what was given; a name of another kind ends the command."""
        place = cls(Path(name_at(output)), output) if is_remote(output) else cls(Path(output))
        if place.path.suffix not in (".csv", ".parquet"):
            raise click.BadParameter(f"{output!r} ends with neither .csv nor .parquet", param_hint=["-o"])
        return place

    def is_taken(self) -> bool:
        """Whether there is such a file; raises OSError."""
        return self.path.exists() if self.address is None else is_there(self.address)

    def write(self, lines: Iterator[str], *, force: bool) -> None:
        """Put all parts into one file, which takes its place in one step; raises OSError."""
        if self.address is None:
            _join(self.path, lines, force=force)
            return
        whole = Kept.beside(self.path).folder / self.path.name
        _join(whole, lines, force=True)
        put(str(whole), self.address)


def _join(path: Path, lines: Iterator[str], *, force: bool) -> None:
    """Put all parts into one file, which takes its place in one step."""
    if path.suffix == ".parquet":
        rows = csv.reader(lines)
        with ParquetFile(str(path), next(rows), force=force, told=False) as file:
            for row in rows:
                file.write([[cell or None for cell in row]])
        return
    take_away(path.parent)
    begun = path.with_name(temporary_name())
    try:
        with begun.open("x", encoding="utf-8", newline="") as out:
            out.writelines(lines)
            out.flush()
            os.fsync(out.fileno())
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)
