"""A film as an SVG that moves by itself: no script, no font or file from elsewhere, and as small as it can be.

The first picture is drawn whole. Each later one draws only the cells that changed, over what is there, and is hidden
until its time; so where nothing moves (a reader who asked for that, a plain viewer) the last picture is what is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from decimal import Decimal
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Final

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from isocross.money import ZERO
from isocross.records import dataclass
from isocross_tui.cast.film import Film, Shot

WIDE, HIGH, SIZE, BASE = 42, 82, 69, 65
"""A cell, which its letters fill; their size, and how far below its upper edge they stand."""
WIDE_PX, HIGH_PX = 9, 17
"""A cell in whole pixels: what is drawn over another picture leaves no edge of it."""
ASIDE, ABOVE = 2, 1
"""Cells that are left free around the screen."""
GAP: Final = 4
"""Changes with no more unchanged cells between them are drawn as one."""
FAINT: Final = Decimal("0.5")
"""How much of a dim letter's colour is that of its ground."""
_FONTS: Final = "'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace"
_OTHER_SPACE: Final = " \u2800"
"""What draws nothing: a blank, and a braille letter without dots."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell is drawn."""

    colour: str
    ground: str
    bold: bool = False
    slanted: bool = False
    line: str = ""
    """A line through it or under it."""

    @property
    def rule(self) -> str:
        """The style of its letters."""
        parts = (
            f"fill:{self.colour}",
            "font-weight:bold" if self.bold else "",
            "font-style:italic" if self.slanted else "",
            f"text-decoration:{self.line}" if self.line else "",
        )
        return ";".join(filter(None, parts))


Cell = tuple[str, Look]
Row = list[Cell]


@dataclass
class Classes:
    """Short names for styles, in the order in which they come."""

    names: dict[str, str] = field(default_factory=dict)

    def of(self, rule: str) -> str:
        """The name of a style."""
        return self.names.setdefault(rule, f"c{len(self.names)}")

    def sheet(self) -> str:
        """What each name means."""
        return "".join(f".{name}{{{rule}}}" for rule, name in self.names.items())


def animated(film: Film) -> str:
    """Draw a film; the same film gives the same text."""
    classes = Classes()
    groups, frames = [], []
    before: list[Row] = []
    for n, shot in enumerate(film.shots):
        screen = [_cells(row, film) for row in shot.rows]
        drawn = "".join(_changes(screen, before, film, classes))
        before = screen
        if not drawn:
            continue
        if shot.at > ZERO:
            groups.append(f'<g class="s" style="animation-name:s{n}">{drawn}</g>')
            frames.append(_keyframes(n, shot, film))
        else:
            groups.append(drawn)
    return _document(film, classes.sheet() + "".join(frames), "\n".join(groups))


def _document(film: Film, rules: str, drawn: str) -> str:
    columns, rows = film.size
    columns, rows = columns + 2 * ASIDE, rows + 2 * ABOVE
    box = f"{-ASIDE * WIDE} {-ABOVE * HIGH} {columns * WIDE} {rows * HIGH}"
    ground = " ".join(f'{name}="{at}"' for name, at in zip(("x", "y", "width", "height"), box.split(), strict=True))
    title = escape(film.title)
    told = escape(", ".join(marker for shot in film.shots for marker in shot.markers))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns * WIDE_PX}" height="{rows * HIGH_PX}" '
        f'viewBox="{box}" preserveAspectRatio="none" role="img" xml:space="preserve">\n'
        f"<title>{title}</title><desc>{told}</desc>\n"
        f"<style>text{{font:{SIZE}px {_FONTS};white-space:pre}}rect{{shape-rendering:crispEdges}}"
        f".s{{animation:{_plain(film.ends)}s step-end infinite}}"
        f"@media(prefers-reduced-motion:reduce){{.s{{animation:none}}}}{rules}</style>\n"
        f'<rect {ground} rx="40" fill="{film.background}"/>\n'
        f"{drawn}\n</svg>\n"
    )


def _keyframes(n: int, shot: Shot, film: Film) -> str:
    """Hidden until its time, seen until all begins again."""
    share = _plain((shot.at / film.ends * 100).quantize(Decimal("0.001")))
    return f"@keyframes s{n}{{0%{{visibility:hidden}}{share}%,to{{visibility:visible}}}}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


