"""Pictures as text: what is written, and in which style, in every theme at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from string import ascii_letters

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

NAMES = ascii_letters + "".join(map(chr, range(0xC0, 0x180)))
"""One character for each style of a picture."""


@dataclass(frozen=True)
class Ink:
    """The style of a cell."""

    colour: str
    ground: str
    marks: str = ""
    """Which of bold, dim, strike, reverse, underline it is."""

    def __str__(self) -> str:
        return f"{self.colour} on {self.ground} {self.marks}".strip()


@dataclass(frozen=True)
class Shot:
    """A screen: its rows of text, and the style of every cell."""

    lines: tuple[str, ...]
    inks: tuple[tuple[Ink, ...], ...]


def lines_of(strips: Iterable[Iterable[Segment]]) -> tuple[str, ...]:
    """What is written on a screen."""
    return tuple("".join(part.text for part in strip if not part.control) for strip in strips)


def shot_of(strips: Iterable[Iterable[Segment]]) -> Shot:
    """The rows and the styles of a screen."""
    rows = [[part for part in strip if not part.control] for strip in strips]
    inks = tuple(tuple(ink for part in row for ink in [_ink(part.style)] * cell_len(part.text)) for row in rows)
    return Shot(lines_of(rows), inks)


@lru_cache(maxsize=4096)
def _ink(style: Style | None) -> Ink:
    style = style or Style.null()
    marks = (name for name in ("bold", "dim", "strike", "reverse", "underline") if getattr(style, name))
    return Ink(_hex(style.color), _hex(style.bgcolor), " ".join(marks))


def _hex(colour: object) -> str:
    triplet = getattr(colour, "triplet", None)
    return triplet.hex if triplet is not None else "default"


def written(title: str, shots: dict[str, Shot]) -> str:
    """One picture in several themes: its text, its styles as runs of letters, and what each letter is in each theme."""
    looks = list(shots.values())
    styles: dict[tuple[Ink, ...], str] = {}
    rows = []
    for row in zip(*(shot.inks for shot in looks), strict=True):
        runs = [(inks, len(list(run))) for inks, run in groupby(zip(*row, strict=True))]
        rows.append(" ".join(f"{styles.setdefault(inks, NAMES[len(styles)])}{length}" for inks, length in runs))
    inked = ((letter, name, ink) for inks, letter in styles.items() for name, ink in zip(shots, inks, strict=True))
    palette = [f"{letter} {name}: {ink}" for letter, name, ink in inked]
    return "\n".join([title, "", *_trimmed(looks[0]), "", "styles", *rows, "", "palette", *palette, ""])


def read(stored: str) -> dict[str, Shot]:
    """The shots of a written picture, theme by theme."""
    head, rest = stored.split("\n\nstyles\n")
    styles, palette = rest.split("\n\npalette\n")
    inks: dict[str, dict[str, Ink]] = {}
    for line in palette.splitlines():
        letter, theme, colour, _, ground, *marks = line.split()
        inks.setdefault(theme.removesuffix(":"), {})[letter] = Ink(colour, ground, " ".join(marks))
    runs = [[(run[0], int(run[1:])) for run in row.split()] for row in styles.splitlines()]
    lines = tuple(head.split("\n")[2:])
    return {
        theme: Shot(
            lines, tuple(tuple(ink for letter, length in row for ink in [named[letter]] * length) for row in runs)
        )
        for theme, named in inks.items()
    }


def plain(title: str, shot: Shot) -> str:
    """One picture without its colours."""
    return "\n".join([title, "", *_trimmed(shot), ""])


def _trimmed(shot: Shot) -> list[str]:
    return [line.rstrip() for line in shot.lines]
