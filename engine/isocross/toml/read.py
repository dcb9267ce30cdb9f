"""From text to a plain document by the standard parser, every number exact, and nothing hostile let through before it.

What would take the parser too long, or break it, is refused by a scan of the text. That scan steps over comments and
the four kinds of string whole; a string that is not closed ends where it must (its line, or the text), so that it stays
linear.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal, InvalidOperation
from typing import Any

from isocross.money import exact
from isocross.records import dataclass
from isocross.regular import size_words
from isocross.toml.faults import Fault, Faults, cut
from isocross.toml.syntax import syntax_faults

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
SIZE_LIMIT = 1024 * 1024
"""Bytes of a file."""
NESTING_LIMIT = 32
DOTS_LIMIT = 32
"""Dots in one key; the parser's time grows with their square."""
DIGITS_LIMIT = 100
_TOKENS = re.compile(
    rf"(?P<skip>{COMMENT}|{STRING})"
    r"|(?P<end>\n\s*+)"
    rf"|(?P<digits>(?<![A-Za-z0-9_-])[0-9][0-9_]{{{DIGITS_LIMIT},}}+)"
    r"|(?P<dots>\.++)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<mark>[=,])"
)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Where in the text an offset is, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Unreadable:
    """A number whose exponent no decimal can hold."""

    raw: str

    def __str__(self) -> str:
        return self.raw


@exact
def parse_float(raw: str) -> Decimal | Unreadable:
    """What the parser calls for every number with a point, an exponent or a name."""
    try:
        return Decimal(raw)
    except InvalidOperation:
        return Unreadable(cut(raw))


def parse(text: str, origin: str, bounds: Bounds = WORKSPACE) -> dict[str, Any]:
    """The document; raises Faults with what the guard or the parser says of it."""
    refuse_hostile(text, origin, bounds)
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        raise syntax_faults(str(error), text, origin) from None
    except (ValueError, ArithmeticError, RecursionError, MemoryError):
        fault = Fault("", "this text is beyond what can be read", "a plain TOML document")
        raise Faults(origin, [fault]) from None
