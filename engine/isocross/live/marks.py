"""Marks of a public stream: between two questions they move a live account, and nothing else of it.

What is asked for is the truth. A mark counts while it is newer than the account; after each break of the line there is
none until the account was asked for again, and no key is ever sent here.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import field, replace
from decimal import Decimal
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

from isocross.account.book import Mode
from isocross.account.stated import Stated
from isocross.exchange.payload import number_of
from isocross.records import dataclass
from isocross.workspace.model import Workspace

AGAIN_S: Final = 5.0
"""How long to wait before a line that ended is taken up again."""
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of one message."""


class Mark(NamedTuple):
    """A mark of a market."""

    price: Decimal
    at: float
    """When it came, seconds of the epoch."""


def _hyperliquid(markets: Iterable[str]) -> list[dict[str, Any]]:
    return [{"method": "subscribe", "subscription": {"type": "activeAssetCtx", "coin": name}} for name in markets]


def _of_hyperliquid(said: Any) -> Iterable[tuple[Any, Any]]:
    if said["channel"] == "activeAssetCtx":
        yield said["data"]["coin"], said["data"]["ctx"]["markPx"]


def _of_binance(said: Any) -> Iterable[tuple[Any, Any]]:
    return ((row["s"], row["p"]) for row in said if row["e"] == "markPriceUpdate")


@dataclass(frozen=True)
class Line:
    """A venue's public stream of marks."""

    address: str
    path: str
    asked: Callable[[Iterable[str]], list[dict[str, Any]]]
    """What is sent once it is open, for some markets."""
    read: Callable[[Any], Iterable[tuple[Any, Any]]]
    """The markets and prices of a message."""


LINES: Final[Mapping[str, Line]] = {
    "hyperliquid": Line("wss://api.hyperliquid.xyz", "/ws", _hyperliquid, _of_hyperliquid),
    "binance": Line("wss://fstream.binance.com", "/ws/!markPrice@arr@1s", lambda _: [], _of_binance),
}
"""By venue; the others move at each question."""


@dataclass
class MarkStream:
    """Listens in a thread of its own, which ends with the program."""

    line: Line
    url: str = ""
    """A venue on this machine in place of the real one."""
    clock: Callable[[], float] = time.time
    marks: dict[str, Mark] = field(default_factory=dict)
    """The last of each market; replaced as a whole, and empty after a break."""
    breaks: int = 0
    """How often a line ended that had said something."""
    wanted: frozenset[str] = frozenset()
    """The markets that are listened for; they can be others at any time."""

    _ended: asyncio.Event | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    def begin(self) -> None:
        """Listen from now on."""
        threading.Thread(target=lambda: asyncio.run(self._listen()), daemon=True).start()

    def end(self) -> None:
        """Listen no more."""
        if self._loop is not None and self._ended is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._ended.set)

    async def _listen(self) -> None:
        self._ended, self._loop = asyncio.Event(), asyncio.get_running_loop()
        hearing = asyncio.create_task(self._hear_on())
        await self._ended.wait()
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing

    async def _hear_on(self) -> None:
        """Hear one line after the other."""
        while True:
            with suppress(OSError, ValueError, asyncio.TimeoutError):
                await self._hear_all()
            if self.marks:
                self.marks, self.breaks = {}, self.breaks + 1
            await asyncio.sleep(AGAIN_S)

    async def _hear_all(self) -> None:
        """Hear a line to its end."""
        from aiohttp import ClientError, ClientSession, WSMsgType  # noqa: PLC0415 - it is an extra

        base = self.url.rstrip("/").replace("http", "ws", 1) if self.url else self.line.address
        with suppress(ClientError):
            async with (
                ClientSession() as session,
                session.ws_connect(base + self.line.path, heartbeat=20, max_msg_size=LARGEST) as line,
            ):
                asked: frozenset[str] = frozenset()
                while not line.closed:
                    new, asked = self.wanted - asked, self.wanted
                    for question in self.line.asked(sorted(new)):
                        await line.send_json(question)
                    message = await line.receive()
                    if message.type is WSMsgType.TEXT:
                        self.hear(message.data)

    def hear(self, said: str) -> None:
        """Take the marks of one message; what is none of this account, or no message as it is known, is passed over."""
        found: dict[str, Mark] = {}
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            for market, written in self.line.read(json.loads(said)):
                price = number_of(written) if isinstance(written, str) else None
                if market in self.wanted and isinstance(price, Decimal) and price > 0:
                    found[market] = Mark(price, self.clock())
        if found:
            self.marks = {**self.marks, **found}


def stream_of(venue: str, url: str = "", clock: Callable[[], float] = time.time) -> MarkStream | None:
    """The stream of a venue; None where it has none that is read here, or what reads it is not installed."""
    if venue not in LINES or find_spec("aiohttp") is None:
        return None
    return MarkStream(LINES[venue], url, clock)


def moved(workspace: Workspace, marks: Mapping[str, Mark], since: float) -> Workspace:
    """Put an account at the marks that are newer than it.

    What its venue stated at the older marks is left out, but for liquidation prices of isolated positions.

    Args:
        workspace: as it was asked for.
        marks: of the stream.
        since: when the account was so.
    """
    newer = {name: mark.price for name, mark in marks.items() if mark.at > since}
    entries = tuple(
        replace(entry, mark=newer[entry.symbol], last=None) if entry.symbol in newer else entry
        for entry in workspace.markets
    )
    if entries == workspace.markets:
        return workspace
    positions = tuple(
        replace(held, stated=None if held.stated is None else _still_true(held.mode, held.stated))
        for held in workspace.positions
    )
    return replace(workspace, markets=entries, positions=positions)


def _still_true(mode: Mode, stated: Stated) -> Stated | None:
    alone = mode is Mode.ISOLATED and stated.liquidation_price is not None
    return Stated(liquidation_price=stated.liquidation_price, incomplete=stated.incomplete) if alone else None
