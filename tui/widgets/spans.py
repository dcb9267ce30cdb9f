"""A line of text cut into spans of one tone each, and what differs between two drawings made of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size
from textual.geometry import Region

_NEAR = 12
"""Cells between two changes below which one longer repaint is cheaper than two."""


@dataclass(frozen=True, slots=True)
class Span:
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
    runs: list[tuple[str, list[str]]] = []
    for character, tone in cells:
        if runs and runs[-1][0] == tone:
            runs[-1][1].append(character)
        else:
            runs.append((tone, [character]))
    return tuple(Span("".join(characters), tone) for tone, characters in runs)


def text_of(line: Line) -> str:
    """Return a line without its tones."""
    return "".join(span.text for span in line)


def width_of(line: Line) -> int:
    """Return how many cells a line takes."""
    return sum(cell_len(span.text) for span in line)


def fit(text: str, width: int, ellipsis: str) -> str:
    """Return words in exactly `width` cells, padded or cut; not for numbers, which are never cut."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    if width <= cell_len(ellipsis):
        return set_cell_size("", width)
    return pad_right(set_cell_size(text, width - cell_len(ellipsis)).rstrip() + ellipsis, width)


def pad_left(text: str, width: int) -> str:
    """Return text moved to the right edge of `width` cells."""
    return " " * (width - cell_len(text)) + text


def pad_right(text: str, width: int) -> str:
    """Return text followed by blanks up to `width` cells."""
    return text + " " * (width - cell_len(text))


def changed_regions(before: Sequence[Line], after: Sequence[Line]) -> list[Region]:
    """Return the smallest stretches in which two drawings differ, as regions one row high."""
    regions: list[Region] = []
    for y, (old, new) in enumerate(zip_longest(before, after, fillvalue=())):
        if old != new:
            regions += [Region(start, y, end - start, 1) for start, end in changed_runs(old, new)]
    return regions


def changed_runs(before: Line, after: Line) -> list[tuple[int, int]]:
    """Return the runs of cells, from and up to, in which two lines differ."""
    runs: list[tuple[int, int]] = []
    pairs = zip_longest(_cells(before), _cells(after), fillvalue=(" ", ""))
    for x, (old, new) in enumerate(pairs):
        if old == new:
            continue
        if runs and x - runs[-1][1] < _NEAR:
            runs[-1] = (runs[-1][0], x + 1)
        else:
            runs.append((x, x + 1))
    return runs


def _cells(line: Line) -> Iterator[tuple[str, str]]:
    for span in line:
        for character in span.text:
            width = cell_len(character)
            if width:
                yield character, span.tone
            for _ in range(width - 1):
                yield "", span.tone + "+" + character
