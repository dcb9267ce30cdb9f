"""The line to the terminal: whether its other end has seen the last frame, as far as it answers or can be watched."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from isocross_tui.terminal.drain import Drain

ASK = "\x1b[6n"
GIVE_UP_S = 3.0
"""After this long without an answer it is painted all the same."""


class TerminalLine:
    """Whether the other end has seen the last frame."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Believe in a fast line until it has been asked."""
        self._clock = clock
        self._asked: float | None = None
        self._answers = False
        self.drain = Drain(clock)
        """What is seen of a line whose other end does not answer."""

    @property
    def busy(self) -> bool:
        """Whether the last frame is still on its way."""
        if not self._answers:
            return self.drain.busy
        return self._asked is not None and self._clock() - self._asked < GIVE_UP_S

    @property
    def owes_answer(self) -> bool:
        """Whether an answer may still come."""
        return self._asked is not None and self._clock() - self._asked < GIVE_UP_S

    def ask(self) -> bool:
        """Whether to ask after the frame that was just written."""
        if self._asked is not None and not self._answers:
            return False
        self._asked = self._clock()
        return True

    def answered(self) -> None:
        """The frame has arrived."""
        self._asked = None
        self._answers = True


@runtime_checkable
class HasLine(Protocol):
    """An app that paints no faster than its line carries."""

    line: TerminalLine
