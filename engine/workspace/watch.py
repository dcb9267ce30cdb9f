"""Notices that a file is no longer what was read from it or written to it.

Marks of the file (device, number, size, two times) say cheaply that nothing happened; its content, as a hash, says
whether something did. Marks can be the same after a change that followed a look within one tick of the clock, or by
one who sets the times back, so young marks are not trusted, and right before a save none are.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.workspace.guard import SIZE_LIMIT

GONE = ""
"""The digest of a file that is not there."""
YOUNG_NS = 2_000_000_000
"""Marks that were this young when the content was read may be those of a later content too."""
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was at one moment."""

    digest: str
    """Of its content; `GONE`, or the number of an error in brackets where there is none to read."""
    data: bytes | None = field(default=None, repr=False)
    """Its content; None where there is none, or none that can be read."""
    marks: tuple[int, ...] | None = None
    """What would be different after a change; None when that is not to be trusted."""


def digest_of(data: bytes) -> str:
    """What a content is known by."""
    return hashlib.sha256(data).hexdigest()


def look_at(path: str | os.PathLike[str], clock: Callable[[], int] = time.time_ns) -> Seen:
    """Read a file for what it is now; nothing raises.

    Args:
        path: of the file; a link is followed.
        clock: nanoseconds of the epoch.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        return Seen(GONE)
    except (OSError, ValueError) as error:
        return _unreadable(error)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > SIZE_LIMIT:
            return Seen("[not a workspace]")
        # the marks are from before the content, so that they are never newer than it
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        return _unreadable(error)
    finally:
        os.close(descriptor)
    old = clock() - max(status.st_mtime_ns, status.st_ctime_ns) > YOUNG_NS
    return Seen(digest_of(data), data, _marks(status) if old else None)


def _unreadable(error: OSError | ValueError) -> Seen:
    return Seen(f"[{getattr(error, 'errno', None)}]")


def _marks(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class Watch:
    """One file, and the content that is known of it."""

    def __init__(self, path: str, known: str, clock: Callable[[], int] = time.time_ns) -> None:
        """Watch a file.

        Args:
            path: of the file.
            known: the digest of the content that is known.
            clock: nanoseconds of the epoch.
        """
        self.path = path
        self.real = os.path.realpath(path)
        self.known = known
        self._told = known
        self._last: Seen | None = None
        self._clock = clock

    def is_of(self, path: str) -> bool:
        """Whether a path leads to this file."""
        return os.path.realpath(path) == self.real

    def difference(self) -> Seen | None:
        """The file as it is now if its content is not the known one; whatever the marks say, it is read."""
        self._last = look_at(self.path, self._clock)
        self._told = self._last.digest
        return None if self._told == self.known else self._last

    def news(self) -> Seen | None:
        """The same, but cheap where nothing happened, and each content once.

        A file that is gone is so twice in a row: some programs take it away for a moment when they save.
        """
        before = self._last
        if before is None or before.marks is None or before.marks != self._marks_now():
            self._last = look_at(self.path, self._clock)
        seen = self._last
        if seen is None or seen.digest == self._told:
            return None
        if seen.digest == GONE and (before is None or before.digest != GONE):
            return None
        self._told = seen.digest
        return None if seen.digest == self.known else seen

    def knows(self, digest: str) -> None:
        """From now on this content is the known one."""
        self.known = self._told = digest

    def _marks_now(self) -> tuple[int, ...] | None:
        try:
            return _marks(Path(self.path).stat())
        except (OSError, ValueError):
            return None
