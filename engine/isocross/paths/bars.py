"""Prices in time: the candles of several markets, bar by bar, and the path they make.

Each bar is four legs: from the close before to its open, to both extremes, and to its close.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import NamedTuple

from isocross.errors import IsocrossError
from isocross.money import ONE, PLACE_GRID, ZERO, place_at_or_after
from isocross.paths.path import Marks
from isocross.paths.walk import Leg, LivedPath, leg_at
from isocross.records import dataclass
from isocross.rules.underlying import coin_of, one_name


@dataclass(frozen=True)
class Candle:
    """One market over one bar, in quote currency; low ≤ open, close ≤ high."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


class Bar(NamedTuple):
    """All markets over one interval."""

    time: datetime
    """When it opens, UTC."""
    candles: Mapping[str, Candle]
    """By symbol; every bar of one window has the same symbols."""


class CandleOrder(StrEnum):
    """In which order a candle's extremes are walked."""

    NEAR_FIRST = "near-first"
    """The one nearer to the open first; the low where both are as near."""
    LOW_FIRST = "low-first"
    HIGH_FIRST = "high-first"


class PricesAs(StrEnum):
    """How the marks follow the prices of a history."""

    SCALED = "scaled"
    """In proportion, from the workspace's opening marks."""
    REAL = "real"
    """The prices themselves."""


LEGS = 4
"""Legs of a bar; those of the first begin at its open."""
PRICE_GRID = PLACE_GRID
"""A mark in proportion to a price is a multiple of this."""
_STAND_INS = ("ETHUSDT", "BTCUSDT")
"""What stands in for a coin that a history does not have, the first that it has."""


class HistoryError(IsocrossError, ValueError):
    """A history that an account cannot be replayed on."""


