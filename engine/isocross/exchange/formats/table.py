"""Positions as CSV, out and in: what `export` writes, `import` reads back equal."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from io import StringIO

from isocross.disk.spreadsheet import guarded
from isocross.exchange.account import Account, Holding
from isocross.exchange.assets_found import Place
from isocross.exchange.payload import decoded, number_of
from isocross.format import counted
from isocross.money import ONE
from isocross.rules.market import Kind as ContractKind
from isocross.rules.underlying import coin_of
from isocross.toml.faults import Fault, Faults, cut, shown
from isocross.toml.places import meant
from isocross.toml.write import number
from isocross.workspace.model import Workspace

TITLE = "CSV"
REQUIRED = ("market", "side", "mode", "quantity", "entry", "leverage")
COLUMNS = ("id", *REQUIRED, "margin", "mark")
"""As they are written; `id`, `margin` and `mark` may be left out of a file that is read."""
KIND = "kind"
"""A last column that only files with inverse positions have."""
FIGURES = ("quantity", "entry", "leverage", "margin", "mark")
ROWS_LIMIT = 5000
DELIMITERS = (",", "\t", ";")
"""Those of files and of what is copied from a spreadsheet; the first where a header has none."""
ALIASES = {"symbol": "market", "contract": "market", "size": "quantity", "qty": "quantity", "lev": "leverage"}
"""Other names that a column may have."""
MARKETS = ("market", *(name for name, column in ALIASES.items() if column == "market"))
"""Names of which a header has one."""
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
"""A figure with its thousands in groups."""


def positions_csv(workspace: Workspace) -> str:
    """The positions of a workspace, a line each, every digit kept."""
    marks = {market.symbol: market.mark for market in workspace.markets}
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    inverse = any(position.inverse for position in workspace.positions)
    writer.writerow((*COLUMNS, KIND) if inverse else COLUMNS)
    for position in workspace.positions:
        margin, mark = position.given_margin, marks.get(position.market)
        figures = (position.quantity, position.entry, position.leverage, margin, mark)
        words = (position.id, position.market, position.side.value, position.mode.value)
        kind = (position.kind.value,) if inverse else ()
        numbers = ("" if value is None else number(value) for value in figures)
        writer.writerow([*map(guarded, words), *numbers, *kind])
    return out.getvalue()


def read_csv(data: bytes, origin: str) -> Account:
    """The positions of a CSV text with a header, figures as they are written.

    Raises:
        Faults: every fault with its line and its column's name.
    """
    text = decoded(data, origin)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Faults(origin, [Fault("", "there is a zero byte in this text", "a plain text", line)])
    rows = _Rows(text, origin)
    account = Account(literal=True)
    for line, cells in rows.tables():
        holding = _holding(cells, line, origin, account)
        if holding is not None:
            account.holdings.append(holding)
    _check_marks(account)
    account.refuse(origin)
    return account


class _Rows:
    """The lines of a CSV text, each with the names of its header."""

    def __init__(self, text: str, origin: str) -> None:
        self.origin = origin
        first = text.lstrip().partition("\n")[0]
        delimiter = max(DELIMITERS, key=first.count)
        self.reader = csv.reader(StringIO(text, newline=None), delimiter=delimiter, strict=True)
        self.header: list[str] = []

    def tables(self) -> list[tuple[int, dict[str, str]]]:
        """Every line that is not empty, by the names of the header."""
        found = []
        try:
            for cells in self.reader:
                line = self.reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                if not self.header:
                    self.header = self._names(cells, line)
                    continue
                if len(cells) != len(self.header):
                    raise self.fault(
                        f"this line has {counted(len(cells), 'cell')}", f"{len(self.header)}, as the header", line
                    )
                found.append((line, {name: cell.strip() for name, cell in zip(self.header, cells, strict=True)}))
                if len(found) > ROWS_LIMIT:
                    raise self.fault("there are far too many lines", f"at most {ROWS_LIMIT}", line)
        except csv.Error as error:
            raise self.fault(f"this is not CSV: {error}", "", self.reader.line_num or 1) from None
        if not self.header:
            raise self.fault("the header is missing", ",".join(COLUMNS), 1)
        return found

    def _names(self, cells: Sequence[str], line: int) -> list[str]:
        words = [cell.strip().lower() for cell in cells]
        names = [ALIASES.get(word, word) for word in words]
        for name in names:
            if name not in (*COLUMNS, KIND):
                raise self.fault(f"there is no such column: {shown(name)}{meant(name, COLUMNS)}", _header(), line)
            if names.count(name) > 1:
                raise self.fault(f"the column {name} is there twice", _header(), line)
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise self.fault(f"the header has no {', '.join(missing)}", _header(), line)
        return names

    def fault(self, message: str, expected: str, line: int) -> Faults:
        return Faults(self.origin, [Fault("", cut(message, 200), expected, line)])


def _header() -> str:
    return "the columns " + ", ".join(COLUMNS)


def _holding(cells: dict[str, str], line: int, origin: str, account: Account) -> Holding | None:
    """One line as a position; what is wrong with it is noted."""
    words = {key: cell.removeprefix("'") for key, cell in cells.items() if key not in FIGURES}
    holding = Holding(
        place=Place(origin, "", line),
        market=words["market"],
        side=words["side"].lower(),
        mode=words["mode"].lower(),
        quantity=ONE,
        id=words.get("id") or None,
        places={key: Place(origin, key, line) for key in (*COLUMNS, KIND)},
        kind=words.get(KIND, "").lower() or None,
    )
    if holding.kind == ContractKind.INVERSE:
        holding.currency = coin_of(holding.market)
    before = len(account.faults)
    for key in FIGURES:
        _figure(holding, key, cells.get(key, ""), account)
    holding.quantity = holding.figures.pop("quantity", ONE)
    return holding if len(account.faults) == before else None


def _figure(holding: Holding, key: str, cell: str, account: Account) -> None:
    if not cell:
        if key in REQUIRED:
            account.faults.append(Fault(key, "is missing", "a number", holding.place.line))
        return
    plain = cell.removesuffix("x") if key == "leverage" else cell
    value = number_of(plain.replace(",", "") if GROUPED.fullmatch(plain) else plain)
    if isinstance(value, str):
        expected = "a number with a point, such as 0.015"
        account.faults.append(Fault(key, f"{shown(cell)} is not a number", expected, holding.place.line))
    else:
        holding.figures[key] = value


def _check_marks(account: Account) -> None:
    """A market has one mark."""
    first: dict[str, Holding] = {}
    for holding in account.holdings:
        mark = holding.figures.get("mark")
        if mark is None:
            continue
        before = first.setdefault(holding.market, holding)
        if before.figures["mark"] != mark:
            message = f"another mark of {shown(holding.market)} than in line {before.place.line}"
            account.faults.append(Fault("mark", message, "one mark per market", holding.place.line))
