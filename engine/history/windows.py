"""The shipped windows of past crashes: what each is, and its bars when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from engine.history.candles import Bar
from engine.history.packing import unpack
from engine.workspace.guard import WORKSPACE
from engine.workspace.input import document_of

FOLDER = Path(__file__).parent / "windows"
INDEX = "index.toml"


class Kind(StrEnum):
    """Whose prices they are; the three differ most where it matters, so they are never mixed."""

    SPOT = "spot"
    """Last traded price of the spot market."""
    FUTURES = "futures"
    """Last traded price of the perpetual."""
    MARK = "mark"
    """Mark price of the perpetual, by which a venue liquidates."""

    @property
    def words(self) -> str:
        """As a sentence has it."""
        return {"spot": "spot, last price", "futures": "futures, last price", "mark": "futures, mark price"}[self]


class UnknownWindowError(ValueError):
    """There is no window of that id; the message names those there are."""

    def __init__(self, window_id: str, known: tuple[str, ...]) -> None:
        self.window_id, self.known = window_id, known
        super().__init__(f"there is no window {window_id!r}: expected one of {', '.join(known)}")


@dataclass(frozen=True)
class WindowInfo:
    """What is known of a window without its prices."""

    id: str
    """The date of the crash, with kind and interval where it is not the main window of that date."""
    crash: str
    """The date all windows of one crash share; the id of its main window."""
    title: str
    kind: Kind
    interval: timedelta
    """Length of one bar."""
    symbols: tuple[str, ...]
    start: datetime
    """When the first bar opens, UTC."""
    end: datetime
    """When the last bar closes, UTC."""
    length: int
    """How many bars."""
    sha256: str
    """Of the prices as CSV lines `time,symbol,open,high,low,close`, without trailing zeros."""
    provenance: str
    """Where the prices were copied from: public repositories at commits."""
    licence: str
    remarks: tuple[str, ...]
    """Known limits: extreme prints, gaps, what was never compared with a second source."""
    doubtful: tuple[tuple[str, datetime], ...]
    """Bars, by symbol and opening time, with a print that no market stood behind; they are among the bars as traded."""

    @property
    def minutes(self) -> int:
        """Length of one bar in minutes."""
        return int(self.interval.total_seconds()) // 60

    @property
    def interval_words(self) -> str:
        """Length of one bar as ids have it: 5m, 1h."""
        return f"{self.minutes // 60}h" if self.minutes % 60 == 0 else f"{self.minutes}m"


@dataclass(frozen=True)
class PriceWindow(WindowInfo):
    """A window with its prices at hand."""

    def bars(self) -> Iterator[Bar]:
        """Every bar in the order of time; the file is read the first time, and once."""
        return iter(_bars(self.id))


@cache
def index() -> dict[str, Any]:
    """The index as it is written: `windows`, and the `crashes` judged by them."""
    return document_of(FOLDER / INDEX, WORKSPACE, "the index of the windows")


@cache
def windows() -> tuple[WindowInfo, ...]:
    """Every shipped window in the order of the crashes, the main one of each first."""
    return tuple(_info(row) for row in index()["windows"])


def window_ids() -> tuple[str, ...]:
    """The ids of all windows."""
    return tuple(window.id for window in windows())


def load_window(window_id: str) -> PriceWindow:
    """The window of that id, with its prices.

    Raises:
        UnknownWindowError: when there is none of that id.
    """
    for info in windows():
        if info.id == window_id:
            return PriceWindow(**{field.name: getattr(info, field.name) for field in fields(info)})
    raise UnknownWindowError(window_id, window_ids())


@cache
def _bars(window_id: str) -> tuple[Bar, ...]:
    return unpack((FOLDER / f"{window_id}.gz").read_bytes())


def _info(row: dict[str, Any]) -> WindowInfo:
    """One row of the index."""
    return WindowInfo(
        id=row["id"],
        crash=row["crash"],
        title=row["title"],
        kind=Kind(row["kind"]),
        interval=timedelta(minutes=row["minutes"]),
        symbols=tuple(row["symbols"]),
        start=row["start"].astimezone(UTC),
        end=row["end"].astimezone(UTC),
        length=row["bars"],
        sha256=row["sha256"],
        provenance=row["provenance"],
        licence=row["licence"],
        remarks=tuple(row.get("remarks", ())),
        doubtful=tuple((found["symbol"], found["time"].astimezone(UTC)) for found in row.get("doubtful", ())),
    )
