"""A class on this machine: somebody presents on a terminal, and others follow with the real client of OpenSSH."""

from __future__ import annotations

import re
import signal
import time
from pathlib import Path

from pty_terminal import DEADLINE_S, DESK, PATIENT, Terminal
from ssh_room import CLIENT, OPTIONS


class Class:
    """A presenter and a way to come in.

    Args:
        home: its home folder.
        options: what follows `isocross serve ssh`, besides what makes it a class of this machine.
    """

    def __init__(self, home: Path, *options: str) -> None:
        self.home = home
        served = ("serve", "ssh", "guide-cross", "--anonymous", "--port", "0", "--follow", "--login", "60")
        command = (*DESK, *served, *PATIENT, *options)
        self.presenter = Terminal(command, home, (120, 36), {"TMPDIR": str(home)})

    def __enter__(self) -> Class:
        self.presenter.wait_for("ssh -p")
        self.port = re.findall(r"ssh -p (\d+)", self.presenter.text)[0]
        return self

    def __exit__(self, *error: object) -> None:
        self.presenter.__exit__(None, None, None)

    def follower(self, size: tuple[int, int] = (90, 26)) -> Terminal:
        options = [part for option in OPTIONS for part in ("-o", option)]
        return Terminal((CLIENT, "-F", "/dev/null", *options, "-tt", "-p", self.port, "x@127.0.0.1"), self.home, size)


def seen(terminal: Terminal, *words: str) -> None:
    """Read until words are on the screen; where they are already, once all of it was painted again."""

    def on_it() -> bool:
        return all(word in terminal.screen for word in words)

    if not on_it():
        terminal.wait_for(on_it)
        return
    end = time.monotonic() + DEADLINE_S
    while True:
        for rows in (-1, 1):
            terminal.forget()
            terminal.size = (terminal.size[0], terminal.size[1] + rows)
            terminal.resize(*terminal.size)
            terminal.process.send_signal(signal.SIGWINCH)
            while terminal.read(0.3):
                pass
        if on_it():
            return
        # a busy desk can take both sizes for none
        assert time.monotonic() < end, f"{words!r} is not on the screen: {terminal.screen!r}"
