"""The shipped windows of past crashes: what each is, and its bars when they are asked for.

A window is made of a CSV by `pack(read_prices(path))`: a few compact bytes that unpack to bars equal in every digit.
The text inside the gzip has whole numbers only. Its first line has the opening times in seconds: the first, then the
steps. Each market adds five lines: its symbol and decimals; then, in units of its last decimal, each open less the
close before, high less the larger of open and close, the smaller of the two less low, and close less open.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from isocross.disk.input import document_of
from isocross.errors import IsocrossError
from isocross.money import exact
from isocross.paths.bars import Bar, Candle
from isocross.records import dataclass
from isocross.toml.faults import shown
from isocross.toml.places import listing, meant
from isocross.toml.read import WORKSPACE

_GZIP = zlib.MAX_WBITS + 16
"""The form that gzip reads and writes."""
_LINES = 5
"""Of one market."""


@exact
def pack(bars: Iterable[Bar]) -> bytes:
    """The bytes of some bars, the same every time; each bar has the symbols of the first, in its order."""
    held = tuple(bars)
    seconds = [int(bar.time.timestamp()) for bar in held]
    lines = [_line(_steps(seconds))]
    for symbol in held[0].candles if held else ():
        lines += _market(symbol, [bar.candles[symbol] for bar in held])
    squeeze = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return squeeze.compress("\n".join(lines).encode("ascii")) + squeeze.flush()


@exact
def unpack(packed: bytes) -> tuple[Bar, ...]:
    """The bars of what `pack` made; prices have the decimals of their market's finest."""
    lines = zlib.decompress(packed, _GZIP).decode("ascii").split("\n")
    times = [datetime.fromtimestamp(second, UTC) for second in accumulate(_numbers(lines[0]))]
    markets = [lines[at : at + _LINES] for at in range(1, len(lines), _LINES)]
    symbols = [head.split()[0] for head, *_ in markets]
    columns = [_candles(market) for market in markets]
    rows = zip(*columns, strict=True) if columns else iter(() for _ in times)
    return tuple(Bar(time, dict(zip(symbols, row, strict=True))) for time, row in zip(times, rows, strict=True))


def _market(symbol: str, candles: Sequence[Candle]) -> list[str]:
    """The lines of one market."""
    places = max(_places(price) for c in candles for price in (c.open, c.high, c.low, c.close))
    opens, highs, lows, closes = (
        [int(price.scaleb(places)) for price in column]
        for column in zip(*((c.open, c.high, c.low, c.close) for c in candles), strict=True)
    )
    bodies = list(zip(opens, closes, strict=True))
    return [
        f"{symbol} {places}",
        _line(now - before for now, before in zip(opens, [0, *closes], strict=False)),
        _line(high - max(body) for high, body in zip(highs, bodies, strict=True)),
        _line(min(body) - low for low, body in zip(lows, bodies, strict=True)),
        _line(close - first for first, close in bodies),
    ]


def _candles(market: Sequence[str]) -> Iterator[Candle]:
    """The candles of one market's lines."""
    head, *columns = market
    unit = -int(head.split()[1])
    before = 0
    for jump, above, under, body in zip(*map(_numbers, columns), strict=True):
        first = before + jump
        before = first + body
        high, low = max(first, before) + above, min(first, before) - under
        yield Candle(*(Decimal(number).scaleb(unit) for number in (first, high, low, before)))


def _places(price: Decimal) -> int:
    """How many decimals a price needs."""
    exponent = price.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _steps(numbers: Sequence[int]) -> list[int]:
    return [now - before for now, before in zip(numbers, [0, *numbers], strict=False)]


def _line(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


def _numbers(line: str) -> list[int]:
    return [int(number) for number in line.split()]


FOLDER = Path(__file__).parent / "shipped"
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


class UnknownWindowError(IsocrossError, ValueError):
    """There is no window of that id; the message names those there are."""

    def __init__(self, window_id: str, known: tuple[str, ...]) -> None:
        self.window_id, self.known = window_id, known
        said = f"there is no window {shown(window_id)}{meant(window_id, known)}"
        super().__init__(f"{said} (expected one of {listing(known, 8)}; isocross history lists them)")


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
    from isocross.history.collateral import collateral_windows  # noqa: PLC0415 - it is made of windows

    made = {window.id: window for window in collateral_windows()}
    if window_id in made:
        return made[window_id]
    raise UnknownWindowError(window_id, (*window_ids(), *made))


def window_at(moment: datetime) -> str | None:
    """The id of the first window that a moment is in; None where none holds it."""
    return next((info.id for info in windows() if info.start <= moment <= info.end), None)


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
