"""A program in a real pseudo-terminal, read until something holds or a deadline passes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from painted import Painted

DEADLINE_S = 90.0
"""For what has to come, on a busy machine too; it is only waited for when something is broken."""
PATIENT = ("--solve", "60")
"""Options of a room on a machine that may be busy with other work."""
DESK = (sys.executable, "-c", "from isocross_tui.cli.main import main; main()")
ASKED, CURSOR_IS_AT = b"\x1b[6n", b"\x1b[1;1R"
PROJECT = Path(__file__).resolve().parents[2]
_ESCAPES = re.compile(
    rb"\x1b(?:\[[0-9;?<>=!$ ]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[()][A-B0-2]|[=>78cM])"
)

_SWITCHES = ("1049", "1000", "1003", "1004", "1006", "2004")
"""The alternate screen, the mouse, the focus and pasting."""


class Terminal:
    """A program that believes it is at a terminal.

    Args:
        command: What to run.
        size: Columns and rows.
        environment: Added to a small environment of its own; None as a value takes a variable out.
        controlling: False: the terminal is not the one that signals come from.
        home: The home folder.
        answers: Whether it says where the cursor is when it is asked.
    """

    def __init__(
        self,
        command: Sequence[str],
        home: Path,
        size: tuple[int, int] = (80, 24),
        environment: Mapping[str, str] | None = None,
        controlling: bool = True,
        folder: Path | None = None,
        answers: bool = False,
    ) -> None:
        self.size = size
        self.master, slave = pty.openpty()
        self.resize(*size)
        self.before = termios.tcgetattr(slave)
        self.answers = answers
        self.forget()
        self.slave = slave
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder or home,
            env=plain_environment(home) | dict(environment or {}),
            start_new_session=True,
            preexec_fn=_take_terminal if controlling else _hear_signals,  # noqa: PLW1509 - there are no threads here
            close_fds=True,
        )
        os.set_blocking(self.master, False)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(DEADLINE_S)
        self.hang_up()

    def forget(self) -> None:
        """Go on as if nothing had been written yet."""
        self.written = b""
        self.answered = 0
        self._text, self._read = "", 0
        self._painted, self._screen = Painted(), ""

    @property
    def text(self) -> str:
        """Everything written so far, without the codes; what a painting moves over is not put in its place."""
        self._look()
        return self._text

    @property
    def screen(self) -> str:
        """What is seen now, row by row."""
        self._look()
        return self._screen

    def _look(self) -> None:
        """Take in what was written since the last look."""
        if len(self.written) > self._read:
            self._painted.write(self.written[self._read :])
            self._read = len(self.written)
            self._text, self._screen = _ESCAPES.sub(b"", self.written).decode("utf-8", "replace"), self._painted.text

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def read(self, wait_s: float = 0.05, most: int = 65536) -> int:
        """Read what there is, and answer as a terminal does when it is asked where the cursor is; how much it was."""
        if self.master < 0 or not select.select([self.master], [], [], wait_s)[0]:
            return 0
        with suppress(OSError):
            got = os.read(self.master, most)
            self.written += got
            if self.answers:
                os.write(self.master, CURSOR_IS_AT * (self.written.count(ASKED) - self.answered))
                self.answered = self.written.count(ASKED)
            return len(got)
        return 0

    def read_slowly(self, bytes_a_second: int, for_s: float) -> None:
        """Read as a slow line would for a while."""
        last = time.monotonic()
        end, room = last + for_s, 0.0
        while (now := time.monotonic()) < end:
            room, last = min(room + (now - last) * bytes_a_second, bytes_a_second / 10), now
            room -= self.read(0, int(room)) if room >= 1 else 0
            time.sleep(0.005)

    def wait_for(self, words: str | Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
        """Read until words are on the screen or something holds; fails at the deadline."""
        holds = words if callable(words) else lambda: words in self.text or words in self.screen
        end = time.monotonic() + deadline_s
        while not holds():
            assert time.monotonic() < end, f"{words!r} did not come; the last of what did: {self.text[-2000:]!r}"
            self.read()

    def wait_for_end(self, deadline_s: float = DEADLINE_S) -> int:
        """Read until the program has ended; its exit code."""
        end = time.monotonic() + deadline_s
        while self.process.poll() is None:
            assert time.monotonic() < end, f"still running after {deadline_s} s: {self.text[-500:]!r}"
            self.read() if self.master >= 0 else time.sleep(0.02)
        for _ in range(20):
            before = len(self.written)
            self.read(0)
            if len(self.written) == before:
                break
        return self.process.returncode

    def hang_up(self) -> None:
        """Take the terminal away."""
        for descriptor in (self.slave, self.master):
            if descriptor >= 0:
                os.close(descriptor)
        self.slave = self.master = -1

    def assert_left_clean(self) -> None:
        """The screen, the mouse, the cursor and the line discipline are as they were before."""
        for code in _SWITCHES:
            on, off = (self.written.rfind(f"\x1b[?{code}{end}".encode()) for end in "hl")
            assert off > on or on < 0, f"{code} was left on"
        hidden, seen = self.written.rfind(b"\x1b[?25l"), self.written.rfind(b"\x1b[?25h")
        assert seen > hidden, "the cursor was left hidden"
        assert self.written.rfind(b"\x1b[?1049h") >= 0
        after = termios.tcgetattr(self.slave)
        assert after[3] == self.before[3], "echo or line editing was left off"


def plain_environment(home: Path) -> dict[str, str]:
    """What a login has, and nothing of the machine's own settings."""
    return {
        "HOME": str(home),
        "PATH": os.environ.get("PATH", os.defpath),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(PROJECT),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }


def _hear_signals() -> None:
    """Hear ctrl+c also where the tests run beside a shell, which has its children leave it unheard."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _take_terminal() -> None:
    _hear_signals()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
