"""The nursery: a warm parent that has drawn the desk once, and forks a process for each visit.

It is forked itself before the server has a thread or a loop, and it never has either. It alone knows its children by
their numbers, so none is signalled after its number has passed to somebody else. Server and nursery talk in messages
over a pair of sockets: a seat with a terminal one way, how a visit ended the other. When the server is gone, the
nursery ends every visit and itself.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import Any, Final

from isocross_tui.serve.child import run
from isocross_tui.serve.ends import End
from isocross_tui.serve.seat import Seat

MESSAGE: Final = 64 * 1024
"""Bytes of the longest message."""


def can_fork() -> bool:
    """Whether there can be a nursery here."""
    streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    return sys.platform.startswith("linux") and None not in streams and threading.active_count() == 1


def found() -> socket.socket:
    """Fork the nursery; the end of the line to it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    sys.stdout.flush()
    sys.stderr.flush()
    if os.fork() == 0:
        ours.close()
        code = int(End.BROKEN)
        try:
            os.setsid()
            Nursery(theirs).work()
            code = 0
        finally:
            os._exit(code)
    theirs.close()
    return ours


def warm() -> None:
    """Import all that a desk needs and draw one, so that no child has to."""
    os.environ.clear()
    os.environ.update({"PATH": os.defpath, "LANG": "C.UTF-8", "TERM": "xterm-256color"})
    from isocross_tui.cli.desk import prepare  # noqa: PLC0415 - the environment is read while the toolkit is imported

    prepare(os.environ)
    from isocross_tui.cli.rendering import render  # noqa: PLC0415
    from isocross_tui.user.files import FIRST, open_source  # noqa: PLC0415

    render(open_source(FIRST).workspace, (120, 36), None)
    gc.collect()
    gc.freeze()


class Nursery:
    """The warm parent's own side."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._visits: dict[int, int] = {}
        """Numbers of visits, by the process."""

    def work(self) -> None:
        """Fork what is asked for and tell what ended, until the server is gone."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        warm()
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._line.send(b"{}")
        while True:
            ready, _, _ = select.select([self._line.fileno(), wake], [], [])
            if wake in ready:
                with suppress(BlockingIOError):
                    os.read(wake, MESSAGE)
                self._reap()
            if self._line.fileno() in ready and not self._hear():
                break
        for process in self._visits:
            _signal(process, signal.SIGKILL)

    def _hear(self) -> bool:
        """Do what the server asks for; False when it is gone."""
        data, terminals, _, _ = socket.recv_fds(self._line, MESSAGE, 1)
        if not data:
            return False
        asked: dict[str, Any] = json.loads(data)
        if terminals:
            self._fork(asked, terminals[0])
        else:
            for process, visit in self._visits.items():
                if visit == asked["visit"]:
                    _signal(process, asked["signal"])
        return True

    def _fork(self, asked: dict[str, Any], terminal: int) -> None:
        try:
            process = os.fork()
        except OSError:
            os.close(terminal)
            self._tell(asked["visit"], End.BROKEN)
            return
        if process == 0:
            run(Seat.heard(asked["seat"]), terminal)
        os.close(terminal)
        self._visits[process] = asked["visit"]

    def _reap(self) -> None:
        """Tell what has ended."""
        for process in tuple(self._visits):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                self._tell(self._visits.pop(process), os.waitstatus_to_exitcode(status))

    def _tell(self, visit: int, code: int) -> None:
        with suppress(OSError):
            self._line.send(json.dumps({"visit": visit, "code": code}).encode())


def _signal(process: int, number: int) -> None:
    """Send a signal to a process that leads its group, and to what it may have begun."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, number)
    # before it leads a group it is found by its own number only
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, number)
