"""A payload as a tree that knows its own paths: JSON read exactly, and what is not as expected named by its place.

What stands in a text twice, and what is no number although it is written as one (`NaN`), is refused wherever it is:
which of two figures a venue meant, nobody can say.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from isocross.exchange.not_json import not_json
from isocross.records import dataclass
from isocross.toml.amounts import as_number
from isocross.toml.faults import BadValue, Fault, Faults, cut, shown
from isocross.toml.places import Path, key_text
from isocross.toml.read import NESTING_LIMIT, Unreadable, parse_float
from isocross.workspace.load import is_workspace

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes of a payload; a full account with every market of a venue is a tenth of that."""
OBJECTS_LIMIT = 50_000
VALUES_LIMIT = 500_000
SMALLEST_PLACE = -30
"""Dust in a figure that is only read is no fault; what the workspace keeps is checked again."""
DIGITS_READ = 100
FAULTS_TOLD = 20
"""So many unclear places of one payload are told."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


class UnfitError(Exception):
    """A value of a payload that cannot be used."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a payload and where it stands."""

    value: Any
    path: Path = ()
    origin: str = ""
    """The file it is from."""

    @property
    def where(self) -> str:
        """The path as it is read aloud: `positions[2].entryPrice`."""
        return key_text(self.path)

    def get(self, *names: str) -> Node:
        """The value under the first of these names that is there; a node of None where there is none."""
        table = self.value if isinstance(self.value, dict) else {}
        name = next((name for name in names if name in table), names[0])
        return Node(table.get(name), (*self.path, name), self.origin)

    def at(self, index: int) -> Node:
        """A value of a list; a node of None where the list is shorter."""
        items = self.value if isinstance(self.value, list) else []
        return Node(items[index] if index < len(items) else None, (*self.path, index), self.origin)

    def has(self, *names: str) -> bool:
        """Whether this is a table with all of these names."""
        return isinstance(self.value, dict) and all(name in self.value for name in names)

    def has_any(self, *names: str) -> bool:
        """Tell whether this is a table with at least one of these names."""
        return isinstance(self.value, dict) and any(name in self.value for name in names)

    def says(self, *names: str) -> str | None:
        """Find the first text that is written under one of these names; None where none of them has one."""
        for name in names:
            value = self.get(name).value
            if isinstance(value, str) and value.strip():
                return value.strip()
        return None

    def rows(self) -> Iterator[Node]:
        """The values of a list, each of which must be a table."""
        if not isinstance(self.value, list):
            raise self.unfit(f"{described(self.value)} is not a list", "a list of tables")
        for index in range(len(self.value)):
            yield self.at(index)

    def items(self) -> Iterator[Node]:
        """The values of a table."""
        for name in self.value if isinstance(self.value, dict) else ():
            yield self.get(name)

    def parts(self) -> list[Node]:
        """The tables and lists that stand directly in this table or list."""
        if not isinstance(self.value, dict | list):
            return []
        inside = enumerate(self.value) if isinstance(self.value, list) else self.value.items()
        return [Node(part, (*self.path, key), self.origin) for key, part in inside if isinstance(part, dict | list)]

    def number(self) -> Decimal | None:
        """An exact number, written as a number or as a text; None for null, an empty text and nothing at all."""
        value = self.value
        if value is None or value == "":
            return None
        if isinstance(value, str):
            value = number_of(value)
        try:
            return as_number(value, SMALLEST_PLACE)
        except BadValue as error:
            raise self.unfit(error.message, "a number, or a text that is one") from None

    def over(self, other: Node) -> Decimal | None:
        """This number by another one; None where one of them is not there, or nothing to divide by."""
        above, below = self.number(), other.number()
        return above / below if above and below else None

    def word(self) -> str:
        """A text that is there."""
        if not isinstance(self.value, str) or not self.value.strip():
            said = "is missing" if self.value is None else f"{described(self.value)} is not a text with something in it"
            raise self.unfit(said, "a text")
        return self.value.strip()

    def unfit(self, message: str, expected: str = "") -> UnfitError:
        """The error that says what is wrong here."""
        return UnfitError(Fault(self.where, message, expected))


def described(value: object) -> str:
    """A value as a message repeats it."""
    return "null" if value is None else shown(value)


