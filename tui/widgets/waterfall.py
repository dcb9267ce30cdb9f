"""Amounts one below the other, each with a bar for its share of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Size

from tui.widgets.drawing import Drawing
from tui.widgets.glyphs import Glyphs
from tui.widgets.spans import Line, Span, fit, line_of, pad_left

_SHORTEST_BAR = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One amount."""

    label: str
    amount_text: str
    share: float
    """The length of its bar, 0 to 1."""
    tone: str = ""
    """The tone of its bar."""


class Waterfall(Drawing[tuple[Step, ...]]):
    """A label, an amount and a bar in each line."""

    DEFAULT_CSS = """
    Waterfall { height: auto; }
    """

    def show(self, value: tuple[Step, ...]) -> None:
        """Show the steps, and ask for the room they need when their number changed."""
        before = len(self._value or ())
        super().show(value)
        if len(value) != before:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return a line for each step."""
        return len(self._value or ())

    def draw(self, value: tuple[Step, ...], size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return a line for each step, the amounts below each other and never cut."""
        amounts = max((cell_len(step.amount_text) for step in value), default=0)
        labels = max((cell_len(step.label) for step in value), default=0)
        labels = max(0, min(labels, size.width - amounts - 1))
        room = size.width - labels - amounts - 2
        lines = []
        for step in value[: size.height]:
            quiet = "" if step.share > 0 else "muted"
            words = fit(step.label, labels, glyphs.ellipsis)
            text = f"{words} {pad_left(step.amount_text, amounts)}"
            drawn = bar(step.share, room, glyphs) if room >= _SHORTEST_BAR else ""
            lines.append(line_of(Span(f"{text} " if drawn else text, quiet), Span(drawn, step.tone)))
        return lines


def bar(share: float, width: int, glyphs: Glyphs) -> str:
    """Return a bar as fine as the glyphs allow; a share above zero is never without one."""
    fine = len(glyphs.eighths)
    share = min(max(0.0, share), 1.0)
    pieces = max(round(share * width * fine), 1 if share else 0)
    whole, rest = divmod(pieces, fine)
    return glyphs.eighths[-1] * whole + (glyphs.eighths[rest - 1] if rest else "")
