"""Notices that a file is no longer what was read from it or written to it.

Marks of the file (device, number, size, two times) say cheaply that nothing happened; its content, as a hash, says
whether something did. Marks can be the same after a change that followed a look within one tick of the clock, or by
one who sets the times back, so young marks are not trusted, and right before a save none are.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from isocross.records import dataclass
from isocross.regular import UnfitFileError, opened_bytes, real_path
from isocross.toml.read import SIZE_LIMIT

GONE = ""
"""The digest of a file that is not there."""
YOUNG_NS = 2_000_000_000
"""Marks that were this young when the content was read may be those of a later content too."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was at one moment."""

    digest: str
    """Of its content; `GONE`, or the number of an error in brackets where there is none to read."""
    data: bytes | None = field(default=None, repr=False)
    """Its content; None where there is none, or none that can be read."""
    marks: tuple[int, ...] | None = None
    """What would be different after a change; None when that is not to be trusted."""
    real: str = ""
    """Where the path led to, links followed."""

    @property
    def key(self) -> tuple[str, str]:
        """What somebody agrees to when they agree to this file: the place and the content."""
        return self.real, self.digest


def digest_of(data: bytes) -> str:
    """What a content is known by."""
    return hashlib.sha256(data).hexdigest()


def look_at(path: str | os.PathLike[str], clock: Callable[[], int] = time.time_ns) -> Seen:
    """Read a file for what it is now; nothing raises.

    Args:
        path: of the file; a link is followed.
        clock: nanoseconds of the epoch.
    """
    real = real_path(path)
    try:
        # the marks are from before the content, so that they are never newer than it
        data, status = opened_bytes(path, SIZE_LIMIT)
    except FileNotFoundError:
        return Seen(GONE, real=real)
    except UnfitFileError:
        return Seen("[not a workspace]", real=real)
    except OSError as error:
        return Seen(f"[{error.errno}]", real=real)
    old = clock() - max(status.st_mtime_ns, status.st_ctime_ns) > YOUNG_NS
    return Seen(digest_of(data), data, _marks(status) if old else None, real)


def _marks(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class Watch:
    """One file, and the content that is known of it."""

    def __init__(self, path: str, known: str, clock: Callable[[], int] = time.time_ns, real: str = "") -> None:
        """Watch a file.

        Args:
            path: of the file; where it leads to is found out at every look.
            known: the digest of the content that is known.
            clock: nanoseconds of the epoch.
            real: where the path led to when that content was read; empty: where it leads to now.
        """
        self.path = path
        self._known = Seen(known, real=real or real_path(path))
        self._told = self._known.key
        self._last: Seen | None = None
        self._clock = clock

    def is_of(self, path: str) -> bool:
        """Whether a path leads to this file now."""
        return path == self.path or real_path(path) == real_path(self.path)

    def look(self) -> Seen:
        """Read the file as it is now, whatever the marks say."""
        self._last = look_at(self.path, self._clock)
        self._told = self._last.key
        return self._last

    def is_known(self, seen: Seen) -> bool:
        """Whether this is the known content in the known place."""
        return seen.key == self._known.key

    def may_be_written(self, seen: Seen) -> bool:
        """Whether writing harms nobody: what is known is there, or nothing is left of it."""
        return seen.real == self._known.real and seen.digest in {self._known.digest, GONE}

    def news(self) -> Seen | None:
        """The file if it is not the known one; cheap where nothing happened, and each content once.

        A file that is gone is so twice in a row: some programs take it away for a moment when they save.
        """
        before = self._last
        if before is None or before.marks is None or (before.marks, before.real) != self._now():
            self._last = look_at(self.path, self._clock)
        seen = self._last
        if seen is None or seen.key == self._told:
            return None
        if seen.digest == GONE and (before is None or before.digest != GONE):
            return None
        self._told = seen.key
        return None if self.is_known(seen) else seen

    def knows(self, digest: str, real: str) -> None:
        """From now on this content in this place is the known one."""
        self._known = Seen(digest, real=real)
        self._told = self._known.key

    def _now(self) -> tuple[tuple[int, ...] | None, str]:
        """Marks and place, without a look at the content."""
        try:
            return _marks(Path(self.path).stat()), real_path(self.path)
        except (OSError, ValueError):
            return None, ""
