"""What an earlier desk has left of a file that is opened again, and whether somebody has to decide about it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.regular import is_regular
from engine.state import Moment, content
from engine.workspace import Workspace
from engine.workspace.journal import read
from tui.recorder_line import Line, known_as, replay


@dataclass(frozen=True)
class Opened:
    """A file as a desk opened or saved it."""

    key: str
    """What it is known by: its real path, or a shipped name."""
    digest: str
    """Of its content."""
    workspace: Workspace

    @property
    def moment(self) -> Moment:
        """Where a desk stands that just opened it."""
        return Moment.opened(self.workspace)


@dataclass(frozen=True)
class Found:
    """What the journals of earlier desks have on a file."""

    line: Line | None = None
    """None: nothing that is of use."""
    unsaved: bool = False
    """Whether there are changes that the file does not have, so that somebody has to decide."""
    changes: int = 0
    at: float = 0.0
    """When the last one was made."""
    same_file: bool = True
    """Whether the file is as it was then."""
    damaged: bool = False
    """Whether a part of the journal could not be read."""


def found_in(path: Path, opened: Opened) -> Found:
    """What a journal has on a file; a damaged one is kept aside, so that no later writing takes it away."""
    reading = read(path)
    told = replay(reading.records)
    damaged = reading.damaged or (told is None and is_regular(path)) or (told is not None and not told.complete)
    if damaged:
        with suppress(OSError):
            path.with_suffix(".damaged").write_bytes(path.read_bytes())
    if told is None:
        return Found(damaged=damaged)
    saved, same_file = str(told.head.get("saved")), told.head.get("base") == opened.digest
    at_file = content(told.line.present.workspace) == content(opened.workspace)
    unsaved = not at_file and known_as(told.line.present.workspace) != saved
    if not (unsaved or at_file or same_file):
        return Found(damaged=damaged)
    return Found(told.line, unsaved, told.line.changes(saved), told.at, same_file, damaged)
