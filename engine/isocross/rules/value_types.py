"""What a key of a profile can hold: a choice of names, a rate, some hours. Each type reads, names and describes itself.

A type stands in the annotation of a field: a `Rate` is a Decimal below 1. Where the annotation says enough, as an enum
or `bool` does, `value_type` finds the type by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from isocross.money import ONE, ZERO
from isocross.records import dataclass
from isocross.toml.amounts import CLOCK_HOURS, HOURS, RATE, exact_number, hours, one_line, one_of, rate

T = TypeVar("T")

IDENTIFIER = "^[a-z][a-z0-9-]*$"


@dataclass(frozen=True, eq=False)
class ValueType:
    """One type of value."""

    name: str
    """What a person calls it: "rate", "hours", "text"."""
    read: Callable[[Any], Any] = lambda value: value
    """Check what TOML holds and return what the field holds; ValueError is a sentence for the file of a profile."""
    expected: str = ""
    """What a workspace's own change of it can be, in words."""
    schema: Mapping[str, Any] = field(default_factory=dict)
    """The type as a JSON Schema."""
    values: tuple[str, ...] = ()
    """The values it has, where they can be listed."""
    items: ValueType | None = None
    """The type of each item of a list; None: not a list."""
    least: int = 0
    """The least number of items."""
    table: type | None = None
    """The dataclass whose declared fields are the keys of a table; None: not a table."""


def _expected(reader: Callable[[object], T], value: object) -> T:
    """What a reader reads, its fault as a sentence."""
    try:
        return reader(value)
    except ValueError as fault:
        raise ValueError(f"expected {fault}") from None


def _number(value: object, *, least: Decimal | None = None, above: Decimal | None = None) -> Decimal:
    number = _expected(exact_number, value)
    if above is not None and number <= above:
        raise ValueError(f"expected a number above {above}")
    if least is not None and number < least:
        raise ValueError(f"expected a number of at least {least}")
    return number


_COUNTED = "expected a whole number, 0 or more"


def _count(value: object) -> int:
    try:
        number = exact_number(value)
    except ValueError:
        raise ValueError(_COUNTED) from None
    if number != int(number) or number < ZERO:
        raise ValueError(_COUNTED)
    return int(number)


def _text(value: object) -> str:
    text = _expected(one_line, value)
    if not text:
        raise ValueError("expected a text that is not empty")
    return text


def _identifier(value: object) -> str:
    if not isinstance(value, str) or re.fullmatch(IDENTIFIER, value) is None:
        raise ValueError("expected small letters, digits and dashes, a letter first")
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _chosen(value: object, kind: type[StrEnum]) -> StrEnum:
    if not isinstance(value, str) or value not in list(kind):
        raise ValueError(f"expected {one_of(kind)}")
    return kind(value)


def _choice(kind: type[StrEnum]) -> ValueType:
    names = tuple(member.value for member in kind)
    return ValueType("choice", partial(_chosen, kind=kind), one_of(names), {"enum": list(names)}, names)


def _listed(items: ValueType, least: int = 0, read: Callable[[Any], Any] = tuple) -> ValueType:
    name = "list of tables" if items.table else f"list of {items.name}"
    return ValueType(name, read, items=items, least=least)


_RATE: Mapping[str, Any] = {"type": "number", "minimum": 0, "exclusiveMaximum": 1}
_HOURS: Mapping[str, Any] = {"enum": list(CLOCK_HOURS)}
_TEXT = ValueType("text", _text)
SWITCH = ValueType("true or false", _switch, "true or false", {"type": "boolean"}, ("true", "false"))

Rate = Annotated[Decimal, ValueType("rate", partial(_expected, rate), RATE, _RATE)]
"""A fraction, from 0 to below 1."""
Hours = Annotated[
    int, ValueType("hours", partial(_expected, hours), HOURS, _HOURS, tuple(str(count) for count in CLOCK_HOURS))
]
"""A number of hours that parts a day; 0 for never."""
Count = Annotated[int, ValueType("whole number", _count)]
Number = Annotated[Decimal, ValueType("number", _number)]
Size = Annotated[Decimal, ValueType("number from 0", partial(_number, least=ZERO))]
Positive = Annotated[Decimal, ValueType("number above 0", partial(_number, above=ZERO))]
Leverage = Annotated[Decimal, ValueType("number from 1", partial(_number, least=ONE))]
Text = Annotated[str, _TEXT]
"""Some text on one line."""
Remark = Annotated[str, ValueType("text", partial(_expected, one_line))]
"""Text on one line, or none."""
Code = Annotated[str | None, ValueType("text", lambda value: _expected(one_line, value) or None)]
"""A venue's own code, as text; an empty one is none."""
Sources = Annotated[str, _listed(_TEXT, least=1, read="; ".join)]
"""Where something is from: a list in the file."""
Identifier = Annotated[str, ValueType("identifier", _identifier)]
"""Small letters, digits and dashes."""


def value_type(annotation: Any) -> ValueType:
    """Find the type of a field by its annotation.

    Raises:
        TypeError: where nobody has said how such a value is read.
    """
    found = next((part for part in getattr(annotation, "__metadata__", ()) if isinstance(part, ValueType)), None)
    if found is not None:
        return found
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not NoneType)
        return value_type(inner)
    if get_origin(annotation) is tuple:
        return _listed(value_type(get_args(annotation)[0]))
    if annotation is bool:
        return SWITCH
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return _choice(annotation)
    if isinstance(annotation, type) and is_dataclass(annotation):
        return ValueType("table", table=annotation)
    raise TypeError(f"nobody has said how a {annotation} is read")
