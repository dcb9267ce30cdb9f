"""Tables of positions: a CSV or Parquet file with a line for each position, and in `account` whose it is.

The columns are those of `export`, with `account` and, the same in all lines of an account, `wallet`, `venue` and
`currency`. The lines of an account need not be together; accounts come in the order of their first lines.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from sys import intern
from typing import Any, BinaryIO

from isocross.disk.input import unreadable, whole
from isocross.exchange.formats.table import COLUMNS, FIGURES, KIND, REQUIRED
from isocross.exchange.payload import number_of
from isocross.format import counted
from isocross.regular import is_regular, open_regular
from isocross.risk.named import Named, Reader, unread
from isocross.toml.faults import Fault, Faults, cut, shown
from isocross.toml.places import meant
from isocross.workspace.load import load_document

ACCOUNT = "account"
OF_ACCOUNT = ("wallet", "venue", "currency")
"""Columns that say the same in every line of an account."""
ALL = (ACCOUNT, *OF_ACCOUNT, *COLUMNS, KIND)
NEEDED = (ACCOUNT, "wallet", *REQUIRED)
FILE_LIMIT = 1024 * 1024 * 1024
_HEADER_LIMIT = 64 * 1024
"""Characters of a header that are looked at."""
_NUMBERS = frozenset((*FIGURES, "wallet"))
_POSITION = re.compile(r"(positions|markets)\[(\d+)\]")

Row = tuple[int, tuple[str, ...]]
"""A line's number, and its cells in the order of the header."""


def csv_readers(name: str) -> Iterator[Reader]:
    """Yield what reads each account of a CSV file."""
    try:
        descriptor, _ = open_regular(Path(name).expanduser(), FILE_LIMIT)
    except OSError as error:
        yield partial(unread, name, unreadable(name, error, "a table of positions"))
        return
    with os.fdopen(descriptor, encoding="utf-8-sig", newline="") as file:
        accounts = list(readers_of_csv(file, name))
    yield from accounts


def is_table(name: str) -> bool:
    """Whether a file is a CSV file of many accounts: its header has the column of their names."""
    try:
        descriptor, _ = open_regular(Path(name).expanduser(), FILE_LIMIT)
        with os.fdopen(descriptor, encoding="utf-8-sig", newline="") as file:
            header = file.readline(_HEADER_LIMIT)
    except (OSError, UnicodeDecodeError):
        return False
    return ACCOUNT in (cell.strip().lower() for cell in re.split("[,;]", header))


def readers_of_csv(lines: Iterable[str], name: str) -> Iterator[Reader]:
    """Yield what reads each account of the lines of a CSV file."""
    try:
        header, rows = _read_csv(lines, name)
    except Faults as faults:
        yield partial(unread, name, faults)
        return
    yield from _accounts(header, rows, name)


def _read_csv(file: Iterable[str], name: str) -> tuple[tuple[str, ...], list[Row]]:
    lines = iter(file)
    first = _first_line(lines, name)
    delimiter = ";" if ";" in first and "," not in first else ","
    header = _checked([cell.strip().lower() for cell in next(csv.reader([first], delimiter=delimiter))], name)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            number = reader.line_num + 1
            if len(cells) != len(header):
                raise whole(
                    name, f"this line has {counted(len(cells), 'cell')}", f"{len(header)}, as the header", number
                )
            rows.append((number, tuple(intern(cell.strip()) for cell in cells)))
    except (csv.Error, UnicodeDecodeError) as error:
        raise whole(name, f"this is not CSV: {cut(str(error), 120)}", "", reader.line_num + 1) from None
    return header, rows


def _first_line(lines: Iterator[str], name: str) -> str:
    try:
        return next(lines, "")
    except UnicodeDecodeError:
        raise whole(name, "this is not a text", "a text in UTF-8", 1) from None


def parquet_readers(name: str) -> Iterator[Reader]:
    """Yield what reads each account of a Parquet file."""
    path = Path(name).expanduser()
    if not is_regular(path):
        yield partial(unread, name, whole(name, "this file cannot be read", "a Parquet file"))
        return
    yield from readers_of_parquet(os.fspath(path), name)


def readers_of_parquet(file: str | BinaryIO, name: str) -> Iterator[Reader]:
    """Yield what reads each account of a Parquet file, by its path or open."""
    try:
        header, rows = _read_parquet(file, name)
    except Faults as faults:
        yield partial(unread, name, faults)
        return
    yield from _accounts(header, rows, name)


NO_PYARROW = "Parquet needs pyarrow: pip install 'isocross[parquet]'"


def _read_parquet(file: str | BinaryIO, name: str) -> tuple[tuple[str, ...], list[Row]]:
    try:
        from pyarrow import ArrowException, parquet  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError:
        raise whole(name, NO_PYARROW) from None
    try:
        table = parquet.ParquetFile(file)
        header = _checked([column.strip().lower() for column in table.schema_arrow.names], name)
        rows: list[Row] = []
        for batch in table.iter_batches():
            columns = [[intern(_cell(value)) for value in column.to_pylist()] for column in batch.columns]
            rows += [(len(rows) + n, cells) for n, cells in enumerate(zip(*columns, strict=True), start=1)]
    except (ArrowException, OSError):
        raise whole(name, "this is not Parquet, or a part of the file is missing", "a Parquet file") from None
    return header, rows


