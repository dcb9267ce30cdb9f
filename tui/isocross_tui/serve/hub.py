"""What leads from the presenter's desk to those that follow: the account, where its cursor stands, and the view.

Nothing that was painted travels. Of what a follower has not taken yet only the newest is kept, so a slow line gets
fewer steps and keeps nobody else waiting. Back comes who follows, who has broken away, and how they guess.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Final

from isocross.records import dataclass
from isocross_tui.serve.limits import MIB

FOLLOW: Final = "follow"
"""The followers' line, in the folder of a hub."""
PRESENT: Final = "present"
"""The presenter's."""
LONGEST: Final = 4 * MIB
"""Bytes of one message; the longest workspace has fewer."""


@dataclass(frozen=True)
class Part:
    """What is told only where it is another one than before."""

    number: int = 0
    """Counted up with each other one."""
    text: str = ""
    """Empty: the one of this number, which was told before."""

    def for_one_who_has(self, number: int) -> Part:
        """The same without a text that is known already."""
        return self if self.number != number else Part(number)

    def followed_by(self, newer: Part) -> Part:
        """The newer one, with its text."""
        return newer if newer.text else Part(newer.number, self.text)


@dataclass(frozen=True)
class Shown:
    """What the presenter shows."""

    account: Part = Part()
    """As a short code."""
    card: Part = Part()
    """What a lesson asks or tells, as JSON."""
    cursor: str = "{}"
    """Where the cursor stands and what is looked at, as JSON."""

    def told(self) -> bytes:
        """As one line."""
        parts = [[part.number, part.text] for part in (self.account, self.card)]
        return json.dumps([*parts, self.cursor]).encode() + b"\n"

    @classmethod
    def heard(cls, line: bytes) -> Shown:
        """What a line tells."""
        account, card, cursor = json.loads(line)
        return cls(Part(*account), Part(*card), cursor)

    def for_one_who_has(self, before: Shown) -> Shown:
        """The same without what is known already."""
        account, card = before.account.number, before.card.number
        return Shown(self.account.for_one_who_has(account), self.card.for_one_who_has(card), self.cursor)

    def followed_by(self, newer: Shown) -> Shown:
        """The newer one, with its account and its card."""
        return Shown(self.account.followed_by(newer.account), self.card.followed_by(newer.card), newer.cursor)


@dataclass(frozen=True)
class Stance:
    """What a follower says of themselves."""

    away: bool = False
    """Whether they have broken away."""
    question: int = 0
    """The number of the question that they have guessed at last."""
    choice: int | None = None
    """What they have marked there."""

    def told(self) -> bytes:
        """As one line."""
        return json.dumps([self.away, self.question, self.choice]).encode() + b"\n"

    @classmethod
    def heard(cls, line: bytes) -> Stance:
        """What a line says."""
        away, question, choice = json.loads(line)
        return cls(bool(away), int(question), None if choice is None else int(choice))


@dataclass(frozen=True)
class Audience:
    """Who is there."""

    watching: int = 0
    away: int = 0
    chosen: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """How many have marked a choice, by the number of the question and the choice."""

    @classmethod
    def of(cls, stances: Iterable[Stance]) -> Audience:
        """Count."""
        there = list(stances)
        marked = Counter((one.question, one.choice) for one in there if one.choice is not None)
        return cls(len(there), sum(one.away for one in there), marked)

    def told(self) -> bytes:
        """As one line."""
        chosen = [[*marked, count] for marked, count in sorted(self.chosen.items())]
        return json.dumps([self.watching, self.away, chosen]).encode() + b"\n"

    @classmethod
    def heard(cls, line: bytes) -> Audience:
        """What a line tells."""
        watching, away, chosen = json.loads(line)
        return cls(watching, away, {(question, choice): count for question, choice, count in chosen})

    def guesses(self, question: int, choices: int) -> tuple[int, ...]:
        """How many have marked each choice of a question."""
        return tuple(self.chosen.get((question, choice), 0) for choice in range(choices))


@dataclass(eq=False)
class Follower:
    """Somebody who watches."""

    stance: Stance = Stance()
    news: asyncio.Event = field(default_factory=asyncio.Event)


_ENDS_A_LINE = (OSError, ValueError, TypeError, OverflowError, RecursionError)
"""What a line raises that is gone, or has other bytes than a desk of ours sends."""

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
        with suppress(*_ENDS_A_LINE):
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
        with suppress(*_ENDS_A_LINE):
            while line := await reader.readline():
                follower.stance = Stance.heard(line)
                self._tell()
        self._followers.discard(follower)
        self._tell()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await _closed(writer)

    async def _send(self, follower: Follower, writer: asyncio.StreamWriter) -> None:
        known = Shown()
        while True:
            await follower.news.wait()
            follower.news.clear()
            shown = self._shown
            if shown.account.number:
                writer.write(shown.for_one_who_has(known).told())
                known = shown
                await writer.drain()

    def _tell(self) -> None:
        """Tell the presenter who is there."""
        if self._presenter is not None:
            self._presenter.write(Audience.of(follower.stance for follower in self._followers).told())


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

    def say(self, message: bytes) -> None:
        """Send a message."""
        self._writer.write(message)
