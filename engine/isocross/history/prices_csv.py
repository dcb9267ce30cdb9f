"""A user's own prices: a CSV of candles, checked and streamed bar by bar.

Its columns are found by their names, times are read in several forms, and every fault is told at its line.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

from isocross.disk.input import unreadable
from isocross.format import counted
from isocross.paths.bars import Bar, Candle
from isocross.records import dataclass
from isocross.regular import open_regular, reason
from isocross.toml.amounts import DIGITS_LIMIT
from isocross.toml.faults import Fault, Faults, cut, shown
from isocross.toml.places import listing, meant

PRICES = ("open", "high", "low", "close")
NAMES = ("time", "symbol", *PRICES)
OTHER_NAMES = {"timestamp": "time", "date": "time", "datetime": "time", "open_time": "time", "open time": "time"}
"""How other programs call a column."""

LOWEST, HIGHEST = Decimal("1e-12"), Decimal("1e18")
"""Between these a price must lie, as in a workspace."""
LINE_LIMIT = 4096
"""Characters of a line."""

FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Between these a time must lie; there is room on both sides for the arithmetic of a clock."""
SYMBOL_LIMIT = 40
SYMBOLS_LIMIT = 5000

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_CELL = re.compile(r'(?:"(?:[^"]|"")*"|[^,\r\n])*')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = 100_000_000
"""Fewer seconds since 1970 are a date written without dashes, or a count of something else."""
_UNITS = ((10**11, 1), (10**14, 1_000), (10**17, 1_000_000))
"""Up to which count it is of seconds, milliseconds, microseconds; and how many of them make a second."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, from 0; there may be others between."""

    names: tuple[str, ...] = ()
    time: int = 0
    symbol: int | None = None
    prices: Callable[[Sequence[str]], tuple[Any, ...]] = field(default=tuple)
    """Takes open, high, low, close out of a row."""

    @property
    def count(self) -> int:
        """How many cells each row has."""
        return len(self.names)

    def place(self, name: str) -> int:
        """Where a column stands; the first where the file has none of that name."""
        return self.names.index(name) if name in self.names else 0


def columns_of(header: Sequence[str], symbol: str | None, fault: Callable[[str, str], Faults]) -> Columns:
    """The columns a header names, in any order and in capitals or not; raises what `fault` makes."""
    written = [cell.strip().lower() for cell in header]
    names = [OTHER_NAMES.get(name, name) for name in written]
    for name in NAMES:
        if names.count(name) > 1:
            raise fault(f"the column {name} is there twice", "each once")
    wanted = [name for name in NAMES if name != "symbol" or symbol is None]
    missing = [name for name in wanted if name not in names]
    if missing:
        guess = meant(missing[0], [name for name in written if name not in NAMES])
        hint = "; without a column symbol, say which market it is" if missing == ["symbol"] else guess
        raise fault(f"the header has no {', '.join(missing)}{hint}", "the columns " + ", ".join(NAMES))
    return Columns(
        tuple(names),
        names.index("time"),
        names.index("symbol") if "symbol" in names else None,
        itemgetter(*(names.index(name) for name in PRICES)),
    )


def time_of(text: str) -> datetime | None:
    """A time in UTC, None where it is none: ISO 8601, or a count of (milli-, micro-)seconds since 1970."""
    text = text.strip()
    try:
        if text[4:5] == "-":
            time = datetime.fromisoformat(text)
            return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        if not _NUMBER.fullmatch(text):
            return None
        count = Decimal(text)
        per_second = next((unit for limit, unit in _UNITS if _EARLIEST <= count < limit), None)
        return None if per_second is None else _EPOCH + timedelta(microseconds=int(count * 1_000_000 / per_second))
    except (ValueError, OverflowError, InvalidOperation):
        return None


