"""Pictures held against what is stored, and what differs told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice
from pathlib import Path

import pytest

STORED = Path(__file__).with_name("stored")
UPDATE = "python -m pytest tests/snapshots --update-snapshots"
_LINES_TOLD = 40
_PICTURES_TOLD = 12
_LONGEST_LINE = 210


@dataclass
class Held:
    """Gathers what is wrong with many pictures, and tells all of it at the end."""

    update: bool
    everything: bool
    """Whether every theme is looked at at every size."""
    found: list[str] = field(default_factory=list)

    def must_not(self, faults: Iterable[str], name: str) -> None:
        """Take what is wrong with a picture whatever is stored."""
        self.found += [f"{name}: {fault}" for fault in faults]

    def as_stored(self, name: str, content: str, as_now: Callable[[str], str] = str) -> None:
        """Hold a picture of the grid against what is stored, as it is told of what was looked at; or store it."""
        told = hold(STORED / "grid" / name, content, self.update, as_now)
        if told is not None:
            self.found.append(told)

    def tell(self) -> None:
        """Fail with all that was found."""
        if self.found:
            told = "\n".join(self.found[:_PICTURES_TOLD])
            more = len(self.found) - _PICTURES_TOLD
            rest = f"\nand {more} more" if more > 0 else ""
            pytest.fail(f"{told}{rest}\nIf this is how it should look: {UPDATE}", pytrace=False)


def hold(path: Path, content: str, update: bool, as_now: Callable[[str], str] = str) -> str | None:
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
        return None
    if not path.exists():
        return f"{path.name} is not stored yet."
    stored = as_now(path.read_text(encoding="utf-8"))
    if stored == content:
        return None
    changes = unified_diff(stored.splitlines(), content.splitlines(), f"stored/{path.name}", "now", lineterm="", n=0)
    told = [line[:_LONGEST_LINE] for line in islice(changes, _LINES_TOLD)]
    return "\n".join([f"{path.name} is not what is stored:", *told])
