"""Folders of visits: one each, with copies of what is shown; gone with the visit, or swept when the next one begins.

A folder has a lock that ends with the process that made it, however that ends. What has a free lock was left behind.
"""

from __future__ import annotations

import secrets
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Final

from isocross.disk.lock import Holder, Lock
from isocross.records import dataclass
from isocross_tui.serve.limits import KIB
from isocross_tui.user.files import state_folder

_LOCK: Final = "lock"
_PRIVATE: Final = 0o700
TRACE: Final = "trace"
"""Beside the folder of the files of a visit: the trace of a fault of the program's own."""
_LONGEST_TRACE: Final = 64 * KIB
_PATIENCE_S: Final = 60.0
"""A folder without a lock is just being made, unless it is older."""


@dataclass
class Visit:
    """A folder that goes with its visit."""

    folder: Path
    lock: Lock = field(repr=False)

    @property
    def files(self) -> Path:
        """Where the process stands: the copies of what is shown, and what the visitor saves."""
        return self.folder / "files"

    @property
    def home(self) -> Path:
        """What the process takes for the home of its user."""
        return self.folder / "home"

    def trace(self) -> str:
        """Read the trace of a fault of the program's own, if there was one."""
        path = self.folder / TRACE
        with suppress(OSError):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    return file.read(_LONGEST_TRACE).decode("utf-8", "replace")
        return ""

    def end(self) -> None:
        """Take away all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.release()


class Visits:
    """The folder of all visits of a user."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep them in a folder, or where the program keeps what it remembers."""
        self.folder = folder or state_folder() / "visits"

    def begin(self, shown: Mapping[str, bytes]) -> Visit:
        """Make the folder of a visit; raises OSError.

        Args:
            shown: the files that it holds, by their short names.
        """
        self.folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        folder = self.folder / secrets.token_hex(8)
        folder.mkdir(mode=_PRIVATE)
        lock = Lock.take(folder / _LOCK, time.time())
        if isinstance(lock, Holder):
            raise OSError("somebody else has just taken this visit's folder")
        visit = Visit(folder, lock)
        for each in (visit.files, visit.home):
            each.mkdir(mode=_PRIVATE)
        for name, data in shown.items():
            (visit.files / name).write_bytes(data)
        return visit

    def sweep(self) -> int:
        """Take away what killed processes have left; how many visits that were."""
        return sum(self._left(folder) for folder in self._all())

    def living(self) -> int:
        """Count the visits that there are now, whoever has begun them."""
        return len(self._all())

    def _all(self) -> list[Path]:
        try:
            return sorted(self.folder.iterdir())
        except OSError:
            return []

    def _left(self, folder: Path) -> bool:
        """Whether a visit was left behind; it is gone then."""
        if folder.is_symlink() or not folder.is_dir():
            return False
        with suppress(OSError):
            if not (folder / _LOCK).exists() and time.time() - folder.stat().st_mtime < _PATIENCE_S:
                return False
        lock = Lock.take(folder / _LOCK, time.time())
        if isinstance(lock, Holder):
            return False
        Visit(folder, lock).end()
        return True


def swept_visits(folder: Path | None) -> Visits:
    """The folder of all visits without what killed processes have left, of which a line tells."""
    visits = Visits(folder)
    swept = visits.sweep()
    if swept:
        print(f"swept: what {swept} earlier visit{'s' * (swept > 1)} left", file=sys.stderr)
    return visits
