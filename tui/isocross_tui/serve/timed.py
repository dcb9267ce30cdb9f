"""No step of a visitor's desk takes longer than a visit may: what is not worked out by then is given up and told.

What counts is processor time, so a busy host takes no answer from anybody; what gets no processor ends some time later.
"""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, TypeVar

from isocross.desk.state import State
from isocross.desk.store import Store
from isocross.work import TooMuchWork
from isocross_tui.serve.limits import Limits

V = TypeVar("V")
STANDING: Final = 5
"""So many times as long a step may take of the clock on the wall."""


class TooLongError(TooMuchWork):
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

    before = {number: signal.signal(number, give_up) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, STANDING * seconds)
    try:
        yield
    finally:
        for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
            signal.setitimer(timer, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


class _OverdueError(BaseException):
    """Raised in another thread, which takes it for no error of its own."""


class _Bell:
    """Rings in the thread that it was made in, once that has worked for too long."""

    def __init__(self, seconds: float) -> None:
        self._thread = threading.get_ident()
        self._at = time.process_time() + seconds
        self._latest = time.monotonic() + STANDING * seconds
        self._lock = threading.Lock()
        self._rung = self._silent = False
        self._wait(seconds)

    def _wait(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        with self._lock:
            left = self._at - time.process_time()
            if self._silent:
                return
            if left > 0 and time.monotonic() < self._latest:
                self._wait(left)
                return
            self._rung = True
            _raise_in(self._thread, ctypes.py_object(_OverdueError))

    def silence(self) -> None:
        """Ring no more; what has rung and was not heard yet is not heard."""
        with self._lock:
            self._silent = True
            self._timer.cancel()
            if self._rung:
                _raise_in(self._thread, None)


def _raise_in(thread: int, error: ctypes.py_object[type[BaseException]] | None) -> None:
    """Have something raised in another thread at its next step; None: have it forgotten."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)


def within(seconds: float, call: Callable[[], V]) -> V:
    """Call in a thread beside the desk; what takes longer is given up, which raises TooLongError."""
    try:
        bell = _Bell(seconds)
        try:
            return call()
        finally:
            bell.silence()
    except _OverdueError:
        raise TooLongError(seconds) from None


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
