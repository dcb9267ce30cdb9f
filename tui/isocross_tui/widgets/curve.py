"""A chart of lines, with a cursor and marks along its base."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar, NamedTuple

from textual import events
from textual.geometry import Size
from textual.message import Message

from isocross.format import percent, short
from isocross.records import dataclass
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.raster import DotGrid, Point, braille, dots_by_cell, values_at
from isocross_tui.widgets.spans import Line, Span, cells_in, line_of, line_of_cells, pad_left

_Cells = dict[tuple[int, int], tuple[str, str]]
_LEAST_HEIGHT = 3
_LEAST_WIDTH = 12
_QUARTERED = 17
"""From this height on an axis has labels at its quarters."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart."""

    name: str
    points: tuple[Point, ...]
    """Where it bends, by rising x; two points with the same x are a step."""
    tone: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A character on a chart, or words under it."""

    x: float
    glyph: str
    tone: str = ""
    y: float | None = None
    """None: on the base, or under it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a chart shows."""

    series: tuple[Series, ...]
    """Where two share a cell, it has the tone of the later one."""
    x_low: float
    x_high: float
    y_low: float
    y_high: float
    cursor_x: float | None = None
    marks: tuple[Mark, ...] = ()
    """Those at a height stand over the lines."""
    y_labels: bool = True
    x_labels: tuple[Mark, ...] = ()
    """Words under the base, the most important first: where two would meet, the later one is left out."""
    filled: bool = False
    """Whether the ground between the last line and zero is tinted."""
    readout: str = ""
    """The figure at the cursor, written beside it where there is room."""
    hover_x: float | None = None
    """Where a pointer rests: the values there are read off the lines."""
    of_moves: bool = False
    """Whether the level axis has moves, which are written in per cent."""
    axis_width: int = 0
    """Cells that the upright axis takes at least, so that charts one above the other share their level axis."""


@dataclass(frozen=True, slots=True)
class Plot:
    """The part of a chart the lines are in."""

    chart: Chart
    width: int
    """Cells across."""
    height: int
    """Cells from top to bottom."""
    glyphs: Glyphs

    @property
    def dots_in_a_cell(self) -> tuple[int, int]:
        """How many dots a cell has, across and down."""
        return (2, 4) if self.glyphs.braille else (1, 1)

    @property
    def cells(self) -> DotGrid:
        """The data laid over the cells."""
        chart = self.chart
        return DotGrid(self.width, self.height, chart.x_low, chart.x_high, chart.y_low, chart.y_high)

    @property
    def dots(self) -> DotGrid:
        """The data laid over the dots."""
        across, down = self.dots_in_a_cell
        return replace(self.cells, width=self.width * across, height=self.height * down)

    @property
    def cursor(self) -> int | None:
        """The column of cells the cursor is in."""
        at = self.chart.cursor_x
        return None if at is None else self.cells.column_of(at)


class Curve(Drawing[Chart]):
    """Lines over a base, in dots where the terminal has them. A pointer reads values off, a click picks a place."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawing--fill"}
    DEFAULT_CSS = """
    Curve {
        & > .drawing--fill { background: $accent 9%; }
        &:ansi > .drawing--fill { background: ansi_default; }
    }
    """
    _hover: float | None = None

    class Picked(Message):
        """Posted when a place of the level axis is clicked."""

        def __init__(self, curve: Curve, x: float) -> None:
            """Say where."""
            super().__init__()
            self.curve = curve
            self.x = x

        @property
        def control(self) -> Curve:
            """The chart, for `@on` with a selector."""
            return self.curve

    def show(self, value: Chart) -> None:
        """Show a chart, with what the pointer reads off."""
        super().show(replace(value, hover_x=self._hover))

    def on_click(self, event: events.Click) -> None:
        """Say which place was clicked."""
        x = self._x_at(event)
        if x is not None:
            self.post_message(self.Picked(self, x))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Read off where the pointer is."""
        self._look_at(self._x_at(event))

    def on_leave(self) -> None:
        """Read nothing off any more."""
        self._look_at(None)

    def _look_at(self, x: float | None) -> None:
        self._hover = x
        if self.value is not None:
            self.show(self.value)

    def _x_at(self, event: events.MouseEvent) -> float | None:
        place = event.get_content_offset(self)
        if place is None or self.value is None or not self.size:
            return None
        _, margin, height = _layout(self.value, self.size, self.glyphs)
        width = self.size.width - margin
        if not 0 <= place.x - margin < width:
            return None
        return Plot(self.value, width, height, self.glyphs).cells.x_at(place.x - margin)

    def draw(self, value: Chart, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the plot with its labels at the left and its base at the bottom."""
        labels, margin, height = _layout(value, size, glyphs)
        based, labelled = size.height >= _LEAST_HEIGHT, bool(value.x_labels) and size.height > _LEAST_HEIGHT
        plot = Plot(value, size.width - margin, height, glyphs)
        lines = [
            line_of(_axis(labels, row, margin, glyphs), *line_of_cells(cells))
            for row, cells in enumerate(plot_rows(plot))
        ]
        corner = Span(pad_left(glyphs.corner, margin) if margin else "", "muted")
        lines += [line_of(corner, *_base(plot))] if based else []
        return [*lines, line_of(Span(" " * margin), *_under(plot))] if labelled else lines


