"""Past crashes as moves: how far every market fell, alone and against bitcoin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from engine.history.drawdowns import Swing, between, largest_falls
from engine.history.windows import PriceWindow, index, load_window

BASE = "BTCUSDT"
"""What the other falls are measured against."""


@dataclass(frozen=True)
class Crash:
    """One crash, and the part of a shipped window by which it is judged."""

    id: str
    """Its date, the id of its main window."""
    window: PriceWindow
    start: datetime
    end: datetime
    """UTC; bars that open before it count."""

    @property
    def title(self) -> str:
        """What it is called."""
        return self.window.title

    @property
    def falls(self) -> dict[str, Swing]:
        """The largest fall of every market, doubtful prints left out; worked out once."""
        return _falls(self.id)


@cache
def crashes() -> tuple[Crash, ...]:
    """Every crash in the order of time; no price is read yet."""
    return tuple(
        Crash(row["id"], load_window(row["window"]), row["start"].astimezone(UTC), row["end"].astimezone(UTC))
        for row in index()["crashes"]
    )


@cache
def _falls(crash_id: str) -> dict[str, Swing]:
    crash = next(crash for crash in crashes() if crash.id == crash_id)
    return largest_falls(between(crash.window.bars(), crash.start, crash.end), crash.window.doubtful)
