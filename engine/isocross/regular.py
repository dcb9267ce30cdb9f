"""Reading what may be anything: a file is read whole only where it is regular and of a bearable size.

Nothing here waits for a pipe, and nothing reads a device that never ends. A folder that may not be searched is
answered as every other reason not to read: with an OSError that says why.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO

_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)
_KIB = 1024
_PART = 1024 * _KIB
"""How much is asked for at once: a reader takes memory for all that it asks for, however short the file is."""

Name = str | os.PathLike[str]


class UnfitFileError(OSError):
    """What is there is nothing to read: a folder, a pipe, a device, or far too much."""

    def __init__(self, said: str, expected: str = "") -> None:
        """Keep what is wrong, and what was expected where that is not the same for every file of its kind."""
        super().__init__(errno.EINVAL, said)
        self.expected = expected


def regular_bytes(path: Name, limit: int) -> bytes:
    """Read a regular file of at most so many bytes; raises OSError, also for what is no name of a file."""
    return opened_bytes(path, limit)[0]


def opened_bytes(path: Name, limit: int) -> tuple[bytes, os.stat_result]:
    """Read the same, with what the system knew of the file right before; raises OSError."""
    descriptor, status = open_regular(path, limit)
    try:
        with open(descriptor, "rb", closefd=False) as file:
            return stream_bytes(file, limit), status
    finally:
        os.close(descriptor)


def open_regular(path: Name, limit: int) -> tuple[int, os.stat_result]:
    """Open a regular file of at most so many bytes for reading; raises OSError."""
    try:
        descriptor = os.open(path, _FLAGS)
    except ValueError:
        raise OSError(errno.EINVAL, "not the name of a file") from None
    try:
        status = os.fstat(descriptor)
        _refuse_unfit(status, limit)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor, status


def _refuse_unfit(status: os.stat_result, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnfitFileError("this is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise UnfitFileError("this is a pipe or a device")
    if status.st_size > limit:
        raise too_large(limit, status.st_size)


def stream_bytes(stream: IO[bytes], limit: int) -> bytes:
    """Read a stream to its end, and never more than so many bytes of it; raises OSError."""
    data = bytearray()
    while part := stream.read(min(_PART, limit + 1 - len(data))):
        data += part
    if len(data) > limit:
        raise too_large(limit)
    return bytes(data)


def too_large(limit: int, size: int | None = None) -> UnfitFileError:
    """The error of a file that has more bytes than a file of its kind."""
    said = "the file is too large" if size is None else f"the file is too large, {size:,} bytes"
    return UnfitFileError(said, size_words(limit))


def size_words(limit: int) -> str:
    """How much a file may hold, in words."""
    return f"at most {limit // _KIB // _KIB} MiB" if limit >= _KIB * _KIB else f"at most {limit // _KIB} KiB"


def reason(error: OSError) -> str:
    """Why the system refused, in its own words within a sentence."""
    why = error.strerror or (os.strerror(error.errno) if error.errno else str(error))
    return f"{why[:1].lower()}{why[1:]}"


def real_path(path: Name) -> str:
    """Where a path leads to right now, links followed; empty for what is no name of a file."""
    try:
        return os.path.realpath(os.fspath(path))
    except (OSError, ValueError):
        return ""


def is_absent(path: Name) -> bool:
    """Whether there is surely nothing of that name; what cannot be looked at may be there."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def is_folder(path: Name) -> bool:
    """Whether this is a folder, as far as can be seen."""
    return _is(stat.S_ISDIR, path)


def is_closed(folder: Name) -> bool:
    """Whether there is something of that name that may not be looked into."""
    return not is_absent(folder) and not os.access(folder, os.X_OK)


def is_regular(path: Name) -> bool:
    """Whether this is a regular file, as far as can be seen."""
    return _is(stat.S_ISREG, path)


def _is(kind: Callable[[int], bool], path: Name) -> bool:
    try:
        return kind(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False
