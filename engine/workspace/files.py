"""Saving: the text is proven readable, then takes the place of the file in one step, or nothing changes."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from engine.workspace.faults import Faults, escaped
from engine.workspace.guard import SIZE_LIMIT
from engine.workspace.model import Workspace
from engine.workspace.read import load_bytes
from engine.workspace.replacing import keep_traits, replaced, write_all
from engine.workspace.sweep import sweep, temporary_name
from engine.workspace.watch import Seen, look_at
from engine.workspace.write import dump

NEW_FILE_MODE = 0o666
"""Before the umask."""
_PRIVATE_MODE = 0o600
_UNHARMED = "the file on disk is unharmed"
_SAFE = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE
_OLD = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _SAFE


class SaveError(Exception):
    """A save that did not happen: why, and that the file on disk is as it was."""


class ChangedError(SaveError):
    """A save that did not happen because the file is not the one that was to be replaced."""


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


def save_workspace(workspace: Workspace, path: str | os.PathLike[str], agreed: Seen | None = None) -> Saved:
    """Write a workspace: into the text that the file has already, or in the canonical form.

    Args:
        workspace: what the file will say.
        path: where; a link stays, and what it points to is replaced.
        agreed: the file that may be replaced, as it was looked at; None: whatever is there.

    Raises:
        ChangedError: when the file is another one than was agreed to.
        SaveError: when the file could not be written; the one on disk is unharmed then.
    """
    name = escaped(os.fspath(path))
    settled = replace(workspace, positions=tuple(p.with_margin(p.margin) for p in workspace.positions))
    if agreed is not None and look_at(path).key != agreed.key:
        raise _changed(name)
    try:
        target = _Target(path)
        old = target.contents()
        data = None if old is None else _merged(old, settled, os.fspath(path))
        rewritten = old is not None and data is None
        return target.put(data or _proven(dump(settled), name, settled), rewritten)
    except (OSError, ValueError) as error:
        raise _not_saved(name, error) from error


def save(text: str, path: str | os.PathLike[str], expected: Workspace | None = None) -> Saved:
    """Write the text of a workspace.

    Args:
        text: what the file will hold.
        path: where; a link stays, and what it points to is replaced.
        expected: what reading the text must give.

    Raises:
        SaveError: when the text is not that workspace, or could not be written; the file on disk is unharmed then.
    """
    name = escaped(os.fspath(path))
    data = _proven(text, name, expected)
    try:
        return _Target(path).put(data)
    except (OSError, ValueError) as error:
        raise _not_saved(name, error) from error


def _merged(old: bytes, workspace: Workspace, name: str) -> bytes | None:
    """The old text with what changed; None where that cannot be."""
    from engine.workspace.preserve import UnmergeableError, merged  # noqa: PLC0415 - what edits is slow to import

    try:
        return merged(old.decode("utf-8"), workspace, name).encode("utf-8")
    except (UnicodeDecodeError, UnmergeableError):
        return None


def _proven(text: str, name: str, expected: Workspace | None) -> bytes:
    """The bytes to write, after they were read back."""
    try:
        data = text.encode("utf-8")
        found = load_bytes(data, name)
    except UnicodeEncodeError:
        raise SaveError(f"could not save {name}: the text cannot be written as UTF-8; {_UNHARMED}") from None
    except Faults as faults:
        raise SaveError(f"could not save {name}: it could not be read back; {_UNHARMED}\n{faults}") from faults
    if expected is not None and found != expected:
        raise SaveError(f"could not save {name}: the text says something else than the desk; {_UNHARMED}")
    return data


def _changed(name: str) -> ChangedError:
    return ChangedError(f"could not save {name}: it was changed just now; {_UNHARMED}")


def _not_saved(name: str, error: OSError | ValueError) -> SaveError:
    if isinstance(error, _MovedError):
        return _changed(name)
    why = "not a name of a file"
    if isinstance(error, OSError) and error.errno:
        why = error.strerror or os.strerror(error.errno)
    return SaveError(f"could not save {name}: {why[:1].lower()}{why[1:]}; {_UNHARMED}")


class _MovedError(OSError):
    """The file to be replaced is no longer the one that was looked at."""


class _Target:
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
            raise _MovedError(errno.EBUSY, "it was changed just now")


def _trace(status: os.stat_result | None) -> tuple[int, ...]:
    """What is different after somebody wrote to a file or put another in its place; reading and linking leave it."""
    return () if status is None else (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def write_atomically(path: Path, data: bytes) -> None:
    """Put these bytes in the place of a private file of the program's own, in one step; raises OSError."""
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
