"""Exact decimals as they stand on the screen: grouped by thousands, with a real minus sign, never cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import cache
from typing import Final

from isocross.money import text
from isocross.records import dataclass

NOTHING: Final = "none"
"""What stands where there is no number; an answer of its own, and not zero."""
MINUS: Final = "−"
"""The sign of a negative number where the terminal has one."""
_EXACT: Final = Context(prec=200, rounding=ROUND_HALF_EVEN)
_WRITTEN_OUT: Final = 150
_FINE: Final = 10
_GIVEN_DIGITS: Final = 8
_GRID_DIGITS: Final = 5
_MOST_PLACES: Final = 18
COIN_PLACES: Final = 8
"""One satoshi is the last of them."""
_TWO_PLACES: Final = frozenset(
    ("USDT", "USDC", "USD", "USDE", "BUSD", "FDUSD", "TUSD", "USDD", "PYUSD", "DAI", "EUR", "EURC", "GBP", "CHF", "AUD")
)
_UNITS: Final = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def fixed(number: Decimal | None, places: int, *, minus: str = MINUS, plus: str = "") -> str:
    """Write a number with so many places.

    Args:
        number: What to write; `None` and what is not a number become words.
        places: Digits after the point.
        minus: The sign before a negative number.
        plus: The sign before a positive number.
    """
    if number is None or not number.is_finite():
        return NOTHING
    if number and number.adjusted() > _WRITTEN_OUT:
        with localcontext(_EXACT):
            return _signed(f"{abs(number):.3e}", number, minus, plus)
    rounded = number.quantize(_grid(places), context=_EXACT)
    return _signed(f"{rounded.copy_abs():,f}", rounded, minus, plus)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Writes amounts of one currency, with its places: what a book or a workspace has as `amounts`.

    Where amounts are written it is called `money`, so that it reads `money(wallet)`. There is no other way to write an
    amount, and none without a currency.
    """

    places: int
    """Digits after the point."""
    name: str = ""
    """What stands behind each amount; empty: the currency goes without saying."""

    def __call__(self, amount: Decimal | None, *, minus: str = MINUS, plus: str = "") -> str:
        """Write an amount; None and what is not a number become words."""
        return self._named(amount, fixed(amount, self.places, minus=minus, plus=plus))

    @property
    def step(self) -> Decimal:
        """The last digit that is written: a cent, or of a coin 0.00000001."""
        return _grid(self.places)

    def tight(self, amount: Decimal) -> str:
        """Write an amount in less room: of a coin with four places."""
        return self._named(amount, fixed(amount, min(4, self.places)))

    def rough(self, amount: Decimal, *, plus: str = "") -> str:
        """Write an amount in little room: without places, of a coin with four."""
        return self._named(amount, fixed(amount, max(0, self.places - 4), plus=plus))

    def column(self, amounts: Iterable[Decimal], width: int) -> Callable[[Decimal], str] | None:
        """Choose how the amounts of a column are written: all in the longest way that fits; None: none does."""
        held = list(amounts)
        ends = (min(held), max(held)) if held else ()
        ways = (self, self.tight, self.rough)
        return next((way for way in ways if all(len(way(end)) <= width for end in ends)), None)

    def _named(self, amount: Decimal | None, written: str) -> str:
        return written if not self.name or amount is None else f"{written} {self.name}"


@cache
def amounts_in(currency: str) -> Amounts:
    """How amounts of a currency are written: with two places in money people pay with, with eight in coins."""
    return Amounts(2 if currency.upper() in _TWO_PLACES else COIN_PLACES)


IN_USD = amounts_in("USD")
"""How what several assets are worth together is written."""


@cache
def named_amounts(asset: str) -> Amounts:
    """How amounts of an asset are written beside those of a currency: with its name behind each."""
    return Amounts(amounts_in(asset).places, asset)


