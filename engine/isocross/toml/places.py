"""Where each value of a TOML text stands, so that a problem at a path of it becomes a fault at a line.

It runs only on text that the parser has accepted.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable

from isocross.records import dataclass
from isocross.toml.faults import GUESS, Fault, Faults, cut, escaped, shown
from isocross.toml.read import BLANKS, GAP, KEY, SCALAR, STRINGS

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""
BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
MANY = 50
"""With this many problems found, no more guesses are made at what was meant."""


class Places:
    """The line and column of every value and key of one text."""

    def __init__(self, text: str) -> None:
        plain = text.replace("\r\n", "\n")
        scanner = _Scanner(plain)
        scanner.document()
        self._values = scanner.values
        self._keys = scanner.keys
        self._starts = [0, *(i + 1 for i, c in enumerate(plain) if c == "\n")]

    def __contains__(self, path: Path) -> bool:
        return path in self._values

    def at(self, path: Path, key: bool = False) -> tuple[int, int]:
        """Line and column (from 1) of the value at `path`, else of its nearest known ancestor.

        A table stands where its header or its first key does; with `key`, the place of the key is given.
        """
        if key and path in self._keys:
            return self._place(self._keys[path])
        while path not in self._values:
            path = path[:-1]
        return self._place(self._values[path])

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class _Scanner:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.values: dict[Path, int] = {(): 0}
        self.keys: dict[Path, int] = {}
        self.last: dict[Path, int] = {}
        """Index of the newest table of each array of tables."""

    def document(self) -> None:
        """Note every key and value of the text."""
        table: Path = ()
        self.skip(GAP)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(GAP)

    def skip(self, gap: re.Pattern[str]) -> None:
        """Step over what matches here, which may be nothing."""
        found = gap.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def header(self) -> Path:
        """Read `[a.b]` or `[[a.b]]`; the path that the lines below it belong to."""
        start = self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        path: Path = ()
        *parents, (own, _) = self.dotted()
        self.at += 2 if array else 1
        for name, _ in parents:
            path = (*path, name)
            self.note(path, start)
            if path in self.last:
                path = (*path, self.last[path])
        path = (*path, own)
        if not array:
            self.values[path] = self.keys[path] = start
            return path
        self.note(path, start)
        self.last[path] = self.last.get(path, -1) + 1
        path = (*path, self.last[path])
        self.note(path, start)
        return path

    def note(self, path: Path, offset: int) -> None:
        """Remember the first place of a path."""
        self.values.setdefault(path, offset)
        self.keys.setdefault(path, offset)

    def dotted(self) -> list[tuple[str, int]]:
        """Read a dotted key and the blanks around it: each part with its offset."""
        parts: list[tuple[str, int]] = []
        while True:
            self.skip(BLANKS)
            start = self.at
            self.skip(KEY)
            parts.append((_name(self.text[start : self.at]), start))
            self.skip(BLANKS)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def pair(self, path: Path) -> None:
        """Read `key = value` inside the table at `path`."""
        *parents, (own, start) = self.dotted()
        for name, offset in parents:
            path = (*path, name)
            self.note(path, offset)
        path = (*path, own)
        self.keys[path] = start
        self.at += 1
        self.skip(BLANKS)
        self.value(path)

    def value(self, path: Path) -> None:
        """Read one value, and note what is inside it."""
        self.values[path] = self.at
        opening = self.text[self.at]
        if opening == "[":
            self.array(path)
        elif opening == "{":
            self.inline_table(path)
        else:
            self.skip(STRINGS if opening in "\"'" else SCALAR)

    def array(self, path: Path) -> None:
        """Read `[a, b]`."""
        self.at += 1
        self.skip(GAP)
        index = 0
        while self.text[self.at] != "]":
            self.value((*path, index))
            index += 1
            self.comma()
        self.at += 1

    def inline_table(self, path: Path) -> None:
        """Read `{ a = 1, b = 2 }`."""
        self.at += 1
        self.skip(GAP)
        while self.text[self.at] != "}":
            self.pair(path)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        """Step over what separates two values, if it is there."""
        self.skip(GAP)
        if self.text[self.at] == ",":
            self.at += 1
            self.skip(GAP)


def _name(raw: str) -> str:
    if raw[:1] not in ('"', "'"):
        return raw
    name: str = tomllib.loads(f"name = {raw}")["name"]
    return name


@dataclass(frozen=True)
class Problem:
    """Something wrong with the value (or the key) at a path."""

    path: Path
    message: str
    expected: str = ""
    at_key: bool = False
    """Point at the key rather than at its value."""
    see: Path | None = None
    """Where the value it conflicts with stands."""

    def fault(self, places: Places | None) -> Fault:
        """The fault, with its line and column where the text is known."""
        message = self.message
        if self.see is not None:
            other = key_text(self.see) if places is None else f"line {places.at(self.see)[0]}"
            message = f"{message} {other}"
        line, column = (None, None) if places is None else places.at(self.path, self.at_key)
        return Fault(key_text(self.path), message, self.expected, line, column)


def faults_of(problems: Iterable[Problem], origin: str, places: Places | None = None) -> Faults:
    """All problems of one file as one error."""
    return Faults(origin, [problem.fault(places) for problem in problems])


def key_text(path: Path) -> str:
    """A path as it is read aloud: `positions[2].quantity`."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            name = step if BARE_KEY.fullmatch(step) else shown(step)
            parts.append(f".{name}" if parts else name)
    return "".join(parts)


def listing(names: Iterable[str], limit: int = 12) -> str:
    """Names in a row, the first of them when there are many."""
    all_names = list(names)
    few = ", ".join(escaped(cut(name)) for name in all_names[:limit])
    return f"{few}, …" if len(all_names) > limit else few


def meant(word: str, names: Iterable[str], found: int = 0) -> str:
    """`; did you mean "x"?` where a name is close; nothing when `found` problems are many already."""
    if found >= MANY:
        return ""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for this import

    by_lower = {name.lower(): name for name in names}
    close = get_close_matches(word[:60].lower(), by_lower, n=1)
    return f"{GUESS}{shown(by_lower[close[0]])}?" if close else ""
