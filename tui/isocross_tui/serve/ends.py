"""How a visit ends, as the exit code of its process, and what is said then."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from isocross_tui.serve.limits import FAULT, IDLE, LIFETIME


class End(IntEnum):
    """How a visit ended, as the exit code of its process."""

    LEFT = 0
    FAULT = 1
    IDLE = 20
    LIFETIME = 21
    BROKEN = 70
    """It could not even say so."""


SAID: Final[Mapping[int, str]] = {End.FAULT: FAULT, End.IDLE: IDLE, End.LIFETIME: LIFETIME}
"""The last words of a visit, which its own process says."""