def _layout(value: Chart, size: Size, glyphs: Glyphs) -> tuple[dict[int, str], int, int]:
    """Return the labels of the upright axis, the cells that it takes, and the rows of the plot."""
    based = size.height >= _LEAST_HEIGHT
    height = size.height - based - (bool(value.x_labels) and size.height > _LEAST_HEIGHT)
    labels = _labels(value, height, glyphs) if value.y_labels and based else {}
    margin = max((cells_in(label) for label in labels.values()), default=-1) + 1
    margin = max(margin, value.axis_width if labels else 0)
    return (labels, margin, height) if size.width - margin >= _LEAST_WIDTH else ({}, 0, height)


def plot_rows(plot: Plot) -> list[list[tuple[str, str]]]:
    """Return the characters of a plot, row by row: cursor, lines over it, names and figures where there is room."""
    still = still_cells(replace(plot, chart=replace(plot.chart, cursor_x=None, hover_x=None, readout="", x_labels=())))
    rows, taken = [list(row) for row in still.rows], set(still.taken)
    cursor = set() if plot.cursor is None else {(plot.cursor, row) for row in range(plot.height)}
    for column, row in cursor:
        glyph, tone = rows[row][column]
        rows[row][column] = (plot.glyphs.upright, "accent") if glyph == " " else (glyph, tone.removeprefix("fill "))
    taken |= cursor
    written: _Cells = {}
    for series in plot.chart.series:
        written |= name_cells(series, plot, taken | written.keys())
    # what is read off may stand over the cursor's line, which goes on above and below
    taken -= {(column, row) for column, row in cursor if row}
    for text, x, tone in _readouts(plot):
        written |= _beside(text, x, tone, plot, taken | written.keys())
    for (column, row), cell in written.items():
        rows[row][column] = cell
    return rows


class StillCells(NamedTuple):
    """What of a plot stays where it is while the cursor moves."""

    rows: tuple[tuple[tuple[str, str], ...], ...]
    taken: frozenset[tuple[int, int]]
    """Where there is more than ground, by (column, row)."""


@lru_cache(maxsize=16)
def still_cells(plot: Plot) -> StillCells:
    """Return the ground, the lines and the marks over them."""
    cells: _Cells = fill_cells(plot) if plot.chart.filled and plot.chart.series else {}
    seen: dict[tuple[int, int], int] = {}
    for series in plot.chart.series:
        drawn = dots_by_cell(series.points, plot.dots, plot.dots_in_a_cell, 2 if series.dashed else 1)
        plain = plot.glyphs.plot_dashed if series.dashed else plot.glyphs.plot
        for place, dots in drawn.items():
            seen[place] = together(seen.get(place, 0), dots)
            ground = "fill " if cells.get(place, ("", ""))[1].startswith("fill") else ""
            cells[place] = (braille(seen[place]) if plot.glyphs.braille else plain, f"{ground}{series.tone}")
    for mark in plot.chart.marks:
        column = plot.cells.column_of(mark.x)
        if column is not None and mark.y is not None:
            cells[column, min(max(plot.cells.row_of(mark.y), 0), plot.height - 1)] = (mark.glyph, mark.tone)
    rows = (tuple(cells.get((column, row), (" ", "")) for column in range(plot.width)) for row in range(plot.height))
    return StillCells(tuple(rows), frozenset(place for place, (glyph, _) in cells.items() if glyph != " "))


def fill_cells(plot: Plot) -> _Cells:
    """Return the tinted cells between the last line and zero."""
    points, cells, found = plot.chart.series[-1].points, plot.cells, dict[tuple[int, int], tuple[str, str]]()
    zero = cells.row_of(0.0)
    for column in range(plot.width if points else 0):
        value = value_of(points, cells.x_at(column))
        if value is not None:
            near, far = sorted((cells.row_of(value), zero))
            found |= {(column, row): (" ", "fill") for row in range(max(0, near), min(plot.height - 1, far) + 1)}
    return found


def value_of(points: Sequence[Point], x: float) -> float | None:
    """Return the height of a line at an x, below a step; None outside it."""
    if not points or not points[0][0] <= x <= points[-1][0]:
        return None
    return min(values_at(points, [at for at, _ in points], x))


