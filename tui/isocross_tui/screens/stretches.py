"""Draws and writes the stretches of a frame that changed, and nothing beside them.

The toolkit has every widget draw itself that touches the rectangle around all changes, which is nearly the screen, and
writes each row from the left edge of its widget.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from isocross_tui.widgets.spans import cells_in


class Piece(NamedTuple):
    """Cells of one row that one widget is seen in."""

    x: int
    y: int
    end: int
    widget: Widget
    region: Region
    """Where the widget is, also what of it is out of sight."""


class Stretches(CompositorUpdate):
    """An update that writes each stretch from its own first cell."""

    def __init__(self, drawn: Sequence[tuple[int, int, list[Segment]]]) -> None:
        """Take the column and row of each, and what is seen there."""
        self.drawn = drawn

    def render_segments(self, console: Console) -> str:
        """Render to what is written to the terminal."""
        system = console._color_system or ColorSystem.TRUECOLOR
        written = []
        for x, y, segments in self.drawn:
            written.append(Control.move_to(x, y).segment.text)
            written += [Strip.render_style(style, text, system) if style else text for text, style, _ in segments]
        return "".join(written)


class StretchCompositor(Compositor):
    """Has a widget draw the rows in which something of it changed, where it is seen there."""

    def render_partial_update(self) -> Stretches | None:  # type: ignore[override]
        """Return what changed since the last frame; None: nothing did."""
        spans = list(self._regions_to_spans(self._dirty_regions))
        self._dirty_regions.clear()
        pieces = [piece for span in spans for piece in self._pieces(*span)]
        rows = defaultdict[tuple[Widget, Region], list[int]](list)
        for piece in pieces:
            rows[piece.widget, piece.region].append(piece.y)
        drawn = {widget: _drawn(widget, region, min(of), max(of)) for (widget, region), of in rows.items()}
        shown = [
            (piece.x, piece.y, _cut(drawn[piece.widget][piece.y], piece.x - piece.region.x, piece.end - piece.region.x))
            for piece in pieces
        ]
        return Stretches(shown) if shown else None

    def _pieces(self, y: int, start: int, stop: int) -> Iterator[Piece]:
        """Cut a stretch of a row by the widgets that are seen in it, the one in front first."""
        gaps = [(start, stop)]
        for widget, seen, region in self.layers_visible[y] if 0 <= y < self.size.height else ():
            behind = []
            for left, right in gaps:
                x, end = max(left, seen.x), min(right, seen.right)
                if x < end:
                    yield Piece(x, y, end, widget, region)
                behind += [gap for gap in ((left, min(right, x)), (max(left, end), right)) if gap[0] < gap[1]]
            gaps = behind


def _drawn(widget: Widget, region: Region, first: int, last: int) -> dict[int, Strip]:
    """Have a widget draw what is in the rows of the screen from one to another."""
    rows = range(first, last + 1)
    strips = widget.render_lines(Region(0, first - region.y, region.width, len(rows)))
    return dict(zip(rows, strips, strict=True))


def _cut(strip: Strip, start: int, stop: int) -> list[Segment]:
    """Return the cells of a row from one to another; the toolkit's own cut makes a row of them that remembers much."""
    cut, at = [], 0
    for segment in strip:
        end = at + cells_in(segment.text)
        if at < stop and end > start:
            ahead = segment if end <= stop else segment.split_cells(stop - at)[0]
            cut.append(ahead if at >= start else ahead.split_cells(start - at)[1])
        at = end
    return cut
