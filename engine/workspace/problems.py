"""Problems: faults by their path in the document, before it is known on which line that is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from engine.workspace.faults import Fault, Faults, cut, escaped, shown
from engine.workspace.locate import Path, Places

BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
MANY = 50
"""With this many problems found, no more guesses are made at what was meant."""


@dataclass(frozen=True, slots=True)
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
    by_lower = {name.lower(): name for name in names}
    close = get_close_matches(word[:60].lower(), by_lower, n=1)
    return f"; did you mean {shown(by_lower[close[0]])}?" if close else ""