def _cell(value: object) -> str:
    """A value as a text; a float by its shortest decimal."""
    match value:
        case None:
            return ""
        case float():
            return f"{Decimal(repr(value)):f}"
        case Decimal():
            return f"{value:f}"
    return str(value)


def _checked(header: Sequence[str], name: str) -> tuple[str, ...]:
    """The header, whose columns are all known."""
    expected = f"the columns {', '.join(ALL)}"
    for column in header:
        if column not in ALL:
            raise whole(name, f"there is no such column: {shown(column)}{meant(column, ALL)}", expected, 1)
        if header.count(column) > 1:
            raise whole(name, f"the column {column} is there twice", expected, 1)
    missing = [column for column in NEEDED if column not in header]
    if missing:
        raise whole(name, f"the header has no {', '.join(missing)}", expected, 1)
    return tuple(header)


def _accounts(header: tuple[str, ...], rows: Iterable[Row], name: str) -> Iterator[Reader]:
    place = header.index(ACCOUNT)
    by_account: dict[str, list[Row]] = {}
    for row in rows:
        by_account.setdefault(row[1][place], []).append(row)
    if not by_account:
        yield partial(unread, name, whole(name, "there is no position in this table", "a line for each position"))
    for account, own in by_account.items():
        yield partial(_account, account, header, own, name)


def _account(account: str, header: tuple[str, ...], own: list[Row], name: str) -> Named:
    rows = [(line, dict(zip(header, cells, strict=True))) for line, cells in own]
    source = f"{name}:{rows[0][0]}"
    try:
        if not account:
            raise whole(name, "account is missing", "the name of the account", rows[0][0])
        document = _document(account, rows, name)
        lines = {"positions": [line for line, _ in rows], "markets": list(_first_of_market(rows).values())}
        try:
            workspace = load_document(document, name)
        except Faults as faults:
            raise Faults(name, [_placed(fault, lines, rows[0][0]) for fault in faults.faults]) from None
    except Faults as faults:
        return Named(account or source, source, faults=faults)
    return Named(account, source, workspace)


def _placed(fault: Fault, lines: dict[str, list[int]], first: int) -> Fault:
    """A fault of the document, at the line of the table that it is from."""
    found = _POSITION.match(fault.key)
    return replace(fault, line=lines[found[1]][int(found[2])] if found else first, column=None)


def _first_of_market(rows: list[tuple[int, dict[str, str]]]) -> dict[str, int]:
    """The first line of every market that says more of it than its name."""
    found: dict[str, int] = {}
    for line, cells in rows:
        if cells.get("mark") or cells.get(KIND):
            found.setdefault(_word(cells["market"]), line)
    return found


def _document(account: str, rows: list[tuple[int, dict[str, str]]], name: str) -> dict[str, Any]:
    """The workspace document of one account."""
    positions: list[dict[str, Any]] = []
    markets: dict[str, dict[str, Any]] = {}
    for line, cells in rows:
        position: dict[str, Any] = {}
        for key in (*COLUMNS, KIND):
            value = _value(key, cells.get(key, ""), line, name)
            if value is None:
                continue
            if key in ("mark", KIND):
                market = markets.setdefault(_word(cells["market"]), {"symbol": _word(cells["market"])})
                if market.setdefault(key, value) != value:
                    raise whole(name, f"another {key} of {shown(market['symbol'])} in the same account", "one", line)
            else:
                position[key] = value.lower() if key in ("side", "mode") else value
        positions.append(position)
    document = {"name": account, "positions": positions, "markets": list(markets.values())}
    return {key: value for key, value in document.items() if value} | _of_account(rows, name)


def _of_account(rows: list[tuple[int, dict[str, str]]], name: str) -> dict[str, Any]:
    """What the lines say of the account as a whole; an empty cell says nothing."""
    found: dict[str, Any] = {}
    for line, cells in rows:
        for key in OF_ACCOUNT:
            value = _value(key, cells.get(key, ""), line, name)
            if value is not None and found.setdefault(key, value) != value:
                raise whole(name, f"another {key} in the same account", f"{found[key]}, as in the first line", line)
    return found


def _value(key: str, cell: str, line: int, name: str) -> Any:
    """A cell as the document has it; None: it is empty."""
    if not cell:
        return None
    if key not in _NUMBERS:
        return _word(cell).lower() if key == KIND else _word(cell)
    number = number_of(cell)
    if isinstance(number, str):
        fault = Fault(key, f"{shown(cell)} is not a number", "a number with a point, such as 0.015", line)
        raise Faults(name, [fault])
    return number


def _word(cell: str) -> str:
    """A text without the quotation mark that guards it from a spreadsheet."""
    return cell.removeprefix("'")
