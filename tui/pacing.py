"""Paints no faster than the line carries: after each frame the terminal is asked for a sign that it has come to it.

What asks is the request for the cursor's position, which every terminal answers in order. Until the
answer is there, changes gather and are painted together, so that a held key skips frames on a slow line
and the desk is never more than one frame behind. A terminal that does not answer the first time is not
asked again; there it is watched how fast what is written is taken (`tui.drain`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message import Message
from textual.screen import UPDATE_PERIOD, Screen
from textual.timer import Timer

from tui.drain import Drain

ASK = "\x1b[6n"
GIVE_UP_S = 3.0
"""After this long without an answer it is painted all the same."""
LAST_ANSWER_S = 0.3
"""How long leaving waits for an answer, which would else stand behind the prompt of the shell."""


class Line:
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


class PacedScreen(Screen[Any]):
    """A screen that waits with its changes while the line is busy."""

    def _on_timer_update(self) -> None:
        """Look again a frame later, the changes kept, or paint."""
        if not isinstance(self.app, PacedApp) or not self.app.line.busy:
            super()._on_timer_update()


class PacedApp(App[None]):
    """An app that asks the terminal after each frame."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        """Know nothing of the line yet."""
        super().__init__(ansi_color=ansi_color)
        self.line = Line()
        self._pace: Timer | None = None

    def get_driver_class(self) -> type[Driver]:
        """On Unix the driver that counts."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from tui.unix_driver import UnixDriver  # noqa: PLC0415 - there is none on other systems

        return UnixDriver

    def get_default_screen(self) -> Screen[Any]:
        """The screen under all others."""
        return PacedScreen(id="_default")

    def paint_soon(self) -> None:
        """Have the next frame made: at once, or when the last one is old enough and the line free."""
        if self._pace is None:
            self._pace = self.set_interval(UPDATE_PERIOD, self._make_frame)
        self._pace.resume()

    def _make_frame(self) -> None:
        if self._pace is not None and not self.line.busy:
            self._pace.pause()
            self.make_frame()

    def make_frame(self) -> None:
        """Give the widgets what is to be seen; the toolkit paints it next."""

    async def on_event(self, event: events.Event) -> None:
        """Leave a turn to the frames between two keys, however fast those come."""
        await super().on_event(event)
        if isinstance(event, events.InputEvent):
            await asyncio.sleep(0)

    def post_display_hook(self) -> None:
        """Ask, when a terminal is there to answer."""
        if self.is_headless or self._driver is None or self._exit:
            return
        if self.line.ask():
            self._driver.write(ASK)
            self._driver.flush()

    def post_message(self, message: Message) -> bool:
        """Hear the answer before anything that waits in line."""
        if isinstance(message, events.CursorPosition):
            self.line.answered()
            return True
        return super().post_message(message)

    async def on_exit_app(self) -> None:
        """Let the last answer come in while it is still read here."""
        end = time.monotonic() + LAST_ANSWER_S
        while self.line.owes_answer and time.monotonic() < end:
            await asyncio.sleep(0.01)
