"""The text of a workspace file as a sheet to write on: tables are found, changed, put in and taken out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.workspace.preserve_lines import Section, sections_of
from engine.workspace.preserve_table import ListChanges, Path, Style, UnmergeableError, amended, amended_list
from engine.workspace.write import Row

EDIT_LIMIT = 200_000
"""Characters that are handed to the editing library at most, which is slow."""
_BLANKS = re.compile(r"\A(?:[ \t\r]*\n)+")
_ENDS_BLANK = re.compile(r"(?:\A|\n)[ \t\r]*\n\Z")
_ORDER = ("venue", "markets", "positions", "orders", "scenario", "view")


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
