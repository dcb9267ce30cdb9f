"""The characters the widgets draw with: one set for a full terminal, one that is plain ASCII."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Every character a widget may draw beyond the text it was given."""

    full: str
    """A bar, filled."""
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
    """Stands before what has ended."""
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


UNICODE = Glyphs(
    full="█",
    shade="▒",
    light="░",
    eighths=("▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"),
    level="┃",
    cursor="▸",
    dead="✕",
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
    shade="=",
    light=".",
    eighths=("#",),
    level="|",
    cursor=">",
    dead="x",
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
