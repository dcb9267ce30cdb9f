"""Where a workspace comes from: a path, a shipped name, or the one that was open last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_state_path

from engine.workspace import Faults, Workspace, load_file, shipped

FIRST = "guide-cross"
"""What a desk opens that was never opened before."""


@dataclass(frozen=True)
class Source:
    """A workspace and the file to save it to, if it has one."""

    workspace: Workspace
    path: str | None = None


def resolve(name: str) -> tuple[Path, bool]:
    """The path of a file or of a shipped workspace, and whether it is a shipped one."""
    known = shipped()
    if name in known and not Path(name).exists():
        return known[name], True
    return Path(name).expanduser(), False


def open_source(name: str | None) -> Source:
    """Open what was named; raises Faults. Shipped workspaces have no file to save to."""
    if name is None:
        return _last() or open_source(FIRST)
    path, is_shipped = resolve(name)
    return Source(load_file(path), None if is_shipped else str(path))


def remember(path: str) -> None:
    """Note a file as the one to open next time; not being able to is no fault."""
    try:
        _memory().parent.mkdir(parents=True, exist_ok=True)
        _memory().write_text(json.dumps({"last": str(Path(path).resolve())}), encoding="utf-8")
    except OSError:
        return


def _last() -> Source | None:
    """The file that was open last, if it can still be read."""
    try:
        last = json.loads(_memory().read_text(encoding="utf-8"))["last"]
        return Source(load_file(last), str(last))
    except (OSError, ValueError, KeyError, TypeError, Faults):
        return None


def _memory() -> Path:
    return user_state_path("isocross") / "desk.json"
