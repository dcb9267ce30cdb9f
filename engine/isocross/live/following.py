"""Following a live account: the last good state, its age in words, and what is wrong, in one sentence."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import field

from isocross.live.asking import AskError
from isocross.live.marks import Mark, MarkStream, moved
from isocross.live.reading import Reading, Source
from isocross.records import dataclass
from isocross.workspace.model import Workspace

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
    stream: MarkStream | None = None
    """What moves its marks between two questions; None: nothing does."""
    not_before: float = field(default=0, init=False)
    """When the venue may be asked again."""
    _moved: tuple[Reading, Mapping[str, Mark], Workspace] | None = field(default=None, init=False)
    """What was put at the marks of the stream last."""
    _breaks: int = field(default=0, init=False)

    def ask(self) -> bool:
        """Ask once, unless the venue wants to be left alone; whether there is a new state."""
        if self.clock() < self.not_before:
            return False
        try:
            self.reading, self.trouble = self.source.read(), ""
        except AskError as error:
            self.trouble, self.not_before = str(error), self.clock() + error.wait_s
            return False
        self._want()
        return True

    @property
    def workspace(self) -> Workspace | None:
        """The last good state, at the newest marks; the same object while nothing has moved."""
        if self.reading is None or self.stream is None:
            return None if self.reading is None else self.reading.imported.workspace
        now = (self.reading, self.stream.marks)
        if self._moved is None or self._moved[0] is not now[0] or self._moved[1] is not now[1]:
            self._moved = (*now, moved(self.reading.imported.workspace, now[1], self.reading.taken))
        return self._moved[2]

    def listen(self) -> None:
        """Begin to hear the stream, where there is one."""
        if self.stream is not None:
            self._want()
            self.stream.begin()

    def _want(self) -> None:
        """Have the stream tell of the markets that the account has now."""
        if self.stream is not None and self.reading is not None:
            self.stream.wanted = frozenset(entry.symbol for entry in self.reading.imported.workspace.markets)

    def broke(self) -> bool:
        """Tell, once, that the stream broke: its marks are gone, and the account is to be asked for again."""
        before, self._breaks = self._breaks, 0 if self.stream is None else self.stream.breaks
        return self._breaks != before

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
        return f"stale {age}" if self.is_stale else f"live {age} ago{self._of_marks}"

    @property
    def _of_marks(self) -> str:
        """Write how old the marks are, where they are newer than the rest."""
        newest = max((mark.at for mark in self.stream.marks.values()), default=0) if self.stream is not None else 0
        if self.reading is None or newest <= self.reading.taken + 1:
            return ""
        return f", marks {_aged(max(0.0, self.clock() - newest))}"


def _aged(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.0f} h"
