"""The characters the widgets draw with: one set for a full terminal, one that is plain ASCII.

On an ASCII screen words are rewritten before they are laid out; a filter turns what is left, cell by cell.
"""

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

from isocross.lazily import Lazily
from isocross.records import dataclass

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


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Every character a widget may draw beyond the text it was given."""

    full: str
    """A bar, filled."""
    dense: str
    """A bar, filled, beside another."""
    shade: str
    """A bar, half as strong."""
    light: str
    """A bar, empty."""
    eighths: tuple[str, ...]
    """A bar's last cell, from the thinnest to the full block."""
    level: str
    """The line a gauge is measured against."""
    cursor: str
    """Stands before what is selected."""
    dead: str
    """Stands before what was liquidated."""
    done: str
    """Stands before anything else that has happened."""
    best: str
    """Stands after the best figure of a row."""
    diamond: str
    """The current point of a scale."""
    tick: str
    """A place on a scale that lies ahead."""
    tick_passed: str
    """A place on a scale that was passed."""
    rule: str
    """A thin horizontal line."""
    heavy: str
    """A strong horizontal line."""
    zero: str
    """The zero of a scale."""
    axis: str
    """A thin vertical line."""
    axis_tick: str
    """A vertical axis where it has a label."""
    corner: str
    """Where two axes meet."""
    upright: str
    """The vertical line at a chart's cursor."""
    foot: str
    """Where that line meets the base."""
    dash: str
    """The sample of a dashed line."""
    braille: bool
    """Whether charts may use dots, eight to a cell."""
    plot: str
    """A solid line where there are no dots."""
    plot_dashed: str
    """A dashed line where there are no dots."""
    then: str
    """Between one thing and the next."""
    more_left: str
    """There is more to the left."""
    more_right: str
    """There is more to the right."""
    ellipsis: str
    """Text was cut here."""
    minus: str
    """The sign of a negative number."""
    border: str
    """The kind of border, in the words of a style sheet."""
    plain_words: bool
    """Whether words, too, are written in ASCII."""
    rest_key: str = ""
    """The key that tells the words there is no room for; empty: none does."""


UNICODE = Glyphs(
    full="█",
    dense="▓",
    shade="▒",
    light="░",
    eighths=("▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"),
    level="┃",
    cursor="▸",
    dead="✕",
    done="✓",
    best="•",
    diamond="◆",
    tick="┊",
    tick_passed="╂",
    rule="─",
    heavy="━",
    zero="┿",
    axis="│",
    axis_tick="┤",
    corner="└",
    upright="│",
    foot="┴",
    dash="╌",
    braille=True,
    plot="*",
    plot_dashed="o",
    then="›",
    more_left="«",
    more_right="»",
    ellipsis="…",
    minus="−",
    border="round",
    plain_words=False,
)
"""For terminals whose font has blocks, lines and braille."""

ASCII = Glyphs(
    full="#",
    dense="%",
    shade="=",
    light=".",
    eighths=("#",),
    level="|",
    cursor=">",
    dead="x",
    done="v",
    best="*",
    diamond="*",
    tick="|",
    tick_passed="x",
    rule="-",
    heavy="=",
    zero="+",
    axis="|",
    axis_tick="+",
    corner="+",
    upright="|",
    foot="+",
    dash="o",
    braille=False,
    plot="*",
    plot_dashed="o",
    then=">",
    more_left="<",
    more_right=">",
    ellipsis="~",
    minus="-",
    border="ascii",
    plain_words=True,
)
"""For terminals, fonts and ears that do not get on with more than ASCII."""


def glyphs_of(app: object) -> Glyphs:
    """Return the glyphs an app asks for, or the full set when it says nothing."""
    glyphs = getattr(app, "glyphs", UNICODE)
    return glyphs if isinstance(glyphs, Glyphs) else UNICODE


def in_ascii(value: V) -> V:
    """A value of strings, tuples, dataclasses and lazy rows, its strings in ASCII words; the rest stays what it is."""
    return cast("V", _rewritten(value))


def _rewritten(value: Any) -> object:
    if isinstance(value, str):
        return _words(value)
    if isinstance(value, tuple):
        parts = map(_rewritten, value)
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    if isinstance(value, Lazily):
        return Lazily(len(value), lambda at: _rewritten(value[at]))
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
