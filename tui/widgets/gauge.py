"""A bar of one line: how full something is, how far it may still go, and the line it is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from tui.widgets.drawing import Drawing
from tui.widgets.glyphs import Glyphs
from tui.widgets.spans import Line, line_of_cells


@dataclass(frozen=True, slots=True)
class Level:
    """What a gauge shows; every place is a share of its length, 0 to 1."""

    fill: float
    """The full part."""
    middle: float | None = None
    """Where a half-strong part that follows it ends."""
    mark: float | None = None
    """Where a line is drawn across."""
    tone: str = ""
    """The tone of the full part and the half-strong one."""


class Gauge(Drawing[Level]):
    """A horizontal bar."""

    DEFAULT_CSS = """
    Gauge { height: 1; }
    """

    def draw(self, value: Level, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the bar, as often as there are rows."""
        filled = cells_of(value.fill, size.width)
        half = max(filled, cells_of(value.middle or 0.0, size.width))
        cells = [(glyphs.full, value.tone)] * filled + [(glyphs.shade, value.tone)] * (half - filled)
        cells += [(glyphs.light, "muted")] * (size.width - half)
        if value.mark is not None:
            cells[round(_share(value.mark) * (size.width - 1))] = (glyphs.level, "accent")
        return [line_of_cells(cells)] * size.height


def cells_of(share: float, width: int) -> int:
    """Return how many of `width` cells a share takes; some never looks like none, nor part like all."""
    share = _share(share)
    if share in (0.0, 1.0) or width < 2:
        return round(share * width)
    return min(max(round(share * width), 1), width - 1)


def _share(number: float) -> float:
    return min(max(0.0, number), 1.0)
