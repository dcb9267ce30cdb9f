"""Bars as a few compact bytes and back, equal to the last digit: what the shipped windows are kept in.

A window is made of a CSV by `pack(read_prices(path))`.

The text inside the gzip has whole numbers only. Its first line has the opening times in seconds: the first, then the
steps. Each market adds five lines: its symbol and decimals; then, in units of its last decimal, each open less the
close before, high less the larger of open and close, the smaller of the two less low, and close less open.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import accumulate

from engine.history.candles import Bar, Candle
from engine.money import exact

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
