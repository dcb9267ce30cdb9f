"""What goes between a visitor's line and the terminal of the visit: counted, held back on both sides, ended at a limit.

Neither side is ever ahead of the other by more than a few buffers: a line that takes nothing stops the reading of the
terminal, and a terminal that takes nothing stops the reading of the line.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import struct
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from isocross_tui.serve.ends import SAID, End
from isocross_tui.serve.hosting import Hosts, Process
from isocross_tui.serve.limits import (
    BYTES_OUT,
    GONE_S,
    IDLE,
    KIB,
    LIFETIME,
    NOTICE_S,
    STOPPED,
    Limits,
)
from isocross_tui.serve.seat import Seat

CHUNK: Final = 32 * KIB
HELD: Final = 64 * KIB
"""Bytes that wait for the terminal before the line is not read any more."""
PATIENCE_S: Final = 5.0
"""How long after its time a desk may still end by itself."""
BEGIN_PASTE, END_PASTE = b"\x1b[200~", b"\x1b[201~"
RESTORE: Final = (
    b"\x1b[<u\x1b[?2048l\x1b[?2004l\x1b[?1004l\x1b[?1016l\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1000l\x1b[?7h\x1b[0m"
    b"\x1b[H\x1b[2J\x1b[?1049l\x1b[?25h"
)
"""Takes back all that a desk asks of a terminal, for one that could not do it itself."""


class Line(Protocol):
    """The visitor's side."""

    def write(self, data: bytes) -> None:
        """Send; `Relay.hold` is called when that gets ahead of the visitor."""

    def pause(self) -> None:
        """Take nothing more from the visitor for now."""

    def resume(self) -> None:
        """Take on."""

    def close(self, code: int) -> None:
        """Hang up, after all that was written."""


class PasteMeter:
    """Measures pastes as they go by, in whatever pieces."""

    def __init__(self, most: int) -> None:
        """Begin outside of a paste.

        Args:
            most: bytes that one may have.
        """
        self._most = most
        self._size = 0
        self._inside = False
        self._tail = b""

    def too_long(self, data: bytes) -> bool:
        """Whether a paste is longer than one may be, with this as its next piece."""
        rest = self._tail + data
        mark = END_PASTE if self._inside else BEGIN_PASTE
        while mark in rest:
            before, _, rest = rest.partition(mark)
            if self._inside and self._size + len(before) > self._most:
                return True
            self._size, self._inside = 0, not self._inside
            mark = END_PASTE if self._inside else BEGIN_PASTE
        # what may be the beginning of a mark is looked at again with what follows
        kept = min(len(rest), len(mark) - 1)
        self._tail = rest[len(rest) - kept :]
        if self._inside:
            self._size += len(rest) - kept
        return self._inside and self._size > self._most