@dataclass(frozen=True)
class Quotes:
    """How the prices of a history become the marks of an account's markets."""

    sources: Mapping[str, str]
    """By market: the symbol of the history that it follows."""
    marks: Mapping[str, Decimal]
    """Opening marks."""
    firsts: Mapping[str, Decimal]
    """Opens of the first bar by market; empty where the prices themselves are the marks."""
    order: CandleOrder = CandleOrder.NEAR_FIRST
    still: Mapping[str, Decimal] = field(default_factory=dict)
    """Marks of markets that follow nothing, and stay."""

    def mark(self, symbol: str, price: Decimal) -> Decimal:
        """The mark of a market at a price of its source; it never falls where the price rises."""
        if not self.firsts:
            return price
        return (price * self.marks[symbol] / self.firsts[symbol]).quantize(PRICE_GRID, rounding=ROUND_HALF_EVEN)

    def range(self, symbol: str, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
        """The marks at two prices."""
        return self.mark(symbol, low), self.mark(symbol, high)

    def corners(self, bar: Bar) -> list[dict[str, Decimal]]:
        """The marks at the open, the first extreme, the second and the close of a bar."""
        found: list[dict[str, Decimal]] = [dict(self.still) for _ in range(LEGS)]
        for symbol, source in self.sources.items():
            for corner, price in zip(found, _walked(bar.candles[source], self.order), strict=True):
                corner[symbol] = self.mark(symbol, price)
        return found


def _walked(candle: Candle, order: CandleOrder) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """The prices of a candle in the order in which they are walked."""
    near_is_low = candle.open - candle.low <= candle.high - candle.open
    if order is CandleOrder.LOW_FIRST or (order is CandleOrder.NEAR_FIRST and near_is_low):
        return candle.open, candle.low, candle.high, candle.close
    return candle.open, candle.high, candle.low, candle.close


_QUOTED = re.compile(r"[-_/]?(USD[TC]?|PERP)?([-_:].*|\d+)?")
"""What stands behind the coin in the name of a market, on whatever venue."""


def same_coin(market: str, symbols: Iterable[str]) -> str | None:
    """The symbol of a history that is of the same coin as a market, however a venue writes it; None where none is."""
    coins = {symbol.removesuffix("USDT"): symbol for symbol in symbols}
    found = (coin for coin in coins if market.startswith(coin) and _QUOTED.fullmatch(market.removeprefix(coin)))
    return next((coins[coin] for coin in found), None)


def nearest(market: str, symbols: Sequence[str]) -> str:
    """The symbol of a history that can best stand in for a market it lacks: the same coin, else a large one."""
    return same_coin(market, symbols) or next((s for s in _STAND_INS if s in symbols), symbols[0])


def quotes_of(
    first: Bar,
    marks: Mapping[str, Decimal],
    stand_in: Mapping[str, str],
    prices: PricesAs,
    order: CandleOrder,
    still: Collection[str] = (),
    assets: Collection[str] = (),
) -> Quotes:
    """The quotes of an account's markets on a history that begins with this bar.

    Args:
        first: the bar.
        marks: the opening marks.
        stand_in: by market, what it follows instead of itself.
        prices: how prices become marks.
        order: which extreme of a candle comes first.
        still: markets that stay where the history has none of them, and nothing stands in.
        assets: markets of an asset's own price: each follows its coin, however the history writes it.

    Raises:
        HistoryError: where a market is neither in the history nor has one to stand in for it.
    """
    followed = {**_of_coins(assets, first.candles), **stand_in}
    sources = {symbol: followed.get(symbol, symbol) for symbol in marks}
    stay = {s: marks[s] for s, source in sources.items() if s in still and source == s and s not in first.candles}
    sources = {symbol: source for symbol, source in sources.items() if symbol not in stay}
    for symbol, source in sources.items():
        if source not in first.candles:
            known, lacks = sorted(first.candles), symbol if source == symbol else f"{source}, which replaces {symbol},"
            raise HistoryError(
                f"{lacks} is not in this history, which has {', '.join(known)}; another can replace it, "
                f'in [scenario]: stand_in = {{ {symbol} = "{nearest(symbol, known)}" }}'
            )
        if min(_walked(first.candles[source], order)) <= 0:
            raise HistoryError(f"{source} begins with a price that is not above zero")
    opens = {symbol: first.candles[source].open for symbol, source in sources.items()}
    if prices is PricesAs.REAL:
        return Quotes(sources, opens | stay, {}, order, stay)
    return Quotes(sources, dict(marks), opens, order, stay)


def _of_coins(assets: Iterable[str], symbols: Collection[str]) -> dict[str, str]:
    """The symbol of a history that is of the coin of each asset, where it has one."""
    by_coin = {one_name(coin_of(symbol) or symbol): symbol for symbol in symbols}
    return {s: s if s in symbols else by_coin.get(one_name(s), s) for s in assets}


@dataclass(frozen=True)
class Span:
    """One bar on the path, between the close before it and its own."""

    index: int
    before: Bar | None
    bar: Bar
    begins: datetime
    """When the bar before it ended."""
    ends: datetime

    @classmethod
    def of(cls, index: int, before: Bar | None, bar: Bar, interval: timedelta) -> Span:
        """A bar after another; one that comes early ends the one before it."""
        begins = bar.time if before is None else min(before.time + interval, bar.time)
        return cls(index, before, bar, begins, bar.time + interval)

    def legs(self, quotes: Quotes) -> list[Leg]:
        """Its four legs."""
        corners = quotes.corners(self.bar)
        start = corners[0] if self.before is None else quotes.corners(self.before)[-1]
        first = self.index * LEGS
        return [Leg(first + n, a, b) for n, (a, b) in enumerate(zip([start, *corners], corners, strict=False))]

    def ranges(self, quotes: Quotes, spread: Decimal = ZERO) -> dict[str, tuple[Decimal, Decimal]]:
        """The lowest and the highest price of each market's source on the way, spread by a share of itself."""
        found = {}
        for symbol, source in quotes.sources.items():
            candle = self.bar.candles[source]
            close = candle.open if self.before is None else self.before.candles[source].close
            found[symbol] = (min(candle.low, close) * (ONE - spread), max(candle.high, close) * (ONE + spread))
        return found

    def place(self, moment: datetime) -> Decimal:
        """The first place at or after a moment of this span, after its beginning."""
        first = Decimal(self.index * LEGS)
        if moment <= self.bar.time:
            return first + _share(moment - self.begins, self.bar.time - self.begins, 1)
        return first + 1 + _share(moment - self.bar.time, self.ends - self.bar.time, LEGS - 1)

    def time(self, place: Decimal) -> datetime:
        """When a place is, to the microsecond before."""
        start, part = self._when(place)
        return start + timedelta(microseconds=int(part))

    def second(self, place: Decimal) -> Decimal:
        """When a place is: seconds since the beginning of the calendar, and every part of one."""
        start, part = self._when(place)
        return (_microseconds(start - datetime.min.replace(tzinfo=start.tzinfo)) + part).scaleb(-6)

    def _when(self, place: Decimal) -> tuple[datetime, Decimal]:
        """A moment at or before a place, and the microseconds from there to it: a share of one of the two stretches."""
        within = place - self.index * LEGS
        if within <= 1:
            return self.begins, _microseconds(self.bar.time - self.begins) * within
        return self.bar.time, _microseconds(self.ends - self.bar.time) * (within - 1) / (LEGS - 1)


def _share(part: timedelta, whole: timedelta, legs: int) -> Decimal:
    if not whole:
        return ZERO
    return place_at_or_after(_microseconds(part) * legs, _microseconds(whole))


def _microseconds(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1))


