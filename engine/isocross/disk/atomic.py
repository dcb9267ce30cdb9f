"""A file replaced whole, or not at all.

The new text goes to a temporary file beside the old one and takes its place in one step. `sweep` takes away the
temporary files that a killed program left behind, known by their names.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path

from isocross.disk.replacing import keep_traits, replaced, write_all
from isocross.errors import IsocrossError
from isocross.records import dataclass
from isocross.toml.read import SIZE_LIMIT

PATIENCE = 60
"""Seconds after which nobody is writing a temporary file any more."""
_NAME = re.compile(r"\.isocross\.[0-9a-f]{16}\.tmp")
NEW_FILE_MODE = 0o666
"""Before the umask."""
_PRIVATE_MODE = 0o600
UNHARMED = "the file on disk is unharmed"
_SAFE = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE
_OLD = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _SAFE


def temporary_name() -> str:
    """A name that nobody can guess, and that only a temporary file of ours has."""
    return f".isocross.{secrets.token_hex(8)}.tmp"


def sweep(folder: str | os.PathLike[str], patience: float = PATIENCE) -> int:
    """Remove the temporary files in a folder that a killed program left there.

    Nothing else is touched: only plain files of this user, with a name of ours, that nobody has written to for
    `patience` seconds. What cannot be removed stays; that is no fault.

    Returns:
        How many were removed.
    """
    removed = 0
    with suppress(OSError, ValueError), os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name):
                with suppress(OSError):
                    removed += _removed(entry, time.time() - patience)
    return removed


def _removed(entry: os.DirEntry[str], before: float) -> bool:
    """Whether it was a stray one, last written to before that time."""
    status = entry.stat(follow_symlinks=False)
    ours = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    if not ours or not stat.S_ISREG(status.st_mode) or status.st_mtime >= before:
        return False
    os.unlink(entry.path)  # noqa: PTH108 - the entry is a name, not a path object
    return True


class SaveError(IsocrossError):
    """A save that did not happen: why, and that the file on disk is as it was."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A save that happened."""

    path: Path
    """The file that was written, links followed."""
    durable: bool
    """Whether the disk confirmed it; False: saved, but a power cut right now might bring the old file back."""
    rewritten: bool = False
    """Whether the text that was there could not be kept: its comments and its order are gone, its values are not."""
    lost: tuple[str, ...] = ()
    """What else of the old file could not be kept, a clause each."""


class MovedError(OSError):
    """The file to be replaced is no longer the one that was looked at."""


class Target:
    """The file that will be written, links followed."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path
        self.real = Path(os.path.realpath(path))
        self.old = self._status()
        """The file to be replaced; None: there is none yet."""

    def _status(self) -> os.stat_result | None:
        try:
            status = os.lstat(self.real)
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        if not os.access(self.real, os.W_OK):
            os.close(os.open(self.real, os.O_WRONLY | _SAFE))  # says why not
        return status

    def contents(self) -> bytes | None:
        """What the file holds now, None when there is none; more than a workspace can hold is cut off."""
        if self.old is None:
            return None
        descriptor = os.open(self.real, _OLD)
        data = bytearray()
        try:
            while len(data) <= SIZE_LIMIT and (part := os.read(descriptor, SIZE_LIMIT + 1)):
                data += part
        finally:
            os.close(descriptor)
        return bytes(data)

    def put(self, data: bytes, rewritten: bool = False) -> Saved:
        """Write everything, make sure of it, and replace; whatever happens, nothing is left lying about."""
        sweep(self.real.parent)
        temporary = self.real.with_name(temporary_name())
        descriptor = os.open(temporary, _NEW, NEW_FILE_MODE if self.old is None else _PRIVATE_MODE)
        try:
            try:
                write_all(descriptor, data)
                lost = () if self.old is None else keep_traits(self.real, self.old, descriptor)
                os.fsync(descriptor)
                fresh = os.fstat(descriptor)
            finally:
                os.close(descriptor)
            self._refuse_moved()
            sure = replaced(temporary, self.real, fresh)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        return Saved(self.real, _flushed(self.real.parent) and sure, rewritten, lost)

    def _refuse_moved(self) -> None:
        """Look once more: a path that leads elsewhere by now, and a file that somebody wrote to, are left alone."""
        try:
            now: os.stat_result | None = os.lstat(self.real)
        except FileNotFoundError:
            now = None
        if _trace(now) != _trace(self.old) or os.path.realpath(self.path) != str(self.real):
            raise MovedError(errno.EBUSY, "it was changed just now")


def _trace(status: os.stat_result | None) -> tuple[int, ...]:
    """What is different after somebody wrote to a file or put another in its place; reading and linking leave it."""
    return () if status is None else (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def write_new(path: Path, data: bytes, mode: int = NEW_FILE_MODE) -> None:
    """Put these bytes in a file that was not there, and leave nothing where they cannot be; raises OSError."""
    descriptor = os.open(path, _NEW, mode)
    try:
        try:
            write_all(descriptor, data)
        finally:
            os.close(descriptor)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def write_atomically(path: Path, data: bytes) -> None:
    """Put these bytes in the place of a private file of the program's own, in one step; raises OSError."""
    sweep(path.parent)
    temporary = path.with_name(temporary_name())
    descriptor = os.open(temporary, _NEW, _PRIVATE_MODE)
    try:
        try:
            write_all(descriptor, data)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _flushed(folder: Path) -> bool:
    """Whether the disk confirms what the folder holds now."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        os.fsync(descriptor)
    except OSError:
        return False
    finally:
        with suppress(OSError):
            os.close(descriptor)
    return True
