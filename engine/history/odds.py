"""How often the shipped crash windows reached a trigger: a count of past hours, never a probability.

Every full hour at which a bar of a window opens is taken as a moment to open a position at that open. From one crash
and one kind of price only one window counts, so that no hour counts twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from engine.history.candles import Bar
from engine.history.coins import coin_of
from engine.history.windows import Kind, WindowInfo, load_window, windows
from engine.money import ZERO, exact
from engine.numbers import percent

HORIZONS: tuple[tuple[str, timedelta | None], ...] = (
    ("within 1 hour", timedelta(hours=1)),
    ("within 1 day", timedelta(days=1)),
    ("before the window ended", None),
)
"""How long a position is watched; None: to the end of its window."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How many hours led to the trigger within one horizon."""

    horizon: str
    hours: int
    """Hours of the windows that have the whole horizon after them."""
    reached: int

    @property
    def share(self) -> Decimal | None:
        """Reached ÷ hours, None where there are no hours."""
        return _share(self.reached, self.hours)


@dataclass(frozen=True, slots=True)
class Odds:
    """What the windows did to one trigger."""

    coin: str
    kind: Kind
    move: Decimal
    """From the open to the trigger: negative for a long, positive for a short."""
    crashes: int
    """Windows that have this coin."""
    reached: tuple[Reached, ...]

    @property
    def told(self) -> str:
        """The counts alone."""
        return ", ".join(f"{r.horizon} {r.reached} of {r.hours:,} ({percent(r.share)})" for r in self.reached)

    def sentence(self) -> str:
        """The counts in words, with what they are of."""
        windows_ = f"{self.crashes} crash window{'' if self.crashes == 1 else 's'}"
        return (
            f"{self.coin} {percent(self.move, plus='+')} from the open of an hour, {windows_} ({self.kind.words}): "
            f"reached {self.told}. This counts hours of past crashes; it is not a probability."
        )


def odds(symbol: str, move: Decimal, kind: Kind = Kind.SPOT) -> Odds | None:
    """How often a move from the open of an hour was reached, None where no window of this kind has the coin.

    For an isolated position `move` is its trigger's distance. For a cross position it is that of its liquidation
    price, every other market standing still, which in a crash they do not.

    Args:
        symbol: a market; every window with the same coin counts.
        move: negative for a long, positive for a short, as a fraction of the price; zero is reached at once.
        kind: whose prices.
    """
    coin = coin_of(symbol)
    held = [(window, own) for window in widest(kind) if (own := _own_symbol(window, coin)) is not None]
    if not held:
        return None
    extremes = [_extremes(window.id, own, move < ZERO) for window, own in held]
    counted = [
        Reached(words, len(moves), sum(_is_beyond(extreme, move) for extreme in moves))
        for at, (words, _) in enumerate(HORIZONS)
        for moves in [[extreme for window in extremes for extreme in window[at]]]
    ]
    return Odds(coin, kind, move, len(held), tuple(counted))


@cache
def widest(kind: Kind) -> tuple[WindowInfo, ...]:
    """One window of each crash, of one kind of price: with the most markets, of those the longest, then the finest."""
    best: dict[str, WindowInfo] = {}
    for window in windows():
        known = best.get(window.crash)
        if window.kind is kind and (known is None or _rank(window) > _rank(known)):
            best[window.crash] = window
    return tuple(best.values())


def _rank(window: WindowInfo) -> tuple[int, timedelta, int]:
    return len(window.symbols), window.end - window.start, -window.minutes


def _own_symbol(window: WindowInfo, coin: str) -> str | None:
    return next((symbol for symbol in window.symbols if coin_of(symbol) == coin), None)


def _is_beyond(extreme: Decimal, move: Decimal) -> bool:
    return extreme <= move if move < ZERO else extreme >= move


@cache
def _extremes(window_id: str, symbol: str, falling: bool) -> tuple[tuple[Decimal, ...], ...]:
    """For each horizon, the furthest move from the open of every hour that has the whole horizon after it."""
    window = load_window(window_id)
    bars = [bar for bar in window.bars() if (symbol, bar.time) not in window.doubtful]
    return tuple(tuple(furthest_moves(bars, symbol, window.end, length, falling)) for _, length in HORIZONS)


@exact
def furthest_moves(
    bars: Sequence[Bar], symbol: str, ends: datetime, horizon: timedelta | None, falling: bool
) -> list[Decimal]:
    """The furthest relative move down (or up) inside the horizon, from the open of every full hour."""
    found = []
    lasts = [bar.candles[symbol].low if falling else bar.candles[symbol].high for bar in bars]
    end = 0
    for at, bar in enumerate(bars):
        until = ends if horizon is None else bar.time + horizon
        if bar.time.minute or bar.time.second or until > ends:
            continue
        while end < len(bars) and bars[end].time < until:
            end += 1
        opened = bar.candles[symbol].open
        far = min(lasts[at:end]) if falling else max(lasts[at:end])
        found.append(far / opened - 1)
    return found


@exact
def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None
