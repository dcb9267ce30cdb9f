"""Putting a new file in the place of an old one: all its bytes, the traits of the old one, and whether it happened."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it; raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def keep_traits(path: Path, old: os.stat_result, descriptor: int) -> tuple[str, ...]:
    """Give an open new file the owner, extended attributes and permissions of the old one.

    Args:
        path: of the old file.
        old: what the system knows of it.
        descriptor: of the new file.

    Returns:
        What could not be kept, a clause each.
    """
    lost = [*_owner(old, descriptor), *_attributes(path, descriptor)]
    if old.st_nlink > 1:
        others = old.st_nlink - 1
        told = "its other name keeps" if others == 1 else f"its {others} other names keep"
        lost.append(f"{told} the old text")
    # last, because a new owner takes some permissions away
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    return tuple(lost)


def _owner(old: os.stat_result, descriptor: int) -> list[str]:
    """Keep who owns the file; only a privileged user can give a file away."""
    new = os.fstat(descriptor)
    if not hasattr(os, "fchown") or (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
        return []
    try:
        os.fchown(descriptor, old.st_uid, old.st_gid)
    except OSError:
        try:
            os.fchown(descriptor, -1, old.st_gid)
        except OSError:
            return ["its owner and group are yours now"]
        return ["its owner is you now"] if new.st_uid != old.st_uid else []
    return []


def _attributes(path: Path, descriptor: int) -> list[str]:
    """Keep what else a file system knows of the file, such as an access list."""
    if not hasattr(os, "listxattr"):
        return []
    try:
        names = os.listxattr(path)
    except OSError:
        return []  # there are none on this file system
    refused = []
    for name in names:
        with suppress(OSError):
            value = os.getxattr(path, name)
            if not _has(descriptor, name, value):
                os.setxattr(descriptor, name, value)
            continue
        refused.append(name)
    return [f"its extended attributes are gone ({', '.join(refused)})"] if refused else []


def _has(descriptor: int, name: str, value: bytes) -> bool:
    """Whether the new file has this by itself, as it does of what the system gives to every file."""
    try:
        return os.getxattr(descriptor, name) == value
    except OSError:
        return False


def replaced(temporary: Path, path: Path, fresh: os.stat_result) -> bool:
    """Rename the new file to the old one; raises OSError where that did not happen.

    Args:
        temporary: the new file.
        path: the old one.
        fresh: what the system knows of the new file.

    Returns:
        False where the system reports an error although the new file is in its place.
    """
    try:
        temporary.replace(path)
    except OSError:
        if _is_there(path, fresh):
            return False
        raise
    return True


def _is_there(path: Path, fresh: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.lstat(path), fresh)
    except OSError:
        return False
