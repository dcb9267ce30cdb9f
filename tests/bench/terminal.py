"""A program in a pseudo-terminal of its own: what it writes, how much of it, and the CPU time it took. Linux."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

SYNC_QUERY, SYNC_YES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Asked by Textual: does the terminal know synchronised updates? Those of today do."""
FRAME_BEGINS = b"\x1b[?2026h"
PATIENCE_S = 20.0
QUIET_S = 0.12
"""Silence after which a key is taken to be answered."""


class SilentError(RuntimeError):
    """The program did not write what was waited for."""


class Terminal:
    """Starts the program at once; ends it when the `with` block is left."""

    def __init__(
        self, command: Sequence[str], size: tuple[int, int], environment: Mapping[str, str], folder: Path
    ) -> None:
        self.size = size
        self.written = bytearray()
        """All that the program wrote so far."""
        self.last_write_s = 0.0
        """When it last wrote, in seconds since it was started."""
        self.started = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            _become(command, size, environment, folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._fd)

    @property
    def cpu_s(self) -> float:
        """CPU time of the program so far, all its threads."""
        return time.clock_gettime((~self._pid << 3) | 2)  # what clock_getcpuclockid(3) returns

    def press(self, key: bytes) -> None:
        """Type."""
        os.write(self._fd, key)

    def wait_for(self, text: bytes) -> float:
        """Wait until the program has written a text; seconds since it was started."""
        deadline = time.perf_counter() + PATIENCE_S
        while text not in self.written:
            if not self._read(deadline - time.perf_counter()):
                raise SilentError(f"no {text!r} in {bytes(self.written[-2000:])!r}")
        return time.perf_counter() - self.started

    def wait_for_silence(self, quiet_s: float = QUIET_S) -> bytes:
        """Wait until nothing has been written for a while; what was written until then."""
        begin = len(self.written)
        deadline = time.perf_counter() + PATIENCE_S
        while self._read(quiet_s):
            if time.perf_counter() > deadline:
                raise SilentError("it does not fall silent")
        return bytes(self.written[begin:])

    def answer_to(self, keys: bytes, quiet_s: float = QUIET_S) -> bytes:
        """Press keys; all that is written before silence."""
        self.press(keys)
        begin = len(self.written)
        if not self._read(PATIENCE_S):
            raise SilentError(f"no answer to {keys!r}")
        self.wait_for_silence(quiet_s)
        return bytes(self.written[begin:])

    def listen(self, seconds: float) -> bytes:
        """What is written in this time."""
        begin, end = len(self.written), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)
        return bytes(self.written[begin:])

    def _read(self, timeout_s: float) -> bool:
        """Read once; False when nothing came in time, or the program has ended."""
        ready, _, _ = select.select([self._fd], [], [], max(0.0, timeout_s))
        if not ready:
            return False
        try:
            chunk = os.read(self._fd, 65536)
        except OSError:
            return False
        self.last_write_s = time.perf_counter() - self.started
        before = self.written.count(SYNC_QUERY)
        self.written += chunk
        if self.written.count(SYNC_QUERY) > before:
            self.press(SYNC_YES)
        return bool(chunk)


def frames_in(written: bytes) -> int:
    """How many frames were painted."""
    return written.count(FRAME_BEGINS)


def _become(command: Sequence[str], size: tuple[int, int], environment: Mapping[str, str], folder: Path) -> None:
    columns, lines = size
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.chdir(folder)
        os.execve(command[0], list(command), dict(environment))
    finally:
        os._exit(127)
