"""The toolkit's driver for Unix terminals, which gives the terminal back whatever becomes of the program.

It counts what is on its way, reads whatever is typed, leaves the mouse alone where that costs a key, wipes the screen
before it goes, and does what GNU screen asks of it.

Textual restores the terminal on a clean exit only. A frozen client can block that exit for ever, a program at work does
not come to it, and without a controlling terminal no signal comes at all. So there is a deadline and a watch on the
input: when the terminal goes away, or someone asks the program to end, it ends and leaves the terminal as it was.
"""

from __future__ import annotations

import asyncio
import os
import select
import selectors
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from threading import Event, Thread
from typing import Any, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Callback

from isocross_tui.terminal.colours import sparing
from isocross_tui.terminal.drain import Drain, TimedFile, size_of
from isocross_tui.terminal.keys import KeyReader
from isocross_tui.terminal.line import HasLine

DEADLINE_S = 2.0
"""From the signal to the end, whatever still hangs."""
RESTORE_S = 0.5
"""How long giving the terminal back may take."""
STOPPED = "isocross was stopped while it was at work. Unsaved changes are offered when it is opened again."
WIPE = "\x1b[0m\x1b[2J"
"""Where there is no second screen to come back from, the shell would else write into the last picture."""
LEAVE = b"\x03"
"""What ctrl+c sends."""
PATIENCE_S = 2.0
"""For so long a desk that is at work may leave ctrl+c unheard."""
_AT_ONCE = 4096


def end_on_hangup(leave: Callable[[], None], restore: Callable[[], None]) -> None:
    """Call `leave` on SIGINT, SIGTERM, SIGHUP or a vanished terminal, and end the process at the deadline.

    Args:
        leave: asks the program to exit; called in the running event loop.
        restore: gives the terminal back where the program did not come to it; called in a thread.
    """
    loop = asyncio.get_running_loop()

    def on_signal(number: int, _frame: object) -> None:
        deadline = threading.Timer(DEADLINE_S - RESTORE_S, end_now, [restore, 128 + number])
        deadline.daemon = True
        deadline.start()
        loop.call_soon_threadsafe(leave)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, on_signal)
    if hasattr(select, "poll"):
        threading.Thread(target=_watch_input, daemon=True, name="hangup").start()


def end_now(restore: Callable[[], None], code: int = 128 + signal.SIGINT) -> None:
    """End the process from a thread while the program is at work: the terminal is given back if it takes it."""
    deadline = threading.Timer(RESTORE_S, os._exit, [code])
    deadline.daemon = True
    deadline.start()
    restore()
    print(STOPPED, file=sys.__stderr__, flush=True)
    os._exit(code)


def _watch_input() -> None:
    poll = select.poll()
    poll.register(0, 0)
    while True:
        for _descriptor, event in poll.poll():
            if event & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                os.kill(os.getpid(), signal.SIGHUP)
                return


class UnixDriver(LinuxDriver):
    """Counts what is written, for the app's own drain."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        """Write through a file that takes the time."""
        if holds_escape_back(os.environ):
            options["mouse"] = False
        super().__init__(app, **options)
        assert isinstance(app, HasLine)
        self._drain: Drain = app.line.drain
        self._file = cast("Any", TimedFile(cast("Any", self._file), self._drain))
        self._asked_to_leave = False

    def write(self, data: str) -> None:
        """Hand text over to be written, without the codes that change no colour."""
        data = sparing(data)
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
