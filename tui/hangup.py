"""Ends the program when its terminal goes away or someone asks it to, and leaves the terminal as it was.

Textual restores the terminal on a clean exit only. A frozen client can block that exit for ever, a program at work
does not come to it, and without a controlling terminal no signal comes at all, so there is a deadline and a watch on
the input.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable

DEADLINE_S = 2.0
"""From the signal to the end, whatever still hangs."""
RESTORE_S = 0.5
"""How long giving the terminal back may take."""
STOPPED = "isocross was stopped while it was at work. Unsaved changes are offered when it is opened again."


def end_on_hangup(leave: Callable[[], None], restore: Callable[[], None]) -> None:
    """Call `leave` on SIGTERM, SIGHUP or a vanished terminal, and end the process at the deadline.

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

    for name in ("SIGTERM", "SIGHUP"):
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
