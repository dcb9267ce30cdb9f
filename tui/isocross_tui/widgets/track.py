"""The scale of a slider: falling on the left of zero, rising on the right, with places marked on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.message import Message

from isocross.records import dataclass
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.spans import Line, Span, line_of, line_of_cells

FALLING: Final = 2 / 3
"""The part of the width that belongs to what lies below zero."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on a scale."""

    x: float
    label: str = ""
    """Written below the scale where it has a second line with room."""
    tone: str = ""
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Everything a slider shows."""

    low: float
    high: float
    zero: float
    at: float
    """The current value."""
    ticks: tuple[Tick, ...] = ()
    low_text: str = ""
    high_text: str = ""


def position(x: float, low: float, zero: float, high: float, width: int) -> float:
    """Return where a value is, in cells from 0 to `width` − 1.

    Linear from `low` to `zero`, which stands at two thirds of the way, and linear with another slope from
    there to `high`: what matters happens on the falling side. A scale that only falls or rises has it all.
    """
    length = max(0, width - 1)
    turn = _turn(low, zero, high) * length
    if x <= zero:
        return turn * (max(x, low) - low) / (zero - low) if zero > low else turn
    return turn + (length - turn) * (min(x, high) - zero) / (high - zero) if high > zero else turn


def value_at(place: float, low: float, zero: float, high: float, width: int) -> float:
    """Return the value at a place in cells: the inverse of `position`."""
    length = max(0, width - 1)
    turn = _turn(low, zero, high) * length
    place = min(max(0.0, place), float(length))
    if place <= turn:
        return low + (zero - low) * place / turn if turn else zero
    return min(zero + (high - zero) * (place - turn) / (length - turn), high)


def _turn(low: float, zero: float, high: float) -> float:
    if zero <= low:
        return 0.0
    return FALLING if high > zero else 1.0


class Track(Drawing[Scale]):
    """A slider, its labels at both ends; with a second line, the labels of the places on it."""

    DEFAULT_CSS = """
    Track { height: 1; }
    """

    _asked_for: float | None = None

    class Moved(Message):
        """Posted when the slider is clicked or dragged; the widget itself waits to be shown the new value."""

        def __init__(self, track: Track, value: float) -> None:
            """Initialise the message.

            Args:
                track: The slider.
                value: The value at the cell of the mouse, exactly zero or an end where it stands on one.
            """
            super().__init__()
            self.track = track
            self.value = value

        @property
        def control(self) -> Track:
            """The slider, for `@on` with a selector."""
            return self.track

    class Turned(Message):
        """Posted when the wheel is turned over the slider."""

        def __init__(self, track: Track, steps: int) -> None:
            """Say which way: 1 is up."""
            super().__init__()
            self.track = track
            self.steps = steps

        @property
        def control(self) -> Track:
            """The slider, for `@on` with a selector."""
            return self.track

    def on_mouse_scroll_up(self) -> None:
        """Move it up by a step."""
        self.post_message(self.Turned(self, 1))

    def on_mouse_scroll_down(self) -> None:
        """Move it down by a step."""
        self.post_message(self.Turned(self, -1))

    def draw(self, value: Scale, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the scale, and the labels of its ticks when there is a second line."""
        left, width = _room(value, size.width)
        before = f"{value.low_text} " if left else ""
        after = f" {value.high_text}" if left + width < size.width else ""
        scale = line_of(Span(before, "muted"), *_scale_line(value, width, glyphs), Span(after, "muted"))
        return [scale] if size.height < 2 else [scale, _label_line(value, left, width)]

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the slider."""
        if self._value is not None and event.button == 1:
            self._asked_for = None
            self.capture_mouse()
            self._move_to(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse while it holds the slider."""
        if self.app.mouse_captured is self:
            self._move_to(event)

    def on_mouse_up(self) -> None:
        """Let go of the slider."""
        self.release_mouse()

    def _move_to(self, event: events.MouseEvent) -> None:
        if self._value is None:
            return
        left, width = _room(self._value, self.size.width)
        cell = event.get_content_offset_capture(self).x - left
        value = _value_of_cell(cell, self._value, width)
        if value not in (self._value.at, self._asked_for):
            self._asked_for = value
            self.post_message(self.Moved(self, value))


def _room(scale: Scale, width: int) -> tuple[int, int]:
    """Return where the scale begins and how long it is; the texts at its ends go first when it is tight."""
    left = cell_len(scale.low_text) + 1 if scale.low_text else 0
    right = cell_len(scale.high_text) + 1 if scale.high_text else 0
    return (left, width - left - right) if width - left - right >= 9 else (0, width)


def _cell_of(x: float, scale: Scale, width: int) -> int:
    return round(position(x, scale.low, scale.zero, scale.high, width))


def _value_of_cell(cell: int, scale: Scale, width: int) -> float:
    if cell <= 0:
        return scale.low
    if cell >= width - 1:
        return scale.high
    if cell == _cell_of(scale.zero, scale, width):
        return scale.zero
    return value_at(cell, scale.low, scale.zero, scale.high, width)


def _scale_line(scale: Scale, width: int, glyphs: Glyphs) -> Line:
    cells = [(glyphs.rule, "muted")] * width
    zero, at = _cell_of(scale.zero, scale, width), _cell_of(scale.at, scale, width)
    for cell in range(min(zero, at), max(zero, at)):
        cells[cell] = (glyphs.heavy, "")
    cells[zero] = (glyphs.zero, "")
    for tick in sorted(scale.ticks, key=lambda tick: not tick.passed):
        if scale.low <= tick.x <= scale.high:
            glyph = glyphs.tick_passed if tick.passed else glyphs.tick
            cells[_cell_of(tick.x, scale, width)] = (glyph, tick.tone)
    cells[at] = (glyphs.diamond, "accent")
    return line_of_cells(cells)


def _label_line(scale: Scale, left: int, width: int) -> Line:
    """Return the labels below their ticks, those nearest to the current value first, none over another."""
    labels: list[tuple[int, Tick]] = []
    for tick in sorted(scale.ticks, key=lambda tick: (tick.passed, abs(tick.x - scale.at))):
        length = cell_len(tick.label)
        centre = left + _cell_of(tick.x, scale, width)
        start = min(max(left, centre - length // 2), left + width - length)
        room = all(start + length < other or other + cell_len(placed.label) < start for other, placed in labels)
        if tick.label and room and start >= 0:
            labels.append((start, tick))
    spans, end = [], 0
    for start, tick in sorted(labels, key=lambda label: label[0]):
        spans += [Span(" " * (start - end)), Span(tick.label, tick.tone or "muted")]
        end = start + cell_len(tick.label)
    return line_of(*spans)
