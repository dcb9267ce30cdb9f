"""Reading: from a file, bytes or text to a workspace whose book is valid, or to every fault of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from engine.workspace.build import Parts, check
from engine.workspace.faults import Fault, Faults
from engine.workspace.guard import SIZE_LIMIT, refuse_hostile
from engine.workspace.locate import Places
from engine.workspace.migrations import migrated
from engine.workspace.model import NAME_LIMIT, Workspace
from engine.workspace.problems import faults_of
from engine.workspace.syntax import parse

SUFFIX = ".toml"
DEFAULT_NAME = "Untitled"
"""Of a workspace whose text has no name and is from no file."""
BOM = b"\xef\xbb\xbf"
SIZE_EXPECTED = "at most 1 MiB"
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)


def load_file(path: str | os.PathLike[str]) -> Workspace:
    """The workspace in a file.

    Raises:
        Faults: whatever is wrong with it, from a missing file to a position that its venue would not allow.
    """
    return load_bytes(_contents(path), os.fspath(path))


def load_bytes(data: bytes, origin: str = "workspace") -> Workspace:
    """The workspace in the bytes of a file."""
    if len(data) > SIZE_LIMIT:
        raise _whole(origin, "the file is too large", SIZE_EXPECTED)
    if data.startswith(BOM):
        raise _whole(origin, "the file begins with a byte order mark (BOM)", "UTF-8 without one", 1, 1)
    try:
        return load_text(data.decode("utf-8"), origin)
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8")) + 1
        message = f"the byte 0x{data[error.start]:02x} (number {error.start + 1}) is not UTF-8"
        raise _whole(origin, message, "a text in UTF-8", line, column) from None


def load_text(text: str, origin: str = "workspace") -> Workspace:
    """The workspace in a text; a file without a name for it takes the name of `origin` when that is a file."""
    from engine.workspace.draft import draft_of  # noqa: PLC0415 - pydantic is slow to import

    if len(text) > SIZE_LIMIT:
        raise _whole(origin, "the file is too large", SIZE_EXPECTED)
    refuse_hostile(text, origin)
    draft = draft_of(migrated(parse(text, origin), origin))
    problems = list(draft.problems)
    wallet = None if draft.head is None else draft.head.wallet
    currency = None if draft.head is None else draft.head.currency
    strict = draft.head is not None and draft.head.strict
    check(
        Parts(draft.venue, wallet, draft.markets, draft.positions, currency, draft.scenario, draft.orders, strict),
        problems,
    )
    if problems:
        raise faults_of(problems, origin, Places(text))
    return draft.workspace(_name_for(origin))


def _name_for(origin: str) -> str:
    stem = Path(origin).stem[:NAME_LIMIT]
    return stem if origin.endswith(SUFFIX) and stem.isprintable() else DEFAULT_NAME


def _contents(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a regular file of a bearable size."""
    origin = os.fspath(path)
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        raise _whole(origin, "there is no such file") from None
    except PermissionError:
        raise _whole(origin, "this file may not be read", "a file that you have the right to read") from None
    except (OSError, ValueError) as error:
        raise _unreadable(origin, error) from None
    try:
        _check_kind(os.fstat(descriptor), origin)
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise _unreadable(origin, error) from None
    finally:
        os.close(descriptor)


def _check_kind(status: os.stat_result, origin: str) -> None:
    """Only a regular file is read, and never a large one."""
    if stat.S_ISDIR(status.st_mode):
        raise _whole(origin, "this is a folder", "a workspace file")
    if not stat.S_ISREG(status.st_mode):
        raise _whole(origin, "this is a pipe or a device", "a workspace file")
    if status.st_size > SIZE_LIMIT:
        raise _whole(origin, f"the file is too large, {status.st_size} bytes", SIZE_EXPECTED)


def _unreadable(origin: str, error: OSError | ValueError) -> Faults:
    why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a name of a file"
    return _whole(origin, f"this file cannot be read: {why[:1].lower()}{why[1:]}", "a workspace file")


def _whole(origin: str, message: str, expected: str = "", line: int | None = None, column: int | None = None) -> Faults:
    """A fault of the file as a whole."""
    return Faults(origin, [Fault("", message, expected, line, column)])
