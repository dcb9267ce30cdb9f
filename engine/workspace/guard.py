"""What is refused before the parser sees it, because it would take the parser too long or break it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.regular import size_words
from engine.workspace.faults import Fault, Faults
from engine.workspace.lexis import COMMENT, STRING, line_and_column

SIZE_LIMIT = 1024 * 1024
"""Bytes of a file."""
NESTING_LIMIT = 32
DOTS_LIMIT = 32
"""Dots in one key; the parser's time grows with their square."""
DIGITS_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a file of one kind may hold."""

    size: int
    """Bytes."""
    marks: int
    """Brackets, commas, dots and equals signs: what the parser and every later look at the document takes time for."""
    expected: str
    """The same in words."""


WORKSPACE = Bounds(SIZE_LIMIT, 40_000, "at most some three thousand positions")
VENUE = Bounds(256 * 1024, 8_000, "at most some thousand keys")
SMALL = Bounds(64 * 1024, 2_000, "at most some hundred keys")
"""Of themes, keys and settings."""

_TOKENS = re.compile(
    rf"(?P<skip>{COMMENT}|{STRING})"
    r"|(?P<end>\n\s*+)"
    rf"|(?P<digits>(?<![A-Za-z0-9_-])[0-9][0-9_]{{{DIGITS_LIMIT},}}+)"
    r"|(?P<dots>\.++)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<mark>[=,])"
)


def refuse_hostile(text: str, origin: str, bounds: Bounds = WORKSPACE) -> None:
    """Raise Faults when the text is nested too deep, has a key with too many dots, or is far too much."""
    if len(text) > bounds.size:
        raise Faults(origin, [Fault("", "the file is too large", size_words(bounds.size))])
    depth = dots = marks = 0
    for token in _TOKENS.finditer(text):
        kind = token.lastgroup
        if kind == "skip":
            continue
        dots = dots + len(token[0]) if kind == "dots" else 0
        depth = depth + 1 if kind == "open" else max(0, depth - 1) if kind == "close" else depth
        marks += kind != "end"
        if kind == "digits" or dots > DOTS_LIMIT or depth > NESTING_LIMIT or marks > bounds.marks:
            line, column = line_and_column(text, token.start())
            raise Faults(origin, [Fault("", *_refusal(kind, dots, depth, bounds), line, column)])


def _refusal(kind: str | None, dots: int, depth: int, bounds: Bounds) -> tuple[str, str]:
    """What is too much, and what would not be."""
    if kind == "digits":
        return "a number has far too many digits", "at most 40 digits"
    if dots > DOTS_LIMIT:
        return "a key has too many dots", f"at most {DOTS_LIMIT} dots"
    if depth > NESTING_LIMIT:
        return "lists and tables are nested too deep", f"at most {NESTING_LIMIT} levels"
    return "there is too much in this file", bounds.expected
