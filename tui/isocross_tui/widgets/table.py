"""A table drawn line by line, which repaints only the cells that changed.

Which columns fit into a width, how wide they are, and how a row looks in them is worked out from the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView

from isocross.records import dataclass
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.spans import Line, Span, cells_in, line_of, width_of

__all__ = ["Cell", "Column", "LineTable", "Row", "Table"]


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
    fixed: bool = False
    """Whether it has exactly this width, whatever stands in it."""
    leads: bool = False
    """Whether the rows are in its order."""


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
    dead: bool = False
    """Whether it was liquidated."""


@dataclass(frozen=True, slots=True)
class Table:
    """Everything a table shows."""

    columns: tuple[Column, ...] = ()
    rows: Sequence[Row] = ()
    """Only those in sight are looked at where all columns are fixed and `keys` are given."""
    cursor: str | None = None
    """The key of the selected row."""
    keys: tuple[str, ...] | None = None
    """The keys of the rows; None: as they say themselves."""

    @property
    def cursor_index(self) -> int | None:
        """Which row is selected; None: none of them."""
        keys = tuple(row.key for row in self.rows) if self.keys is None else self.keys
        return keys.index(self.cursor) if self.cursor in keys else None


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
        column = columns[place.index]
        spans += _in_place(Cell(column.title, "accent" if column.leads else "title"), place, "")
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
    dead = glyphs.dead if row.dead else " "
    spans = [Span(mark, _both("accent", over) if over else ""), Span(f"{dead} ", over)]
    for place in placed:
        cell = row.cells[place.index] if place.index < len(row.cells) else Cell("")
        spans += _in_place(_struck(cell) if row.struck else cell, place, over)
    line = line_of(*spans)
    return line_of(*line, Span(" " * (width - width_of(line)), over)) if over else line


def _in_place(cell: Cell, place: Placed, over: str) -> list[Span]:
    """Return a cell with its padding, as one span where the tone of blanks cannot be seen."""
    tone = _both(cell.tone, over)
    pad, gap = " " * (place.width - cells_in(cell.text)), " " * place.gap
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
    if column.fixed:
        return column.width
    texts = [row.cells[index].text for row in table.rows if index < len(row.cells)]
    return max(column.width, cell_len(column.title), *map(cell_len, texts))


class TableLines(Sequence[Line]):
    """The header and the rows of a table, each drawn when it is first looked at."""

    def __init__(self, table: Table, width: int, glyphs: Glyphs) -> None:
        """Place the columns."""
        self._table, self._width, self._glyphs = table, width, glyphs
        self._placed = place_columns(table, width)
        self._drawn: dict[int, Line] = {}

    def column_at(self, x: int) -> int | None:
        """Return which column has its title at a cell of the header; None: none has."""
        end = GUTTER
        for place in self._placed:
            start, end = end + place.gap, end + place.gap + place.width
            if start <= x < end:
                return place.index
        return None

    def __len__(self) -> int:
        """The rows, and one for the header."""
        return len(self._table.rows) + 1

    def __getitem__(self, y: Any) -> Any:
        """Return the header, or a row from 1 on."""
        if y not in self._drawn:
            self._drawn[y] = self._draw(y)
        return self._drawn[y]

    def _draw(self, y: int) -> Line:
        table = self._table
        if not y:
            return header_line(table.columns, self._placed)
        row = table.rows[y - 1]
        return row_line(row, self._placed, self._width, "cursor" if row.key == table.cursor else "", self._glyphs)


class LineTable(Drawing[Table], ScrollView, can_focus=True, inherit_bindings=False):
    """Rows under a header that stays, one of them selected.

    It binds no key: who owns the value moves the cursor, by showing another value.
    """

    DEFAULT_CSS = """
    LineTable {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
    }
    """

    _height: int = 0

    class RowPicked(Message):
        """Posted when a row is clicked."""

        def __init__(self, table: LineTable, key: str) -> None:
            """Initialise the message.

            Args:
                table: The table the row is in.
                key: The key of the row.
            """
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> LineTable:
            """The table, for `@on` with a selector."""
            return self.table

    class HeaderPicked(Message):
        """Posted when the title of a column is clicked."""

        def __init__(self, table: LineTable, key: str) -> None:
            """Initialise the message.

            Args:
                table: The table the column is in.
                key: The key of the column.
            """
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> LineTable:
            """The table, for `@on` with a selector."""
            return self.table

    @property
    def drawing_size(self) -> Size:
        """The cells there are to draw in, without the scrollbar."""
        return self.scrollable_content_region.size

    @property
    def hidden_columns(self) -> tuple[str, ...]:
        """The keys of the columns there is no room for."""
        table = self._value or Table()
        shown = {place.index for place in place_columns(table, self.drawing_size.width)}
        return tuple(column.key for index, column in enumerate(table.columns) if index not in shown)

    def show(self, value: Table) -> None:
        """Show a table, and follow its cursor to another row; not one row to another place among the same ones."""
        before = self._value
        super().show(value)
        self._measure()
        same = before is not None and (before.cursor, len(before.rows)) == (value.cursor, len(value.rows))
        if not same:
            self._follow_cursor()

    def draw(self, value: Table, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the header and every row, those out of sight too."""
        return TableLines(value, size.width, glyphs)

    def lines_at(self, rows: range) -> Sequence[int]:
        """Return the header for the first row of the widget, and what is scrolled there for the others."""
        top = self.scroll_offset.y
        return [y + top if y else 0 for y in rows]

    def on_resize(self) -> None:
        """Keep the selected row in sight when there is another number of rows to see."""
        self._measure()
        if self.size.height != self._height:
            self._height = self.size.height
            self._follow_cursor()

    def on_click(self, event: events.Click) -> None:
        """Say which row was clicked, or which title."""
        place = event.get_content_offset(self)
        if place is None or self._value is None:
            return
        if not place.y:
            at = self.lines.column_at(place.x) if isinstance(self.lines, TableLines) else None
            if at is not None:
                self.post_message(self.HeaderPicked(self, self._value.columns[at].key))
            return
        index = place.y - 1 + self.scroll_offset.y
        if index < len(self._value.rows):
            self.post_message(self.RowPicked(self, self._value.rows[index].key))

    def _measure(self) -> None:
        rows = len(self._value.rows) if self._value else 0
        self.virtual_size = Size(self.drawing_size.width, rows + 1)

    def _cursor_index(self) -> int | None:
        return None if self._value is None else self._value.cursor_index

    def _follow_cursor(self) -> None:
        index, room = self._cursor_index(), self.size.height - 1
        if index is None or room < 1:
            return
        top = self.scroll_offset.y
        if not top <= index < top + room:
            self.scroll_to(y=index if index < top else index - room + 1, animate=False, force=True)
