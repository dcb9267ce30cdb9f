"""Which columns of a table fit into a width, how wide they are, and how a row looks in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from rich.cells import cell_len

from tui.widgets.glyphs import Glyphs
from tui.widgets.spans import Line, Span, line_of, width_of

GUTTER: Final = 3
"""Cells before the first column: the cursor mark, the mark of an ended row, a blank."""
_WIDEST_GAP: Final = 4
_VERY_WIDE: Final = 150
"""From this width on a gap may be twice as wide."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    key: str
    title: str
    align: Literal["left", "right"] = "left"
    width: int = 0
    """Cells it takes at least; more when a cell or the title is longer."""
    priority: int = 0
    """Where there is no room for all, the column with the lowest priority goes first."""


class Cell(NamedTuple):
    """What stands in one place of a table."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with a cell for every column."""

    key: str
    cells: tuple[Cell, ...]
    struck: bool = False
    """Whether what the row stands for has ended."""


@dataclass(frozen=True, slots=True)
class Table:
    """Everything a table shows."""

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    cursor: str | None = None
    """The key of the selected row."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that is shown."""

    index: int
    width: int
    gap: int
    """Blank cells before it."""
    align: str


def place_columns(table: Table, width: int) -> tuple[Placed, ...]:
    """Choose the columns that fit whole, and share out some of what is left between them."""
    widths = [_natural_width(table, index) for index in range(len(table.columns))]
    kept = _kept(table, widths, width - GUTTER + 1)
    if not kept:
        return ()
    spare = width - GUTTER - sum(widths[index] for index in kept)
    # a blank after the last, so that no figure touches what stands beside the table
    spare -= spare >= len(kept)
    widest = _WIDEST_GAP * (1 + (width >= _VERY_WIDE))
    gap, more = divmod(spare, max(1, len(kept) - 1))
    return tuple(
        Placed(index, widths[index], min(widest, gap + (place <= more)) if place else 0, table.columns[index].align)
        for place, index in enumerate(kept)
    )


def _kept(table: Table, widths: Sequence[int], room: int) -> list[int]:
    """Return the columns that have room, the most wanted first asked; each takes a blank beside its width."""
    kept = []
    for index in sorted(range(len(widths)), key=lambda index: (-table.columns[index].priority, index)):
        if widths[index] < room:
            room -= widths[index] + 1
            kept.append(index)
    return sorted(kept)


def header_line(columns: Sequence[Column], placed: Sequence[Placed]) -> Line:
    """Return the titles of the columns."""
    spans = [Span(" " * GUTTER, "title")]
    for place in placed:
        spans += _in_place(Cell(columns[place.index].title, "title"), place, "")
    return line_of(*spans)


def row_line(row: Row, placed: Sequence[Placed], width: int, over: str, glyphs: Glyphs) -> Line:
    """Return a row: its marks, then its cells.

    Args:
        row: The row.
        placed: The columns that are shown.
        width: Cells to fill.
        over: A tone laid over the whole row, or nothing.
        glyphs: The characters to draw with.
    """
    mark = glyphs.cursor if over else " "
    dead = glyphs.dead if row.struck else " "
    spans = [Span(mark, _both("accent", over) if over else ""), Span(f"{dead} ", over)]
    for place in placed:
        cell = row.cells[place.index] if place.index < len(row.cells) else Cell("")
        spans += _in_place(_struck(cell) if row.struck else cell, place, over)
    line = line_of(*spans)
    return line_of(*line, Span(" " * (width - width_of(line)), over)) if over else line


def _in_place(cell: Cell, place: Placed, over: str) -> list[Span]:
    """Return a cell with its padding, as one span where the tone of blanks cannot be seen."""
    tone = _both(cell.tone, over)
    pad, gap = " " * (place.width - cell_len(cell.text)), " " * place.gap
    before, after = (gap + pad, "") if place.align == "right" else (gap, pad)
    if "struck" in tone:
        return [Span(before, over), Span(cell.text, tone), Span(after, over)]
    return [Span(f"{before}{cell.text}{after}", tone)]


def _struck(cell: Cell) -> Cell:
    """Strike a cell of a row that has ended; one with a tone of its own says something about the end and stays."""
    return Cell(cell.text, "struck") if cell.text.strip() and not cell.tone else cell


def _both(tone: str, over: str) -> str:
    return f"{tone} {over}".strip()


def _natural_width(table: Table, index: int) -> int:
    column = table.columns[index]
    texts = [row.cells[index].text for row in table.rows if index < len(row.cells)]
    return max(column.width, cell_len(column.title), *map(cell_len, texts))
