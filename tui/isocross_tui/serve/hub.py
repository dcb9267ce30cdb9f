"""What leads from the presenter's desk to those that follow: the account, where its cursor stands, and the view.

Nothing that was painted travels. Of what a follower has not taken yet only the newest is kept, so a slow line gets
fewer steps and keeps nobody else waiting. Back comes who follows and who has broken away.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from isocross_tui.serve.limits import MIB

FOLLOW: Final = "follow"
"""The followers' line, in the folder of a hub."""
PRESENT: Final = "present"
"""The presenter's."""
LONGEST: Final = 4 * MIB
"""Bytes of one message; the longest workspace has fewer."""


@dataclass(frozen=True)
class Shown:
    """What the presenter shows."""

    number: int = 0
    """Of the account, counted up with each other one."""
    account: str = ""
    """As a short code; empty: the one of this number, which was told before."""
    cursor: str = "{}"
    """Where the cursor stands and what is looked at, as JSON."""

    def told(self) -> bytes:
        """As one line."""
        return json.dumps([self.number, self.account, self.cursor]).encode() + b"\n"

    @classmethod
    def heard(cls, line: bytes) -> Shown:
        """What a line tells."""
        return cls(*json.loads(line))

    def for_one_who_has(self, number: int) -> Shown:
        """The same without an account that is known already."""
        return self if self.number != number else Shown(self.number, "", self.cursor)

    def followed_by(self, newer: Shown) -> Shown:
        """The newer one, with its account."""
        return newer if newer.account else Shown(newer.number, self.account, newer.cursor)


@dataclass(eq=False)
class Follower:
    """Somebody who watches."""

    away: bool = False
    """Whether they have broken away."""
    news: asyncio.Event = field(default_factory=asyncio.Event)


Carry = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]


class Hub:
    """Carries between one presenter and many followers."""

    def __init__(self, on_gone: Callable[[], None] = lambda: None) -> None:
        """Begin with nothing to show.

        Args:
            on_gone: called when the presenter's desk has ended, however it did.
        """
        self._on_gone = on_gone
        self._shown = Shown()
        self._followers: set[Follower] = set()
        self._presenter: asyncio.StreamWriter | None = None
        self._doors: list[asyncio.Server] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, folder: Path) -> None:
        """Take lines in a folder."""
        for name, carry in ((PRESENT, self.present), (FOLLOW, self.follow)):
            take = partial(self._take, carry)
            self._doors.append(await asyncio.start_unix_server(take, folder / name, limit=LONGEST))

    def _take(self, carry: Carry, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Have a line carried until it ends."""
        task = asyncio.create_task(carry(reader, writer))
        self._writers.add(writer)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._writers.discard(writer))

    async def close(self) -> None:
        """Take no more lines, and end those that there are."""
        for door in self._doors:
            door.close()
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def present(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take what the presenter shows."""
        self._presenter = writer
        self._tell()
        with suppress(OSError, ValueError):
            while line := await reader.readline():
                self._shown = self._shown.followed_by(Shown.heard(line))
                for follower in self._followers:
                    follower.news.set()
        self._presenter = None
        self._on_gone()
        await _closed(writer)

    async def follow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send the newest to one follower, each time they have taken what came before."""
        follower = Follower()
        self._followers.add(follower)
        follower.news.set()
        self._tell()
        sending = asyncio.create_task(self._send(follower, writer))
        with suppress(OSError, ValueError):
            while line := await reader.readline():
                follower.away = bool(json.loads(line))
                self._tell()
        self._followers.discard(follower)
        self._tell()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await _closed(writer)

    async def _send(self, follower: Follower, writer: asyncio.StreamWriter) -> None:
        number = 0
        while True:
            await follower.news.wait()
            follower.news.clear()
            shown = self._shown
            if shown.number:
                writer.write(shown.for_one_who_has(number).told())
                number = shown.number
                await writer.drain()

    def _tell(self) -> None:
        """Tell the presenter who is there."""
        if self._presenter is not None:
            away = sum(follower.away for follower in self._followers)
            self._presenter.write(json.dumps([len(self._followers), away]).encode() + b"\n")


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


class HubLine:
    """The desk's side of a line to the hub."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, path: str) -> HubLine:
        """Open a line."""
        return cls(*await asyncio.open_unix_connection(path, limit=LONGEST))

    async def hear(self) -> bytes:
        """The next message; empty: the hub is gone."""
        try:
            return await self._reader.readline()
        except (OSError, ValueError):
            return b""

    def say(self, message: Any) -> None:
        """Send a message."""
        self._writer.write(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")