def price_faults(cells: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Column, message and what was expected, for everything that is wrong with open, high, low and close."""
    numbers: dict[str, Decimal] = {}
    for name, cell in zip(PRICES, cells, strict=True):
        text = cell.strip()
        number = Decimal(text) if _NUMBER.fullmatch(text) else None
        if number is None:
            yield name, f"{shown(text)} is not a number" if text else "is missing", "a number with a point, as 1254.3"
        elif len(number.as_tuple().digits) > DIGITS_LIMIT:
            yield name, f"{shown(text)} has too many digits", f"at most {DIGITS_LIMIT}"
        elif not LOWEST <= number <= HIGHEST:
            yield name, f"{shown(text)} is not a price", "a number above zero, from 1e-12 to 1e18"
        else:
            numbers[name] = number
    if len(numbers) < len(PRICES):
        return
    for name in ("open", "low", "close"):
        if numbers[name] > numbers["high"]:
            yield "high", f"{cells[1].strip()} is below the {name} of {numbers[name]}", "the highest of the four"
            return
    for name in ("open", "close"):
        if numbers[name] < numbers["low"]:
            yield "low", f"{cells[2].strip()} is above the {name} of {numbers[name]}", "the lowest of the four"
            return


def symbol_faults(symbol: str | None, known: int) -> Iterator[tuple[str, str]]:
    """What is wrong with a symbol that was not seen yet, and what was expected; `known` were seen already."""
    if not symbol:
        yield "is missing", "a market such as BTCUSDT"
    elif len(symbol) > SYMBOL_LIMIT or not symbol.isprintable():
        yield f"{shown(symbol)} is not a valid symbol", "a market such as BTCUSDT"
    elif known >= SYMBOLS_LIMIT:
        yield "there are too many markets", f"at most {SYMBOLS_LIMIT}"


def cell_start(line: str, place: int) -> int:
    """In which character of a line a cell begins, from 1."""
    at = 0
    for _ in range(place):
        found = _CELL.match(line, at)
        at = found.end() + 1 if found is not None else at
    return at + 1


SIZE_LIMIT = 512 * 1024 * 1024
"""Bytes of a file: a year of minutes of fifteen markets. No more than a bar of it is held at a time."""
_MARK = "\ufeff"
"""What some programs begin a file with."""

Source = str | Path | IO[str] | IO[bytes]


def read_prices(source: Source, symbol: str | None = None) -> Iterator[Bar]:
    """The bars of a CSV with the columns time, symbol, open, high, low, close, read as they are asked for.

    Args:
        source: a path, or an open stream of text or bytes.
        symbol: the market of a file that has no column symbol; with such a column only this market is read.

    Yields:
        One bar for each time; every bar has the symbols of the first. Times without a zone are UTC.

    Raises:
        Faults: while it is read, at the first line that is bad, with everything that is wrong in it.
    """
    origin, opened = _opened(source)
    try:
        with opened as stream:
            yield from _Prices(origin, symbol).bars(_lines(stream))
    except OSError as error:
        raise Faults(origin, [Fault("", f"cannot be read: {reason(error)}", "")]) from None
    except UnicodeDecodeError as error:
        raise Faults(origin, [Fault("", f"cannot be read: {error.reason}", "a text in UTF-8")]) from None


def _opened(source: Source) -> tuple[str, AbstractContextManager[IO[Any]]]:
    """What a fault calls the source, and the stream."""
    if not isinstance(source, str | Path):
        name = getattr(source, "name", None)
        return name if isinstance(name, str) else "the prices", nullcontext(source)
    try:
        descriptor, _ = open_regular(source, SIZE_LIMIT)
    except OSError as error:
        raise unreadable(source, error, "a CSV of prices") from None
    return str(source), os.fdopen(descriptor, "rb")


def _lines(stream: IO[Any]) -> Iterator[str]:
    """The lines of text or bytes, none of them longer than the limit."""
    for line in iter(partial(stream.readline, LINE_LIMIT), None):
        if not line:
            return
        yield line if isinstance(line, str) else line.decode("utf-8", "surrogateescape")


class _Prices:
    """One reading of one file."""

    def __init__(self, origin: str, symbol: str | None) -> None:
        self.origin = origin
        self.symbol = symbol
        self.columns = Columns()
        self.line = ""
        """The line that is being read."""
        self.number = 0
        """Which it is, from 1."""
        self.symbols: set[str | None] = set()
        """Those that are good."""
        self.time_text = ""
        self.time = datetime.min
        """What was read last as a time: all markets of a bar have the same."""

    def bars(self, lines: Iterable[str]) -> Iterator[Bar]:
        """Bars of consecutive rows with one time."""
        expected: frozenset[str] | None = None
        candles: dict[str, Candle] = {}
        time = datetime.min
        began = 0
        for row_time, symbol, candle in self._rows(lines):
            if row_time == time and candles:
                if symbol in candles:
                    raise self._fault(f"{shown(symbol)} is there twice at this time", "one line per market and time")
                candles[symbol] = candle
                continue
            if candles:
                expected = self._complete(time, candles, expected, began)
                yield Bar(time, candles)
                if row_time < time:
                    raise self._fault(f"{_iso(row_time)} is before {_iso(time)} above", "times that rise", "time")
            time, candles, began = row_time, {symbol: candle}, self.number
        if not candles:
            of = f" of {shown(self.symbol)}" if self.symbol is not None else ""
            raise self._fault(f"there are no prices{of}", "at least one line below the header")
        self._complete(time, candles, expected, began)
        yield Bar(time, candles)

    def _complete(
        self, time: datetime, candles: dict[str, Candle], expected: frozenset[str] | None, began: int
    ) -> frozenset[str]:
        """The symbols of every bar; a fault when this one has others."""
        if expected is None:
            return frozenset(candles)
        if candles.keys() != expected:
            missing, more = sorted(expected - candles.keys()), sorted(candles.keys() - expected)
            told = [f"lacks {listing(missing)}"] * bool(missing) + [f"has {listing(more)} besides"] * bool(more)
            message = f"the bar of {_iso(time)} that begins here {' and '.join(told)}"
            raise Faults(self.origin, [Fault("", message, "the markets of the first bar in every bar", began)])
        return expected

    def _rows(self, lines: Iterable[str]) -> Iterator[tuple[datetime, str, Candle]]:
        """Time, symbol and candle of every line that is not blank."""
        reader = csv.reader(self._watched(lines), strict=True)
        has_header = False
        try:
            for cells in reader:
                if not cells or (len(cells) == 1 and not cells[0].strip()):
                    continue
                if not has_header:
                    self.columns = columns_of(cells, self.symbol, self._fault)
                    has_header = True
                    continue
                if len(cells) != self.columns.count:
                    message = f"this line has {counted(len(cells), 'cell')}"
                    raise self._fault(message, f"{self.columns.count}, as the header")
                row = self._row(cells)
                if row is not None:
                    yield row
        except csv.Error as error:
            raise self._fault(f"this is not CSV: {error}", "") from None
        if not has_header:
            raise self._fault("the header is missing", "time,symbol,open,high,low,close")

    def _watched(self, lines: Iterable[str]) -> Iterator[str]:
        """The same lines, the current one kept for what may be wrong in it."""
        for read in lines:
            self.number += 1
            self.line = read if self.number > 1 else read.removeprefix(_MARK)
            if len(read) >= LINE_LIMIT:
                raise self._fault("this line is far too long", f"less than {LINE_LIMIT} characters")
            yield self.line

    def _row(self, cells: Sequence[str]) -> tuple[datetime, str, Candle] | None:
        """One line; None where it is of a market that is not asked for."""
        columns = self.columns
        symbol = self.symbol
        if columns.symbol is not None:
            found = cells[columns.symbol].strip()
            if symbol is not None and found != symbol:
                return None
            symbol = found
        if cells[columns.time] != self.time_text:
            self._take_time(cells[columns.time])
        prices = columns.prices(cells)
        try:
            first, high, low, last = map(Decimal, prices)
            plain = LOWEST <= low <= first <= high <= HIGHEST and low <= last <= high
        except InvalidOperation:
            plain = False
        line = self.line
        known = symbol in self.symbols
        if not plain or not known or "_" in line or not line.isascii() or max(map(len, prices)) > DIGITS_LIMIT:
            self._check(prices, symbol)
        return self.time, symbol or "", Candle(first, high, low, last)

    def _take_time(self, text: str) -> None:
        time = time_of(text)
        if time is None or not FIRST_YEAR <= time.year <= LAST_YEAR:
            expected = "ISO 8601 as 2025-10-10T21:20:00Z, or seconds or milliseconds since 1970"
            said = "is not a time" if time is None else f"is not between {FIRST_YEAR} and {LAST_YEAR}"
            raise self._fault(f"{shown(text)} {said}", expected, "time")
        self.time_text, self.time = text, time

    def _check(self, prices: Sequence[str], symbol: str | None) -> None:
        """Raise everything that is wrong in one line; nothing where it only looks unusual."""
        faults = [self._told(*found) for found in price_faults(prices)]
        faults += [self._told("symbol", *found) for found in symbol_faults(symbol, len(self.symbols))]
        if faults:
            raise Faults(self.origin, faults)
        self.symbols.add(symbol)

    def _told(self, key: str, message: str, expected: str) -> Fault:
        """A fault of one cell of the current line."""
        return Fault(key, message, expected, self.number, cell_start(self.line, self.columns.place(key)))

    def _fault(self, message: str, expected: str, key: str = "") -> Faults:
        if key:
            return Faults(self.origin, [self._told(key, message, expected)])
        return Faults(self.origin, [Fault("", cut(message, 200), expected, self.number or None)])


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
