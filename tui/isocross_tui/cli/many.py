"""The answers of a command about one account or many: in order, and one that fails is told while the others go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import click

from isocross.disk.input import whole
from isocross.records import dataclass
from isocross.report.check import faults_json
from isocross.report.json import FORMAT
from isocross.risk.csv_line import csv_line
from isocross.risk.named import Named, told_in_a_line
from isocross.risk.sources import Input, alone, named_accounts
from isocross.toml.faults import Faults
from isocross.work import TooMuchWork
from isocross.workspace import Workspace
from isocross_tui.cli.common import Refusal, print_json, read, refuse
from isocross_tui.cli.ways import Ways


@dataclass(frozen=True)
class Answer:
    """What is told of one account, each form worked out when it is asked for."""

    json: Callable[[], dict[str, Any]]
    text: Callable[[], str]
    csv: Callable[[], str] | None = None
    """The CSV of an account by itself, where that is another than its rows."""
    line: Callable[[], str] | None = None
    """The text of one of many accounts, where a line tells it."""


Answers = Callable[[Workspace, str], Iterable[Answer]]
"""The answers about an account that is from a source."""


def tell(files: Sequence[str], ways: Ways, command: str, answers: Answers, given: Input | None = None) -> None:
    """Print the answers about the accounts that are named; ends with 1 where one of them failed.

    Args:
        files: names, as on the command line.
        ways: the form that was asked for.
        command: whose rows a table has.
        answers: what is told of one account.
        given: standard input, where it was looked at before.
    """
    given = given or Input()
    try:
        by_itself = alone(files, given)
    except Faults as faults:
        refuse(faults)
    if by_itself and not ways.as_jsonl and ways.parquet is None:
        workspace = the_one(files, given)
        for answer in answers(workspace, files[0]):
            _tell_alone(answer, ways, command, Named(workspace.name, files[0]))
        return
    printer = _printer(ways, command)
    found = _each(named_accounts(files, given), answers)
    if not printer.tell(found):
        raise SystemExit(1)


def the_one(files: Sequence[str], given: Input) -> Workspace:
    """The account that is named by itself; ends the command where it is bad."""
    if files[0] != "-":
        return read(files[0])
    try:
        return given.workspace()
    except Faults as faults:
        refuse(faults)


def _tell_alone(answer: Answer, ways: Ways, command: str, named: Named) -> None:
    if ways.as_json:
        print_json(answer.json())
    elif ways.as_csv and answer.csv is not None:
        click.echo(answer.csv(), nl=False)
    elif ways.as_csv:
        table = _Table(command)
        table.begin()
        table.answer(named, answer)
    else:
        click.echo(answer.text(), nl=False)


@dataclass(frozen=True)
class _Bad:
    """An account without an answer."""

    named: Named
    faults: Faults

    def json(self) -> dict[str, Any]:
        """The account and what is wrong with it."""
        head = {"format": FORMAT, "source": self.named.source, "name": self.named.name}
        return head | {"faults": faults_json(self.faults)}


Found = Iterator[tuple[Named, Answer] | _Bad]


def _each(accounts: Iterable[Named], answers: Answers) -> Found:
    for named in accounts:
        if named.workspace is None:
            yield _Bad(named, named.faults or whole(named.source, "it cannot be read"))
            continue
        try:
            for answer in answers(named.workspace, named.source):
                yield named, answer
        except (click.ClickException, TooMuchWork) as error:
            yield _Bad(named, _faults_of(error, named))


def _faults_of(error: Exception, named: Named) -> Faults:
    cause = error.error if isinstance(error, Refusal) else error
    if isinstance(cause, Faults):
        return cause
    said = error.format_message() if isinstance(error, click.ClickException) else str(error)
    return whole(named.source or named.name, said)


class _Printer:
    """Prints answers one after the other; each form begins, goes on and ends in its own way."""

    def begin(self) -> None:
        """Print what comes first."""

    def answer(self, named: Named, answer: Answer) -> None:
        """Print one answer."""
        raise NotImplementedError

    def bad(self, bad: _Bad) -> None:
        """Tell one that failed, in a line."""
        click.echo(told_in_a_line(bad.faults), err=True)

    def end(self) -> None:
        """Print what comes last."""

    def tell(self, found: Found) -> bool:
        """Print all of them; False where one failed."""
        good = True
        self.begin()
        for one in found:
            if isinstance(one, _Bad):
                good = False
                self.bad(one)
                continue
            try:
                self.answer(*one)
            except TooMuchWork as error:
                good = False
                self.bad(_Bad(one[0], _faults_of(error, one[0])))
        self.end()
        return good


class _Texts(_Printer):
    def __init__(self) -> None:
        self._between = ""

    def answer(self, named: Named, answer: Answer) -> None:
        if answer.line is not None:
            click.echo(f"{answer.line()}\t{named.source or named.name}")
            return
        click.echo(f"{self._between}{named.source or named.name}\n{answer.text()}", nl=False)
        self._between = "\n"


class _Lines(_Printer):
    def answer(self, named: Named, answer: Answer) -> None:
        _print_line({"source": named.source or None} | answer.json())

    def bad(self, bad: _Bad) -> None:
        super().bad(bad)
        _print_line(bad.json())


class _Object(_Printer):
    """One JSON object; written piece by piece, so that it may have any number of accounts."""

    def __init__(self) -> None:
        self._between = ""
        self._bad: list[dict[str, Any]] = []

    def begin(self) -> None:
        click.echo(f'{{\n  "format": {FORMAT},\n  "accounts": [', nl=False)

    def answer(self, named: Named, answer: Answer) -> None:
        told = json.dumps({"source": named.source or None} | answer.json(), ensure_ascii=False, indent=2)
        click.echo(self._between + "\n    " + told.replace("\n", "\n    "), nl=False)
        self._between = ","

    def bad(self, bad: _Bad) -> None:
        super().bad(bad)
        self._bad.append(bad.json())

    def end(self) -> None:
        told = json.dumps(self._bad, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        click.echo(f'{chr(10) + "  " if self._between else ""}],\n  "faults": {told}\n}}')


class _Table(_Printer):
    def __init__(self, command: str) -> None:
        from isocross.report.rows import TABLES, cells  # noqa: PLC0415 - only a table pays for this import

        self._table, self._cells = TABLES[command], cells

    def begin(self) -> None:
        self._write([list(self._table.columns)])

    def answer(self, named: Named, answer: Answer) -> None:
        whose = {"account": named.name, "source": named.source or None}
        rows = (whose | row for row in self._table.rows(answer.json()))
        self._write([self._cells(row, self._table.columns) for row in rows])

    def _write(self, rows: list[list[str | None]]) -> None:
        click.echo("".join(csv_line(row) for row in rows), nl=False)


class _Parquet(_Table):
    def __init__(self, command: str, path: str, *, force: bool) -> None:
        from isocross_tui.cli.parquet import ParquetFile  # noqa: PLC0415 - as above

        super().__init__(command)
        self._file = ParquetFile(path, self._table.columns, force=force)

    def begin(self) -> None:
        """The columns are in the file already."""

    def _write(self, rows: list[list[str | None]]) -> None:
        self._file.write(rows)

    def tell(self, found: Found) -> bool:
        with self._file:
            return super().tell(found)


def _printer(ways: Ways, command: str) -> _Printer:
    if ways.parquet is not None:
        return _Parquet(command, ways.parquet, force=ways.force)
    if ways.as_jsonl:
        return _Lines()
    if ways.as_json:
        return _Object()
    return _Table(command) if ways.as_csv else _Texts()


def _print_line(told: dict[str, Any]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))
