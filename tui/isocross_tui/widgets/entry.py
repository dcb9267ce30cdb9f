"""A field to type into, or to choose in: of a few words all are seen, and a letter or an arrow takes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widgets import Input

from isocross.records import dataclass

_MARGIN = 1
"""Columns on each side of an option; the brackets of the one that is taken stand there."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Options side by side."""

    before: str
    """How many there is no room for on the left."""
    options: tuple[tuple[int, str], ...]
    """Each that is seen, and the column where it begins."""
    after: str
    """How many there is no room for on the right."""
    left: int
    """The same as a number."""


class Entry(Input):
    """An input that is a choice where it has options; its value is one of them then."""

    DEFAULT_CSS = """
    Entry.-choice { text-style: none; padding: 0; }
    """

    options: tuple[str, ...] = ()
    """What there is to choose; empty: any text."""
    on_letter: Callable[[], None] | None = None
    """Called when a letter took the only option that it begins."""

    _chosen = False
    """Whether somebody took an option here."""
    _word = ""
    """What was typed of an option."""
    _rest = ""
    """What is left of the word whose first letter took an option and left its field."""
    _spelled = False
    """Whether some of that word was typed here after all."""

    on_fill: Callable[[str], bool] | None = None
    """Called with what is pasted: whether it was more than the text of this field, and has been taken."""

    def offer(self, value: str, options: Sequence[str] = ()) -> None:
        """Have another value, and other options."""
        self.options = ()
        self._word, self._rest, self._spelled, self._chosen = "", "", False, False
        self.value = value
        self.options = tuple(options)
        self.set_class(bool(options), "-choice")
        self.select_all()
        self.refresh()

    def stand_at(self, option: str) -> None:
        """Have an option that follows from something else, unless one was taken by hand."""
        if not self._chosen and option != self.value:
            self.value = option
            self.refresh()

    def replace(self, text: str, start: int, end: int) -> None:
        """Take the option that is spelled, else the next one that a text begins; without options the text itself."""
        if self._rest and text and self._rest.startswith(text.lower()):
            self._rest = self._rest[len(text) :]
            self._spelled = True
            return
        self._rest, self._spelled = "", False
        if not self.options:
            super().replace(text, start, end)
        elif text:
            self._spell(text.lower())

    def _spell(self, text: str) -> None:
        spelled = [option for option in self.options if self._word and option.startswith(self._word + text)]
        if spelled:
            self._word += text
            self._take(self.value if self.value in spelled else spelled[0])
            return
        found = [option for option in self.options if option.startswith(text[:1])]
        if not found:
            return
        self._word = text[:1]
        at = found.index(self.value) + 1 if self.value in found else 0
        self._take(found[at % len(found)])
        if len(found) == 1 and self.on_letter is not None:
            self.on_letter()
            self._rest = found[0][1:]

    def ends_word(self) -> bool:
        """Say whether a word was spelled whose first letter had left its field; enter belongs to it then."""
        ended, self._rest, self._spelled = self._spelled, "", False
        return ended

    def action_cursor_left(self, select: bool = False) -> None:
        """Take the option before, or move the cursor."""
        self._step(-1) if self.options else super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        """Take the next option, or move the cursor."""
        self._step(1) if self.options else super().action_cursor_right(select)

    def _step(self, step: int) -> None:
        at = self.options.index(self.value) if self.value in self.options else 0
        self._take(self.options[(at + step) % len(self.options)])

    def _take(self, option: str) -> None:
        self._chosen = True
        self.value = option
        self.refresh()

    def _on_paste(self, event: events.Paste) -> None:
        """Take a pasted text, unless it is more than this field has room for."""
        if self.on_fill is not None and self.on_fill(event.text):
            event.stop()
            event.prevent_default()
        else:
            super()._on_paste(event)

    def on_click(self, event: events.Click) -> None:
        """Take the option under the pointer."""
        at = event.get_content_offset_capture(self).x
        for x, option in self._laid_out(self.content_size.width).options:
            if x <= at < x + _width(option):
                self._take(option)
                return

    def render_line(self, y: int) -> Strip:
        """Draw the options side by side, the one taken in brackets, and how many have no room before and after."""
        if not self.options or y:
            return super().render_line(y)
        style, width = self.rich_style, self.size.width
        chosen = self.get_component_rich_style("input--cursor" if self.has_focus else "input--selection")
        count = style + self.get_component_rich_style("input--placeholder", partial=True)
        row = self._laid_out(width)
        segments = [Segment(row.before, count)]
        for x, option in row.options:
            segments.append(Segment(" " * (x - sum(segment.cell_length for segment in segments)), style))
            taken = option == self.value
            segments.append(Segment(f"[{option}]" if taken else f" {option} ", chosen if taken else style))
        strip = Strip(segments).adjust_cell_length(width - len(row.after), style)
        return Strip([*strip, Segment(row.after, count)], width)

    def _laid_out(self, width: int) -> Laid:
        """Place as many options as fit whole, that which is taken among them."""
        at = self.options.index(self.value) if self.value in self.options else 0
        rows = (_row(self.options, first, width) for first in range(at + 1))
        return next((row for row in rows if at < len(self.options) - row.left), _row(self.options, at, width))


def _row(options: Sequence[str], first: int, width: int) -> Laid:
    """The options from one on, as many as fit whole."""
    before = f"+{first} " if first else ""
    x = len(before)
    seen: list[tuple[int, str]] = []
    for at, option in enumerate(options[first:], first):
        left = len(options) - at - 1
        more = f" +{left}" if left else ""
        if x + _width(option) + len(more) > width and seen:
            break
        seen.append((x, option))
        x += _width(option)
    left = len(options) - first - len(seen)
    return Laid(before, tuple(seen), f" +{left}" if left else "", left)


def _width(option: str) -> int:
    return len(option) + 2 * _MARGIN
