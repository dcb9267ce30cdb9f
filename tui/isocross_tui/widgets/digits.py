"""Figures large enough for the last row of a room: each three rows high, drawn of blocks or of strokes."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from isocross_tui.widgets.glyphs import Glyphs

ROWS: Final = 3
"""How high a figure is."""
_PIXELS: Final = {
    "0": "### # # # # # # ###",
    "1": " #  ##   #   #  ###",
    "2": "###   # ### #   ###",
    "3": "###   # ###   # ###",
    "4": "# # # # ###   #   #",
    "5": "### #   ###   # ###",
    "6": "### #   ### # # ###",
    "7": "###   #   #   #   #",
    "8": "### # # ### # # ###",
    "9": "### # # ###   # ###",
    "−": "        ###        ",
    "+": "     #  ###  #     ",
}
"""Five rows of three, a blank between them."""
_STROKES: Final = {
    "0": (" _ ", "| |", "|_|"),
    "1": ("   ", "  |", "  |"),
    "2": (" _ ", " _|", "|_ "),
    "3": (" _ ", " _|", " _|"),
    "4": ("   ", "|_|", "  |"),
    "5": (" _ ", "|_ ", " _|"),
    "6": (" _ ", "|_ ", "|_|"),
    "7": (" _ ", "  |", "  |"),
    "8": (" _ ", "|_|", "|_|"),
    "9": (" _ ", "|_|", " _|"),
    "−": ("   ", "---", "   "),
    "+": ("   ", "-+-", "   "),
}
_POINTS: Final = {".": "▀", ",": "█"}
"""The blocks end half a row above the foot of a letter: a point that is one would hang below them."""
_BLOCKS: Final = {("#", "#"): "█", ("#", " "): "▀", (" ", "#"): "▄", (" ", " "): " "}


def large(figure: str, glyphs: Glyphs) -> tuple[str, ...]:
    """The three rows of a figure; what is no digit stands as it is, and points stand at the foot of the digits."""
    parts = [_drawn(character, glyphs) for character in figure.replace("-", "−")]
    return tuple(" ".join(part[row] for part in parts) for row in range(ROWS))


def _drawn(character: str, glyphs: Glyphs) -> tuple[str, str, str]:
    if character not in _STROKES:
        low = character in _POINTS
        point = character if glyphs.plain_words else _POINTS.get(character, " ")
        return " ", " " if low else character, point if low else " "
    if glyphs.plain_words:
        return _STROKES[character]
    pixels = [_PIXELS[character][at : at + 3] for at in range(0, 20, 4)]
    top, middle, bottom = (
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip_longest(pixels[::2], pixels[1::2], fillvalue="   ")
    )
    return top, middle, bottom
