"""Styles everything once, paints no faster than the line carries, and ends a failure in one sentence.

**Styles.** Left to the toolkit, a start styles every widget four times: in its own colours, in those of the theme, for
the size of the terminal, and when its screen is shown. Here colours and size are known before there is a screen.

**Pace.** After each frame the terminal is asked for a sign that it has come to it: the request for the cursor's
position, which every terminal answers in order. Until the answer is there, changes gather and are painted together, so
that a held key skips frames on a slow line and the desk is never more than one frame behind. A terminal that does not
answer the first time is not asked again; there it is watched how fast what is written is taken
(`isocross_tui.terminal.drain`). On a fast line it is the same with keys that come faster than frames: a key only
changes the state, what is to be seen is worked out once for each frame, and between two keys a frame has its turn.

**A crash.** What a user reads is one sentence, and where the rest is written down.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
import traceback
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message import Message
from textual.message_pump import MessagePump
from textual.notifications import Notify, SeverityLevel
from textual.screen import UPDATE_PERIOD, Screen, SystemModalScreen
from textual.theme import Theme
from textual.timer import Timer
from textual.widget import Widget

from isocross_tui.screens.below import CalmBelow
from isocross_tui.terminal.line import ASK, TerminalLine
from isocross_tui.terminal.notices import Notice
from isocross_tui.terminal.rules import SharedStylesheet
from isocross_tui.user.gate import Gate

LAST_ANSWER_S = 0.3
"""How long leaving waits for an answer, which would else stand behind the prompt of the shell."""
LOG = "crash.log"


class PacedScreen(CalmBelow[Any]):
    """A screen that waits with its changes while the line is busy."""

    def _on_timer_update(self) -> None:
        """Look again a frame later, the changes kept, or paint."""
        if not isinstance(self.app, PacedApp) or not self.app.line.busy:
            super()._on_timer_update()


class PacedApp(App[None]):
    """An app that asks the terminal after each frame, and works out no frame before the line has room for it.

    The screen under all others is to be a paced one.
    """

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        """Know nothing of the line yet."""
        super().__init__(ansi_color=ansi_color)
        self.stylesheet = SharedStylesheet(self.get_css_variables())
        self.line = TerminalLine()
        self.frame_is_due = False
        """Whether something was changed that no frame shows yet."""
        self._pace: Timer | None = None
        self._typed_in: Widget | None = None
        """The field that may not have taken all yet that was typed into it."""

    def get_driver_class(self) -> type[Driver]:
        """On Unix the driver that counts."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from isocross_tui.terminal.driver import UnixDriver  # noqa: PLC0415 - there is none on other systems

        return UnixDriver

    @property
    def has_terminal(self) -> bool:
        """Whether somebody's terminal shows it, and may be asked or go away."""
        return not self.is_headless

    def give_terminal_back(self) -> None:
        """Leave the terminal as it was, from another thread than the app's own."""
        from isocross_tui.terminal.driver import UnixDriver  # noqa: PLC0415 - there is none on other systems

        if isinstance(self._driver, UnixDriver):
            self._driver.give_back()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Tell something in a corner of the screen."""
        lasts = self.NOTIFICATION_TIMEOUT if timeout is None else timeout
        self.post_message(Notify(Notice(message, title, severity, lasts, markup=markup)))

    def paint_soon(self) -> None:
        """Have the next frame made: at once, or when the last one is old enough and the line free."""
        self.frame_is_due = True
        if self._pace is None:
            self._pace = self.set_interval(UPDATE_PERIOD, self._make_frame)
        self._pace.resume()

    def _make_frame(self) -> None:
        if self._pace is not None and not self.line.busy:
            self._pace.pause()
            self.frame_is_due = False
            self.make_frame()

    def make_frame(self) -> None:
        """Give the widgets what is to be seen; the toolkit paints it next."""

    async def on_event(self, event: events.Event) -> None:
        """Take keys in their order, and leave a turn to the frames between two, however fast those come."""
        if self.return_code is not None and isinstance(event, events.InputEvent | events.Paste):
            # the desk was left, and what it would open now has no place any more
            return
        try:
            if not (isinstance(event, events.Key) and not event.is_forwarded and await self._commands(event)):
                await super().on_event(event)
        except (KeyError, AttributeError):
            # the toolkit asks whatever is under the pointer, also what has no styles yet, or no place any more
            if not isinstance(event, events.MouseEvent):
                raise
        if isinstance(event, events.InputEvent):
            await asyncio.sleep(0)

    async def _commands(self, key: events.Key) -> bool:
        """Do what a key is bound to before the next key is looked at; False for text, and for what is bound to nothing.

        The toolkit has a key climb from the widget with the focus up to the app before it looks what that is bound
        to, and by then has taken what was typed next for text that comes before it, and for the same field.
        """
        field = self.focused
        if field is not None and field.check_consume_key(key.key, key.character):
            self._typed_in = field
            return False
        if self._typed_in is not None:
            await _has_taken_all(self._typed_in)
            self._typed_in = None
        self.app_focus = True
        return await self._check_bindings(key.key, priority=True) or await self._check_bindings(key.key)

    def post_display_hook(self) -> None:
        """Ask, when a terminal is there to answer."""
        if not self.has_terminal or self._driver is None or self._exit:
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


async def _has_taken_all(part: MessagePump) -> None:
    """Wait until a part has done what it was told so far; one that goes away does nothing more."""
    taken = asyncio.Event()
    if part.call_later(taken.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(taken.wait(), LAST_ANSWER_S)


class StyledScreen(PacedScreen):
    """A screen whose widgets are styled when they are mounted, and not again when it is first shown."""

    _shown = False

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Leave the styles alone the first time."""
        event.refresh_styles = event.refresh_styles and self._shown
        self._shown = True

    def action_copy_text(self) -> None:
        """Copy what is marked, once: the next ctrl+c is for the desk again."""
        super().action_copy_text()
        self.clear_selection()