# --- cells ---------------------------------------------------------------------------------------


def _cells(row: Iterable[Segment], film: Film) -> Row:
    """The cells of a row; a wide letter has an empty one behind it, and what has no width goes with what is before."""
    cells: Row = []
    for text, style, control in row:
        look = _look(style or Style.null(), film.foreground, film.background)
        for letter in "" if control else text:
            width = cell_len(letter)
            if width or not cells:
                cells += [(letter, look), *[("", look)] * (width - 1)]
            else:
                cells[-1] = (cells[-1][0] + letter, cells[-1][1])
    return cells


@lru_cache(maxsize=1024)
def _look(style: Style, foreground: str, background: str) -> Look:
    colour, ground = _hex(style.color, foreground), _hex(style.bgcolor, background)
    if style.reverse:
        colour, ground = ground, colour
    if style.dim:
        colour = _between(colour, ground)
    line = "line-through" if style.strike else "underline" if style.underline else ""
    return Look(colour, ground, bool(style.bold), bool(style.italic), line)


def _hex(colour: Color | None, otherwise: str) -> str:
    return otherwise if colour is None or colour.is_default else str(colour.get_truecolor().hex)


def _between(one: str, other: str) -> str:
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{int(a + (b - a) * FAINT):02x}" for a, b in pairs)


# --- drawing -------------------------------------------------------------------------------------


def _changes(screen: Sequence[Row], before: Sequence[Row], film: Film, classes: Classes) -> Iterator[str]:
    """Draw the cells that are other ones than before."""
    for y, row in enumerate(screen):
        old = before[y] if y < len(before) else []
        for start, end in _spans(row, old):
            yield from _grounds(row, start, end, y, "" if old else film.background, classes)
            yield from _letters(row, start, end, y, classes)


def _spans(row: Row, old: Row) -> list[tuple[int, int]]:
    """Where a row differs, as columns from and to."""
    spans: list[tuple[int, int]] = []
    for x, cell in enumerate(row):
        if x < len(old) and cell == old[x]:
            continue
        if spans and x - spans[-1][1] <= GAP:
            spans[-1] = (spans[-1][0], x + 1)
        else:
            spans.append((x, x + 1))
    return spans


def _grounds(row: Row, start: int, end: int, y: int, under: str, classes: Classes) -> Iterator[str]:
    """Draw what is behind the letters; where the same colour lies there already, nothing."""
    x = start
    for ground, cells in groupby(row[start:end], lambda cell: cell[1].ground):
        count = len(list(cells))
        if ground != under:
            name = classes.of(f"fill:{ground}")
            yield f'<rect class="{name}" x="{x * WIDE}" y="{y * HIGH}" width="{count * WIDE}" height="{HIGH}"/>'
        x += count


def _letters(row: Row, start: int, end: int, y: int, classes: Classes) -> Iterator[str]:
    """Draw the letters, each run of one look set to the width of its cells."""
    x = start
    for look, cells in groupby(row[start:end], lambda cell: cell[1]):
        run = [letter for letter, _ in cells]
        for at, text, width in _words(run, lined=bool(look.line)):
            place = f'x="{(x + at) * WIDE}" y="{y * HIGH + BASE}"'
            # a letter alone needs no width to stand in its cell
            place += f' textLength="{width * WIDE}"' if width > 1 else ""
            yield f'<text class="{classes.of(look.rule)}" {place}>{escape(text, quote=False)}</text>'
        x += len(run)


def _words(run: list[str], *, lined: bool) -> Iterator[tuple[int, str, int]]:
    """A run without the blanks around it and without long ones in it: where each part begins, its text, its cells."""
    if lined:
        yield 0, "".join(run), len(run)
        return
    drawn = [at for at, letter in enumerate(run) if letter not in _OTHER_SPACE or letter == ""]
    parts: list[tuple[int, int]] = []
    for at in drawn:
        if parts and at - parts[-1][1] <= GAP:
            parts[-1] = (parts[-1][0], at + 1)
        else:
            parts.append((at, at + 1))
    for start, end in parts:
        yield start, "".join(run[start:end]), end - start
