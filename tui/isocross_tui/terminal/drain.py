"""How much of what was painted is still on its way to a terminal that never says how far it has come.

Two things can be seen from here. What the terminal's queue has not yet taken is certainly not painted. And a write
that had to wait says how fast the queue empties: what was written between the ends of two such writes left in that
time, for the queue was full at both. Behind the queue nothing is seen: what a network holds there is not counted.

One wait alone may be a slow line, or a fast one that stood still for a moment. So after it a frame is tried soon, and
after each one that goes straight in the next one sooner: what went in since the queue was full has left it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import IO

WAITED_S = 0.02
"""A write that took so long, beside its turns, had to wait for the queue."""
TURNS = 3
"""How often a write may wait for its thread's turn to run, which is no wait for the queue."""
QUEUE = 16 * 1024
"""Bytes that a full queue holds: those of Linux about so many."""
AHEAD_S = 0.1
"""What may be on its way without holding back the next frame, in seconds of the line."""
HOLD_S = 2.0
"""No frame is held back longer by what is only reckoned."""
SLOWEST, FASTEST = 500.0, 1_000_000.0
"""Bytes a second; a line that is faster than the second is not held back at all."""
GROWTH = 0.5
"""By which share a second a line is taken to be faster while no write waits; half of it after each one that did."""
SUREST = 7
STOOD_STILL = 4
"""Times the rate that a wait shows at which it was known before: then the line stood still for a while."""
OUTGROWN = 4
"""Times the measured rate at which that measure was none."""


class Drain:
    """Counts what is handed over and what is taken, and learns how fast a slow line is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the line for a fast one until a write has waited."""
        self._clock = clock
        self._handed = 0
        self._taken = 0
        self._rate: float | None = None
        self._measured = 0.0
        self._sure = 0
        """How many writes have waited at about this rate, as far as that counts."""
        self._patience = HOLD_S
        """How long a frame is held back at most."""
        self._level, self._at = 0.0, 0.0
        """Bytes on their way at a moment, as far as is known."""
        self._full: tuple[float, int] | None = None
        """When the queue was full, and what had been taken by then; None once it may have been empty since."""

    @property
    def busy(self) -> bool:
        """Whether a frame painted now would queue up behind others."""
        if self._handed > self._taken:
            return True
        rate, now = self._rate, self._clock()
        return rate is not None and now - self._at < self._patience and self._left(rate, now) > rate * AHEAD_S

    def hand(self, size: int) -> None:
        """So many bytes are about to be written."""
        self._handed += size

    def take(self, size: int, took: float) -> None:
        """So many bytes were written, in so many seconds; called by whatever writes."""
        now = self._clock()
        self._taken += size
        if took >= WAITED_S:
            self._waited(self._measure(size, took, now), now)
        elif self._rate is not None:
            level, quiet = self._left(self._rate, now), min(1.0, now - self._at)
            self._rate = self._grown(max(self._rate, self._gone(now)), quiet)
            if level == 0:
                self._full = None
            self._level, self._at = level + size, now
            if self._sure <= 1:
                self._patience /= 2

    def _waited(self, measured: float, now: float) -> None:
        """Believe what a write that waited shows; of one that waited much longer than those before only that it did."""
        stood_still = self._sure == 0 or measured * STOOD_STILL < self._measured
        self._measured = self._rate = max(SLOWEST, measured)
        self._sure = 1 if stood_still else min(SUREST, self._sure + 1)
        self._patience = AHEAD_S if self._sure == 1 else HOLD_S
        self._level, self._at = float(QUEUE), now
        self._full = (now, self._taken)

    def _gone(self, now: float) -> float:
        """Bytes a second that have left the queue at least: what has gone in since it was full found room."""
        if self._full is None or now <= self._full[0]:
            return 0.0
        return (self._taken - self._full[1]) / (now - self._full[0])

    def _grown(self, rate: float, quiet_s: float) -> float | None:
        """The rate that is tried next: only a queue that fills again would tell that it is too fast."""
        faster = rate * (1 + GROWTH / 2**self._sure) ** quiet_s
        if faster > self._measured * OUTGROWN:
            self._sure = 0
        return None if faster > FASTEST else faster

    def _left(self, rate: float, now: float) -> float:
        return max(0.0, self._level - rate * (now - self._at))

    def _measure(self, size: int, took: float, now: float) -> float:
        """Bytes a second: what left between the ends of two waits, else at most what this wait shows."""
        if self._full is not None:
            since, taken = self._full
            return (self._taken - taken) / (now - since)
        shown = size / took
        return shown if self._rate is None else min(self._rate, shown)


class TimedFile:
    """A text file that tells a drain what is written to it and how long that takes."""

    def __init__(self, file: IO[str], drain: Drain, clock: Callable[[], float] = time.monotonic) -> None:
        """Stand in for a file."""
        self._file = file
        self._drain = drain
        self._clock = clock

    def write(self, text: str) -> int:
        """Write all of it through."""
        begun = self._clock()
        written = self._file.write(text)
        self._file.flush()
        took = self._clock() - begun
        self._drain.take(size_of(text), max(0.0, took - TURNS * self._turn()))
        return written

    def _turn(self) -> float:
        """How long this thread waits now until it may run again."""
        begun = self._clock()
        time.sleep(0)
        return self._clock() - begun

    def flush(self) -> None:
        """Nothing is held back."""

    def fileno(self) -> int:
        """The descriptor of the file."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether the file is a terminal."""
        return self._file.isatty()


def size_of(text: str) -> int:
    """Bytes of a text on its way to the terminal."""
    return len(text.encode("utf-8", "replace"))
