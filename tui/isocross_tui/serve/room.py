"""The room: all visits that there are now, each with its folder, its process and its line in the log."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime
from typing import Final

from isocross.records import dataclass
from isocross.regular import reason
from isocross_tui.serve.admission import Admission
from isocross_tui.serve.hosting import Hosts
from isocross_tui.serve.limits import CLOSING, STOPPED, Limits
from isocross_tui.serve.relay import Line, Relay
from isocross_tui.serve.seat import Seat
from isocross_tui.serve.visits import Visit, Visits

CLOSED_S: Final = 3.0
"""How long the room waits for its visits to end when it closes."""


def log(words: str) -> None:
    """Write a line with its time."""
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {words}", file=sys.stderr, flush=True)


@dataclass
class Guest:
    """Who visits, as far as is known."""

    address: str
    key: str = ""
    """The fingerprint of the key; empty for who came without."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Of the terminal, checked."""
    size: tuple[int, int] = (80, 24)


class Room:
    """Begins visits and sees each to its end."""

    def __init__(
        self,
        hosts: Hosts,
        shown: Mapping[str, bytes],
        limits: Limits,
        visits: Visits,
        tell: Callable[[str], None] = log,
        follows: str | None = None,
    ) -> None:
        """Make an empty room.

        Args:
            hosts: what the processes come from.
            shown: the workspaces that each visit gets copies of.
            limits: of each visit and of all.
            visits: where the folders are.
            tell: writes the log.
            follows: the path of the line to a presenter whom the visitors follow.
        """
        self.limits = limits
        self.admission = Admission(limits)
        self._hosts = hosts
        self._shown = shown
        self._visits = visits
        self._tell = tell
        self._follows = follows
        self._relays: set[Relay] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    async def enter(self, line: Line, guest: Guest) -> Relay | None:
        """Begin a visit; None: there is none, which the visitor was told."""
        refusal = self.admission.refuse_visit(guest.address)
        if refusal:
            self._turn_away(line, guest, refusal)
            return None
        begun = time.monotonic()
        try:
            visit = self._visits.begin(self._shown)
        except OSError as error:
            self.admission.visit_gone(guest.address)
            self._tell(f"{guest.address}: no folder for a visit: {reason(error)}")
            self._turn_away(line, guest, STOPPED)
            return None

        def ended(reason: str) -> None:
            self._relays.discard(relay)
            if not self._relays:
                self._empty.set()
            self.admission.visit_gone(guest.address)
            self._note(guest, visit, time.monotonic() - begun, reason)
            visit.end()

        relay = Relay(line, self.limits, ended)
        self._relays.add(relay)
        self._empty.clear()
        opens = next(iter(self._shown), None)
        seat = Seat(str(visit.files), str(visit.home), opens, dict(guest.environment), self.limits, self._follows)
        await relay.begin(self._hosts, seat, guest.size)
        return relay

    async def close(self) -> None:
        """End every visit."""
        for relay in tuple(self._relays):
            relay.end("closing", CLOSING)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), CLOSED_S)

    def _turn_away(self, line: Line, guest: Guest, why: str) -> None:
        self._tell(f"{guest.address} {guest.key or '-'} turned away: {why}")
        line.write(f"{why}\r\n".encode())
        line.close(1)

    def _note(self, guest: Guest, visit: Visit, seconds: float, reason: str) -> None:
        """The line in the log; nothing that was typed is in it."""
        self._tell(f"{guest.address} {guest.key or '-'} {seconds:.0f} s, {reason}")
        trace = visit.trace()
        if trace:
            self._tell(trace)
