"""Figures side by side: a column for each of a few things, a row for each figure, all on their decimal points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.geometry import Size

from isocross.records import dataclass
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.spans import Line, Span, fit, line_of, pad_left, pad_right

_WIDEST: Final = 28
_GAP: Final = 2
_ENDS: Final = 3
"""Cells from the point to where figures with two places and words end."""
_TAIL: Final = 4
"""Cells from the point on: two places and a blank, or one place and a per cent sign."""
_MARK: Final = 1


@dataclass(frozen=True, slots=True)
class Head:
    """What a column is about."""

    title: str
    tone: str = ""
    note: str = ""
    """Under the title."""
    priority: int = 0
    """Where there is no room for all, the column with the lowest priority goes first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure."""

    text: str
    tone: str = ""
    best: bool = False
    """Whether it is the best of its row."""


@dataclass(frozen=True, slots=True)
class SideFigures:
    """Everything that is shown."""

    corner: Line = ()
    """Before the titles."""
    heads: tuple[Head, ...] = ()
    rows: tuple[tuple[str, tuple[Entry, ...]], ...] = ()
    """Each row's label, and an entry for every head."""


class Sides(Drawing[SideFigures]):
    """Columns of one width, which does not change while figures do."""

    def draw(self, value: SideFigures, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return titles, notes, then a line for each row."""
        first = max([cell_len(label) for label, _ in value.rows] + [sum(cell_len(s.text) for s in value.corner)])
        kept = _kept(value, size.width - first)
        if not kept:
            return []
        width = min(_WIDEST, (size.width - first) // len(kept))
        heads = [value.heads[index] for index in kept]
        tail = max([_TAIL, *(_around(entries[index].text)[1] for _, entries in value.rows for index in kept)])
        corner = line_of(*value.corner, Span(" " * (first - sum(cell_len(span.text) for span in value.corner))))
        lines = [
            line_of(*corner, *(Span(_worded(head.title, width, glyphs), head.tone) for head in heads)),
            line_of(Span(" " * first), *(Span(_worded(head.note, width, glyphs), "muted") for head in heads)),
        ]
        for label, entries in value.rows:
            cells = (span for index in kept for span in _entry(entries[index], width, tail, glyphs))
            lines.append(line_of(Span(pad_right(label, first), "title"), *cells))
        return lines

    @property
    def hidden(self) -> tuple[str, ...]:
        """The titles of the columns there is no room for."""
        value = self._value or SideFigures()
        if not self.drawing_size.width:
            # before it is laid out nobody knows
            return ()
        first = max([cell_len(label) for label, _ in value.rows], default=0)
        kept = _kept(value, self.drawing_size.width - first)
        return tuple(head.title for index, head in enumerate(value.heads) if index not in kept)


def _kept(value: SideFigures, room: int) -> list[int]:
    """The columns that fit at one width."""
    kept = list(range(len(value.heads)))
    while kept and max(_needed(value, index) for index in kept) > room // len(kept):
        kept.remove(min(kept, key=lambda index: (value.heads[index].priority, -index)))
    return kept


def _needed(value: SideFigures, index: int) -> int:
    head = value.heads[index]
    words = max(cell_len(head.title), cell_len(head.note)) + _TAIL - _ENDS
    figures = (sum(_around(entries[index].text)) for _, entries in value.rows)
    return _GAP + max(words, *figures, 0) + _MARK


def _around(text: str) -> tuple[int, int]:
    """How many cells a figure has before its point and from it on; of words, the last few count as after it."""
    whole, point, places = text.rpartition(".")
    if not point:
        return cell_len(text) - _ENDS, _TAIL
    return cell_len(whole), max(_TAIL, cell_len(places) + 1)


def _entry(entry: Entry, width: int, tail: int, glyphs: Glyphs) -> tuple[Span, Span]:
    before, _ = _around(entry.text)
    start = " " * (width - _MARK - tail - before)
    mark = glyphs.best if entry.best else " "
    return Span(pad_right(start + entry.text, width - _MARK), entry.tone), Span(mark, "good" if entry.best else "")


def _worded(text: str, width: int, glyphs: Glyphs) -> str:
    """Words that end where figures do."""
    room = width - _MARK - _TAIL + _ENDS
    fitted = text if cell_len(text) <= room else fit(text, room, glyphs.ellipsis)
    return pad_right(pad_left(fitted, room), width)
