"""Bars: how full something is and how far its line is, and amounts as shares of a whole, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.geometry import Size

from isocross.records import dataclass
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.spans import Line, Span, fit, line_of, line_of_cells, pad_left

_SHORTEST_BAR = 3


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
    parts: tuple[tuple[str, float], ...] = ()
    """What the full part is made of: names and shares of it, in turn; empty: it is one."""


class Gauge(Drawing[Level]):
    """A horizontal bar."""

    DEFAULT_CSS = """
    Gauge { height: 1; }
    """

    def draw(self, value: Level, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the bar, as often as there are rows."""
        filled = cells_of(value.fill, size.width)
        half = max(filled, cells_of(value.middle or 0.0, size.width))
        mark = None if value.mark is None else round(_share(value.mark) * (size.width - 1))
        cells = _parts(value, filled, mark, glyphs) + [(glyphs.shade, value.tone)] * (half - filled)
        cells += [(glyphs.light, "muted")] * (size.width - half)
        if mark is not None:
            cells[mark] = (glyphs.level, "accent")
        return [line_of_cells(cells)] * size.height


def _parts(value: Level, filled: int, mark: int | None, glyphs: Glyphs) -> list[tuple[str, str]]:
    """The full part of a bar; one that is made of several has each with its name where that fits, in turns of shade.

    A name makes way for the line that is drawn across.
    """
    if not value.parts:
        return [(glyphs.full, value.tone)] * filled
    cells: list[tuple[str, str]] = []
    reached = 0.0
    for turn, (name, share) in enumerate(value.parts):
        reached += share
        width = max(0, round(reached * filled) - len(cells))
        bar = [(glyphs.full, glyphs.dense)[turn % 2]] * width
        starts = range(1, width - cell_len(name))
        start = next((at for at in starts if mark is None or not at <= mark - len(cells) < at + len(name)), None)
        if start is not None:
            bar[start : start + len(name)] = name
        cells += [(cell, value.tone) for cell in bar]
    return cells[:filled] + [(glyphs.full, value.tone)] * (filled - len(cells))


def cells_of(share: float, width: int) -> int:
    """Return how many of `width` cells a share takes; some never looks like none, nor part like all."""
    share = _share(share)
    if share in (0.0, 1.0) or width < 2:
        return round(share * width)
    return min(max(round(share * width), 1), width - 1)


def _share(number: float) -> float:
    return min(max(0.0, number), 1.0)


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """One amount."""

    label: str
    amount_text: str
    share: float
    """The length of its bar, 0 to 1."""
    tone: str = ""
    """The tone of its bar."""


class Waterfall(Drawing[tuple[WaterfallStep, ...]]):
    """A label, an amount and a bar in each line."""

    DEFAULT_CSS = """
    Waterfall { height: auto; }
    """

    def show(self, value: tuple[WaterfallStep, ...]) -> None:
        """Show the steps, and ask for the room they need when their number changed."""
        before = len(self._value or ())
        super().show(value)
        if len(value) != before:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return a line for each step."""
        return len(self._value or ())

    def draw(self, value: tuple[WaterfallStep, ...], size: Size, glyphs: Glyphs) -> Sequence[Line]:
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
