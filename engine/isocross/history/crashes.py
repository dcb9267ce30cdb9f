"""Past crashes as moves: how far every market fell or rose inside a window, alone and against bitcoin.

A fall goes from a running high to a later low, a rise from a running low to a later high.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from isocross.history.windows import PriceWindow, index, load_window
from isocross.money import ONE, exact
from isocross.paths.bars import Bar, Candle
from isocross.records import dataclass


@dataclass(frozen=True, slots=True)
class Swing:
    """The largest move of one market between two bars."""

    symbol: str
    start: Decimal
    """The high (of a fall) or the low (of a rise) it began at."""
    start_at: datetime
    """When the bar with that price opened, UTC."""
    end: Decimal
    end_at: datetime

    @property
    def move(self) -> Decimal:
        """Relative change, negative for a fall: −0.525 is a fall of 52.5 %."""
        return _quotient(self.end, self.start) - ONE


def between(bars: Iterable[Bar], start: datetime | None = None, end: datetime | None = None) -> Iterator[Bar]:
    """The bars that open at `start` or later and before `end`."""
    return (bar for bar in bars if (start is None or bar.time >= start) and (end is None or bar.time < end))


def largest_falls(bars: Iterable[Bar], without: Collection[tuple[str, datetime]] = ()) -> dict[str, Swing]:
    """The largest fall of every market from a running high to a later low.

    A bar's own high never counts against its own low, as nobody knows which came first. A market that never had a
    low under an earlier high is left out.

    Args:
        bars: in the order of time.
        without: bars, by symbol and opening time, whose prices are not believed.
    """
    return _largest(bars, without, falling=True)


def largest_rises(bars: Iterable[Bar], without: Collection[tuple[str, datetime]] = ()) -> dict[str, Swing]:
    """The largest rise of every market from a running low to a later high, by the same rule."""
    return _largest(bars, without, falling=False)


def relative_falls(falls: Mapping[str, Swing], base: str) -> dict[str, Decimal]:
    """Each fall as a multiple of the base market's; empty where that one did not fall."""
    if base not in falls:
        return {}
    return {symbol: _quotient(fall.move, falls[base].move) for symbol, fall in falls.items()}


@exact
def _largest(bars: Iterable[Bar], without: Collection[tuple[str, datetime]], *, falling: bool) -> dict[str, Swing]:
    peaks: dict[str, tuple[Decimal, datetime]] = {}
    best: dict[str, Swing] = {}
    for bar in bars:
        for symbol, candle in bar.candles.items():
            if (symbol, bar.time) in without:
                continue
            near, far = _ends(candle, falling)
            peak = peaks.get(symbol)
            if peak is not None and _is_further(far, peak[0], best.get(symbol), falling):
                best[symbol] = Swing(symbol, *peak, far, bar.time)
            if peak is None or (near > peak[0] if falling else near < peak[0]):
                peaks[symbol] = (near, bar.time)
    return best


def _ends(candle: Candle, falling: bool) -> tuple[Decimal, Decimal]:
    """Where a swing can begin in a bar, and where it can end."""
    return (candle.high, candle.low) if falling else (candle.low, candle.high)


def _is_further(end: Decimal, start: Decimal, best: Swing | None, falling: bool) -> bool:
    """Whether start → end is a larger move than the best so far; compared without dividing."""
    known_end, known_start = (ONE, ONE) if best is None else (best.end, best.start)
    return end * known_start < known_end * start if falling else end * known_start > known_end * start


@exact
def _quotient(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole


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


_BEFORE = re.compile(r"^(P[FI]_)?(10{3,})?(?=[A-Z])")
"""A venue's mark of a perpetual, and how many coins make one unit."""
_AFTER = re.compile(r"(?<=.)[-_/:]?(USDT|USDC|USD|PERP|SWAP)M?$")
_OTHER_NAMES = {"XBT": "BTC", "XDG": "DOGE"}


def coin_of(symbol: str) -> str:
    """The base coin of a market's symbol: BTC of BTCUSDT, BTC-USDT-SWAP, PF_XBTUSD and BTC/USDT:USDT."""
    name = _BEFORE.sub("", symbol.upper())
    shorter = _AFTER.sub("", name)
    while shorter != name:
        name, shorter = shorter, _AFTER.sub("", shorter)
    return _OTHER_NAMES.get(name, name)
