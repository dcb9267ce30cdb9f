"""The cells of a CSV of prices: which column is which, what is a time, and what is wrong with a price."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import Any

from engine.workspace.amounts import DIGITS_LIMIT
from engine.workspace.faults import Faults, shown
from engine.workspace.problems import meant

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
            raise fault(f"the column {name} stands twice", "each once")
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
