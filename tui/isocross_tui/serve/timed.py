"""No step of a visitor's desk takes longer than a visit may: what is not worked out by then is given up and told.

What counts is time of the processor: on a busy host a step waits for its turn, and is not to be given up for that.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from isocross.desk.state import State
from isocross.desk.store import Store
from isocross_tui.serve.limits import Limits

V = TypeVar("V")


class TooLongError(Exception):
    """A step that was given up."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"That takes longer than {seconds:g} s, the most one step of a visit may take.")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Give up what takes longer, which raises TooLongError; within another such stretch, that one's end counts."""
    if signal.getitimer(signal.ITIMER_PROF)[0] > 0:
        yield
        return

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError(seconds)

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class TimedStore(Store[State]):
    """A store in which no change and no round of notifications takes longer than a visit's step may."""

    seconds = Limits.solve_s

    def subscribe(
        self, selector: Callable[[State], V], callback: Callable[[V], None], *, patient: bool = False
    ) -> Callable[[], None]:
        """Call back whenever the slice has changed; working it out for the first time may not take too long either."""
        with at_most(self.seconds):
            return super().subscribe(selector, callback, patient=patient)

    def _run(self, change: Callable[[], bool]) -> bool:
        if self._busy:
            return super()._run(change)
        try:
            with at_most(self.seconds):
                return super()._run(change)
        except TooLongError as error:
            self._report(error)
            return False
