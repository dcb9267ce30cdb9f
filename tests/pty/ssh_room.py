"""A room over SSH on this machine only, and visitors with the real client of OpenSSH."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from pty_terminal import DEADLINE_S, DESK, PATIENT, Terminal, plain_environment

CLIENT = shutil.which("ssh")
FIRST_WORDS = "? help"
OPTIONS = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=60")
needs_client = pytest.mark.skipif(
    CLIENT is None or find_spec("asyncssh") is None, reason="openssh's client and asyncssh are needed"
)


class SshRoom:
    """A server that was begun with some options.

    Args:
        home: Its home folder.
        options: What follows `isocross serve ssh`, besides the port.
        program: What stands for `isocross`.
    """

    def __init__(self, home: Path, *options: str, program: Sequence[str] = DESK) -> None:
        self.home = home
        self.log = home / "log"
        command = (*program, "serve", "ssh", "--port", "0", *PATIENT, "--login", "60", *options)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=plain_environment(home), cwd=home
            )
        self.wait_for(lambda: "listening" in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        self.port = int(re.findall(r"on port (\d+)", self.said)[-1])

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def visits(self) -> list[Path]:
        """The folders of the visits that there are."""
        folder = self.home / "state" / "isocross" / "visits"
        return sorted(folder.iterdir()) if folder.exists() else []

    @property
    def nursery(self) -> int:
        return children(self.process.pid)[0]

    @property
    def desks(self) -> list[int]:
        """The processes of the visits."""
        return children(self.nursery)

    @property
    def memory(self) -> int:
        """KiB that the server holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def client(self, *arguments: str, terminal: bool = True) -> tuple[str, ...]:
        """The command of a visitor."""
        options = [part for option in OPTIONS for part in ("-o", option)]
        tty = ("-tt",) if terminal else ()
        return (CLIENT, "-F", "/dev/null", *options, *tty, "-p", str(self.port), *arguments, "visitor@127.0.0.1")

    def visitor(self, *arguments: str, **options) -> Terminal:
        """Somebody with a terminal."""
        return Terminal(self.client(*arguments), self.home, **options)

    def asked(self, *arguments: str, command: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """What a client without a terminal gets."""
        return subprocess.run(
            [*self.client(*arguments, terminal=False), *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            env=plain_environment(self.home),
            check=False,
        )

    def wait_for(self, holds: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
        end = time.monotonic() + deadline_s
        while not holds():
            assert time.monotonic() < end, self.said
            time.sleep(0.02)

    def wait_until_empty(self, deadline_s: float = DEADLINE_S) -> None:
        """Until no process and no folder of a visit is left."""
        self.wait_for(lambda: not self.desks and not self.visits, deadline_s)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(DEADLINE_S)
            finally:
                self.process.kill()


@contextmanager
def ssh_room(home: Path, *options: str, program: Sequence[str] = DESK) -> Iterator[SshRoom]:
    room = SshRoom(home, *options, program=program)
    try:
        yield room
    finally:
        room.end()


def children(process: int) -> list[int]:
    """The processes that a process has begun."""
    try:
        return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()]
    except OSError:
        return []


def alive(process: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def end_of_line(socket, wait_s: float = DEADLINE_S) -> bytes:
    """All that the other side of a socket says until it hangs up."""
    said = b""
    while select.select([socket], [], [], wait_s)[0]:
        try:
            part = socket.recv(4096)
        except OSError:
            return said
        if not part:
            return said
        said += part
    raise AssertionError(f"the line stays open after {said!r}")


def signal_all(processes: Sequence[int], number: int) -> None:
    for process in processes:
        os.kill(process, number)
