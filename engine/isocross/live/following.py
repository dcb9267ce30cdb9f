"""Following a live account: the last good state, its age in words, and what is wrong, in one sentence."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import field

from isocross.live.asking import AskError
from isocross.live.reading import Reading, Source
from isocross.records import dataclass

STALE_AFTER = 3
"""Rounds without news after which a state is stale."""


@dataclass
class Following:
    """A live account and what is known of it."""

    source: Source
    every: float = 10
    """Seconds between two questions."""
    clock: Callable[[], float] = time.time
    reading: Reading | None = field(default=None, init=False)
    """The last good one."""
    trouble: str = field(default="", init=False)
    """Why there is no newer one; empty: nothing is wrong."""
    not_before: float = field(default=0, init=False)
    """When the venue may be asked again."""

    def ask(self) -> bool:
        """Ask once, unless the venue wants to be left alone; whether there is a new state."""
        if self.clock() < self.not_before:
            return False
        try:
            self.reading, self.trouble = self.source.read(), ""
        except AskError as error:
            self.trouble, self.not_before = str(error), self.clock() + error.wait_s
            return False
        return True

    @property
    def age(self) -> float | None:
        """Seconds since the last good state; None: there was none yet."""
        return None if self.reading is None else max(0.0, self.clock() - self.reading.taken)

    @property
    def is_stale(self) -> bool:
        """Whether the last good state is too old to act on."""
        return self.age is None or self.age > STALE_AFTER * self.every + 5

    @property
    def words(self) -> str:
        """Write the age: live 12 s ago, stale 3 min."""
        if self.age is None:
            return "not read yet"
        age = _aged(self.age)
        return f"stale {age}" if self.is_stale else f"live {age} ago"


def _aged(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.0f} h"
