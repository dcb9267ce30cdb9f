"""Changes a TOML text in place: only what is new is written, in the style of its table.

The text is cut into sections: what stands above the first table, then each table with the comments that are its own.
Put together they are the text, byte for byte. A table owns the comment lines right above its header and those right
below its last key; what a blank line sets apart from both belongs to nobody and stays when the table goes. A `Sheet`
finds tables, changes them, puts them in and takes them out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import takewhile
from typing import Any

import tomlkit
from tomlkit.items import AoT, Bool, InlineTable, Item, SingleKey, Table

from isocross.records import dataclass
from isocross.toml.read import COMMENT, STRING
from isocross.toml.write import Row, inline_text, key_text

_TOKEN = re.compile(rf"{COMMENT}|{STRING}|(?P<open>[\[{{])|(?P<close>[\]}}])|(?P<end>\n)")
Path = tuple[str, ...]
_PAIR = re.compile(r"(?P<indent>[ \t]*)(?P<key>[A-Za-z0-9_-]+)(?P<before>[ \t]*)=(?P<after>[ \t]*)")
EDIT_LIMIT = 200_000
"""Characters that are handed to the editing library at most, which is slow."""
_BLANKS = re.compile(r"\A(?:[ \t\r]*\n)+")
_ENDS_BLANK = re.compile(r"(?:\A|\n)[ \t\r]*\n\Z")
_ORDER = ("venue", "assets", "markets", "positions", "orders", "scenario", "view")


@dataclass(eq=False)
class Section:
    """One table of the file with its surroundings."""

    path: tuple[str, ...] = ()
    """The keys of its header; empty for the text above the first table."""
    array: bool = False
    """Whether it is one of `[[several]]`."""
    element: int = -1
    """Which of the elements of `[[path[0]]]` it is or belongs to; -1 where that is no array of tables."""
    lead: str = ""
    """Comment lines right above the header."""
    core: str = ""
    """From the header to the last key, comments in between included."""
    after: str = ""
    """Comment lines right below the last key."""
    rest: str = ""
    """Everything else before the next section: a blank line, and what follows it."""

    def __str__(self) -> str:
        return self.lead + self.core + self.after + self.rest

    def table(self) -> Any:
        """What the text of this section alone says at its path."""
        found: Any = tomllib.loads(self.core)
        for key in self.path:
            found = found[key]
            found = found[-1] if isinstance(found, list) else found
        return found


def sections_of(text: str) -> list[Section]:
    """The pieces of a text that the parser has accepted."""
    sections = [Section()]
    counts: dict[str, int] = {}
    pending: list[str] = []
    for line in lines_of(text):
        start = line.lstrip(" \t")
        if start.startswith("["):
            own = len(list(takewhile(is_comment, reversed(pending))))
            lead = pending[len(pending) - own :]
            _close(sections[-1], pending[: len(pending) - own])
            sections.append(_opened(line, "".join(lead), counts))
            pending = []
        elif is_comment(line) or not start.strip():
            pending.append(line)
        else:
            sections[-1].core += "".join(pending) + line
            pending = []
    _close(sections[-1], pending)
    return sections


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text with their ends; a value over several lines is one line with its key."""
    start = depth = 0
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "open":
                depth += 1
            case "close":
                depth -= 1
            case "end" if depth == 0:
                yield text[start : token.end()]
                start = token.end()
    if start < len(text):
        yield text[start:]


def is_comment(line: str) -> bool:
    """Whether nothing but a comment stands in a line."""
    return line.lstrip(" \t").startswith("#")


def _close(section: Section, below: list[str]) -> None:
    """Put what stands below the last key where it belongs."""
    own = len(list(takewhile(is_comment, below)))
    section.after = "".join(below[:own])
    section.rest = "".join(below[own:])


def _opened(header: str, lead: str, counts: dict[str, int]) -> Section:
    """The section that a header opens; `counts` says how many elements each array of tables has so far."""
    path: tuple[str, ...] = ()
    table: Any = tomllib.loads(header)
    while table:
        ((key, table),) = table.items()
        table = table[0] if isinstance(table, list) else table
        path = (*path, key)
    array = header.lstrip(" \t").startswith("[[")
    if array and len(path) == 1:
        counts[path[0]] = counts.get(path[0], 0) + 1
    return Section(path, array, counts.get(path[0], 0) - 1, lead, header)


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


