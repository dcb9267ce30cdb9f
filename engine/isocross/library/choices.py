"""One of some words, given as a text."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from isocross.errors import IsocrossError
from isocross.toml.places import meant

E = TypeVar("E", bound=StrEnum)


class ChoiceError(IsocrossError, ValueError):
    """Say that a text is none of the words that are known."""


def choice_of(words: type[E], given: str, what: str) -> E:
    """Find the word of that text; raises ChoiceError."""
    try:
        return words(given)
    except ValueError:
        known = [word.value for word in words]
        guess = meant(given, known) if isinstance(given, str) else ""
        raise ChoiceError(f"{given!r} is not {what}{guess}: expected one of {', '.join(known)}") from None
