"""The picture of a frontier: its grids as inks, outlines and words, and the desk's shock as a way across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from isocross.account.book import Mode
from isocross.desk.state import Lens, Window
from isocross.records import dataclass
from isocross.rules.market import base_of
from isocross.studies.frontier.grid import Grid
from isocross.studies.frontier.plane import HIGHEST, LOWEST, Point, common_point
from isocross_tui.views.frontier.work import Grids
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.heat import HeatField, HeatMap, Ink, Label, Place
from isocross_tui.widgets.prose import Prose
from isocross_tui.widgets.raster import drawn, outline
from isocross_tui.widgets.spans import Span

HUES = 6
BLANK, BEST, CALM, WARM, GONE = 0, 1, 2, 3, 7
"""Numbers of inks: not known yet, more than there was, nothing happened, four steps down from 3, nothing left."""
FIRST_HUE = 8
EQUITY_STEPS = (0.1, 0.4, 0.7, 0.95)
"""Shares of the opening equity between the four steps down."""
GAIN = 1.05
_UNICODE_SHADES = ("·", "+", " ", "░", "▒", "▓", "█", "╳", *"░▒▓:=%")
_ASCII_SHADES = ("'", "+", " ", ".", ":", "-", "=", "x", *".:-=%&")
_TONES = ("blank", "best", "calm", "warm-1", "warm-2", "warm-3", "warm-4", "gone", *(f"hue-{n}" for n in range(HUES)))
_MODE_TONES = {Mode.CROSS: "cross", Mode.ISOLATED: "isolated"}
_LINE = "line"

Levels = NDArray[np.int64]


@dataclass(frozen=True)
class Canvas:
    """What a picture is drawn on."""

    columns: int
    rows: int
    """Cells of the map."""
    plain: bool
    """Whether there are no colours."""
    glyphs: Glyphs
    names: tuple[str, ...]
    """What each position is called."""
    opening: float
    """Equity at the opening marks."""

    @property
    def halves(self) -> int:
        """How many points stand one above the other in a cell."""
        return 1 if self.plain or not self.glyphs.braille else 2

    @property
    def inks(self) -> tuple[Ink, ...]:
        """All inks of a frontier."""
        shades = _UNICODE_SHADES if self.glyphs.braille else _ASCII_SHADES
        return tuple(Ink(tone, shade) for tone, shade in zip(_TONES, shades, strict=True))


def field_of(grids: Grids, lens: Lens, canvas: Canvas) -> HeatField:
    """The picture of some grids through a lens."""
    variants = {mode: filled(grid) for mode, grid in grids.variants.items()}
    grids = replace(grids, as_it_is=filled(grids.as_it_is), variants=variants)
    plane = grids.as_it_is.plane
    strip = plane.y is None
    shown = bands(grids) if strip else [("", grids.as_it_is)]
    height = canvas.rows * canvas.halves
    parts = [
        _fitted(levels(grid, lens, canvas.opening), len(rows), canvas.columns)
        for (_, grid), rows in zip(shown, np.array_split(np.arange(height), len(shown)), strict=True)
    ]
    for part in parts[:-1]:
        part[-canvas.halves :] = BLANK
    points = np.concatenate(parts)
    over: dict[Place, tuple[str, str]] = {}
    if not strip:
        over |= _outlines(grids, canvas)
        over |= _labels(points, lens, grids, canvas)
    return HeatField(
        points=points.tolist(),
        inks=canvas.inks,
        halves=canvas.halves == 2,
        over=over,
        x_name=_short(plane.x, grids),
        y_name="" if plane.y is None else _short(plane.y, grids),
        x_labels=axis_labels(float(plane.xs[0]), float(plane.xs[-1]), max(2, canvas.columns // 12), canvas.glyphs),
        y_labels=_band_labels(shown)
        if strip
        else axis_labels(float(plane.ys[0]), float(plane.ys[-1]), max(2, canvas.rows // 3), canvas.glyphs),
    )


def filled(grid: Grid) -> Grid:
    """The grid with every cell that nobody has looked at as the nearest that is known."""
    unknown = _unknown(grid)
    if not unknown.any() or unknown.all():
        return grid
    known, wanted = np.argwhere(~unknown), np.argwhere(unknown)
    nearest = known[((wanted[:, None, :] - known[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)]
    at = np.indices(unknown.shape)
    at[:, unknown] = nearest.T
    parts = {name: getattr(grid, name)[at[0], at[1]] for name in ("survivors", "first", "equity", "whole")}
    return replace(grid, **parts, doubtful=np.zeros_like(grid.doubtful))


def _unknown(grid: Grid) -> NDArray[np.bool_]:
    """Cells that nobody has looked at yet: as blank as `unsolved_grid` made them."""
    unknown: NDArray[np.bool_] = grid.doubtful & (grid.equity == 0) & grid.whole
    return unknown


def bands(grids: Grids) -> list[tuple[str, Grid]]:
    """The rows of a strip: the account as it is, then in either mode."""
    return [("as is", grids.as_it_is)] + [
        ("cross" if mode is Mode.CROSS else "isol.", grid) for mode, grid in grids.variants.items()
    ]


def _band_labels(shown: list[tuple[str, Grid]]) -> tuple[Label, ...]:
    return tuple(Label(1 - (n + 0.5) / len(shown), name) for n, (name, _) in enumerate(shown))


def _short(symbol: str, grids: Grids) -> str:
    return base_of(symbol, grids.book.currency)


def levels(grid: Grid, lens: Lens, opening: float) -> Levels:
    """The ink of every cell, rows from the highest move down."""
    match lens:
        case Lens.LEFT:
            fallen = 1 - grid.survivors / max(1, grid.held)
            found: Levels = np.where(grid.whole, CALM, WARM + np.clip(np.ceil(fallen * 4) - 1, 0, 3)).astype(np.int64)
            found[grid.survivors == 0] = GONE
        case Lens.EQUITY:
            share = grid.equity / opening if opening > 0 else np.where(grid.equity > 0, 1.0, 0.0)
            found = WARM + 3 - np.searchsorted(EQUITY_STEPS, share).clip(0, 4)
            found = np.where(share > GAIN, BEST, found).astype(np.int64)
            found[grid.equity <= opening * 1e-9] = GONE
        case Lens.FIRST:
            found = np.where(grid.first < 0, CALM, FIRST_HUE + grid.first % HUES).astype(np.int64)
    found[_unknown(grid)] = BLANK
    return np.flipud(found)


def _fitted(points: NDArray[np.int64], height: int, width: int) -> NDArray[np.int64]:
    """Points spread over so many rows and columns, the nearest for each."""
    rows = np.rint(np.linspace(0, points.shape[0] - 1, height)).astype(int)
    columns = np.rint(np.linspace(0, points.shape[1] - 1, width)).astype(int)
    fitted: Levels = points[rows][:, columns]
    return fitted


def _outlines(grids: Grids, canvas: Canvas) -> dict[Place, tuple[str, str]]:
    """Where something begins to fall: in either mode, and over them as it is."""
    over: dict[Place, tuple[str, str]] = {}
    for kind, grid in [*grids.variants.items(), (None, grids.as_it_is)]:
        region = _fitted(grid.whole[::-1].astype(np.int64), canvas.rows * canvas.halves, canvas.columns)
        tone = _LINE if kind is None else _MODE_TONES[kind]
        for place, dots in outline(region.tolist(), canvas.halves).items():
            shown = _dashed(kind, place, dots)
            if shown:
                over[place] = (drawn(shown) if canvas.glyphs.braille else _letter(kind), tone)
    return over


def _dashed(kind: Mode | None, place: Place, dots: int) -> int:
    """The dots of a line that are drawn: all of one as it is, dashes for cross, points for isolated."""
    if kind is None:
        return dots
    if kind is Mode.CROSS:
        return dots if (place[0] + place[1]) % 3 else 0
    return dots & (0x01 | 0x04 | 0x10 | 0x80)


def _letter(kind: Mode | None) -> str:
    return "*" if kind is None else "X" if kind is Mode.CROSS else "I"


def _labels(points: Levels, lens: Lens, grids: Grids, canvas: Canvas) -> dict[Place, tuple[str, str]]:
    """A word in the widest place of each region that has room for it."""
    over: dict[Place, tuple[str, str]] = {}
    if lens is Lens.EQUITY:
        return over
    grid = grids.as_it_is
    source = grid.survivors if lens is Lens.LEFT else grid.first
    values = _fitted(source[::-1], len(points), points.shape[1])[:: canvas.halves]
    known = points[:: canvas.halves] != BLANK
    for value in np.unique(values):
        word = _region_word(int(value), lens, grid.held, canvas.names)
        found = _widest(known & (values == value), len(word) + 4)
        if found is not None:
            row, middle = found
            start = middle - len(word) // 2
            over |= {(start + n, row): (letter, "label") for n, letter in enumerate(word)}
    return over


def _region_word(value: int, lens: Lens, held: int, names: tuple[str, ...]) -> str:
    if lens is Lens.FIRST:
        return "none liquidated" if value < 0 else f"{names[value]} first"
    if value < held or held == 1:
        return f"{value} left" if value else "none left"
    return "both left" if held == 2 else f"all {held} left"


def _widest(region: NDArray[np.bool_], least: int) -> tuple[int, int] | None:
    """The row and the middle of the run in a region that has most room around it; None without enough."""
    best: tuple[float, int, int] | None = None
    rows = np.flatnonzero(region.any(axis=1))
    for row in rows:
        edges = np.flatnonzero(np.diff(np.concatenate(([False], region[row], [False])).astype(np.int8)))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start < least:
                continue
            middle = int(start + end) // 2
            column = region[:, middle]
            above = int(row) - int(np.flatnonzero(~column[: row + 1])[-1] if (~column[: row + 1]).any() else -1)
            below = int(np.flatnonzero(~column[row:])[0] if (~column[row:]).any() else len(column) - row)
            room = float(end - start) * min(above, below)
            if best is None or room > best[0]:
                best = (room, int(row), middle)
    return None if best is None else best[1:]


def axis_labels(low: float, high: float, wanted: int, glyphs: Glyphs) -> tuple[Label, ...]:
    """Round percentages along an axis, about so many, and both ends of what is round."""
    span = high - low
    steps = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
    step = next((step for step in steps if span / step <= wanted), 1.0)
    first = int(np.ceil(low / step - 1e-9))
    last = int(np.floor(high / step + 1e-9))
    return tuple(Label((n * step - low) / span, _percent(n * step, glyphs)) for n in range(first, last + 1))


def _percent(move: float, glyphs: Glyphs) -> str:
    whole = round(move * 100)
    sign = "+" if whole > 0 else glyphs.minus if whole < 0 else ""
    return f"{sign}{abs(whole)} %"


def firsts(grids: Grids) -> list[int]:
    """The positions that are liquidated first somewhere."""
    return [int(n) for n in np.unique(grids.as_it_is.first) if n >= 0]


def legend(first: Sequence[int], lens: Lens, canvas: Canvas) -> tuple[Span, ...]:
    """What the inks mean; `first` are the positions that can be named."""
    inks = canvas.inks

    def sample(number: int, words: str) -> list[Span]:
        ink = inks[number]
        shown = Span(ink.shade * 2) if canvas.plain else Span("  ", f"ground-{ink.tone}")
        return [shown, Span(f" {words}  ", "muted")]

    if lens is Lens.FIRST:
        spans = sample(CALM, "none liquidated")
        for n in first[:HUES]:
            spans += sample(FIRST_HUE + n % HUES, canvas.names[n])
        return tuple(spans)
    ramp = [span for step in range(4) for span in sample(WARM + step, "")[:1]]
    if lens is Lens.LEFT:
        return (*sample(CALM, "all left"), *ramp, Span(" fewer  ", "muted"), *sample(GONE, "none"))
    ends = (*sample(BEST, "more"), *sample(CALM, "all"))
    return (*ends, *ramp, Span(" 95 70 40 10 % left  ", "muted"), *sample(GONE, "none"))


_COLOURS = {
    "blank": "$surface",
    "best": "$desk-profit 50%",
    "calm": "$desk-profit 20%",
    "warm-1": "$warning 22%",
    "warm-2": "$warning 38%",
    "warm-3": "$warning 54%",
    "warm-4": "$desk-loss 66%",
    "gone": "$desk-loss 86%",
    "hue-0": "$desk-isolated 62%",
    "hue-1": "$desk-short 55%",
    "hue-2": "$desk-loss 62%",
    "hue-3": "$desk-own-margin 62%",
    "hue-4": "$warning 70%",
    "hue-5": "$desk-unused 45%",
}
"""What each ink is made of; each strength differs, so that greys tell them apart, too."""
_INKS = "\n".join(
    f"& .drawing--ink-{name} {{ color: {colour}; }}\n& .drawing--ground-{name} {{ background: {colour}; }}"
    for name, colour in _COLOURS.items()
)
_CLASSES = {f"drawing--{part}-{name}" for part in ("ink", "ground") for name in _COLOURS}
_OVER = ("line", "label", "point", "pin", "way", "cross", "isolated")
_CLASSES |= {f"drawing--{name}" for name in _OVER}
_LINES = """
    & .drawing--line { color: $foreground; text-style: bold; }
    & .drawing--label { color: $foreground; background: $background; text-style: bold; }
    & .drawing--point { color: $background; background: $accent; text-style: bold; }
    & .drawing--pin { color: $foreground; text-style: bold; }
    & .drawing--way { color: $foreground 60%; }
    &:ansi .drawing--point { color: ansi_default; background: ansi_default; text-style: reverse; }
    &:ansi .drawing--label { color: ansi_default; background: ansi_default; text-style: bold; }
    &:ansi .drawing--way { color: ansi_default; }