class Sheet:
    """The sections of one text, while they change."""

    def __init__(self, text: str) -> None:
        self._crlf = "\r\n" in text and text.count("\r\n") == text.count("\n")
        self._ended = text.endswith("\n")
        self._edited = 0
        self.sections = sections_of(text.replace("\r\n", "\n") if self._crlf else text)

    def text(self) -> str:
        """The text as it is now, with the line ends it had, the last one included or missing."""
        text = "".join(map(str, self.sections))
        if not self._ended:
            text = text.rstrip("\n")
        return text.replace("\n", "\r\n") if self._crlf else text

    def elements(self, name: str) -> list[list[Section]]:
        """The tables `[[name]]`, each with the tables inside it."""
        found: dict[int, list[Section]] = {}
        for section in self.sections:
            if section.path[:1] == (name,) and section.element >= 0:
                found.setdefault(section.element, []).append(section)
        return list(found.values())

    def before(self, name: str) -> Section:
        """The section below which the first `[[name]]` stands, or would stand if there was one."""
        for above, section in zip(self.sections, self.sections[1:], strict=False):
            if section.path == (name,):
                return above
        rank = _ORDER.index(name)
        upper = [s for s in self.sections if not s.path or _ORDER.index(s.path[0]) <= rank]
        return upper[-1]

    # --- changes inside a table ----------------------------------------------------------------

    def amend(self, path: Path, changes: Mapping[str, str | None]) -> None:
        """Change, add or (None) remove keys of the table at `path`, which is put in where it is missing."""
        if not changes:
            return
        for section in self.sections:
            rest = path[len(section.path) :]
            if not section.array and section.path == path[: len(section.path)] and _has(section.table(), rest):
                self.amend_section(section, rest, changes)
                return
        self.insert(self.before(path[0]), path[0], dict(changes), array=False)

    def amend_section(self, section: Section, rest: Path, changes: Mapping[str, str | None]) -> None:
        """Change keys of the table at `rest` inside the table of a section."""
        if changes:
            self._count(section)
            section.core = amended(section.core, (*section.path, *rest), changes)

    def amend_list(self, name: str, changes: ListChanges) -> None:
        """Change a list of inline tables above the first table."""
        if changes.changed or changes.dropped or changes.added:
            head = self.sections[0]
            self._count(head)
            head.core = amended_list(head.core, name, changes)

    def _count(self, section: Section) -> None:
        self._edited += len(section.core)
        if self._edited > EDIT_LIMIT:
            raise UnmergeableError("there is too much to change")

    # --- whole tables --------------------------------------------------------------------------

    def insert(self, above: Section, name: str, row: Row, array: bool = True) -> Section:
        """Put a table below a section and the comments that are its own."""
        at = self.sections.index(above) + 1
        is_last = at == len(self.sections)
        spaced = is_last or above.rest != "" or not above.path
        core = self._style(name).block(f"[[{name}]]" if array else f"[{name}]", row)
        new = Section((name,), array, core=core, rest=above.rest)
        above.rest = "\n" if spaced else ""
        if not str(above).endswith("\n\n" if spaced else "\n"):
            above.rest = "\n" + above.rest
        if not is_last and spaced and not new.rest:
            new.rest = "\n"
        self.sections.insert(at, new)
        return new

    def _style(self, name: str) -> Style:
        """That of the last table of this name, else of the last table of a list, else of the last section."""
        same = [section for section in self.sections if section.path == (name,)]
        lists = [section for section in self.sections if section.array and len(section.path) == 1]
        style = Style.of((same or lists or self.sections)[-1].core)
        return style if same else replace(style, width=min(style.width, 1))

    def drop(self, section: Section) -> None:
        """Take a table out with the comments that are its own."""
        at = self.sections.index(section)
        above = self.sections[at - 1]
        is_last = at == len(self.sections) - 1
        below = section.rest
        if is_last or _ENDS_BLANK.search(str(above)):
            below = _BLANKS.sub("", below)
        above.rest += below
        if is_last and not above.rest.strip():
            above.rest = ""
        del self.sections[at]


def _has(table: Any, path: Path) -> bool:
    """Whether there is a table at `path` inside a table."""
    for key in path:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return isinstance(table, dict)
