"""Faults: what is wrong with a workspace file, where, and what was expected instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from isocross.errors import IsocrossError
from isocross.records import dataclass


class BadValue(Exception):
    """A value of a file that cannot be used."""

    def __init__(self, message: str, expected: str = "") -> None:
        """Keep what is wrong with it, and what was expected where its key does not say it."""
        super().__init__(message)
        self.message = message
        self.expected = expected


FAULTS_SHOWN = 20
VALUE_SHOWN = 40
"""Characters of a name or value from the file that a message repeats."""
JOINER = "\u200d"
"""What holds an emoji of several parts together."""
_BASIC_PLANE = 0xFFFF
GUESS = "; did you mean "
"""Begins the guess at the end of a message."""
PLAIN_PLACES = 30
"""Beyond this order of magnitude a number is shown with an exponent."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    key: str
    """Where in the document, as `positions[2].quantity`; empty for the file as a whole."""
    message: str
    expected: str
    """What would have been right; empty where the message says it all."""
    line: int | None = None
    column: int | None = None
    """In characters, from 1."""

    def told(self, origin: str) -> str:
        """The fault as one line, safe to print whatever the file holds."""
        place = [escaped(origin)] + [str(n) for n in (self.line, self.column) if n is not None]
        return f"{':'.join(place)}: {self.told_alone()}"

    @property
    def finding(self) -> str:
        """What is wrong, without a guess at what was meant: for a sentence that goes on."""
        return self.message.partition(GUESS)[0]

    def told_alone(self) -> str:
        """The same without its place."""
        key = f"{self.key}: " if self.key else ""
        expected = f" (expected {self.expected})" if self.expected else ""
        return escaped(key + self.message + expected)


class Faults(IsocrossError, ValueError):
    """A file that is not a workspace: its name and every fault in it, in the order of its lines."""

    def __init__(self, origin: str, faults: Iterable[Fault]) -> None:
        self.origin = origin
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line or 0, fault.column or 0)))
        super().__init__(origin, self.faults)

    def __str__(self) -> str:
        lines = [fault.told(self.origin) for fault in self.faults[:FAULTS_SHOWN]]
        more = len(self.faults) - FAULTS_SHOWN
        return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


def escaped(text: str) -> str:
    """Text without a character that a terminal would act on."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _code(c) for c in text)


def is_harmless(character: str) -> bool:
    """Whether a terminal shows a character and does nothing else: no escape, no turn of direction, nothing unseen."""
    return character.isprintable() or character == JOINER or unicodedata.category(character) == "Zs"


def screened(text: str) -> str:
    """Text as it may reach a terminal or a file of output, lines and tabs kept: the last gate of whatever is shown."""
    return "\n".join(line if line.isprintable() else "".join(map(_screened, line)) for line in text.split("\n"))


def _screened(character: str) -> str:
    return character if character == "\t" or is_harmless(character) else _code(character)


def _code(character: str) -> str:
    """A character as its number, as TOML and Python write it."""
    number = ord(character)
    return f"\\u{number:04x}" if number <= _BASIC_PLANE else f"\\U{number:08x}"


def cut(text: str, limit: int = VALUE_SHOWN) -> str:
    """Text of at most `limit` characters, with a sign where some are left out."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def shown(value: object) -> str:
    """A value of the file as a message repeats it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{escaped(cut(value))}"'
        case int() | Decimal():
            return _shown_number(value)
        case dict() | list():
            return "a table" if isinstance(value, dict) else "a list"
    return escaped(cut(str(value)))


def _shown_number(value: int | Decimal) -> str:
    if isinstance(value, int):
        bits = value.bit_length()
        return f"a whole number of about {bits * 3 // 10} digits" if bits > 200 else cut(str(value))
    if not value.is_finite():
        return "nan" if value.is_nan() else "-inf" if value < 0 else "inf"
    return cut(f"{value:f}" if abs(value.adjusted()) < PLAIN_PLACES else str(value).lower().replace("e+", "e"))
