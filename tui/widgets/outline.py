"""The outline of a region of points, as dots: four columns by four rows of dots to two points one above the other."""

from __future__ import annotations

from collections.abc import Sequence

from tui.widgets.heat import Place
from tui.widgets.raster import braille

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


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
                dots |= _DOTS[first][0] | _DOTS[first][1]
            if row + 1 < height and not region[row + 1][column]:
                dots |= _DOTS[first + down - 1][0] | _DOTS[first + down - 1][1]
            for side, beside in ((0, column - 1), (1, column + 1)):
                if 0 <= beside < width and not region[row][beside]:
                    dots |= sum(_DOTS[first + n][side] for n in range(down))
            if dots:
                cells[place] = dots
    return cells


def drawn(dots: int) -> str:
    """Return the character of some dots."""
    return braille(dots)
