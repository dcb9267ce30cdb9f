"""The desk over SSH: a server that has nothing else. What does not ask for a terminal with a desk is refused."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import asyncssh

from isocross.records import dataclass
from isocross_tui.serve.hosting import Hosts, hosts_of
from isocross_tui.serve.hub import Hub
from isocross_tui.serve.room import CLOSED_S, Guest, Room, log
from isocross_tui.serve.ssh_session import DeskSession

KEEPALIVE_S: Final = 15
KEEPALIVES: Final = 3
WINDOW_BYTES: Final = 64 * 1024
"""What a client may send ahead."""
BACKLOG: Final = 64


@dataclass(frozen=True)
class Doors:
    """Who may come in, and where."""

    sockets: tuple[socket.socket, ...]
    key: asyncssh.SSHKey
    """The server's own."""
    authorized: asyncssh.SSHAuthorizedKeys | None
    """The keys of those who may come; None: everybody may."""


class DeskServer(asyncssh.SSHServer):
    """One connection: it can have one desk."""

    def __init__(self, room: Room, authorized: asyncssh.SSHAuthorizedKeys | None) -> None:
        self._room = room
        self._authorized = authorized
        self._guest = Guest("")
        self._asked = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Give it until the login's end to come to a desk."""
        self._guest.address = str(conn.get_extra_info("peername")[0])
        self._deadline = asyncio.get_running_loop().call_later(self._room.limits.login_s, conn.abort)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget it."""
        self._at_desk()

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - the library's own signature
        """Ask for a key, unless everybody may come."""
        return self._authorized is not None

    def public_key_auth_supported(self) -> bool:
        """Whether a key is asked for."""
        return self._authorized is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002 - as above
        """Whether a key is one of those who may come; what else its line asks for does not count."""
        address = self._guest.address
        if self._authorized is None or self._authorized.validate(key, address, address) is None:
            return False
        self._guest.key = key.get_fingerprint()
        return True

    def session_requested(self) -> DeskSession | bool:
        """Give the first one a desk, and no other."""
        if self._asked:
            return False
        self._asked = True
        return DeskSession(self._room, self._guest, self._at_desk)

    def _at_desk(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def options_of(room: Room, doors: Doors) -> asyncssh.SSHServerConnectionOptions:
    """The settings of every connection: whatever is not the desk is off."""
    return asyncssh.SSHServerConnectionOptions(
        config=None,
        server_factory=lambda: DeskServer(room, doors.authorized),
        server_host_keys=[doors.key],
        server_version="isocross",
        agent_forwarding=False,
        x11_forwarding=False,
        allow_scp=False,
        sftp_factory=None,
        line_editor=False,
        encoding=None,
        password_auth=False,
        kbdint_auth=False,
        host_based_auth=False,
        gss_host=None,
        login_timeout=room.limits.login_s,
        keepalive_interval=KEEPALIVE_S,
        keepalive_count_max=KEEPALIVES,
        window=WINDOW_BYTES,
    )


class SshServer:
    """Takes connections for a room until it is told to stop."""

    def __init__(self, room: Room, doors: Doors) -> None:
        self._room = room
        self._doors = doors
        self._options = options_of(room, doors)
        self._lines: set[asyncio.Task[None]] = set()

    async def serve(self, stop: asyncio.Event) -> None:
        """Take connections until it stops; every visit has ended then."""
        doors = [asyncio.create_task(self._take(door)) for door in self._doors.sockets]
        await stop.wait()
        for task in doors:
            task.cancel()
        await self._room.close()
        if self._lines:
            # the last words are still on their way
            await asyncio.wait(self._lines, timeout=CLOSED_S)
        for line in tuple(self._lines):
            line.cancel()
        await asyncio.gather(*doors, *self._lines, return_exceptions=True)

    async def _take(self, door: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                line, peer = await loop.sock_accept(door)
            except OSError:
                # as many files are open as may be: somebody has to leave first
                await asyncio.sleep(1)
                continue
            address = str(peer[0])
            refusal = self._room.admission.refuse_line(address)
            if refusal:
                # lines before the version are allowed, and clients show them when they are asked to
                with suppress(OSError):
                    line.setblocking(False)
                    line.send(f"{refusal}\r\n".encode())
                line.close()
                continue
            task = asyncio.create_task(self._carry(line, address))
            self._lines.add(task)
            task.add_done_callback(self._lines.discard)

    async def _carry(self, line: socket.socket, address: str) -> None:
        try:
            connection = await asyncssh.run_server(line, options=self._options)
            async with connection:
                await connection.wait_closed()
        except (OSError, asyncssh.Error):
            pass
        finally:
            self._room.admission.line_gone(address)


def doors_at(port: int, public: bool) -> tuple[socket.socket, ...]:
    """Open the port: to this machine, or to everybody; raises OSError."""
    if not public:
        door = socket.create_server(("127.0.0.1", port), backlog=BACKLOG)
    elif socket.has_dualstack_ipv6():
        door = socket.create_server(("", port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=True)
    else:
        door = socket.create_server(("", port), backlog=BACKLOG)
    door.setblocking(False)
    return (door,)


async def serve(
    make_room: Callable[[Hosts], Room],
    doors: Doors,
    nursery: socket.socket | None,
    ready: Callable[[], None],
    hub: Path | None = None,
) -> None:
    """Serve until the process is told to end.

    Args:
        make_room: makes the room for processes from somewhere.
        doors: who may come in, and where.
        nursery: the line to the warm parent; None: there is none.
        ready: called once visitors can come.
        hub: the folder of the lines between a presenter and those that follow; None: nobody presents.
    """
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
    hosts = await hosts_of(nursery)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    lines = Hub(stop.set)
    if hub is not None:
        await lines.open(hub)
    server = SshServer(make_room(hosts), doors)
    ready()
    await server.serve(stop)
    await lines.close()
    log("closed")
