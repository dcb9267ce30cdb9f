"""An account as it was at a moment, and what gives one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from isocross.exchange.assemble import Imported
from isocross.live.asking import Answer
from isocross.records import dataclass


@dataclass(frozen=True)
class Reading:
    """An account as it was at a moment."""

    imported: Imported
    taken: float
    """When by our clock, seconds of the epoch; the venue's own delay is counted in."""


class Source(Protocol):
    """A real account that can be read again and again."""

    @property
    def name(self) -> str:
        """Write it as it is typed."""

    @property
    def title(self) -> str:
        """Name its venue."""

    def read(self) -> Reading:
        """Ask for the account as it is now; raises AskError in one sentence."""


def taken(clock: Callable[[], float], answer: Answer, told: Any) -> float:
    """Say when an answer was true by our clock: by how far its time is behind the venue's own, whatever ours says.

    Args:
        clock: ours.
        answer: whose header has the venue's clock.
        told: the milliseconds in it, where it has any.
    """
    behind = answer.moment - told / 1000 if answer.moment is not None and isinstance(told, int) else 0
    return clock() - max(0.0, behind)
