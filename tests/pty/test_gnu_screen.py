"""The desk inside GNU screen: every key arrives, it follows a resize, and it leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pty_terminal import PROJECT, Terminal, plain_environment

PROGRAM = shutil.which("screen")
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals"),
    pytest.mark.skipif(PROGRAM is None, reason="GNU screen is not installed"),
]


NOTHING = "\x7f"
"""On no screen."""


class Screen:
    """A desk in a window of GNU screen, and what that window shows."""

    def __init__(self, home: Path) -> None:
        (home / "sockets").mkdir(mode=0o700)
        (home / "rc").write_text("startup_message off\n", encoding="utf-8")
        desk = f'{sys.executable} -c "from isocross_tui.cli.main import main; main()" guide-cross'
        ends = (
            f'cd {PROJECT}\n{desk}\necho "ended with $?"\nstty -a | tr " ;" "\\n\\n" | grep -x -e "-*echo"\nsleep 30\n'
        )
        (home / "desk.sh").write_text(ends, encoding="utf-8")
        self.home, self.environment = home, {"SCREENDIR": str(home / "sockets")}
        command = ("screen", "-U", "-c", str(home / "rc"), "-S", "desk", "sh", str(home / "desk.sh"))
        self.terminal = Terminal(command, home, environment=self.environment)

    def tell(self, *words: str) -> None:
        command = ("screen", "-S", "desk", "-p", "0", "-X", *words)
        environment = plain_environment(self.home) | self.environment
        subprocess.run(command, env=environment, capture_output=True, check=False, timeout=20)

    def shows(self) -> str:
        copy = self.home / "copy"
        copy.unlink(missing_ok=True)
        self.tell("hardcopy", str(copy))
        end = time.monotonic() + 2
        while not copy.exists() and time.monotonic() < end:
            self.terminal.read(0.01)
        return copy.read_text(encoding="utf-8", errors="replace") if copy.exists() else ""

    def wait_for(self, words: str, gone: str = NOTHING) -> str:
        """Read until words are in the window and others are not."""
        seen = ""

        def holds() -> bool:
            nonlocal seen
            self.terminal.read(0.05)
            seen = self.shows()
            return words in seen and gone not in seen

        try:
            self.terminal.wait_for(holds)
        except AssertionError:
            pytest.fail(f"{words!r} without {gone!r} did not come; the window has: {seen}")
        return seen

    def type(self, keys: str, words: str, gone: str = NOTHING) -> str:
        self.terminal.type(keys)
        return self.wait_for(words, gone)


def test_it_runs_inside_gnu_screen_and_leaves_the_window_clean(tmp_path):
    window = Screen(tmp_path)
    with window.terminal as terminal:
        try:
            window.wait_for("? help")
            window.type("\x1b[D", "31.0 %")
            window.type("f", "unsaved")
            window.type("?", "read on")
            # escape by itself: no other key follows that would bring it along
            window.type("\x1b", "u undo", gone="read on")
            window.type("2", "if prices come back")
            window.type("\x1b", "who pays", gone="if prices come back")
            terminal.resize(120, 36)
            os.kill(terminal.process.pid, signal.SIGWINCH)
            window.wait_for("worst case")
            window.type("q", "without saving")
            seen = window.type("n", "ended with 0")
            assert "who pays" not in seen
            assert "without saving" not in seen
            window.wait_for("echo", gone="-echo")
        finally:
            window.tell("quit")
            terminal.wait_for_end()
        terminal.assert_left_clean()
