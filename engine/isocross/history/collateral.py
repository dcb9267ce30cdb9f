"""Windows of crashes with what coins that back positions traded at, at the worst, beside the candles of the window.

No shipped window has prices of those coins. Each follows what it can be redeemed for, and stands at its print in one
bar: what it traded at before and after is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal
from functools import cache

from isocross.history.prints import Print, prints
from isocross.history.windows import Kind, PriceWindow, WindowInfo, load_window, windows
from isocross.money import ONE
from isocross.paths.bars import Bar, Candle
from isocross.records import dataclass

COLLATERAL = "-collateral"
"""The end of such an id; before it stands that of the crash."""
_QUOTE = "USDT"


@dataclass(frozen=True)
class CollateralWindow(PriceWindow):
    """A spot window with the prints of its crash."""

    base: str
    """The id of the window without them."""

    @property
    def printed(self) -> tuple[str, ...]:
        """The symbols that are made of prints."""
        return tuple(one.coin + _QUOTE for one in _prints_of(self.crash))

    def bars(self) -> Iterator[Bar]:
        """Every bar in the order of time."""
        found = _prints_of(self.crash)
        for bar in load_window(self.base).bars():
            ends = bar.time + self.interval
            made = {one.coin + _QUOTE: _candle(one, bar, here=bar.time <= one.time < ends) for one in found}
            yield Bar(bar.time, {**bar.candles, **made})


@cache
def collateral_windows() -> tuple[CollateralWindow, ...]:
    """Every such window, in the order of the crashes."""
    spot = {window.crash: window for window in reversed(windows()) if window.kind is Kind.SPOT}
    return tuple(_made(spot[crash]) for crash in dict.fromkeys(one.crash for one in prints()))


def every_window() -> tuple[WindowInfo, ...]:
    """List the shipped windows, then those with prints of collateral."""
    return (*windows(), *collateral_windows())


def _made(base: WindowInfo) -> CollateralWindow:
    found = _prints_of(base.crash)
    coins = ", ".join(one.coin for one in found)
    told = (
        f"{coins}: not candles. Each follows what it can be redeemed for, and has its worst print in one bar.",
        *(f"{one.coin} {one.price:f}: {one.source}." for one in found),
    )
    window = replace(
        base,
        id=base.crash + COLLATERAL,
        title=f"{base.title}, with its collateral",
        symbols=(*base.symbols, *(one.coin + _QUOTE for one in found)),
        remarks=(*told, *base.remarks),
        sha256="",
    )
    return CollateralWindow(**{field.name: getattr(window, field.name) for field in fields(window)}, base=base.id)


def _prints_of(crash: str) -> list[Print]:
    return [one for one in prints() if one.crash == crash]


def _candle(one: Print, bar: Bar, *, here: bool) -> Candle:
    """The candle of what a coin can be redeemed for, with its print in one bar."""
    flat = Candle(ONE, ONE, ONE, ONE) if one.of is None else bar.candles[one.of + _QUOTE]
    return replace(flat, low=min(flat.low, Decimal(one.price))) if here else flat