def number_of(text: str) -> Decimal | str:
    """The exact number in a text; the text itself where it is none."""
    plain = text.strip()
    return Decimal(plain) if len(plain) <= DIGITS_READ and _NUMBER.fullmatch(plain) else text


_ANSWER: Final = "a venue's JSON or a CSV of positions; a workspace can be opened as it is"


def parse(data: bytes, origin: str) -> Node:
    """The tree of a JSON text, every number exact.

    Raises:
        Faults: when it is no JSON, or more than any account would be.
    """
    text = decoded(data, origin)
    if text.count("{") + text.count("[") > OBJECTS_LIMIT or text.count(",") > VALUES_LIMIT:
        raise Faults(origin, [Fault("", "there is far too much in this payload", "the positions of one account")])
    try:
        value = _documents(text)
    except json.JSONDecodeError as error:
        if is_workspace(text):
            raise Faults(origin, [Fault("", "this is a workspace, and no answer of a venue", _ANSWER)]) from None
        raise Faults(origin, [not_json(error)]) from None
    except (ValueError, RecursionError, MemoryError):
        raise Faults(origin, [Fault("", "this text is beyond what can be read", "a plain JSON document")]) from None
    root = Node(value, (), origin)
    faults = list(islice(_unclear(root), FAULTS_TOLD))
    if faults:
        raise Faults(origin, faults)
    return root


_DECODER: json.JSONDecoder
_BLANK = re.compile(r"[ \t\n\r]*")


def _documents(text: str) -> Any:
    """The document in a text; of several, one after another, the list of them."""
    found: list[Any] = []
    at = _end_of_blank(text, 0)
    while not found or at < len(text):
        value, at = _DECODER.raw_decode(text, at)
        found.append(value)
        at = _end_of_blank(text, at)
    return found if len(found) > 1 else found[0]


def _end_of_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return at if blank is None else blank.end()


class _Table(dict[str, Any]):
    """A table of a payload that remembers which of its names stood in the text more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = (
            [] if len(self) == len(pairs) else [name for name, n in Counter(k for k, _ in pairs).items() if n > 1]
        )


def _unclear(root: Node) -> Iterator[Fault]:
    """What says nothing certain, wherever it stands: a name that stands twice, a number that is none, the too deep."""
    if isinstance(root.value, Unreadable):
        yield _no_number(root.value, ())
    tables: list[tuple[Any, Path]] = [(root.value, ())] if isinstance(root.value, dict | list) else []
    while tables:
        table, path = tables.pop()
        if len(path) == NESTING_LIMIT:
            yield Fault("", "lists and tables are nested too deep", f"at most {NESTING_LIMIT} levels")
            return
        if isinstance(table, _Table):
            for name in table.repeated:
                where = key_text((*path, name))
                yield Fault(where, "this name is in its table twice", "one value for each name")
        inside = table.items() if isinstance(table, dict) else enumerate(table)
        for key, value in inside:
            if isinstance(value, dict | list):
                tables.append((value, (*path, key)))
            elif isinstance(value, Unreadable):
                yield _no_number(value, (*path, key))


def _no_number(value: Unreadable, path: Path) -> Fault:
    named = not value.raw.lstrip("-")[:1].isdigit()
    message = "is not a number" if named else "is out of range"
    return Fault(key_text(path), f"{shown(value)} {message}", "a number, or null")


def decoded(data: bytes, origin: str) -> str:
    """The text of a file of a bearable size; spreadsheets like to begin one with a byte order mark."""
    if len(data) > SIZE_LIMIT:
        raise Faults(origin, [Fault("", "the file is too large", f"at most {SIZE_LIMIT // 1024 // 1024} MiB")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the byte 0x{data[error.start]:02x} (number {error.start + 1}) is not UTF-8"
        raise Faults(origin, [Fault("", message, "a text in UTF-8", line)]) from None


def _whole(raw: str) -> Decimal | Unreadable:
    return Decimal(raw) if len(raw) <= DIGITS_READ else Unreadable(cut(raw))


_DECODER = json.JSONDecoder(
    parse_float=parse_float, parse_int=_whole, parse_constant=Unreadable, object_pairs_hook=_Table
)