def percent(share: Decimal | None, places: int = 1, *, minus: str = MINUS, plus: str = "") -> str:
    """Write a share as a percentage: a share of −0.3 is −30.0 %."""
    if share is None or not share.is_finite():
        return NOTHING
    return f"{fixed(_EXACT.multiply(share, 100), places, minus=minus, plus=plus)} %"


def price(mark: Decimal | None, tick: Decimal | None = None, *, minus: str = MINUS) -> str:
    """Write a price on its market's grid (`Market.grid`), or as one that was given when there is none."""
    if mark is None or not mark.is_finite():
        return NOTHING
    if tick is None or not tick.is_finite() or tick <= 0:
        return given(mark, minus=minus)
    exponent = tick.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    far = mark and mark.adjusted() - tick.adjusted() > _WRITTEN_OUT
    if far or tick == _grid(places):
        return fixed(mark, places, minus=minus)
    ticks = _EXACT.divide(mark, tick).quantize(_grid(0), context=_EXACT)
    return fixed(_EXACT.multiply(ticks, tick), places, minus=minus)


def given(mark: Decimal, *, minus: str = MINUS) -> str:
    """Write a price somebody entered with all its digits: at least two places, at most eight digits that count."""
    own = mark.as_tuple().exponent
    most = max(2, min(_GIVEN_DIGITS - 1 - mark.adjusted(), _MOST_PLACES)) if mark else 2
    places = max(2, min(-own, most)) if isinstance(own, int) else 2
    written = fixed(mark, places, minus=minus)
    while places > 2 and written.endswith("0"):
        places, written = places - 1, written[:-1]
    return written


def grid_of(mark: Decimal) -> Decimal:
    """A step for the prices of a market whose tick is not known: five digits of its mark, at least two places.

    One step for every place of a path, so that no column changes its places while a price moves through 1.
    """
    places = max(2, min(_GRID_DIGITS - 1 - mark.adjusted(), _MOST_PLACES)) if mark and mark.is_finite() else 2
    return Decimal(1).scaleb(-places)


def fine(mark: Decimal, least: int = 2) -> str:
    """Write a price with more digits than are shown of it, so that what it is put into comes out to the cent.

    Args:
        mark: the price.
        least: of its places, so many are written though they are zeros.
    """
    places = max(least, _FINE - 1 - mark.adjusted())
    written = fixed(mark, places)
    while places > least and written.endswith("0"):
        places, written = places - 1, written[:-1]
    return written.removesuffix(".")


def counted(number: int, what: str) -> str:
    """Write a number of things: 1 account, 2 accounts."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def grouped(number: Decimal, *, minus: str = MINUS) -> str:
    """Write a number as people do: its thousands apart, a real minus, no exponent, no trailing zeros."""
    whole, point, places = text(abs(number)).partition(".")
    return _signed(f"{Decimal(whole):,f}{point}{places}", number, minus, "")


def brief(mark: Decimal | None, tick: Decimal | None = None, *, minus: str = MINUS) -> str:
    """Write a price in little room: without places from a thousand on, with one from a hundred on."""
    if mark is None or abs(mark) < 100:
        return price(mark, tick, minus=minus)
    return fixed(mark, 0 if abs(mark) >= 1000 else 1, minus=minus)


def short(number: float, span: float, *, minus: str = MINUS) -> str:
    """Write a label of an axis, with the places that tell labels apart on one that is `span` long."""
    for unit, letter in _UNITS:
        if abs(number) >= unit and span >= unit / 10:
            return f"{_axis_label(number / unit, span / unit, minus)}{letter}"
    return _axis_label(number, span, minus)


def _axis_label(number: float, span: float, minus: str) -> str:
    places = next((digits for digits, least in ((0, 10), (1, 1), (2, 0.1), (4, 0.001)) if span >= least), 6)
    written = f"{abs(number):,.{places}f}"
    negative = number < 0 and any(digit in written for digit in "123456789")
    return f"{minus}{written}" if negative else written


@cache
def _grid(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def _signed(written: str, amount: Decimal, minus: str, plus: str) -> str:
    if not amount:
        return written
    return f"{minus if amount < 0 else plus}{written}"
