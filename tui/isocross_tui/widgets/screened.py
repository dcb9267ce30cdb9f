"""The last gate of the screen: whatever a text holds, no character reaches the terminal that it would act on."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from isocross.toml.faults import is_harmless

_STAND_IN = "·"


class ScreenedFilter(LineFilter):
    """Draws a dot for each cell of a character that is none to be shown; one that takes no cell is left out."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Transform a row of segments."""
        if all(segment.control or segment.text.isprintable() for segment in segments):
            return segments
        return [Segment(t if control else _screened(t), style, control) for t, style, control in segments]


@lru_cache(maxsize=1024)
def _screened(text: str) -> str:
    return "".join(c if is_harmless(c) else _STAND_IN * cell_len(c) for c in text)
