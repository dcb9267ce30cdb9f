"""The toolkit's driver for Unix terminals, and what GNU screen asks of it.

It counts what is on its way, leaves the mouse alone where that costs a key, and wipes the screen before it goes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from tui.drain import Drain, TimedFile, size_of

WIPE = "\x1b[0m\x1b[2J"
"""Where there is no second screen to come back from, the shell would else write into the last picture."""


class UnixDriver(LinuxDriver):
    """Counts what is written, for the app's own drain."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        """Write through a file that takes the time."""
        if holds_escape_back(os.environ):
            options["mouse"] = False
        super().__init__(app, **options)
        self._drain: Drain = cast("Any", app).line.drain
        self._file = cast("Any", TimedFile(cast("Any", self._file), self._drain))

    def write(self, data: str) -> None:
        """Hand text over to be written."""
        self._drain.hand(size_of(data))
        super().write(data)

    def stop_application_mode(self) -> None:
        """Leave nothing of the picture behind."""
        self.write(WIPE)
        super().stop_application_mode()


def holds_escape_back(environment: Mapping[str, str]) -> bool:
    """Whether GNU screen stands between: once a program has asked for the mouse, it keeps escape until the next key.

    It is known by what it sets, or through ssh by the name that only it gives to terminals (`screen.xterm`).
    """
    inside = "STY" in environment and "TMUX" not in environment
    return inside or environment.get("TERM", "").startswith("screen.")
