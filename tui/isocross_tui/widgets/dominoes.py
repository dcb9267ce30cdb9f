"""A strip of tiles, one after the other, of which some have fallen and one is falling now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.message import Message

from isocross.records import dataclass
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.spans import Line, Span, fit, line_of, pad_left, pad_right

_TONES = {"ahead": "", "fallen": "muted", "now": "accent"}
_EDGE = 4
"""Cells kept at each end for the number of tiles out of sight."""
_FRAME = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile."""

    key: str
    title: str
    note: str = ""
    """Follows the title, or stands below it where there is a second line."""
    state: Literal["ahead", "fallen", "now"] = "ahead"
    dead: bool = False
    """Whether it is a liquidation."""


@dataclass(frozen=True, slots=True)
class Page:
    """The tiles that are seen together."""

    first: int
    end: int
    """One more than the last."""


class Dominoes(Drawing[tuple[Tile, ...]]):
    """Tiles from left to right; where they do not all fit, those around the current one."""

    DEFAULT_CSS = """
    Dominoes { height: 2; }
    """

    class Picked(Message):
        """Posted when a tile is clicked."""

        def __init__(self, dominoes: Dominoes, key: str) -> None:
            """Initialise the message.

            Args:
                dominoes: The strip the tile is in.
                key: The key of the tile.
            """
            super().__init__()
            self.dominoes = dominoes
            self.key = key

        @property
        def control(self) -> Dominoes:
            """The strip, for `@on` with a selector."""
            return self.dominoes

    def draw(self, value: tuple[Tile, ...], size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return one line, or two with the notes below the titles."""
        tall = size.height > 1
        page = visible_page(value, size.width, tall)
        parts = ("title", "note") if tall else ("all",)
        return [_line(value, page, size.width, glyphs, part) for part in parts]

    def on_click(self, event: events.Click) -> None:
        """Say which tile was clicked."""
        place = event.get_content_offset(self)
        if place is None or not self.written:
            return
        tall = self.size.height > 1
        page = visible_page(self.written, self.size.width, tall)
        left = _EDGE if page.first else 0
        for tile in self.written[page.first : page.end]:
            if left <= place.x < left + _width(tile, tall):
                self.post_message(self.Picked(self, tile.key))
            left += _width(tile, tall) + 1


def current_index(tiles: Sequence[Tile]) -> int:
    """Return the tile to keep in sight: the one falling, else the last that fell, else the first."""
    now = [index for index, tile in enumerate(tiles) if tile.state == "now"]
    fallen = [index for index, tile in enumerate(tiles) if tile.state == "fallen"]
    return (now or fallen[-1:] or [0])[0]


def visible_page(tiles: Sequence[Tile], width: int, tall: bool) -> Page:
    """Return the tiles to show: whole ones only, always the same around a tile, its next one among them."""
    widths = [_width(tile, tall) + 1 for tile in tiles]
    if sum(widths) - 1 <= width:
        return Page(0, len(tiles))
    current, page = current_index(tiles), _page_from(0, widths, width)
    while page.end < len(tiles) and current >= page.end - (page.end - page.first > 1):
        page = _page_from(max(page.end - 1, page.first + 1), widths, width)
    return page


def _page_from(first: int, widths: Sequence[int], width: int) -> Page:
    room = width - _EDGE - (_EDGE if first else 0)
    end = first + 1
    while end < len(widths) and sum(widths[first : end + 1]) - 1 <= room:
        end += 1
    return Page(first, end)


def _line(tiles: Sequence[Tile], page: Page, width: int, glyphs: Glyphs, part: str) -> Line:
    spans, more = [], len(tiles) - page.end
    first_line = part != "note"
    if page.first:
        spans.append(Span(pad_right(f"{glyphs.more_left}{page.first}" if first_line else "", _EDGE), "muted"))
    room = width - (_EDGE if page.first else 0) - (_EDGE if more else 0)
    for place, tile in enumerate(tiles[page.first : page.end]):
        if place:
            spans.append(Span(glyphs.then if first_line else " ", "muted"))
        spans.append(_tile(tile, min(_width(tile, part != "all"), room), glyphs, part))
    if more:
        used = sum(cell_len(span.text) for span in spans)
        counted = pad_left(f"{more}{glyphs.more_right}" if first_line else "", width - used)
        spans.append(Span(counted, "muted"))
    return line_of(*spans)


def _tile(tile: Tile, width: int, glyphs: Glyphs, part: str) -> Span:
    """Return a tile, or the upper or the lower half of one."""
    words = {"title": tile.title, "note": tile.note, "all": _words(tile)}[part]
    inner = fit(words, max(0, width - _FRAME), glyphs.ellipsis)
    opening, closing = ("[ ", " ]") if tile.state == "now" else ("  ", "  ")
    if tile.state == "fallen" and part != "note":
        opening = f"{glyphs.dead if tile.dead else glyphs.done} "
    return Span(fit(f"{opening}{inner}{closing}", width, ""), _TONES[tile.state])


def _words(tile: Tile) -> str:
    return f"{tile.title} {tile.note}".strip()


@lru_cache(maxsize=4096)
def _width(tile: Tile, tall: bool) -> int:
    words = max(cell_len(tile.title), cell_len(tile.note)) if tall else cell_len(_words(tile))
    return words + _FRAME
