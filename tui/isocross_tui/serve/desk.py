"""The desk of a visitor: it knows when its visit ends, says so a minute before, and gives up what takes too long."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from io import StringIO
from typing import ClassVar, Final, TypeVar

from rich.console import Console, RenderableType
from textual import events

from isocross.records import dataclass
from isocross.workspace.load import Source
from isocross_tui.app import Desk
from isocross_tui.commands import Command
from isocross_tui.serve.ends import End
from isocross_tui.serve.gate import VisitorGate
from isocross_tui.serve.limits import NOTICE_S, Limits
from isocross_tui.serve.timed import TimedStore, TooLongError, at_most, within
from isocross_tui.user.settings import Face

V = TypeVar("V")
LOOK_S: Final = 1.0
"""Seconds between two looks at the clock."""
_SIGNS_OF_LIFE: Final = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)


@dataclass
class Clock:
    """What is left of a visit."""

    limits: Limits
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        """Begin now."""
        self._begun = self._touched = self.now()
        self._told: set[End] = set()

    def touched(self) -> None:
        """A key was pressed."""
        self._touched = self.now()
        self._told.discard(End.IDLE)

    def left(self) -> tuple[float, End]:
        """Seconds until the visit ends, and of what."""
        now = self.now()
        idle = self._touched + self.limits.idle_s - now
        life = self._begun + self.limits.lifetime_s - now
        return (idle, End.IDLE) if idle < life else (life, End.LIFETIME)

    def notice(self) -> str:
        """A word on the end, once when it is near; empty while it is not."""
        left, end = self.left()
        whole = self.limits.idle_s if end is End.IDLE else self.limits.lifetime_s
        if end in self._told or left > min(NOTICE_S, whole / 2):
            return ""
        self._told.add(end)
        when = "in a minute" if left > NOTICE_S / 2 else "in less than half a minute"
        if end is End.IDLE:
            return f"This visit ends {when} unless a key is pressed."
        return f"This visit ends {when}: its time is over then. A short code keeps the account."


class VisitorDesk(Desk):
    """A desk that ends with its visit."""

    CSS_PATH: ClassVar[str] = "../desk.tcss"
    STORE = TimedStore

    def __init__(self, source: Source, gate: VisitorGate, face: Face, clock: Clock) -> None:
        """Make a desk.

        Args:
            source: what is shown first.
            gate: the way to the files of the visit.
            face: characters; settings and keys are the program's own.
            clock: when the visit ends.
        """
        super().__init__(source, face=face, gate=gate)
        self.clock = clock
        self.failed = False
        """Whether it ended over a fault of its own."""
        if isinstance(self.store, TimedStore):
            self.store.seconds = clock.limits.solve_s

    def on_mount(self) -> None:
        """Look at the clock now and then."""
        self.set_interval(LOOK_S, self.look_at_clock)

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there."""
        if isinstance(event, _SIGNS_OF_LIFE):
            self.clock.touched()
        await super().on_event(event)

    def do(self, command: Command) -> None:
        """Do a command, for as long as a step may take."""
        self.bounded(lambda: super(VisitorDesk, self).do(command))

    def step(self) -> AbstractContextManager[None]:
        """What is worked out between two keys, for as long as a step may take."""
        return at_most(self.clock.limits.solve_s)

    def bounded(self, work: Callable[[], None]) -> None:
        """Work something out between the keys, for as long as a step may take."""
        try:
            with self.step():
                work()
        except TooLongError as error:
            self._drawing_failed(error)

    async def beside(self, work: Callable[[], V]) -> V:
        """Work something out beside the keys, for as long as a step may take."""
        return await super().beside(lambda: within(self.clock.limits.solve_s, work))

    def look_at_clock(self) -> None:
        """Say that the end is near, or end."""
        left, end = self.clock.left()
        if left <= 0:
            self.exit(return_code=end)
            return
        notice = self.clock.notice()
        if notice:
            self.notify(notice, severity="warning", markup=False, timeout=NOTICE_S)

    def _print_error_renderables(self) -> None:
        """Tell a visitor nothing of the host; whoever runs it finds the trace."""
        if self.is_headless:
            super()._print_error_renderables()
            return
        if self._exception is not None:
            self.gate.keep_trace("".join(traceback.format_exception(self._exception)))
        elif self._exit_renderables:
            self.gate.keep_trace(_written(self._exit_renderables))
        self.failed = self.failed or bool(self._exit_renderables)
        self._exit_renderables.clear()

    def _drawing_failed(self, error: BaseException) -> None:
        if isinstance(error, TooLongError):
            self.notify(str(error), severity="warning", markup=False)
        else:
            super()._drawing_failed(error)


def _written(renderables: Sequence[RenderableType]) -> str:
    """What the toolkit would have printed, as plain text."""
    paper = StringIO()
    console = Console(file=paper, width=120)
    for renderable in renderables:
        console.print(renderable)
    return paper.getvalue()
