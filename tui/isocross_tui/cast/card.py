"""One picture to share, as an SVG: words that are read on a phone, every figure on it from the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from isocross.format import MINUS
from isocross.report.card import Card, Side
from isocross_tui.user.themes import DeskTheme

WIDE, HIGH = 1200, 630
"""What a link to a page is shown with in most places."""
LEFT, MIDDLE, RIGHT = 64, 640, 1136
"""The edges of the two columns."""
LETTER, BOLD = 0.57, 0.68
"""The usual width of a letter, as a share of its size, in the widest of the fonts that are named."""
SMALLEST: Final = 0.5
"""Words that are too long are drawn smaller by so much at most, then cut."""
_FONTS: Final = "Inter,'Segoe UI','Helvetica Neue','DejaVu Sans',Arial,sans-serif"
_BRAND: Final = 130
_NAMED: Final = 4
"""So many positions are named."""


def drawn(card: Card, theme: DeskTheme) -> str:
    """Draw a card; the same card gives the same text."""
    told = f"{card.move or card.markets}: {card.first}, {card.where}."
    parts = (*_head(card, theme), *_move(card, theme), *_sides(card.sides, theme), *_foot(card, theme))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}" '
        f'role="img" font-family="{_FONTS}">\n<title>{escape(card.name)}</title><desc>{escape(told)}</desc>\n'
        f"{_box(0, 0, WIDE, HIGH, theme.colours.background)}\n{_box(0, 0, WIDE, 8, theme.colours.accent)}\n"
    ) + "".join(f"{part}\n" for part in (*parts, "</svg>"))


def _head(card: Card, theme: DeskTheme) -> Iterator[str]:
    yield _words(LEFT, 84, card.name, 44, theme.colours.foreground, RIGHT - LEFT, bold=True)
    yield _words(LEFT, 124, card.account, 24, theme.colours.muted, RIGHT - LEFT)


def _move(card: Card, theme: DeskTheme) -> Iterator[str]:
    """The move, and whom it takes first."""
    colours, room = theme.colours, MIDDLE - LEFT - 48
    if card.move:
        tone = colours.foreground if card.path else _tone(card.move, theme)
        yield _words(LEFT, 196, "the path" if card.path else "the move", 20, colours.muted, room)
        yield _words(LEFT, 282, card.move, 88, tone, room, bold=True)
        yield _words(LEFT, 326, card.markets, 24, colours.foreground, room)
    else:
        yield _words(LEFT, 196, "the moves", 20, colours.muted, room)
        yield from (
            _words(LEFT, 246 + 42 * n, market, 38, _tone(market, theme), room, bold=True)
            for n, market in enumerate(_few(card.markets.split(" · "), 3))
        )
    yield _words(LEFT, 408, "liquidated first", 20, colours.muted, room)
    yield _words(LEFT, 460, card.first, 46, colours.foreground, room, bold=True)
    yield _words(LEFT, 500, card.where, 26, colours.accent, room)


def _tone(move: str, theme: DeskTheme) -> str:
    return theme.desk.loss if MINUS in move else theme.desk.profit


def _sides(sides: Sequence[Side], theme: DeskTheme) -> Iterator[str]:
    """What each mode leaves, as an amount and as a bar."""
    colours, room = theme.colours, RIGHT - MIDDLE
    yield _words(MIDDLE, 196, "equity at the end", 20, colours.muted, room)
    for n, side in enumerate(sides):
        y = 240 + 104 * n
        yield _words(MIDDLE, y, side.title, 26, colours.foreground, room * 2 // 3)
        if side.left:
            yield _words(RIGHT, y, side.left, 32, colours.foreground, room // 2, bold=True, end=True)
            yield _box(MIDDLE, y + 14, room, 16, colours.panel, 8)
            yield _box(MIDDLE, y + 14, round(room * side.share), 16, theme.desk.unused, 8)
        yield _words(MIDDLE, y + 56, side.told, 20, colours.muted, room)


def _foot(card: Card, theme: DeskTheme) -> Iterator[str]:
    colours, room = theme.colours, RIGHT - LEFT
    held = " · ".join(_few(card.positions, _NAMED))
    yield _words(LEFT, 556, held, 20, colours.foreground, room - _BRAND)
    yield _words(RIGHT, 556, "isocross", 20, colours.accent, _BRAND, bold=True, end=True)
    yield _box(LEFT, 574, room, 1, colours.muted)
    yield _words(LEFT, 602, card.rules, 18, colours.muted, room)


def _few(words: Sequence[str], most: int) -> list[str]:
    """The first of many, and how many more there are."""
    more = len(words) - most
    return [*words[:most], *([f"and {more} more"] if more > 0 else [])]


def _box(x: int, y: int, width: int, height: int, colour: str, round_by: int = 0) -> str:
    corner = f' rx="{round_by}"' if round_by else ""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}"{corner}/>'


def _words(
    x: int, y: int, text: str, size: int, colour: str, room: int, *, bold: bool = False, end: bool = False
) -> str:
    """Draw a line of words that stays in its room: smaller where it is too long, then cut."""
    letter = BOLD if bold else LETTER
    size = max(min(size, int(room / (letter * max(1, len(text))))), round(size * SMALLEST))
    most = int(room / (letter * size))
    shown = text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
    look = (' font-weight="700"' if bold else "") + (' text-anchor="end"' if end else "")
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{look}>{escape(shown, quote=False)}</text>'