class StyledApp(PacedApp):
    """An app whose first screen is styled once."""

    def get_default_screen(self) -> Screen[Any]:
        """The screen under all others, with the classes of its size."""
        screen = StyledScreen(id="_default")
        screen.add_class(
            *screen._get_breakpoint_classes(self.size.width, self.HORIZONTAL_BREAKPOINTS or []),
            *screen._get_breakpoint_classes(self.size.height, self.VERTICAL_BREAKPOINTS or []),
            update=False,
        )
        return screen

    @property
    def current_theme(self) -> Theme:
        """The theme that is worn. The toolkit asks for it at each row it paints, and would copy all of them."""
        return self._registered_themes.get(self.theme) or super().current_theme

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything anew; before there is a screen it is enough to know the colours."""
        if self._screen_stack:
            super().refresh_css(animate)
            if isinstance(self.screen, SystemModalScreen):
                # the toolkit counts its own dialogs, such as the palette, not among what the app has
                self.stylesheet.update(self.screen, animate=animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())


def plain_terminal() -> bool:
    """Whether to keep to the terminal's own colours: NO_COLOR is set, or it has only sixteen."""
    if "NO_COLOR" in os.environ:
        return True
    if os.environ.get("COLORTERM", "") in {"truecolor", "24bit"}:
        return False
    if os.environ.get("TEXTUAL_COLOR_SYSTEM", "auto") in {"256", "truecolor"}:
        return False
    return "256" not in os.environ.get("TERM", "") and sys.platform != "win32"


class SteadyApp(StyledApp):
    """An app whose own faults end it with a sentence; its unsaved changes are in the journal by then."""

    gate: Gate
    """The way to files."""

    def _print_error_renderables(self) -> None:
        """Write the trace to a file instead of the terminal; in a test leave it where it is seen."""
        error = self._exception
        if error is None or not self.has_terminal:
            super()._print_error_renderables()
            return
        self._exit_renderables.clear()
        print(said_of(error, self.gate), file=sys.stderr)


def said_of(error: BaseException, gate: Gate) -> str:
    """Keep the trace of an error, and say in two sentences what happened and where it is."""
    what = f"isocross stopped because of a fault of its own: {type(error).__name__}: {error}".rstrip(": ")
    return f"{what}\n{gate.keep_trace(''.join(traceback.format_exception(error)))}"
