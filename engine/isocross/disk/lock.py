"""Who has a file open: a lock that ends with its process however that ends, and a word on who holds it.

The lock is on a file of its own and never on the workspace, which every save replaces. Where the system has no such
locks, everybody gets one that locks nothing: what keeps a save from harm is the look at the file right before it.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from errno import EACCES, EAGAIN
from pathlib import Path
from typing import Any

from isocross.records import dataclass
from isocross.regular import is_absent

if sys.platform == "win32":
    fcntl: Any = None
else:
    import fcntl

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_WORD_LIMIT = 1000
_TRIES = 10
"""How often the file can be taken away while its lock is being taken; each time somebody else has just let go of it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock."""

    pid: int = 0
    """Zero: not known."""
    host: str = ""
    since: float = 0.0
    """Seconds of the epoch."""
    path: str = ""
    """Of the lock."""

    @property
    def holds(self) -> bool:
        """Whether it may still hold the lock, as far as can be known without taking it."""
        return self.alive and (not self.path or not is_absent(self.path))

    @property
    def alive(self) -> bool:
        """Whether it may still be there; only a process of this machine is known to be gone."""
        if self.pid <= 0 or self.host != socket.gethostname():
            return True
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except OSError:
            return True
        return True


class Lock:
    """A lock that is held; one without a descriptor locks nothing, because it cannot or need not."""

    def __init__(self, path: Path, descriptor: int | None = None) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path, now: float) -> Lock | Holder:
        """The lock, or who has it."""
        if fcntl is None:
            return cls(path)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for _ in range(_TRIES):
                descriptor = os.open(path, _FLAGS, 0o600)
                found = _locked(descriptor, path)
                if found is not None:
                    return found.signed(now) if isinstance(found, Lock) else found
        except OSError:
            pass
        return cls(path)

    def signed(self, now: float) -> Lock:
        """The same lock, with a word on who holds it now; it holds without."""
        word = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": now}).encode("ascii")
        if self._descriptor is not None:
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
                os.pwrite(self._descriptor, word, 0)
        return self

    def release(self) -> None:
        """Let go of it, and leave no file."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                self.path.unlink()
            os.close(descriptor)


def _locked(descriptor: int, path: Path) -> Lock | Holder | None:
    """The lock of an open file or who has it; None when the file was taken away meanwhile."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = _holder(descriptor, path)
        os.close(descriptor)
        # a holder that is gone left the lock to a child that knows nothing of it
        return holder if error.errno in {EAGAIN, EACCES} and holder.alive else Lock(path)
    try:
        same = os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        same = False
    if same:
        return Lock(path, descriptor)
    os.close(descriptor)
    return None


def _holder(descriptor: int, path: Path) -> Holder:
    try:
        word = json.loads(os.pread(descriptor, _WORD_LIMIT, 0))
        return Holder(int(word["pid"]), str(word["host"]), float(word["since"]), str(path))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Holder(path=str(path))
