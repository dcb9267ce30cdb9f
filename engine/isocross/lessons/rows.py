"""The tables of a lesson file, key by key: what each may hold, and in words what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from isocross.account.book import Mode
from isocross.money import ONE
from isocross.paths.shock import bounded_move
from isocross.toml.amounts import as_number, bounded, fault, place
from isocross.toml.faults import shown
from isocross.toml.texts import Text, Word
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
        raise fault(f"{shown(value)} is not a text")
    words = " ".join(value.split())
    if not words or len(words) > LONGEST:
        raise fault(f"this text has {len(words)} characters", f"1 to {LONGEST} characters")
    if not words.isprintable():
        raise fault("this text has characters that cannot be printed")
    return words


def _source(value: object) -> str:
    if not isinstance(value, str) or len(value) > WORKSPACE_LONGEST:
        raise fault(f"{shown(value)} is not a workspace")
    return value


def _choices(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 2 <= len(value) <= CHOICES:
        raise fault(f"{shown(value)} is not a list of choices", f"2 to {CHOICES} texts")
    return tuple(_prose(choice) for choice in value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise fault(f"{shown(value)} is not a whole number")
    return value


def _view(value: object) -> str:
    if value not in VIEWS:
        raise fault(f"{shown(value)} is not a view of a lesson")
    return str(value)


def _modes(value: object) -> Mapping[str, Mode]:
    if not isinstance(value, dict) or not all(mode in set(Mode) for mode in value.values()):
        raise fault(f"{shown(value)} is not a table of modes")
    return {name: Mode(mode) for name, mode in value.items()}


def _leverages(value: object) -> Mapping[str, Decimal]:
    if not isinstance(value, dict):
        raise fault(f"{shown(value)} is not a table of numbers")
    return {name: bounded(number, least=ONE) for name, number in value.items()}


def _claims(value: object) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise fault(f"{shown(value)} is not a list of tables")
    return tuple(value)


def _value(value: object) -> Decimal | str:
    return value if isinstance(value, str) else as_number(value)


Prose = Annotated[str, BeforeValidator(_prose)]
Number = Annotated[Decimal, BeforeValidator(as_number)]


class LessonRow(Row):
    """The top of the file."""

    id: Word = Field(description="the name of the file without .toml")
    order: Annotated[int, BeforeValidator(_whole)] = Field(LAST, description="a whole number; lessons go by it")
    title: Text = Field(description="a few words")
    question: Prose = Field(description="a question to put to a room")
    workspace: Annotated[str, BeforeValidator(_source)] = Field(
        description='the name of a shipped workspace, or one written out between """'
    )
    steps: Any = Field(description="tables [[steps]]")


class StepRow(Row):
    """One of `[[steps]]`."""

    view: Annotated[str, BeforeValidator(_view)] = Field("desk", description='"desk", "twin" or "replay"')
    workspace: Annotated[str, BeforeValidator(_source)] | None = Field(
        None, description="another workspace, for this step"
    )
    venue: Word | None = Field(None, description="the id of a venue")
    modes: Annotated[Mapping[str, Mode], BeforeValidator(_modes)] = Field(
        {}, description='a table by position, such as { btc = "isolated" }'
    )
    leverage: Annotated[Mapping[str, Decimal], BeforeValidator(_leverages)] = Field(
        {}, description="a table by position, such as { btc = 10 }"
    )
    shock: Annotated[Decimal, BeforeValidator(partial(bounded_move, above=-ONE))] | None = Field(
        None, description="a common move above -1, such as -0.30"
    )
    at: Annotated[Decimal, BeforeValidator(place)] | None = Field(
        None, description="a place of a lived path, such as 1.5"
    )
    time: Text | None = Field(None, description='a moment of a replay, such as "2025-10-10T21:15"')
    ask: Prose | None = Field(None, description="a question. Default: that of the lesson")
    choices: Annotated[tuple[str, ...], BeforeValidator(_choices)] = Field((), description="a list of texts")
    right: Annotated[int, BeforeValidator(_whole)] | None = Field(None, description="the number of the right choice")
    reveal: Prose = Field(description="the answer, with figures in braces such as {btc.liq}")
    claims: Annotated[tuple[Any, ...], BeforeValidator(_claims)] = Field(
        (), description="tables [[steps.claims]] { of, is }"
    )


class ClaimRow(Row):
    """One of `[[steps.claims]]`."""

    of: Text = Field(description="a figure, such as btc.status")
    equals: Annotated[Decimal | str, BeforeValidator(_value)] | None = Field(
        None, alias="is", description="a number or a word"
    )
    above: Number | None = Field(None, description="a number")
    below: Number | None = Field(None, description="a number")
    same_as: Text | None = Field(None, description="another figure")
