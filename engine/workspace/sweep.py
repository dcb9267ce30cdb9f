"""Temporary files of saves: how they are called, and how those go that a killed program left behind."""

from __future__ import annotations

import os
import re
import secrets
import stat
import time
from contextlib import suppress

PATIENCE = 60
"""Seconds after which nobody is writing a temporary file any more."""
_NAME = re.compile(r"\.isocross\.[0-9a-f]{16}\.tmp")


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
