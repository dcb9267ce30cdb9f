"""The tables of a lesson file, key by key: what each may hold, and in words what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from isocross.account.book import Mode
from isocross.money import ONE
from isocross.paths.shock import bounded_move
from isocross.toml.amounts import as_number, bounded, place
from isocross.toml.faults import BadValue, shown
from isocross.toml.tables import key
from isocross.toml.texts import text, word
from isocross.workspace.schema import Row

VIEWS: Final = ("desk", "twin", "replay")
"""Views a step can be shown in."""

LONGEST = 1500
WORKSPACE_LONGEST = 20_000
CHOICES = 6
LAST = 1000
"""The order of a lesson that says nothing of it."""


def _prose(value: object) -> str:
    """A text of some sentences; how its lines are broken in the file does not matter."""
    if not isinstance(value, str):
        raise BadValue(f"{shown(value)} is not a text")
    words = " ".join(value.split())
    if not words or len(words) > LONGEST:
        raise BadValue(f"this text has {len(words)} characters", f"1 to {LONGEST} characters")
    if not words.isprintable():
        raise BadValue("this text has characters that cannot be printed")
    return words


def _source(value: object) -> str:
    if not isinstance(value, str) or len(value) > WORKSPACE_LONGEST:
        raise BadValue(f"{shown(value)} is not a workspace")
    return value


def _choices(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 2 <= len(value) <= CHOICES:
        raise BadValue(f"{shown(value)} is not a list of choices", f"2 to {CHOICES} texts")
    return tuple(_prose(choice) for choice in value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadValue(f"{shown(value)} is not a whole number")
    return value


def _view(value: object) -> str:
    if value not in VIEWS:
        raise BadValue(f"{shown(value)} is not a view of a lesson")
    return str(value)


def _modes(value: object) -> Mapping[str, Mode]:
    if not isinstance(value, dict) or not all(mode in set(Mode) for mode in value.values()):
        raise BadValue(f"{shown(value)} is not a table of modes")
    return {name: Mode(mode) for name, mode in value.items()}


def _leverages(value: object) -> Mapping[str, Decimal]:
    if not isinstance(value, dict):
        raise BadValue(f"{shown(value)} is not a table of numbers")
    return {name: bounded(number, least=ONE) for name, number in value.items()}


def _claims(value: object) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise BadValue(f"{shown(value)} is not a list of tables")
    return tuple(value)


def _value(value: object) -> Decimal | str:
    return value if isinstance(value, str) else as_number(value)


class LessonRow(Row):
    """The top of the file."""

    id: str = key(word, "the name of the file without .toml")
    order: int = key(_whole, "a whole number; lessons go by it", default=LAST)
    title: str = key(text, "a few words")
    question: str = key(_prose, "a question to put to a room")
    workspace: str = key(_source, 'the name of a shipped workspace, or one written out between """')
    steps: Any = key(None, "tables [[steps]]")


class StepRow(Row):
    """One of `[[steps]]`."""

    view: str = key(_view, '"desk", "twin" or "replay"', default="desk")
    workspace: str | None = key(_source, "another workspace, for this step", default=None)
    venue: str | None = key(word, "the id of a venue", default=None)
    modes: Mapping[str, Mode] = key(_modes, 'a table by position, such as { btc = "isolated" }', default={})
    leverage: Mapping[str, Decimal] = key(_leverages, "a table by position, such as { btc = 10 }", default={})
    shock: Decimal | None = key(
        partial(bounded_move, above=-ONE), "a common move above -1, such as -0.30", default=None
    )
    at: Decimal | None = key(place, "a place of a lived path, such as 1.5", default=None)
    time: str | None = key(text, 'a moment of a replay, such as "2025-10-10T21:15"', default=None)
    ask: str | None = key(_prose, "a question. Default: that of the lesson", default=None)
    choices: tuple[str, ...] = key(_choices, "a list of texts", default=())
    right: int | None = key(_whole, "the number of the right choice", default=None)
    reveal: str = key(_prose, "the answer, with figures in braces such as {btc.liq}")
    claims: tuple[Any, ...] = key(_claims, "tables [[steps.claims]] { of, is }", default=())


class ClaimRow(Row):
    """One of `[[steps.claims]]`."""

    of: str = key(text, "a figure, such as btc.status")
    equals: Decimal | str | None = key(_value, "a number or a word", default=None, name="is")
    above: Decimal | None = key(as_number, "a number", default=None)
    below: Decimal | None = key(as_number, "a number", default=None)
    same_as: str | None = key(text, "another figure", default=None)
