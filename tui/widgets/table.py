"""A table drawn line by line, which repaints only the cells that changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView

from tui.widgets.columns import Cell, Column, Row, Table, header_line, place_columns, row_line
from tui.widgets.drawing import Drawing
from tui.widgets.glyphs import Glyphs
from tui.widgets.spans import Line

__all__ = ["Cell", "Column", "LineTable", "Row", "Table"]


class TableLines(Sequence[Line]):
    """The header and the rows of a table, each drawn when it is first looked at."""

    def __init__(self, table: Table, width: int, glyphs: Glyphs) -> None:
        """Place the columns."""
        self._table, self._width, self._glyphs = table, width, glyphs
        self._placed = place_columns(table, width)
        self._drawn: dict[int, Line] = {}

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
        """Show a table, and follow its cursor where that has moved."""
        before = self._cursor_index()
        super().show(value)
        self._measure()
        if self._cursor_index() != before:
            self._follow_cursor()

    def draw(self, value: Table, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the header and every row, those out of sight too."""
        return TableLines(value, size.width, glyphs)

    def line_at(self, y: int) -> int:
        """Return the header for the first row of the widget, and what is scrolled there for the others."""
        return y + self.scroll_offset.y if y else 0

    def on_resize(self) -> None:
        """Keep the selected row in sight when there is another number of rows to see."""
        self._measure()
        if self.size.height != self._height:
            self._height = self.size.height
            self._follow_cursor()

    def on_click(self, event: events.Click) -> None:
        """Say which row was clicked."""
        place = event.get_content_offset(self)
        if place is None or not place.y or self._value is None:
            return
        index = place.y - 1 + self.scroll_offset.y
        if index < len(self._value.rows):
            self.post_message(self.RowPicked(self, self._value.rows[index].key))

    def _measure(self) -> None:
        rows = len(self._value.rows) if self._value else 0
        self.virtual_size = Size(self.drawing_size.width, rows + 1)

    def _cursor_index(self) -> int | None:
        if self._value is None:
            return None
        keys = (index for index, row in enumerate(self._value.rows) if row.key == self._value.cursor)
        return next(keys, None)

    def _follow_cursor(self) -> None:
        index, room = self._cursor_index(), self.size.height - 1
        if index is None or room < 1:
            return
        top = self.scroll_offset.y
        if not top <= index < top + room:
            self.scroll_to(y=index if index < top else index - room + 1, animate=False, force=True)
