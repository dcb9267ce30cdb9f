"""A heat map: colours on a grid of points, two to a cell, with lines, words and a cursor over them, and two axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.message import Message

from isocross.records import dataclass
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.spans import Line, Span, fit, line_of, line_of_cells, pad_left

Place = tuple[int, int]
"""(column, row) of a cell, from the left and from the top."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How one colour of a map is drawn."""

    tone: str
    """`ink-` and `ground-` before it name the component classes."""
    shade: str
    """The character that stands for it where there are no colours."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label at an axis."""

    at: float
    """Where, from 0 at the low end to 1 at the high end."""
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class HeatField:
    """What does not change while the cursor moves; two are equal only when they are the same."""

    points: Sequence[Sequence[int]]
    """The ink of each point, rows from the top; with half blocks two rows of points to a row of cells."""
    inks: tuple[Ink, ...]
    halves: bool
    """Whether a cell shows two points, one above the other; else one, as a shade."""
    over: Mapping[Place, tuple[str, str]]
    """(character, tone) of what is drawn over the colours."""
    x_name: str
    y_name: str
    x_labels: tuple[Label, ...]
    y_labels: tuple[Label, ...]

    def fills(self, columns: int, rows: int) -> bool:
        """Whether it was made for a map of this size."""
        return len(self.points) == rows * (1 + self.halves) and len(self.points[0]) == columns


@dataclass(frozen=True, slots=True)
class Cursor:
    """The point that is looked at, as a share of both axes."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Heat:
    """Everything a heat map shows."""

    field: HeatField
    cursor: Cursor
    trail: tuple[tuple[float, float], ...] = ()
    """Points of a way, as shares of both axes; they give way to whatever else is drawn over the colours."""
    pins: tuple[tuple[float, float, str, str], ...] = ()
    """(x, y, character, tone) of other points, as shares of both axes."""


MARGIN = 8
"""Cells left of the map: the labels of the upright axis, and the axis."""
BELOW = 2
"""Rows below the map: the axis, and its labels."""


def map_size(size: Size) -> tuple[int, int]:
    """The columns and rows of cells a map has in a widget of a size."""
    return max(0, size.width - MARGIN), max(0, size.height - BELOW)


class HeatMap(Drawing[Heat]):
    """Colours with axes. Moving the cursor draws the rows it leaves and enters anew, and nothing else."""

    _painted: tuple[object, list[list[tuple[str, str]]], list[Line]] | None = None

    class Picked(Message):
        """Posted when a place of the map is clicked."""

        def __init__(self, x: float, y: float) -> None:
            """Say where, as shares of both axes."""
            super().__init__()
            self.x = x
            self.y = y

    class Resized(Message):
        """Posted when the map has another size: its field is for the one before."""

    def on_resize(self) -> None:
        """Say so."""
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """Say where it was."""
        columns, rows = map_size(self.size)
        column, row = event.x - MARGIN, event.y
        if 0 <= column < columns and 0 <= row < rows:
            self.post_message(self.Picked(column / max(1, columns - 1), 1 - row / max(1, rows - 1)))

    def draw(self, value: Heat, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the map with its axes; nothing after a change of size, until there is a field of the new one."""
        columns, rows = map_size(size)
        if not columns or not rows or not value.field.fills(columns, rows):
            return ()
        cells, lines = self._ground(value, columns, rows)
        # a point beyond the map is marked at its edge
        x, y = (max(0.0, min(1.0, share)) for share in (value.cursor.x, value.cursor.y))
        at = _place(x, y, columns, rows)
        here = list(cells[at[1]])
        here[at[0]] = _over(here[at[0]], _here(glyphs), "point")
        labels = {rows - 1 - round(label.at * (rows - 1)): label.text for label in value.field.y_labels}
        drawn = []
        for row in range(rows):
            body = line_of_cells(here) if row == at[1] else lines[row]
            drawn.append(line_of(*_upright(value.field, labels, row, row == at[1], glyphs), *body))
        return [*drawn, _base(value.field, columns, at[0], glyphs), _base_labels(value.field, columns)]

    def _ground(self, value: Heat, columns: int, rows: int) -> tuple[list[list[tuple[str, str]]], list[Line]]:
        """The rows without the cursor; worked out once for as long as nothing else changes."""
        key = (value.field, value.trail, value.pins, columns, rows)
        if self._painted is None or self._painted[0] != key:
            cells = [[_cell(value.field, column, row) for column in range(columns)] for row in range(rows)]
            dot = "·" if self.glyphs.braille else "'"
            for x, y in value.trail:
                column, row = _place(x, y, columns, rows)
                if (column, row) not in value.field.over and (value.field.halves or cells[row][column][0] == " "):
                    cells[row][column] = _over(cells[row][column], dot, "way")
            for x, y, glyph, tone in value.pins:
                if 0 <= x <= 1 and 0 <= y <= 1:
                    column, row = _place(x, y, columns, rows)
                    cells[row][column] = _over(cells[row][column], glyph, tone)
            self._painted = (key, cells, [line_of_cells(line) for line in cells])
        return self._painted[1], self._painted[2]


