"""One account of many: its name, where it is from, and the account itself or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from isocross.records import dataclass
from isocross.toml.faults import Faults
from isocross.workspace.model import Workspace


@dataclass(frozen=True)
class Named:
    """An account, or the faults of one that cannot be read."""

    name: str
    source: str
    """The file, and of one with many accounts the line too; empty for a code."""
    workspace: Workspace | None = None
    faults: Faults | None = None

    @property
    def told(self) -> str:
        """What it is called, and where it is from."""
        return f"{self.name} ({self.source})" if self.source not in {"", self.name} else self.name


Reader = Callable[[], Named]
"""Reads one account."""


def unread(source: str, faults: Faults) -> Named:
    """Give what cannot be read at all."""
    return Named(source, source, faults=faults)


def read_as(source: str, read: Callable[[], Workspace]) -> Named:
    """Read one account; what is wrong with it is kept."""
    try:
        workspace = read()
    except Faults as faults:
        return Named(Path(source).stem or "account", source, faults=faults)
    return Named(workspace.name, source, workspace)


def told_in_a_line(faults: Faults) -> str:
    """Write the faults of one account as one line: the first of them, and how many more there are."""
    first, more = faults.faults[0], len(faults.faults) - 1
    return first.told(faults.origin) + (f" (and {more} more)" if more else "")
