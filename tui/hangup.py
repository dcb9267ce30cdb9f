"""Ends the program when its terminal goes away or someone asks it to, and leaves the terminal as it was.

Textual restores the terminal on a clean exit only. A frozen client can block that exit for ever, and
without a controlling terminal no signal comes at all, so there is a deadline and a watch on the input.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
from collections.abc import Callable

DEADLINE_S = 2.0
"""From the signal to the end, whatever still hangs."""


def end_on_hangup(leave: Callable[[], None]) -> None:
    """Call `leave` on SIGTERM, SIGHUP or a vanished terminal, and end the process at the deadline.

    Args:
        leave: asks the program to exit; called in the running event loop.
    """
    loop = asyncio.get_running_loop()

    def on_signal(number: int, _frame: object) -> None:
        deadline = threading.Timer(DEADLINE_S, os._exit, [128 + number])
        deadline.daemon = True
        deadline.start()
        loop.call_soon_threadsafe(leave)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, on_signal)
    if hasattr(select, "poll"):
        threading.Thread(target=_watch_input, daemon=True, name="hangup").start()


def _watch_input() -> None:
    poll = select.poll()
    poll.register(0, 0)
    while True:
        for _descriptor, event in poll.poll():
            if event & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                os.kill(os.getpid(), signal.SIGHUP)
                return
