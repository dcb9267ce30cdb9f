"""Changes inside one table of a workspace file, in the style in which that table is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tomlkit
from tomlkit.items import AoT, Bool, InlineTable, Item, SingleKey, Table

from engine.workspace.preserve_lines import lines_of
from engine.workspace.write import Row, inline_text, key_text

Path = tuple[str, ...]
_PAIR = re.compile(r"(?P<indent>[ \t]*)(?P<key>[A-Za-z0-9_-]+)(?P<before>[ \t]*)=(?P<after>[ \t]*)")


class UnmergeableError(Exception):
    """A text that cannot take the changes and stay what it is otherwise."""


@dataclass(frozen=True)
class Style:
    """How the keys of a table are written."""

    indent: str = ""
    width: int = 0
    """Characters that a key is filled up to; 0: keys are as long as they are."""
    before: str = " "
    """Between a key and its equals sign."""
    after: str = " "

    @classmethod
    def of(cls, core: str) -> Style:
        """The style of the text of a table."""
        pairs = [pair for pair in map(_PAIR.match, lines_of(core)) if pair]
        if not pairs:
            return cls()
        first = pairs[0]
        columns = {pair.end("before") for pair in pairs}
        aligned = len(columns) == 1 and (len({len(pair["key"]) for pair in pairs}) > 1 or len(first["before"]) > 1)
        width = columns.pop() - len(first["indent"]) if aligned else 0
        same = len({pair["before"] for pair in pairs}) == 1
        return cls(first["indent"], width, first["before"] if same else " ", first["after"])

    def key(self, name: str) -> tuple[str, str]:
        """A key as it stands in the text, and the equals sign with what is around it."""
        if not self.width:
            return name, f"{self.before}={self.after}"
        return name.ljust(self.width), f"={self.after}" if len(name) < self.width else f" ={self.after}"

    def block(self, header: str, row: Row) -> str:
        """A whole table; its keys are aligned where those of other tables are."""
        given = {key_text(key): text for key, text in row.items() if text is not None}
        width = self.width and max(self.width, *(len(key) + 1 for key in given))
        style = Style(self.indent, width, self.before, self.after)
        pairs = [f"{self.indent}{''.join(style.key(key))}{text}\n" for key, text in given.items()]
        return f"{self.indent}{header}\n{''.join(pairs)}"


def amended(core: str, path: Path, changes: Mapping[str, str | None]) -> str:
    """The text of one table with some keys of the table at `path` changed, added or (None) removed."""
    document = _parsed(core)
    holder: Any = None
    table: Any = document
    for key in path:
        holder = table
        table = table[key]
        table = table[-1] if isinstance(table, AoT) else table
    if isinstance(table, InlineTable):
        holder[path[-1]] = _inline_amended(table, changes)
    else:
        _amend(table, changes, Style.of(core))
    return tomlkit.dumps(document)


@dataclass(frozen=True)
class ListChanges:
    """What becomes of the elements of a list."""

    changed: Mapping[int, Mapping[str, str | None]] = field(default_factory=dict)
    """Changes of the elements that stay, by where they stood."""
    dropped: Sequence[int] = ()
    """Where those stood that go, ascending."""
    added: Mapping[int, Row] = field(default_factory=dict)
    """New elements by where they will stand, ascending."""


def amended_list(core: str, name: str, changes: ListChanges) -> str:
    """The text of one table whose key `name` is a list of inline tables, with that list changed."""
    document = _parsed(core)
    array: Any = document[name]
    for index, change in changes.changed.items():
        array[index] = _inline_amended(array[index], change)
    for index in reversed(changes.dropped):
        del array[index]
    for index, row in changes.added.items():
        array.insert(index, tomlkit.value(inline_text(row)))
    if not array:
        document[name] = tomlkit.value("[]")
    return tomlkit.dumps(document)


def _parsed(core: str) -> tomlkit.TOMLDocument:
    document = tomlkit.parse(core)
    if tomlkit.dumps(document) != core:
        raise UnmergeableError("the text does not survive being parsed")
    return document


def _amend(table: Any, changes: Mapping[str, str | None], style: Style) -> None:
    """Change a table that has a line for each key; a new key comes below the others."""
    for key, text in changes.items():
        if text is None:
            table.pop(key, None)
        elif key in table:
            table[key] = tomlkit.value(text)
        else:
            item = tomlkit.value(text)
            item.trivia.indent = style.indent
            own = key_text(key)
            name, equals = style.key(own)
            # an indented table cannot append true or false: what it holds of them has no text of its own
            put = table.raw_append if isinstance(table, Table) and isinstance(item, Bool) else table.append
            put(SingleKey(key, sep=name[len(own) :] + equals), item)


def _inline_amended(table: InlineTable, changes: Mapping[str, str | None]) -> Item:
    """An inline table with other values; where keys come or go it is put together anew from its pieces."""
    if all(text is not None and key in table for key, text in changes.items()):
        _amend(table, changes, Style())
        return table
    old = table.as_string()
    pieces = {key.key: (f"{key.as_string()}{key.sep}", item.as_string()) for key, item in table.value.body if key}
    for key, text in changes.items():
        if text is None:
            pieces.pop(key, None)
        else:
            pieces[key] = (pieces[key][0] if key in pieces else f"{key_text(key)} = ", text)
    inside = (", " if ", " in old or "," not in old else ",").join(f"{key}{text}" for key, text in pieces.values())
    pad = "" if inside and re.match(r"\{[^ \t}]", old) else " " if inside else ""
    return tomlkit.value(f"{{{pad}{inside}{pad}}}")
