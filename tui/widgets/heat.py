"""A heat map: colours on a grid of points, two to a cell, with lines, words and a cursor over them, and two axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Size

from tui.widgets.drawing import Drawing
from tui.widgets.glyphs import Glyphs
from tui.widgets.spans import Line, Span, line_of, line_of_cells, pad_left

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
class Field:
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


@dataclass(frozen=True, slots=True)
class Cursor:
    """The point that is looked at, as a share of both axes."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Heat:
    """Everything a heat map shows."""

    field: Field
    cursor: Cursor
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

    _painted: tuple[Field, int, int, list[list[tuple[str, str]]], list[Line]] | None = None

    def draw(self, value: Heat, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the map with its axes."""
        columns, rows = map_size(size)
        if not columns or not rows:
            return ()
        cells, lines = self._ground(value.field, columns, rows)
        touched: dict[int, list[tuple[str, str]]] = {}
        at = _place(value.cursor.x, value.cursor.y, columns, rows)
        for x, y, glyph, tone in (*value.pins, (value.cursor.x, value.cursor.y, _here(glyphs), "point")):
            if 0 <= x <= 1 and 0 <= y <= 1:
                column, row = _place(x, y, columns, rows)
                line = touched.setdefault(row, list(cells[row]))
                ground = next((t for t in line[column][1].split() if t.startswith("ground-")), "")
                line[column] = (glyph, f"{ground} {tone}".strip())
        labels = {rows - 1 - round(label.at * (rows - 1)): label.text for label in value.field.y_labels}
        drawn = []
        for row in range(rows):
            body = line_of_cells(touched[row]) if row in touched else lines[row]
            drawn.append(line_of(*_upright(value.field, labels, row, row == at[1], glyphs), *body))
        return [*drawn, _base(value.field, columns, at[0], glyphs), _base_labels(value.field, columns)]

    def _ground(self, field: Field, columns: int, rows: int) -> tuple[list[list[tuple[str, str]]], list[Line]]:
        """The rows without cursor and pins; worked out once for each field."""
        known = self._painted
        if known is None or known[0] is not field or known[1:3] != (columns, rows):
            cells = [[_cell(field, column, row) for column in range(columns)] for row in range(rows)]
            known = self._painted = (field, columns, rows, cells, [line_of_cells(line) for line in cells])
        return known[3], known[4]


def _place(x: float, y: float, columns: int, rows: int) -> Place:
    return round(x * (columns - 1)), rows - 1 - round(y * (rows - 1))


def _here(glyphs: Glyphs) -> str:
    return glyphs.diamond if glyphs.braille else "@"


def _cell(field: Field, column: int, row: int) -> tuple[str, str]:
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


def _upright(field: Field, labels: Mapping[int, str], row: int, here: bool, glyphs: Glyphs) -> tuple[Span, Span]:
    text = field.y_name if row == 0 else labels.get(row, "")
    joint = glyphs.axis_tick if row in labels else glyphs.axis
    return (
        Span(pad_left(text, MARGIN - 2) + " ", "title" if row == 0 else "muted"),
        Span(glyphs.cursor, "accent") if here else Span(joint, "muted"),
    )


def _base(field: Field, columns: int, here: int, glyphs: Glyphs) -> Line:
    cells = [(glyphs.rule, "muted")] * columns
    for label in field.x_labels:
        cells[round(label.at * (columns - 1))] = (glyphs.foot, "muted")
    cells[here] = ("▴" if glyphs.braille else "^", "accent")
    return line_of(Span(" " * (MARGIN - 1) + glyphs.corner, "muted"), *line_of_cells(cells))


def _base_labels(field: Field, columns: int) -> Line:
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
