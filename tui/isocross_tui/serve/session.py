"""One visit on the terminal that this process was begun at: what an OpenSSH server runs as its only command."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import struct
import syslog
import termios
import tty
from collections.abc import Callable, Mapping
from contextlib import suppress

from isocross_tui.serve.child import DUMB, TERM, checked
from isocross_tui.serve.hosting import SpawnedHosts
from isocross_tui.serve.limits import FULL, KIB, NOTHING_ELSE, Limits
from isocross_tui.serve.relay import Relay
from isocross_tui.serve.room import Guest, Room
from isocross_tui.serve.visits import Visits

HIGH, LOW = 256 * KIB, 64 * KIB
"""Bytes that wait for the terminal when painting stops, and when it goes on."""
REFUSED = 2


def refusal(environment: Mapping[str, str]) -> str:
    """Say why there is no desk here; empty: there can be one."""
    term = environment.get("TERM", "")
    terminal = os.isatty(0) and os.isatty(1) and TERM.fullmatch(term) is not None and term != DUMB
    return "" if terminal and "SSH_ORIGINAL_COMMAND" not in environment else NOTHING_ELSE


class TerminalLine:
    """The visitor's side of a visit, as the terminal of this process."""

    def __init__(self, closed: Callable[[int], None]) -> None:
        """Take the terminal over as it is, and give it back as it was.

        Args:
            closed: called once with the exit code, when all was written.
        """
        self._closed = closed
        self._loop = asyncio.get_running_loop()
        self._pending = bytearray()
        self._code: int | None = None
        self._held = False
        self.relay: Relay | None = None
        self._before = termios.tcgetattr(0)
        tty.setraw(0)
        os.set_blocking(0, False)
        os.set_blocking(1, False)
        self.resume()

    def write(self, data: bytes) -> None:
        """Send."""
        self._pending += data
        self._write()

    def pause(self) -> None:
        """Take nothing more for now."""
        self._loop.remove_reader(0)

    def resume(self) -> None:
        """Take on."""
        self._loop.add_reader(0, self._read)

    def close(self, code: int) -> None:
        """End, after all that was written."""
        self._code = code
        self.pause()
        self._write()

    def give_back(self) -> None:
        """Leave the terminal as it was."""
        self._loop.remove_writer(1)
        os.set_blocking(0, True)
        os.set_blocking(1, True)
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSADRAIN, self._before)

    def _read(self) -> None:
        try:
            data = os.read(0, HIGH)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.pause()
        if self.relay is not None:
            self.relay.typed(data) if data else self.relay.end("line gone")

    def _write(self) -> None:
        try:
            while self._pending:
                del self._pending[: os.write(1, self._pending)]
        except BlockingIOError:
            self._loop.add_writer(1, self._write)
        except OSError:
            self._pending.clear()
        if not self._pending:
            self._loop.remove_writer(1)
            if self._code is not None:
                self._closed(self._code)
        if self.relay is not None and self._held is not (len(self._pending) > (LOW if self._held else HIGH)):
            self._held = not self._held
            (self.relay.hold if self._held else self.relay.go_on)()


async def attend(shown: Mapping[str, bytes], limits: Limits, visits: Visits, environment: Mapping[str, str]) -> int:
    """Show the desk on this terminal until the visit ends; the exit code.

    Args:
        shown: the workspaces that the visit gets copies of.
        limits: of the visit.
        visits: where the folders are.
        environment: of this process.
    """
    loop = asyncio.get_running_loop()
    closed: asyncio.Future[int] = loop.create_future()
    line = TerminalLine(lambda code: None if closed.done() else closed.set_result(code))
    room = Room(SpawnedHosts(), shown, limits, visits, _note)
    address = environment.get("SSH_CONNECTION", "-").split()[0]
    try:
        guest = Guest(address, environment=checked(environment, environment["TERM"]), size=_size())
        line.relay = relay = await room.enter(line, guest)
        if relay is not None:
            for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, relay.end, "line gone")
            loop.add_signal_handler(signal.SIGWINCH, lambda: relay.resize(*_size()))
        code = await closed
        await room.close()
        return code
    finally:
        line.give_back()


def run(shown: Mapping[str, bytes], limits: Limits, visits: Visits, environment: Mapping[str, str]) -> int:
    """Attend to one visit, unless there are as many as may be; the exit code."""
    visits.sweep()
    if visits.living() >= limits.visits:
        print(FULL)
        return 1
    return asyncio.run(attend(shown, limits, visits, environment))


def _size() -> tuple[int, int]:
    """Columns and rows of the terminal."""
    rows, columns, _, _ = struct.unpack("HHHH", fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8)))
    return columns, rows


def _note(words: str) -> None:
    """Write a line to the log of the system: the terminal is the visitor's."""
    syslog.openlog("isocross")
    syslog.syslog(words)