def _over(cell: tuple[str, str], glyph: str, tone: str) -> tuple[str, str]:
    """A character over what a cell is coloured with."""
    ground = next((part for part in cell[1].split() if part.startswith("ground-")), "")
    return glyph, f"{ground} {tone}".strip()


def _place(x: float, y: float, columns: int, rows: int) -> Place:
    return round(x * (columns - 1)), rows - 1 - round(y * (rows - 1))


def _here(glyphs: Glyphs) -> str:
    return glyphs.diamond if glyphs.braille else "@"


def _cell(field: HeatField, column: int, row: int) -> tuple[str, str]:
    if not field.halves:
        ink = field.inks[field.points[row][column]]
        return field.over.get((column, row), (ink.shade, ""))
    top, bottom = field.inks[field.points[2 * row][column]], field.inks[field.points[2 * row + 1][column]]
    if (column, row) in field.over:
        glyph, tone = field.over[column, row]
        return glyph, f"ground-{top.tone} {tone}"
    if top == bottom:
        return " ", f"ground-{top.tone}"
    return "▀", f"ground-{bottom.tone} ink-{top.tone}"


def _upright(field: HeatField, labels: Mapping[int, str], row: int, here: bool, glyphs: Glyphs) -> tuple[Span, Span]:
    text = field.y_name if row == 0 else labels.get(row, "")
    text = fit(text, MARGIN - 2, glyphs.ellipsis) if cell_len(text) > MARGIN - 2 else text
    joint = glyphs.axis_tick if row in labels else glyphs.axis
    return (
        Span(pad_left(text, MARGIN - 2) + " ", "title" if row == 0 else "muted"),
        Span(glyphs.cursor, "accent") if here else Span(joint, "muted"),
    )


def _base(field: HeatField, columns: int, here: int, glyphs: Glyphs) -> Line:
    cells = [(glyphs.rule, "muted")] * columns
    for label in field.x_labels:
        cells[round(label.at * (columns - 1))] = (glyphs.foot, "muted")
    cells[here] = ("▴" if glyphs.braille else "^", "accent")
    return line_of(Span(" " * (MARGIN - 1) + glyphs.corner, "muted"), *line_of_cells(cells))


def _base_labels(field: HeatField, columns: int) -> Line:
    """The labels below their places, and the name of the axis at the right end; none over another."""
    text = [" "] * (MARGIN + columns)
    name = field.x_name
    end = MARGIN + columns - cell_len(name)
    free = MARGIN
    for label in sorted(field.x_labels, key=lambda label: label.at):
        start = MARGIN + round(label.at * (columns - 1)) - cell_len(label.text) // 2
        start = max(start, MARGIN - 4)
        if start >= free - 4 * (free == MARGIN) and start + cell_len(label.text) < end:
            text[start : start + cell_len(label.text)] = list(label.text)
            free = start + cell_len(label.text) + 1
    return line_of(Span("".join(text[:end]), "muted"), Span(name, "title"))
