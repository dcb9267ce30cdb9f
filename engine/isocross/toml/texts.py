"""Words in a file: texts, names without blanks, and choices."""

from __future__ import annotations

from enum import StrEnum

from isocross.toml.faults import BadValue, is_harmless, shown
from isocross.toml.places import meant

TEXT_LIMIT = 200
"""Characters of a workspace's name, and of any other text in a file."""
WORD_LIMIT = 64
SYMBOL_LIMIT = 40


def text(value: object, limit: int = TEXT_LIMIT) -> str:
    """Read a text that can be printed."""
    if not isinstance(value, str):
        raise BadValue(f"{shown(value)} is not a text")
    if len(value) > limit:
        raise BadValue(f"{shown(value)} has {len(value)} characters", f"at most {limit} characters")
    if not all(map(is_harmless, value)):
        raise BadValue(f"{shown(value)} has characters that cannot be printed")
    return value


def word(value: object, limit: int = WORD_LIMIT) -> str:
    """Read a name without blanks."""
    name = text(value, limit)
    if not name:
        raise BadValue("the name is empty")
    if " " in name or not name.isprintable():
        raise BadValue(f"{shown(name)} has a blank in it")
    return name


def choice(value: object, options: type[StrEnum]) -> object:
    """Read one of some names; one like it is proposed where there is none."""
    if isinstance(value, str) and value in options.__members__.values():
        return options(value)
    guess = meant(value, options) if isinstance(value, str) else ""
    raise BadValue(f"{shown(value)} is not known here{guess}")


def market_symbol(value: object) -> str:
    """Read the name of a market."""
    return word(value, SYMBOL_LIMIT)
