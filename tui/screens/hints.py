"""Words that are not drawn by a widget of ours, in whatever characters the terminal has."""

from __future__ import annotations

from tui.widgets.glyphs import glyphs_of
from tui.widgets.plain import in_ascii


def worded(app: object, text: str) -> str:
    """The text; on a screen in ASCII an arrow is a word, as its sign would be another key."""
    return in_ascii(text) if glyphs_of(app).plain_words else text
