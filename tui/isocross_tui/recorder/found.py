"""What an earlier desk has left of a file that is opened again, and whether somebody has to decide about it.

Here are also the words for that: changes nobody saved, a file that changed on disk, another desk with the same file.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PurePath

from isocross.desk.state import Moment, content
from isocross.disk.journal import read
from isocross.disk.lock import Holder
from isocross.format import counted
from isocross.records import dataclass
from isocross.regular import is_absent, is_regular
from isocross.workspace import Faults, Workspace, dump
from isocross_tui.recorder.line import MomentLine, known_as, replay
from isocross_tui.widgets.prose import Words, say

_TONES = {"+": "good", "-": "bad"}


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

    line: MomentLine | None = None
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


def when(seconds: float, now: float) -> str:
    """A time of day, with its date unless it is today's."""
    then = datetime.fromtimestamp(seconds)
    today = then.date() == datetime.fromtimestamp(now).date()
    return f"{then:%H:%M}" if today else f"{then:%Y-%m-%d %H:%M}"


def offer_words(name: str, found: Found, now: float) -> str:
    """The question about changes that an earlier desk did not save."""
    lines = [f"“{name}” has {counted(found.changes, 'unsaved change')} from {when(found.at, now)}."]
    lines.append("The desk that made them ended unexpectedly.")
    if not found.same_file:
        lines.append("The file was changed since. It stays as it is until you save.")
    if found.damaged:
        lines.append("The end of the kept record could not be read; the whole record is kept aside.")
    return " ".join(lines)


def conflict_words(path: str, beside: str) -> str:
    """The question about a file that is neither what the desk knows of it nor what it would save.

    Args:
        path: of the file.
        beside: where the desk's own version would go.
    """
    return (
        f"{PurePath(path).name} was changed on disk, and the desk has another version. Mine overwrites the file. "
        "Theirs puts the file on the desk; undo brings yours back. "
        f"Both saves yours beside it as {PurePath(beside).name}."
    )


def first_fault(faults: Faults) -> str:
    """The first thing that is wrong with a file, and how many more there are."""
    more = len(faults.faults) - 1
    return faults.faults[0].told(faults.origin) + (f" (and {more} more)" if more else "")


def other_words(others: Sequence[Holder], now: float) -> str:
    """That another desk has the same file; empty when none has."""
    if not others:
        return ""
    first = others[0]
    since = f" since {when(first.since, now)}" if first.since else ""
    process = f" (process {first.pid} on {first.host}{since})" if first.pid else ""
    return f"Another desk has this file open too{process}."


def difference(ours: Workspace, file: Workspace) -> Words:
    """What differs between the file and a desk, line by line as a file would have it."""
    before, after = (dump(content(workspace)).splitlines() for workspace in (file, ours))
    import difflib  # noqa: PLC0415 - only who asks for the difference pays for it

    lines = list(difflib.unified_diff(before, after, n=4, lineterm=""))[2:]
    legend = (say("− as the file has it", "bad"), say("+ as it was on the desk", "good"), say(""))
    return (*legend, *(say(_shown(line), _TONES.get(line[:1], "muted")) for line in lines))


def _shown(line: str) -> str:
    return "…" if line.startswith("@@") else f"{line[:1].replace('-', '−')} {line[1:]}"


def mine_beside(path: str) -> str:
    """A name beside a file for the other version of it, one that is not taken."""
    file = Path(path)
    names = [f"{file.stem}.mine{file.suffix}", *(f"{file.stem}.mine-{n}{file.suffix}" for n in range(2, 1000))]
    free = (file.with_name(name) for name in names if is_absent(file.with_name(name)))
    return str(next(free, file.with_name(names[-1])))