"""


class FrontierMap(HeatMap):
    """The map."""

    COMPONENT_CLASSES: ClassVar[set[str]] = _CLASSES
    DEFAULT_CSS = f"FrontierMap {{ {_INKS} {_LINES} }}"


class FrontierLegend(Prose):
    """What the inks and the lines of the map mean."""

    COMPONENT_CLASSES: ClassVar[set[str]] = _CLASSES
    DEFAULT_CSS = f"FrontierLegend {{ height: auto; min-height: 1; {_INKS} {_LINES} }}"


_APART = 3
"""Columns, or half rows, from one point of the way to the next."""


def way(
    betas: Mapping[str, Decimal],
    markets: tuple[str, str | None],
    window: Window,
    canvas: Canvas,
) -> tuple[tuple[float, float], ...]:
    """Points of the common move that are in sight, evenly spread, as shares of both axes."""
    if markets[1] is None:
        return ()
    low, high = (share_of(common_point(*markets, betas, move), window) for move in (LOWEST, HIGHEST))
    across, up = (high[0] - low[0]) * canvas.columns, (high[1] - low[1]) * canvas.rows * 2
    steps = max(1, round(max(abs(across), abs(up)) / _APART))
    line = [
        (low[0] + (high[0] - low[0]) * n / steps, low[1] + (high[1] - low[1]) * n / steps) for n in range(steps + 1)
    ]
    return tuple((x, y) for x, y in line if 0 <= x <= 1 and 0 <= y <= 1)


def share_of(at: Point, window: Window) -> tuple[float, float]:
    """A point as a share of both axes."""
    x = (at[0] - window.x_low) / (window.x_high - window.x_low)
    y = (at[1] - window.y_low) / (window.y_high - window.y_low)
    return float(x), float(y)
