"""What an account that is entered looks like: its cells, its rows with their figures, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from isocross.desk.new_account import NewAccount
from isocross.desk.new_account import Row as Entered
from isocross.format import NOTHING, brief, price
from isocross.words.outlook import away_words
from isocross_tui.forms.account import NotReadableError, read_number
from isocross_tui.screens.sheet import HEAD, Cell, Place
from isocross_tui.widgets.prose import Paragraph, Words, say
from isocross_tui.widgets.spans import Span
from isocross_tui.widgets.table import Cell as TableCell
from isocross_tui.widgets.table import Column, Row, Table

__all__ = ["COLUMNS", "HEADS", "Entered", "head_words", "table", "words"]

HEADS: Final = ("name", "wallet", "venue", "positions")
COLUMNS: Final = ("market", "side", "mode", "size", "entry", "mark", "leverage")
_TITLES: Final = (
    Column("market", "market", width=7, priority=9),
    Column("side", "side", width=5, priority=9),
    Column("mode", "mode", width=8, priority=9),
    Column("size", "size", "right", width=4, priority=9),
    Column("entry", "entry", "right", width=6, priority=9),
    Column("mark", "mark", "right", width=6, priority=9),
    Column("leverage", "lev", "right", priority=9),
    Column("liquidation", "liq", "right", width=7, priority=8),
    Column("first", "", width=5, priority=7),
    Column("available", "available", "right", priority=6),
    Column("distance", "away", "right", priority=4),
    Column("margin", "margin", "right", width=8, priority=3),
    Column("maintenance", "maintenance", "right", priority=2),
)
_CURSOR = "cell"
_WIDEST = 14
"""Characters of a cell under the cursor that are shown in the table, the last ones."""
_EMPTY: Final = (
    say("Type wallet and venue, then a row for each position: btc, long, isolated, 0.1, 60000."),
    say("Or paste: a table, a venue's JSON, a short code. It fills the whole sheet.", "muted"),
)


def head_words(cells: Sequence[Cell], cursor: Place) -> Words:
    """The cells above the rows, two in a line."""
    spans = []
    for at, cell in enumerate(cells):
        here = cursor == (HEAD, at)
        text = (cell.text if here else cell.shown or cell.text) or (" " if here else NOTHING)
        spans += [Span(f"{cell.label:<10}", "muted"), Span(text, _CURSOR if here else "")]
        spans.append(Span(" " * max(2, 26 - len(text))))
    return (Paragraph(tuple(spans[:6])), Paragraph(tuple(spans[6:])), say(""))


def table(cells: Sequence[Sequence[Cell]], entered: Mapping[int, Entered], account: NewAccount, cursor: Place) -> Table:
    """The rows with their figures; what was not typed is drawn as what follows from the rest."""
    rows = []
    for at, of_row in enumerate(cells):
        blank = at == len(cells) - 1 and not any(cell.text for cell in of_row)
        typed = [_typed(cell, column, blank, cursor == (at, column)) for column, cell in enumerate(of_row)]
        rows.append(Row(str(at), (*typed, *_figures(entered.get(at), account))))
    return Table(_TITLES, tuple(rows), str(cursor.line) if cursor.line != HEAD else None)


def _typed(cell: Cell, column: int, blank: bool, here: bool) -> TableCell:
    text = cell.text
    if not here:
        text = cell.shown or _grouped(text)
    if not text and not blank:
        text = _grouped(cell.stands_for)
    if here:
        # all of it stands in the field below
        cut = f"…{text[1 - _WIDEST :]}" if len(text) > _WIDEST else text
        return TableCell(cut or " ", _CURSOR)
    if blank:
        return TableCell("+" if not column else "", "muted")
    tone = (cell.text or cell.stands_for) if cell.options else "" if cell.text else "muted"
    return TableCell(text, tone)


def _grouped(text: str) -> str:
    """A figure with its thousands in groups; anything else as it is."""
    if text[-1:] in ("k", "K"):
        with suppress(NotReadableError):
            text = f"{read_number(text):f}"
    whole, point, part = text.partition(".")
    return f"{int(whole):,}{point}{part}" if whole.isascii() and whole.isdigit() else text


def _figures(row: Entered | None, account: NewAccount) -> tuple[TableCell, ...]:
    if row is None:
        return ()
    if row.figures is None:
        return (TableCell("refused", "bad"),)
    money, figures = account.workspace.amounts, row.figures
    first = row.position.id == account.first
    at = figures.liquidation_price
    trigger = TableCell("none" if at is None else brief(at, row.grid), "accent" if first else "")
    mark = TableCell("first" if first else "", "accent")
    left = TableCell(NOTHING if row.available is None else money(row.available), "warn" if row.remark else "")
    shares = TableCell(away_words(figures))
    amounts = (TableCell(money(figures.margin)), TableCell(money(figures.maintenance_margin)))
    return (trigger, mark, left, shares, *amounts)


def words(account: NewAccount, row: Entered | None, problems: Mapping[int, str], cursor: Place) -> Words:
    """Which is liquidated first and what is available; then what is wrong with the row under the cursor, or any."""
    if account.fault:
        return (say(account.fault, "bad"),)
    if not account.rows and not problems:
        return _EMPTY
    said = [say(account.words, "accent")] if account.words else []
    money = account.workspace.amounts
    if account.available is not None:
        wallet = money(account.workspace.wallet)
        said.append(say(f"{money(account.available)} of {wallet} is available.", "muted"))
    if cursor.line in problems:
        # what the cursor has not come to yet is no mistake
        unfilled = "missing" in problems[cursor.line]
        return tuple(said) if unfilled else (*said, say(problems[cursor.line], "bad"))
    if row is not None and row.remark:
        return (*said, say(_remark(row), "warn"))
    other = next(iter(problems.items()), None)
    return (*said, say(f"Row {other[0] + 1}: {other[1]}", "warn")) if other else tuple(said)


def _remark(row: Entered) -> str:
    """What the venue would say, and the position that a merger makes."""
    text = f"Rehearsed anyway: {row.remark}"
    if row.joined is None:
        return f"{text}."
    return f"{text} into {row.joined.quantity.normalize():,f} at {price(row.joined.entry)}; ctrl+g does that."
