"""Words: lines of spans, wrapped at blanks where they are longer than the room there is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from textual.geometry import Size

from isocross.records import dataclass
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.spans import Line, Span, cells_in, fit, head_of, line_of, text_of, width_of

_END = re.compile(r"[.?!](?= )")
"""Where a sentence ends that another follows."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of words."""

    spans: Line
    right: Line = ()
    """Stands at the right edge of the first row."""
    instead: tuple[Line, ...] = ()
    """What stands there where that has no room: the first that has."""
    hang: int = 0
    """Columns that every row but the first is set in."""


Words = tuple[Paragraph, ...]


def say(text: str, tone: str = "", hang: int = 0) -> Paragraph:
    """Return a paragraph of one tone."""
    return Paragraph((Span(text, tone),), hang=hang)


class Prose(Drawing[Words]):
    """Paragraphs one below the other."""

    DEFAULT_CSS = """
    Prose { height: auto; }
    """

    def show(self, value: Words) -> None:
        """Show the words, and ask for the room they need when their number of rows changed, or cannot be told."""
        if value == self._value:
            return
        if not (self.is_mounted and self.styles.is_auto_height):
            super().show(value)
            return
        before = self._rows_needed()
        super().show(value)
        # out of sight it has no width; what was laid out for the words before would come back with it
        if not self.size.width or self._rows_needed() != before:
            # one that is asked for while another is due would find the height that was measured for the words before
            self._layout_updates += 1
            self.refresh(layout=True)

    def _rows_needed(self) -> int:
        return self._rows_in(self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return how many rows the words take."""
        return self._rows_in(width)

    def _rows_in(self, width: int) -> int:
        return sum(len(wrapped(paragraph, width)) for paragraph in self.written or ())

    def draw(self, value: Words, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the rows; where there is no room for all, whole sentences and how many more there are."""
        rows: list[Line] = []
        for n, paragraph in enumerate(value):
            more = wrapped(paragraph, size.width)
            if len(rows) + len(more) > size.height:
                return _whole_sentences(value[: n + 1], value[n + 1 :], size, glyphs)
            rows += more
        return rows


def sentences_in(words: Words) -> int:
    """Return how many sentences there are; words without an end are one, too."""
    texts = (text_of(paragraph.spans).strip() for paragraph in words)
    return sum(1 + len(_END.findall(text)) for text in texts if text)


def _whole_sentences(shown: Words, rest: Words, size: Size, glyphs: Glyphs) -> Sequence[Line]:
    """As many whole sentences as fit, and how many more there are; cut anywhere where not even the first does."""
    for head, left in _heads(shown, sentences_in(rest)):
        rows = [row for paragraph in head for row in wrapped(paragraph, size.width)]
        if told := _counted(rows, left, size, glyphs):
            return told
    return _cut([row for paragraph in shown for row in wrapped(paragraph, size.width)], size, glyphs)


def _heads(words: Words, left: int) -> Iterator[tuple[Words, int]]:
    """The words without their last sentence, without the last two, and so on, and how many are left out then."""
    for n, paragraph in reversed([*enumerate(words)]):
        for end in reversed([*_END.finditer(text_of(paragraph.spans))]):
            left += 1
            yield (*words[:n], replace(paragraph, spans=head_of(paragraph.spans, end.end()))), left
        left += min(1, sentences_in((paragraph,)))
        if n:
            yield words[:n], left


def _counted(rows: Sequence[Line], left: int, size: Size, glyphs: Glyphs) -> Sequence[Line]:
    """The rows, and at the right edge how many sentences are left out; none where that does not fit."""
    told = f"{left} more: {glyphs.rest_key}" if glyphs.rest_key else f"{left} more"
    for words, more in ((told, 0), (told, 1), (f"+{left}", 0)):
        lines: list[Line] = [*rows, *[()] * more]
        room = size.width - width_of(lines[-1]) - len(words)
        if len(lines) <= size.height and room > 0:
            return [*lines[:-1], line_of(*lines[-1], Span(" " * room), Span(words, "muted"))]
    return []


def _cut(rows: Sequence[Line], size: Size, glyphs: Glyphs) -> list[Line]:
    """As many rows as there is room for, after the last whole word an ellipsis and the key that tells the rest."""
    end = f"{glyphs.ellipsis} {glyphs.rest_key}".rstrip()
    last = rows[size.height - 1]
    words = text_of(last).rstrip()
    while " " in words and cells_in(f"{words} {end}") > size.width:
        words = words.rpartition(" ")[0]
    cut = fit(f"{words} {end}", size.width, end)
    return [*rows[: size.height - 1], line_of(Span(cut, last[0].tone if last else ""))]


@lru_cache(maxsize=256)
def wrapped(paragraph: Paragraph, width: int) -> tuple[Line, ...]:
    """Return the rows of a paragraph; a word longer than a row is cut over several."""
    if width <= 0:
        return ()
    rows: list[list[Span]] = [[]]
    hang = paragraph.hang if paragraph.hang < width // 2 else 0
    indent = [Span(" " * hang)] if hang else []
    used = start = 0
    for word in _words(paragraph.spans):
        text = word.text
        if used > start and used + cells_in(text.rstrip()) > width:
            rows.append([*indent])
            used, start, text = hang, hang, text.lstrip()
        while cells_in(text.rstrip()) > (room := width - used) and len(text) > room:
            rows[-1].append(Span(text[:room], word.tone))
            rows.append([*indent])
            used, start, text = hang, hang, text[room:]
        rows[-1].append(Span(text, word.tone))
        used += cells_in(text)
    lines = [line_of(*row) for row in rows]
    room = width - width_of(lines[0])
    right = next((right for right in (paragraph.right, *paragraph.instead) if right and width_of(right) < room), ())
    if right:
        lines[0] = line_of(*lines[0], Span(" " * (room - width_of(right))), *right)
    return tuple(lines)


def _words(spans: Line) -> list[Span]:
    """The spans cut after each run of blanks."""
    words = []
    for span in spans:
        start = 0
        for at in range(1, len(span.text)):
            # a number and its per cent sign stay together
            if span.text[at - 1] == " " and span.text[at] not in " %":
                words.append(Span(span.text[start:at], span.tone))
                start = at
        words.append(Span(span.text[start:], span.tone))
    return words