def _readouts(plot: Plot) -> list[tuple[str, float, str]]:
    """Return what is written at which x: the figure at the cursor, and what a pointer reads off the lines."""
    chart = plot.chart
    found = [(chart.readout, chart.cursor_x, "accent")] if chart.readout and chart.cursor_x is not None else []
    if chart.hover_x is None:
        return found
    span = chart.y_high - chart.y_low
    move = percent(Decimal(str(round(chart.hover_x, 3))), plus="+", minus=plot.glyphs.minus)
    told = [move] * chart.of_moves
    for series in reversed(chart.series):
        value = value_of(series.points, chart.hover_x)
        if value is not None and series.tone != "muted":
            told.append(f"{series.name} {short(value, span, minus=plot.glyphs.minus)}".strip())
    return [*found, *((text, chart.hover_x, "title") for text in told)]


def _beside(text: str, x: float, tone: str, plot: Plot, taken: Set[tuple[int, int]]) -> _Cells:
    """Return a text in the highest row that has room for it right or left of an x; nothing without room."""
    column, length = plot.cells.column_of(x), cells_in(text)
    if column is None:
        return {}
    for row in range(plot.height):
        for start in (column + 2, column - 1 - length):
            wanted = {(at, row) for at in range(start, start + length)}
            if start >= 0 and start + length <= plot.width and not wanted & taken:
                return _lettered(text, start, row, tone)
    return {}


def together(earlier: int, later: int) -> int:
    """Return the dots of a cell that two lines pass: of both, or of the later where it lies on the other."""
    return later if later | earlier == earlier else later | earlier


def name_cells(series: Series, plot: Plot, taken: Set[tuple[int, int]]) -> _Cells:
    """Return the name of a line with a sample of it, at the right and near its end; nothing without room."""
    end = next((y for x, y in reversed(series.points) if x <= plot.chart.x_high), None)
    if not series.name or end is None:
        return {}
    sample = plot.glyphs.dash if series.dashed else plot.glyphs.rule if plot.glyphs.braille else plot.glyphs.plot
    label = f" {sample * 2} {series.name}"
    left = plot.width - cells_in(label)
    home = min(max(plot.cells.row_of(end), 0), plot.height - 1)
    for row in sorted(range(plot.height), key=lambda row: (abs(row - home), row)):
        wanted = [(column, row) for column in range(left, plot.width)]
        if left >= 0 and not any(place in taken for place in wanted):
            return _lettered(label, left, row, series.tone)
    return {}


def _lettered(label: str, left: int, row: int, tone: str) -> _Cells:
    cells: _Cells = {}
    for character in label:
        cells[left, row] = (character, tone)
        for extra in range(1, cells_in(character)):
            cells[left + extra, row] = ("", tone)
        left += cells_in(character)
    return cells


def _labels(chart: Chart, height: int, glyphs: Glyphs) -> dict[int, str]:
    """Return the labels of the upright axis by row: both ends, and the halves and quarters that stand on a row."""
    span = chart.y_high - chart.y_low
    parts = 4 if height >= _QUARTERED and height % 4 == 1 else 2 if height % 2 and height >= 5 else 1
    return {
        (height - 1) * part // parts: short(chart.y_high - span * part / parts, span, minus=glyphs.minus)
        for part in range(parts, -1, -1)
    }


def axis_width(chart: Chart) -> int:
    """Return how many cells the upright axis of a chart takes, whatever its height."""
    span = chart.y_high - chart.y_low
    return max(cells_in(short(chart.y_high - span * part / 4, span)) for part in range(5)) + 1


def _axis(labels: dict[int, str], row: int, margin: int, glyphs: Glyphs) -> Span:
    if not margin:
        return Span("")
    joint = glyphs.axis_tick if row in labels else glyphs.axis
    return Span(pad_left(labels.get(row, ""), margin - 1) + joint, "muted")


def _base(plot: Plot) -> Line:
    cells = [(plot.glyphs.rule, "muted")] * plot.width
    if plot.cursor is not None:
        cells[plot.cursor] = (plot.glyphs.foot, "accent")
    for mark in plot.chart.marks:
        column = plot.cells.column_of(mark.x)
        if column is not None and mark.y is None:
            cells[column] = (mark.glyph, mark.tone)
    return line_of_cells(cells)


def _under(plot: Plot) -> Line:
    """Return the labels of the level axis, each under its place or touching it, and all of it inside."""
    cells, free, grid = [(" ", "")] * plot.width, [True] * plot.width, plot.cells
    for label in plot.chart.x_labels:
        column, length = grid.column_of(label.x), cells_in(label.glyph)
        if column is None or length > plot.width:
            continue
        # under its place, or where another stands there at least touching it
        for wanted in (column - length // 2, column - length + 1, column):
            start = min(max(0, wanted), plot.width - length)
            if all(free[max(0, start - 1) : start + length + 1]):
                cells[start : start + length] = [(character, label.tone) for character in label.glyph]
                free[start : start + length] = [character == " " for character in label.glyph]
                break
    return line_of_cells(cells)