@dataclass(frozen=True)
class BarPath(LivedPath):
    """The bars of a history as legs; those that are kept can be looked at."""

    quotes: Quotes
    spans: Mapping[int, Span]
    """The kept bars by number; the last one is always kept."""
    bars: int
    """How many there were."""
    title: str = ""
    opening: Marks = field(init=False)
    """The marks where it begins."""

    stride = LEGS

    def __post_init__(self) -> None:
        """Begin at the marks of the first bar."""
        object.__setattr__(self, "opening", self.quotes.marks)

    @property
    def count(self) -> int:
        """How many legs there are."""
        return self.bars * LEGS

    def span_at(self, place: Decimal) -> Span:
        """The bar that leads to a place; KeyError where it is not kept."""
        return self.spans[leg_at(place) // LEGS]

    def leg(self, index: int) -> Leg:
        """One of the legs."""
        return self.spans[index // LEGS].legs(self.quotes)[index % LEGS]

    def marks(self, place: Decimal) -> dict[str, Decimal]:
        """All marks at a place; those of a close are read off."""
        if place and place % LEGS == 0:
            candles = self.span_at(place).bar.candles
            quotes = self.quotes
            return dict(quotes.still) | {s: quotes.mark(s, candles[c].close) for s, c in quotes.sources.items()}
        return super().marks(place)

    def along(self, places: Iterable[Decimal]) -> Iterator[tuple[Decimal, Marks]]:
        """The places, which are in order, each with all marks there; those of a bar are worked out once."""
        index, walked = -1, list[dict[str, Decimal]]()
        for place in places:
            if place % 1 or place == 0:
                yield place, self.marks(place)
                continue
            leg = int(place) - 1
            if leg // LEGS != index:
                index = leg // LEGS
                walked = self.quotes.corners(self.spans[index].bar)
            yield place, walked[leg % LEGS]

    def time(self, place: Decimal) -> datetime:
        """When a place is."""
        return self.span_at(place).time(place)

    def place_of(self, moment: datetime) -> Decimal:
        """The first place at or after a moment; the ends for what lies beyond them."""
        low, high = 0, self.bars - 1
        while low < high:
            middle = (low + high) // 2
            if self.spans[middle].ends < moment:
                low = middle + 1
            else:
                high = middle
        span = self.spans[low]
        if moment <= span.begins:
            return Decimal(low * LEGS)
        return self.end if moment >= span.ends and low == self.bars - 1 else span.place(moment)

    def halts(self) -> Iterator[Decimal]:
        """Nowhere besides: the legs of a bar mean nothing."""
        return iter(())

    def heading(self, place: Decimal) -> str:
        """Day and time of a place."""
        return self.words(place).replace(" ", " · ", 1)

    def progress(self, place: Decimal) -> str:
        """How many bars have begun, of how many."""
        return f"bar {int(place) // LEGS} of {self.bars}"

    def candles(self, symbol: str) -> tuple[Candle, ...]:
        """Every bar of a market in marks; what is not kept is left out."""
        quotes, source = self.quotes, self.quotes.sources.get(symbol)
        if source is None:
            return ()
        found = (self.spans[index].bar.candles[source] for index in self.spans)
        return tuple(Candle(*(quotes.mark(symbol, p) for p in (c.open, c.high, c.low, c.close))) for c in found)

    def known_time(self, place: Decimal) -> datetime:
        """The moment of a close, else that at which the candle of a place opens: within it no time is known."""
        return self.span_at(place).bar.time if place % LEGS else self.time(place)

    def words(self, place: Decimal) -> str:
        """The moment of a close, else the candle."""
        return f"{moment_words(self.known_time(place))}{' candle' if place % LEGS else ''}"

    def at_words(self, place: Decimal) -> str:
        """At the moment of a close, else in a candle."""
        return f"{'in the' if place % LEGS else 'at'} {self.words(place)}"

    def short(self, place: Decimal) -> str:
        """Day and minute of a close, else of the opening of the candle."""
        return self.known_time(place).strftime("%m-%d %H:%M")


def moment_words(moment: datetime) -> str:
    """Write a moment to the minute: a candle knows no seconds."""
    return moment.strftime("%Y-%m-%d %H:%M")
