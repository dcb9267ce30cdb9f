"""Where a workspace comes from: a path, a shipped name, or the one that was open last."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_state_path

from engine.regular import is_absent, real_path, regular_bytes
from engine.workspace import Faults, Workspace, load_bytes, load_file, shipped
from engine.workspace.files import write_atomically
from engine.workspace.short_code import is_code, open_code
from engine.workspace.sweep import sweep
from engine.workspace.watch import look_at

RECENT_KEPT = 9
_MEMORY_LIMIT = 64 * 1024
FIRST = "guide-cross"
"""What a desk opens that was never opened before."""


@dataclass(frozen=True)
class Source:
    """A workspace and the file to save it to, if it has one."""

    workspace: Workspace
    path: str | None = None
    digest: str = ""
    """What its content is known by."""
    shipped_as: str = ""
    """The name of a shipped workspace."""
    real: str = ""
    """Where the path led to when it was read."""

    @property
    def key(self) -> str:
        """What changes of it are kept under: one name for every path that leads to the same file."""
        if self.path is not None:
            return f"file:{self.real or real_path(self.path)}"
        return f"shipped:{self.shipped_as}" if self.shipped_as else f"unnamed:{self.workspace.name}"


def state_folder() -> Path:
    """Where the program keeps what it remembers of a user."""
    return user_state_path("isocross")


def resolve(name: str) -> tuple[Path, bool]:
    """The path of a file or of a shipped workspace, and whether it is a shipped one."""
    known = shipped()
    if name in known and is_absent(name):
        return known[name], True
    try:
        return Path(name).expanduser(), False
    except RuntimeError:
        # as a shell does with the home of somebody it does not know
        return Path(name), False


def open_source(name: str | None) -> Source:
    """Open what was named; raises Faults. Shipped workspaces have no file to save to."""
    if name is None:
        return _last() or open_source(FIRST)
    if is_code(name):
        return Source(open_code(name))
    path, is_shipped = resolve(name)
    return _read(path, name if is_shipped else "")


def _read(path: Path, shipped_as: str = "") -> Source:
    """The workspace in a file, and what exactly was read."""
    seen = look_at(path)
    workspace = load_file(path) if seen.data is None else load_bytes(seen.data, str(path))
    if not shipped_as:
        # what a killed save may have left beside it
        sweep(Path(seen.real).parent)
    return Source(workspace, None if shipped_as else str(path), seen.digest, shipped_as, seen.real)


def remember(path: str) -> None:
    """Note a file as the one to open next time; not being able to is no fault."""
    newest = real_path(path)
    kept = [newest, *(known for known in recent() if known != newest)][:RECENT_KEPT]
    with suppress(OSError):
        _memory().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(_memory(), json.dumps({"recent": kept}).encode("utf-8"))


def recent() -> list[str]:
    """The files that were open before, the last one first."""
    try:
        known = json.loads(regular_bytes(_memory(), _MEMORY_LIMIT))["recent"]
        return [path for path in known if isinstance(path, str)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _last() -> Source | None:
    """The file that was open last, if it can still be read."""
    try:
        return _read(Path(recent()[0]))
    except (IndexError, OSError, ValueError, Faults):
        return None


def _memory() -> Path:
    return state_folder() / "desk.json"
