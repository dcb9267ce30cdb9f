"""A chart of lines, with a cursor and marks along its base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from textual.geometry import Size

from isocross.format import short
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.raster import DotGrid, Point, braille, dots_by_cell
from isocross_tui.widgets.spans import Line, Span, line_of, line_of_cells, pad_left

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
    """Lines over a base, in dots where the terminal has them."""

    def draw(self, value: Chart, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the plot with its labels at the left and its base at the bottom."""
        based = size.height >= _LEAST_HEIGHT
        labelled = bool(value.x_labels) and size.height > _LEAST_HEIGHT
        height = size.height - based - labelled
        labels = _labels(value, height, glyphs) if value.y_labels and based else {}
        margin = max((cell_len(label) for label in labels.values()), default=-1) + 1
        margin = max(margin, value.axis_width if labels else 0)
        if size.width - margin < _LEAST_WIDTH:
            labels, margin = {}, 0
        plot = Plot(value, size.width - margin, height, glyphs)
        cells = plot_cells(plot)
        lines = []
        for row in range(height):
            line = line_of_cells(cells.get((column, row), (" ", "")) for column in range(plot.width))
            lines.append(line_of(_axis(labels, row, margin, glyphs), *line))
        corner = Span(pad_left(glyphs.corner, margin) if margin else "", "muted")
        lines += [line_of(corner, *_base(plot))] if based else []
        return [*lines, line_of(Span(" " * margin), *_under(plot))] if labelled else lines


def plot_cells(plot: Plot) -> _Cells:
    """Return the characters of a plot by (column, row): cursor, lines over it, names where there is room."""
    cells: _Cells = {}
    if plot.cursor is not None:
        cells |= {(plot.cursor, row): (plot.glyphs.upright, "accent") for row in range(plot.height)}
    seen: dict[tuple[int, int], int] = {}
    for series in plot.chart.series:
        drawn = dots_by_cell(series.points, plot.dots, plot.dots_in_a_cell, 2 if series.dashed else 1)
        plain = plot.glyphs.plot_dashed if series.dashed else plot.glyphs.plot
        for place, dots in drawn.items():
            seen[place] = together(seen.get(place, 0), dots)
            cells[place] = (braille(seen[place]) if plot.glyphs.braille else plain, series.tone)
    for mark in plot.chart.marks:
        column = plot.cells.column_of(mark.x)
        if column is not None and mark.y is not None:
            cells[column, min(max(plot.cells.row_of(mark.y), 0), plot.height - 1)] = (mark.glyph, mark.tone)
    for series in plot.chart.series:
        cells |= name_cells(series, plot, cells)
    return cells


def together(earlier: int, later: int) -> int:
    """Return the dots of a cell that two lines pass: of both, or of the later where it lies on the other."""
    return later if later | earlier == earlier else later | earlier


def name_cells(series: Series, plot: Plot, taken: _Cells) -> _Cells:
    """Return the name of a line with a sample of it, at the right and near its end; nothing without room."""
    ends = [y for x, y in series.points if x <= plot.chart.x_high]
    if not series.name or not ends:
        return {}
    sample = plot.glyphs.dash if series.dashed else plot.glyphs.rule if plot.glyphs.braille else plot.glyphs.plot
    label = f" {sample * 2} {series.name}"
    left = plot.width - cell_len(label)
    home = min(max(plot.cells.row_of(ends[-1]), 0), plot.height - 1)
    for row in sorted(range(plot.height), key=lambda row: (abs(row - home), row)):
        wanted = [(column, row) for column in range(left, plot.width)]
        if left >= 0 and not any(place in taken for place in wanted):
            return _lettered(label, left, row, series.tone)
    return {}


def _lettered(label: str, left: int, row: int, tone: str) -> _Cells:
    cells: _Cells = {}
    for character in label:
        cells[left, row] = (character, tone)
        for extra in range(1, cell_len(character)):
            cells[left + extra, row] = ("", tone)
        left += cell_len(character)
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
    return max(cell_len(short(chart.y_high - span * part / 4, span)) for part in range(5)) + 1


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
    """Return the labels of the level axis, each under its place and all of it inside."""
    cells = [(" ", "")] * plot.width
    for label in plot.chart.x_labels:
        column, length = plot.cells.column_of(label.x), cell_len(label.glyph)
        if column is None or length > plot.width:
            continue
        start = min(max(0, column - length // 2), plot.width - length)
        around = cells[max(0, start - 1) : start + length + 1]
        if all(character == " " for character, _ in around):
            cells[start : start + length] = [(character, label.tone) for character in label.glyph]
    return line_of_cells(cells)
