"""A workspace file in pieces: the text above the first table, and each table with the comments that are its own.

The pieces put together are the text, byte for byte. A table owns the comment lines right above its header and those
right below its last key; what a blank line sets apart from both belongs to nobody and stays when the table goes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from engine.workspace.lexis import COMMENT, STRING

_TOKEN = re.compile(rf"{COMMENT}|{STRING}|(?P<open>[\[{{])|(?P<close>[\]}}])|(?P<end>\n)")


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
