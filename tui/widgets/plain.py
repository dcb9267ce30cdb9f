"""Screens in ASCII only: words are rewritten before they are laid out; a filter turns what is left, cell by cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

V = TypeVar("V")

_PHRASES: Final = ((" → ", " -> "), ("←→", "left/right"))
"""An arrow between blanks says what becomes of something, else it is a key."""
_WORDS: Final = str.maketrans(
    {
        "←": "left", "→": "right", "↑": "up", "↓": "down",
        "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "…": "...", "∞": "inf", "Σ": "sum ", "√": "root ", "·": "-",
        "−": "-", "–": "-", "—": "-", "×": "x", "÷": "/", "±": "+-", "“": '"', "”": '"', "‘": "'", "’": "'",
        "✕": "x", "●": "*", "▲": "!", "▸": ">", "◆": "*", "\xa0": " ", "\u202f": " ",
    }
)  # fmt: skip
_CELLS: Final = {
    **dict.fromkeys("─╌┄┈╶╴╸╺▔▁‾", "-"),
    **dict.fromkeys("━═", "="),
    **dict.fromkeys("│┃┊┆╎╏║▏▎▍▌▋▐▕", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╂┿╋┏┓┗┛┣┫┳┻", "+"),
    **dict.fromkeys("█▇▆▅▉▊▀", "#"),
    **dict.fromkeys("▓▒▄▃▂", "="),
    **dict.fromkeys("░•", "."),
    **dict.fromkeys("←‹«", "<"),
    **dict.fromkeys("→›»", ">"),
    **dict.fromkeys("↑", "^"),
    **dict.fromkeys("↓", "v"),
    **dict.fromkeys("…", "~"),
    "≤": "<", "≥": ">", "≠": "!",
}  # fmt: skip
"""What stands for a character where the layout is made already, so that it has to take as many cells."""


def in_ascii(value: V) -> V:
    """A value of strings, tuples and dataclasses with every string in ASCII words; other parts stay what they are."""
    return cast("V", _rewritten(value))


def _rewritten(value: Any) -> object:
    if isinstance(value, str):
        return _words(value)
    if isinstance(value, tuple):
        parts = map(_rewritten, value)
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: _rewritten(getattr(value, part.name)) for part in fields(value)})
    return value


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    if text.isascii():
        return text
    for phrase, words in _PHRASES:
        text = text.replace(phrase, words)
    return _cells(text.translate(_WORDS))


@lru_cache(maxsize=4096)
def _cells(text: str) -> str:
    """The text in ASCII, cell for cell."""
    return text if text.isascii() else "".join(_cell(character) for character in text)


def _cell(character: str) -> str:
    if character.isascii():
        return character
    near = _WORDS.get(ord(character), "")
    width = cell_len(character)
    stripped = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    for wanted in (_CELLS.get(character, ""), near, stripped):
        if len(wanted) == width:
            return wanted
    return "?" * width


class AsciiFilter(LineFilter):
    """Draws every character of a screen in ASCII: borders, scrollbars, dialogs and whatever a user wrote."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Transform a row of segments."""
        return list(_applied(segments))


def _applied(segments: Iterable[Segment]) -> Iterable[Segment]:
    for text, style, control in segments:
        yield Segment(text if control else _cells(text), style, control)
