"""A channel of a connection over SSH that asked for a terminal, and gets a desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

import asyncssh

from isocross_tui.serve.child import DUMB, TERM, checked
from isocross_tui.serve.limits import NOTHING_ELSE
from isocross_tui.serve.relay import Relay
from isocross_tui.serve.room import Guest, Room


class ChannelLine:
    """The visitor's side of a visit, as a channel."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = channel

    def write(self, data: bytes) -> None:
        """Send."""
        with suppress(OSError):
            self._channel.write(data)

    def pause(self) -> None:
        """Take nothing more for now."""
        self._channel.pause_reading()

    def resume(self) -> None:
        """Take on."""
        self._channel.resume_reading()

    def close(self, code: int) -> None:
        """Hang up, after all that was written."""
        with suppress(OSError):
            self._channel.exit(code)


class DeskSession(asyncssh.SSHServerSession[bytes]):
    """A channel that asked for a terminal, and gets a desk."""

    def __init__(self, room: Room, guest: Guest, began: Callable[[], None]) -> None:
        self._room = room
        self._guest = guest
        self._began = began
        self._term = ""
        self._relay: Relay | None = None
        self._entering: asyncio.Task[None] | None = None
        self._held = False

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Know the channel."""
        self._channel = chan
        self._line = ChannelLine(chan)

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], _modes: Mapping[int, int]) -> bool:
        """Take a terminal whose name is one."""
        if TERM.fullmatch(term_type) is None or term_type == DUMB:
            return False
        self._term = term_type
        self._guest.size = term_size[:2]
        return True

    def shell_requested(self) -> bool:
        """Take it: the desk stands where a shell would."""
        return True

    def exec_requested(self, command: str) -> bool:  # noqa: ARG002 - the library's own signature
        """Run no command."""
        return False

    def subsystem_requested(self, subsystem: str) -> bool:  # noqa: ARG002 - the library's own signature
        """Have no subsystem, so no files."""
        return False

    def session_started(self) -> None:
        """Begin the visit."""
        self._began()
        if not self._term:
            self._line.write(f"{NOTHING_ELSE}\r\n".encode())
            self._line.close(1)
            return
        environment = self._channel.get_environment()
        self._guest.environment = checked(environment, self._term)
        self._entering = asyncio.get_running_loop().create_task(self._enter())

    async def _enter(self) -> None:
        self._relay = relay = await self._room.enter(self._line, self._guest)
        if relay is None:
            return
        if self._channel.is_closing():
            relay.end("line gone")
        relay.resize(*self._guest.size)
        if self._held:
            relay.hold()

    def data_received(self, data: bytes, _datatype: int | None) -> None:
        """Carry what was typed; before there is a desk it goes nowhere."""
        if self._relay is not None:
            self._relay.typed(data)

    def eof_received(self) -> bool:
        """End with the input."""
        self.connection_lost(None)
        return False

    def terminal_size_changed(self, width: int, height: int, _pixwidth: int, _pixheight: int) -> None:
        """Carry the size."""
        self._guest.size = (width, height)
        if self._relay is not None:
            self._relay.resize(width, height)

    def pause_writing(self) -> None:
        """Paint no more while the visitor takes nothing."""
        self._held = True
        if self._relay is not None:
            self._relay.hold()

    def resume_writing(self) -> None:
        """Paint on."""
        self._held = False
        if self._relay is not None:
            self._relay.go_on()

    def connection_lost(self, _exc: Exception | None) -> None:
        """End the visit."""
        if self._relay is not None:
            self._relay.end("line gone")
