"""Saving: the text is proven readable, then takes the place of the file in one step, or nothing changes."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.workspace.faults import Faults, escaped
from engine.workspace.model import Workspace
from engine.workspace.read import load_bytes
from engine.workspace.write import dump

NEW_FILE_MODE = 0o666
"""Before the umask."""
_PRIVATE_MODE = 0o600
_UNHARMED = "the file on disk is unharmed"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


class SaveError(Exception):
    """A save that did not happen: why, and that the file on disk is as it was."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A save that happened."""

    path: Path
    """The file that was written, links followed."""
    durable: bool
    """Whether the disk confirmed it; False: saved, but a power cut right now might bring the old file back."""


def save_workspace(workspace: Workspace, path: str | os.PathLike[str]) -> Saved:
    """Write a workspace in its canonical form.

    Raises:
        SaveError: when the file could not be written; the one on disk is unharmed then.
    """
    return save(dump(workspace), path, expected=workspace)


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
        real = Path(os.path.realpath(path))
        mode = _mode_of(real, name)
        _Replacement(real, mode).write(data)
    except (OSError, ValueError) as error:
        raise _not_saved(name, error) from error
    return Saved(real, _flushed(real.parent))


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


def _not_saved(name: str, error: OSError | ValueError) -> SaveError:
    why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a name of a file"
    return SaveError(f"could not save {name}: {why[:1].lower()}{why[1:]}; {_UNHARMED}")


def _mode_of(real: Path, name: str) -> int | None:
    """The permissions of the file to be replaced, None when there is none yet."""
    try:
        status = os.lstat(real)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise SaveError(f"could not save {name}: it is not a regular file; {_UNHARMED}")
    return stat.S_IMODE(status.st_mode)


class _Replacement:
    """A new file beside the old one, which takes its place when it is complete."""

    def __init__(self, real: Path, mode: int | None) -> None:
        self.real = real
        self.mode = mode
        self.temporary = real.with_name(f".isocross.{secrets.token_hex(8)}.tmp")

    def write(self, data: bytes) -> None:
        """Write everything, make sure of it, and replace; whatever happens, nothing is left lying about."""
        descriptor = os.open(self.temporary, _FLAGS, NEW_FILE_MODE if self.mode is None else _PRIVATE_MODE)
        try:
            try:
                self._fill(descriptor, data)
            finally:
                os.close(descriptor)
            self.temporary.replace(self.real)
        except BaseException:
            with suppress(OSError):
                self.temporary.unlink()
            raise

    def _fill(self, descriptor: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if self.mode is not None:
            os.fchmod(descriptor, self.mode)
        os.fsync(descriptor)


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