class Relay:
    """One visit between its line and its terminal."""

    def __init__(self, line: Line, limits: Limits, on_end: Callable[[str], None]) -> None:
        """Make what will go between.

        Args:
            line: the visitor's side.
            limits: of the visit.
            on_end: hears once, with the reason, when the process is gone.
        """
        self._line = line
        self._limits = limits
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._master, self._terminal = pty.openpty()
        os.set_blocking(self._master, False)
        _be_quiet(self._terminal)
        self._process: Process | None = None
        self._paste = PasteMeter(limits.paste)
        self._pending = bytearray()
        self._out = 0
        self._heard = time.monotonic()
        self._reason = ""
        self._said = ""
        self._gone = self._held = self._full = False
        self._timers: list[asyncio.TimerHandle] = []

    async def begin(self, hosts: Hosts, seat: Seat, size: tuple[int, int]) -> None:
        """Begin the process, and carry between it and the line until one of them ends."""
        self.resize(*size)
        self._process = process = await hosts.begin(seat, self._terminal)
        os.close(self._terminal)
        self._loop.add_reader(self._master, self._read)
        process.ended.add_done_callback(lambda ended: self._has_ended(ended.result()))
        self._at(self._limits.lifetime_s + PATIENCE_S, lambda: self.end("lifetime", LIFETIME))
        self._mind_idle()
        if self._reason:
            self._hang_up()

    # --- from the visitor ----------------------------------------------------------------------

    def typed(self, data: bytes) -> None:
        """Carry what the visitor sent."""
        self._heard = time.monotonic()
        if self._reason or self._master < 0:
            return
        if self._paste.too_long(data):
            self.end("paste", self._limits.pasted)
            return
        self._pending += data
        self._write()

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal the size of the visitor's window, within bounds."""
        if self._master >= 0:
            columns, rows = self._limits.clamped(columns, rows)
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _write(self) -> None:
        if self._master < 0:
            return
        try:
            while self._pending:
                del self._pending[: os.write(self._master, self._pending[:CHUNK])]
        except BlockingIOError:
            self._loop.add_writer(self._master, self._write)
        except OSError:
            self._pending.clear()
        else:
            self._loop.remove_writer(self._master)
        full = len(self._pending) > HELD
        if full is not self._full:
            self._full = full
            (self._line.pause if full else self._line.resume)()

    # --- to the visitor ------------------------------------------------------------------------

    def hold(self) -> None:
        """Read nothing more from the terminal: the visitor's side is full."""
        self._held = True
        if self._master >= 0:
            self._loop.remove_reader(self._master)

    def go_on(self) -> None:
        """Read on."""
        self._held = False
        if self._master >= 0 and self._process is not None:
            self._loop.add_reader(self._master, self._read)

    def _read(self) -> bool:
        """Carry what the desk painted; False when there is no more."""
        try:
            data = os.read(self._master, CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._master)
            return False
        self._out += len(data)
        if self._out > self._limits.bytes_out:
            self.end("bytes out", BYTES_OUT)
            return False
        if not self._reason:
            self._line.write(data)
        return True

    # --- the end -------------------------------------------------------------------------------

    def end(self, reason: str, said: str = "") -> None:
        """End the visit: its last words to the visitor, and the process has a moment to go."""
        if self._reason:
            return
        self._reason, self._said = reason, said
        if said:
            self._line.write(RESTORE + said.encode() + b"\r\n")
        self._hang_up()

    def _hang_up(self) -> None:
        if self._process is None:
            return
        self._process.signal(signal.SIGHUP)
        self._close_terminal()
        self._at(GONE_S, self._kill)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.signal(signal.SIGKILL)

    def _has_ended(self, code: int) -> None:
        """The process is gone: what it has painted last goes to the visitor, then the line is closed."""
        if self._gone:
            return
        self._gone = True
        for timer in self._timers:
            timer.cancel()
        if not self._reason:
            while self._read():
                pass
            if not self._reason:
                self._reason = reason_of(code)
                if code not in SAID and code != End.LEFT:
                    self._line.write(RESTORE + STOPPED.encode() + b"\r\n")
        self._close_terminal()
        self._line.close(0 if code == End.LEFT and not self._said else 1)
        self._on_end(self._reason)

    def _close_terminal(self) -> None:
        if self._master >= 0:
            self._loop.remove_reader(self._master)
            self._loop.remove_writer(self._master)
            with suppress(OSError):
                os.close(self._master)
            self._master = -1

    # --- time ----------------------------------------------------------------------------------

    def _mind_idle(self) -> None:
        """End a visit that a desk which is stuck did not end itself."""
        left = self._heard + self._limits.idle_s + PATIENCE_S - time.monotonic()
        if left <= 0:
            self.end("idle", IDLE)
        else:
            self._at(min(left, NOTICE_S), self._mind_idle)

    def _at(self, seconds: float, call: Callable[[], None]) -> None:
        now = self._loop.time()
        self._timers = [timer for timer in self._timers if timer.when() > now and not timer.cancelled()]
        self._timers.append(self._loop.call_later(seconds, call))


def reason_of(code: int) -> str:
    """How a visit ended, in a word or two for the log."""
    if code < 0:
        with suppress(ValueError):
            return f"stopped by {signal.Signals(-code).name}"
    with suppress(ValueError):
        return End(code).name.lower()
    return f"code {code}"


def _be_quiet(terminal: int) -> None:
    """Echo nothing that is typed before the desk is there."""
    modes = termios.tcgetattr(terminal)
    modes[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(terminal, termios.TCSANOW, modes)
