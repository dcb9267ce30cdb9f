"""The pieces of TOML text that must be stepped over whole: comments and the four kinds of string.

A string that is not closed ends where it must (its line, or the text), so that scanning stays linear.
"""

from __future__ import annotations

import re

COMMENT = r"#[^\n]*+"
STRING = "|".join(
    [
        r'"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+(?:"{3,5}|\Z)',
        r"'''(?:[^']++|'{1,2}(?!'))*+(?:'{3,5}|\Z)",
        r'"(?:[^"\\\n]++|\\[^\n])*+"?',
        r"'[^'\n]*+'?",
    ]
)

GAP = re.compile(rf"(?:[ \t\r\n]++|{COMMENT})*+")
"""Blanks, line ends and comments."""
BLANKS = re.compile(r"[ \t]*+")
STRINGS = re.compile(STRING)
SCALAR = re.compile(r"[^,\]}\n#]*+")
"""A number, a date or a truth value, with what is blank after it."""
KEY = re.compile(rf"[A-Za-z0-9_-]++|{STRING}")
"""One part of a dotted key."""


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Where in the text an offset is, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
