"""The toolkit's driver for Unix terminals, and what GNU screen asks of it.

It counts what is on its way, reads whatever is typed, leaves the mouse alone where that costs a key, and wipes the
screen before it goes. It gives the terminal back also when the program itself no longer can.
"""

from __future__ import annotations

import os
import selectors
from collections.abc import Mapping
from threading import Event, Thread
from typing import Any, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Callback

from tui.drain import Drain, TimedFile, size_of
from tui.hangup import end_now
from tui.pacing import PacedApp
from tui.reading_keys import KeyReader

WIPE = "\x1b[0m\x1b[2J"
"""Where there is no second screen to come back from, the shell would else write into the last picture."""
LEAVE = b"\x03"
"""What ctrl+c sends."""
PATIENCE_S = 2.0
"""For so long a desk that is at work may leave ctrl+c unheard."""
_AT_ONCE = 4096


class UnixDriver(LinuxDriver):
    """Counts what is written, for the app's own drain."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        """Write through a file that takes the time."""
        if holds_escape_back(os.environ):
            options["mouse"] = False
        super().__init__(app, **options)
        assert isinstance(app, PacedApp)
        self._drain: Drain = app.line.drain
        self._file = cast("Any", TimedFile(cast("Any", self._file), self._drain))
        self._asked_to_leave = False

    def write(self, data: str) -> None:
        """Hand text over to be written."""
        self._drain.hand(size_of(data))
        super().write(data)

    def stop_application_mode(self) -> None:
        """Leave nothing of the picture behind."""
        self.write(WIPE)
        super().stop_application_mode()

    def give_back(self) -> None:
        """Give the terminal back from another thread than the program's own."""
        # there the toolkit gives up before it comes to the mouse
        self._disable_mouse_support()
        self.stop_application_mode()
        self.close()

    # --- reading -------------------------------------------------------------------------------

    def _run_input_thread(self) -> None:
        """Read until the end; if reading fails, that is a fault like any other."""
        try:
            self.run_input_thread()
        except Exception as error:
            self._app.call_later(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Hand what is typed over to the program."""
        reader = KeyReader()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            ending = False
            while not ending:
                # what came until now is read once more at the end, so that nobody else gets it
                ending = self.exit_event.is_set()
                if selector.select(0.1):
                    data = os.read(self.fileno, _AT_ONCE)
                    if not data:
                        self.exit_event.wait(0.1)
                    for message in reader.read(data):
                        self.process_message(message)
                    if LEAVE in data:
                        self._see_that_it_leaves()
                for message in reader.wait_no_longer():
                    self.process_message(message)

    def _see_that_it_leaves(self) -> None:
        """End the program from outside if it is too busy to hear that it shall leave."""
        if self._asked_to_leave:
            return
        self._asked_to_leave = True
        heard = Event()
        # it has heard of the key once it comes to what is sent after it
        self.send_message(Callback(heard.set))

        def watch() -> None:
            if not heard.wait(PATIENCE_S):
                end_now(self.give_back)
            self._asked_to_leave = False

        Thread(target=watch, daemon=True, name="leave").start()


def holds_escape_back(environment: Mapping[str, str]) -> bool:
    """Whether GNU screen stands between: once a program has asked for the mouse, it keeps escape until the next key.

    It is known by what it sets, or through ssh by the name that only it gives to terminals (`screen.xterm`).
    """
    inside = "STY" in environment and "TMUX" not in environment
    return inside or environment.get("TERM", "").startswith("screen.")
