"""A line of text cut into spans of one tone each, and what differs between two drawings made of lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.geometry import Region

_CHARACTER: Final = itemgetter(0)
_TONE: Final = itemgetter(1)


class Span(NamedTuple):
    """A piece of one line."""

    text: str
    tone: str = ""
    """Names of component classes without their prefix, separated by spaces; empty for plain text."""


Line = tuple[Span, ...]


def line_of(*spans: Span) -> Line:
    """Return the spans as a line: empty ones left out, neighbours of one tone made one."""
    merged: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        if merged and merged[-1].tone == span.tone:
            merged[-1] = Span(merged[-1].text + span.text, span.tone)
        else:
            merged.append(span)
    return tuple(merged)


def line_of_cells(cells: Iterable[tuple[str, str]]) -> Line:
    """Return a line made of one (character, tone) after the other."""
    return tuple(Span("".join(map(_CHARACTER, run)), tone) for tone, run in groupby(cells, key=_TONE))


def text_of(line: Line) -> str:
    """Return a line without its tones."""
    return "".join(span.text for span in line)


def head_of(line: Line, length: int) -> Line:
    """Return the first characters of a line."""
    head: list[Span] = []
    for span in line:
        head.append(Span(span.text[:length], span.tone))
        length = max(0, length - len(span.text))
    return line_of(*head)


@lru_cache(maxsize=4096)
def cells_in(text: str) -> int:
    """Return how many cells a text takes."""
    # most of what is drawn is, and the table of widths would be asked for each new figure
    return len(text) if text.isascii() and text.isprintable() else cell_len(text)


def width_of(line: Line) -> int:
    """Return how many cells a line takes."""
    return sum([cells_in(span.text) for span in line])


def fit(text: str, width: int, ellipsis: str) -> str:
    """Return words in exactly `width` cells, padded or cut; not for numbers, which are never cut."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    if width <= cell_len(ellipsis):
        return set_cell_size("", width)
    return pad_right(set_cell_size(text, width - cell_len(ellipsis)).rstrip() + ellipsis, width)


def pad_left(text: str, width: int) -> str:
    """Return text moved to the right edge of `width` cells."""
    return " " * (width - cells_in(text)) + text


def pad_right(text: str, width: int) -> str:
    """Return text followed by blanks up to `width` cells."""
    return text + " " * (width - cells_in(text))


def changed_regions(before: Sequence[Line], after: Sequence[Line]) -> list[Region]:
    """Return the stretch of each row in which two drawings differ, as regions one row high.

    One stretch a row: each costs the toolkit a search, and the terminal a move of the cursor.
    """
    regions: list[Region] = []
    for y, (old, new) in enumerate(zip_longest(before, after, fillvalue=())):
        start, end = changed_run(old, new)
        if start < end:
            regions.append(Region(start, y, end - start, 1))
    return regions


def changed_run(before: Line, after: Line) -> tuple[int, int]:
    """Return the cells, from and up to, between which two lines differ; an empty run when they do not."""
    if before == after:
        return 0, 0
    old, new = width_of(before), width_of(after)
    start = _agreeing(before, after, 1)
    # from the right they can only be compared where they end in the same cell
    end = old - _agreeing(before[::-1], after[::-1], -1) if old == new else max(old, new)
    return start, max(start, end)


def _alike(one: str, other: str) -> str:
    """Return the characters that two texts begin with alike."""
    for at, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return one[:at]
    return min(one, other, key=len)


def _agreeing(one: Line, other: Line, way: int) -> int:
    """Return how many cells two lines have in common from their beginning; −1: the words in them are read backwards."""
    cells = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            if mine.tone == theirs.tone:
                cells += cells_in(_alike(mine.text[::way], theirs.text[::way]))
            return cells
        cells += cells_in(mine.text)
    return cells
