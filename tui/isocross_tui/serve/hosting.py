"""Where the processes of visits come from, as the server sees it: forks of the nursery, or fresh interpreters."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Final, Protocol

from isocross_tui.serve.child import main
from isocross_tui.serve.nursery import MESSAGE
from isocross_tui.serve.seat import Seat

LOST: Final = -signal.SIGKILL
"""How a visit ended of which nobody can tell any more."""


class Process(Protocol):
    """The process of a visit."""

    ended: asyncio.Future[int]
    """How it ended: its exit code, or the signal that ended it as a negative number."""

    def signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""


class Hosts(Protocol):
    """What processes of visits come from."""

    async def begin(self, seat: Seat, terminal: int) -> Process:
        """Begin one at a terminal, whose descriptor stays the caller's."""


class Forked:
    """A process that the nursery has forked."""

    def __init__(self, nursery: ForkedHosts, visit: int) -> None:
        self._nursery = nursery
        self._visit = visit
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if not self.ended.done():
            self._nursery.signal(self._visit, number)


class ForkedHosts:
    """The nursery; when it is lost, fresh interpreters take its place."""

    def __init__(self, line: socket.socket) -> None:
        """Talk to it over a line."""
        self._line = line
        self._count = 0
        self._visits: dict[int, Forked] = {}
        self._lost = False
        self._others = SpawnedHosts()

    async def ready(self) -> None:
        """Wait until it is warm."""
        loop = asyncio.get_running_loop()
        self._line.setblocking(False)
        self._lost = not await loop.sock_recv(self._line, MESSAGE)
        loop.add_reader(self._line, self._hear)

    async def begin(self, seat: Seat, terminal: int) -> Process:
        """Begin a process at a terminal."""
        self._count += 1
        asked = json.dumps({"visit": self._count, "seat": seat.told()}).encode()
        if not self._lost:
            with suppress(OSError):
                socket.send_fds(self._line, [asked], [terminal])
                self._visits[self._count] = forked = Forked(self, self._count)
                return forked
        return await self._others.begin(seat, terminal)

    def signal(self, visit: int, number: int) -> None:
        """Have a visit signalled."""
        with suppress(OSError):
            self._line.send(json.dumps({"visit": visit, "signal": number}).encode())

    def _hear(self) -> None:
        try:
            data = self._line.recv(MESSAGE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose()
            return
        told: dict[str, int] = json.loads(data)
        forked = self._visits.pop(told["visit"], None)
        if forked is not None and not forked.ended.done():
            forked.ended.set_result(told["code"])

    def _lose(self) -> None:
        """Give up on the nursery, and on the visits that only it could tell of."""
        asyncio.get_running_loop().remove_reader(self._line)
        self._lost = True
        for forked in self._visits.values():
            if not forked.ended.done():
                forked.ended.set_result(LOST)
        self._visits.clear()


async def hosts_of(nursery: socket.socket | None) -> Hosts:
    """Where processes come from: the nursery at the end of this line, once it is warm, or fresh interpreters."""
    if nursery is None:
        return SpawnedHosts()
    forked = ForkedHosts(nursery)
    await forked.ready()
    return forked


class Spawned:
    """A process that is a fresh interpreter."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.ended: asyncio.Future[int] = asyncio.ensure_future(process.wait())

    def signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if not self.ended.done():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
            with suppress(ProcessLookupError):
                self._process.send_signal(number)


class SpawnedHosts:
    """Fresh interpreters."""

    async def begin(self, seat: Seat, terminal: int) -> Process:
        """Begin a process at a terminal."""
        told = seat.told()
        places = os.pathsep.join(path for path in sys.path if path)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            main.__module__,
            told,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env={"PATH": os.defpath, "PYTHONPATH": places, "LANG": "C.UTF-8"},
            cwd=seat.folder,
        )
        return Spawned(process)
