"""Lines and outlines on a grid of dots, and dots as the characters of a terminal.

Lines are piecewise linear data; a region of points is outlined with four columns by four rows of dots to two points one
above the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import Final

from isocross.records import dataclass
from isocross_tui.widgets.heat import Place

Point = tuple[float, float]

_BRAILLE: Final = 0x2800
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_OUTLINE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


@dataclass(frozen=True, slots=True)
class DotGrid:
    """A rectangle of data laid over a rectangle of dots."""

    width: int
    """Dots across."""
    height: int
    """Dots from top to bottom."""
    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def x_at(self, column: int) -> float:
        """Return the x of a column of dots; the first and the last stand on the edges."""
        return self.x_low + (self.x_high - self.x_low) * column / max(1, self.width - 1)

    def column_of(self, x: float) -> int | None:
        """Return the column of dots nearest to an x, or nothing where that is outside."""
        if not isfinite(x) or not self.x_low <= x <= self.x_high or self.x_low == self.x_high:
            return None
        return round((x - self.x_low) / (self.x_high - self.x_low) * (self.width - 1))

    def row_of(self, y: float) -> int:
        """Return the row of dots nearest to a y, at most one row outside."""
        if self.y_high == self.y_low:
            return self.height // 2
        share = min(max(-1.0, (self.y_high - y) / (self.y_high - self.y_low)), 2.0)
        return min(max(-1, round(share * (self.height - 1))), self.height)


def trace(points: Sequence[Point], grid: DotGrid) -> Iterator[tuple[int, int, int]]:
    """Yield a column of dots, its highest and its lowest row, for each column a line passes.

    Args:
        points: Where the line bends, by rising x; two with the same x are a step, drawn upright.
        grid: What to draw on.
    """
    points = [point for point in points if isfinite(point[0]) and isfinite(point[1])]
    places = [x for x, _ in points]
    half = (grid.x_high - grid.x_low) / max(1, grid.width - 1) / 2
    last: tuple[int, int] | None = None
    for column in range(grid.width if points else 0):
        x = grid.x_at(column)
        heights = [y for _, y in points[bisect_left(places, x - half) : bisect_left(places, x + half)]]
        if places[0] <= x <= places[-1]:
            heights += values_at(points, places, x)
        if not heights:
            continue
        rows = [grid.row_of(y) for y in heights]
        top, bottom = min(rows), max(rows)
        if last is not None:
            top, bottom = min(top, last[1] + 1), max(bottom, last[0] - 1)
        last = (min(rows), max(rows))
        if bottom >= 0 and top < grid.height:
            yield column, max(top, 0), min(bottom, grid.height - 1)


def values_at(points: Sequence[Point], places: Sequence[float], x: float) -> list[float]:
    """Return the height of a line at an x within it, or at a step all its heights."""
    left, right = bisect_left(places, x), bisect_right(places, x)
    if left < right:
        return [y for _, y in points[left:right]]
    (x0, y0), (x1, y1) = points[left - 1], points[left]
    share = (x - x0) / (x1 - x0)
    return [y0 * (1 - share) + y1 * share]


def between(points: Sequence[Point], low: float, high: float) -> tuple[Point, ...]:
    """Return the part of a line from one x to another, both within it; a step at an edge is left out."""
    places = [x for x, _ in points]
    kept = (point for point in points if low < point[0] < high)
    return ((low, values_at(points, places, low)[-1]), *kept, (high, values_at(points, places, high)[0]))


@lru_cache(maxsize=32)
def dots_by_cell(
    points: tuple[Point, ...], grid: DotGrid, cell: tuple[int, int], every: int
) -> Mapping[tuple[int, int], int]:
    """Return which dots of which cells, by (column, row), a line sets.

    Args:
        points: Where the line bends.
        grid: What to draw on.
        cell: How many dots across and down make a cell.
        every: 1 for a solid line; 2 leaves out every other column of dots.
    """
    across, down = cell
    cells: dict[tuple[int, int], int] = {}
    for column, top, bottom in trace(points, grid):
        if column % every:
            continue
        for row in range(top, bottom + 1):
            place = (column // across, row // down)
            cells[place] = cells.get(place, 0) | _DOTS[row % down][column % across]
    return cells


def braille(dots: int) -> str:
    """Return the character that has these dots set."""
    return chr(_BRAILLE | dots)


def outline(region: Sequence[Sequence[bool]], rows_in_a_cell: int) -> dict[Place, int]:
    """Return which dots of which cells lie just inside a region, where it borders on the rest.

    Args:
        region: whether each point belongs to it, rows from the top.
        rows_in_a_cell: 2 where a cell shows two points, else 1.
    """
    height, width = len(region), len(region[0]) if region else 0
    down = 4 // rows_in_a_cell
    cells: dict[Place, int] = {}
    for row in range(height):
        for column in range(width):
            if not region[row][column]:
                continue
            place = (column, row // rows_in_a_cell)
            first = row % rows_in_a_cell * down
            dots = cells.get(place, 0)
            if row and not region[row - 1][column]:
                dots |= _OUTLINE[first][0] | _OUTLINE[first][1]
            if row + 1 < height and not region[row + 1][column]:
                dots |= _OUTLINE[first + down - 1][0] | _OUTLINE[first + down - 1][1]
            for side, beside in ((0, column - 1), (1, column + 1)):
                if 0 <= beside < width and not region[row][beside]:
                    dots |= sum(_OUTLINE[first + n][side] for n in range(down))
            if dots:
                cells[place] = dots
    return cells


def drawn(dots: int) -> str:
    """Return the character of some dots."""
    return braille(dots)
