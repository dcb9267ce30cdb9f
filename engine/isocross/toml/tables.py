"""Tables of a file as classes: each key is declared once, with what reads its value, its words and its default.

    class LegRow(Table):
        move: Decimal = key(as_number, "a number")
        share: Decimal | None = key(as_number, "a number", default=None)

`read` gives the values of a table and everything that is wrong with it, in the order of the keys; who asks puts it into
words of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any, ClassVar, Final, NamedTuple

from isocross.toml.faults import BadValue, shown

Reader = Callable[[Any], Any]
"""Gives the value as it is used; raises BadValue."""

REQUIRED: Final = object()
"""The default of a key that has none."""


class Key:
    """One key of a table."""

    __slots__ = ("default", "expected", "name", "read")

    def __init__(self, read: Reader | None, expected: str, default: object, name: str) -> None:
        """Keep what `key` was given."""
        self.read = read
        self.expected = expected
        self.default = default
        self.name = name

    def __set_name__(self, owner: type[Table], name: str) -> None:
        """Take the name of the attribute where the file has no other."""
        self.name = self.name or owner.spelled(name)

    def value(self, given: object) -> Any:
        """Read what a file has here; raises BadValue. What may be left out may also be None."""
        if self.read is None or (given is None and self.default is None):
            return given
        return self.read(given)


def key(read: Reader | None, expected: str = "", default: object = REQUIRED, name: str = "") -> Any:
    """Declare a key of a table.

    Args:
        read: reads its value; None: anything may be here, and is read elsewhere.
        expected: what it may hold, in words.
        default: what holds where it is left out; without one it must be there.
        name: how the file spells it, where that is not the attribute's name.
    """
    return Key(read, expected, default, name)


def truth(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise BadValue(f"{shown(value)} does not fit here")
    return value


class FlawKind(Enum):
    """What can be wrong with a key."""

    MISSING = auto()
    UNFIT = auto()
    UNKNOWN = auto()


class Flaw(NamedTuple):
    """Something that is wrong with a table."""

    kind: FlawKind
    name: str
    """The key, as the file spells it."""
    given: object = None
    why: BadValue | None = None
    """Of a value that does not fit."""


class Table:
    """What a table of a file says, each key as an attribute; two of the same values are equal, and none changes."""

    keys: ClassVar[Mapping[str, Key]] = {}
    """By attribute, in the order of their declaration."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Take a value for every attribute."""
        self.__dict__.update(values)

    def __init_subclass__(cls) -> None:
        """Gather the keys of a new kind of table."""
        cls.keys = {**cls.keys, **{name: own for name, own in vars(cls).items() if isinstance(own, Key)}}

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a value never changes."""
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set")

    def __eq__(self, other: object) -> bool:
        """Compare what both say."""
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        """Agree with what is equal; a value may be a table, which has no hash."""
        return hash(tuple(vars(self)))

    @classmethod
    def spelled(cls, attribute: str) -> str:
        """Spell an attribute as the file does."""
        return attribute


def read(table: type[Table], data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Flaw]]:
    """The values of a table by attribute, and what is wrong with it; what may be left out is there all the same."""
    values: dict[str, Any] = {}
    flaws: list[Flaw] = []
    for attribute, own in table.keys.items():
        if own.name in data:
            try:
                values[attribute] = own.value(data[own.name])
            except BadValue as error:
                flaws.append(Flaw(FlawKind.UNFIT, own.name, data[own.name], error))
        elif own.default is REQUIRED:
            flaws.append(Flaw(FlawKind.MISSING, own.name))
        else:
            values[attribute] = own.default
    known = {own.name for own in table.keys.values()}
    flaws.extend(Flaw(FlawKind.UNKNOWN, name, value) for name, value in data.items() if name not in known)
    return values, flaws
