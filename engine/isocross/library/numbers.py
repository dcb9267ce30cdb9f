"""Numbers as a program has them, made exact: strings, Decimals, whole numbers, and floats by their shortest decimal."""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import SupportsIndex

from isocross.errors import IsocrossError
from isocross.money import text
from isocross.paths.shock import Shock, ShockError, parse_move, parse_shock, refuse_ambiguous

Number = str | Decimal | float | SupportsIndex
"""An exact number: a string such as "0.015", a Decimal, a whole number, or a float, read by its shortest decimal."""
Move = Number
"""A move of the price: a whole number is per cent (-30), all else a share ("-30%", "-0.3", Decimal("-0.3"), -0.3)."""


class NumberError(IsocrossError, ValueError):
    """Say that a text is not a number, or a number is not finite."""


def exact_number(value: object, what: str = "a number") -> Decimal:
    """Make a number exact; raises TypeError for what is none, NumberError for a text that says none."""
    number = _exact(value, what)
    if not number.is_finite():
        raise NumberError(f"{value!r} is not {what}: expected a finite number")
    return number


def _exact(value: object, what: str) -> Decimal:
    if isinstance(value, bool):
        raise TypeError(f"{value!r} is not {what}: expected a string, a Decimal, an int or a float")
    if isinstance(value, Decimal):
        return value
    if isinstance(value, float):
        return Decimal(float.__repr__(value))
    if isinstance(value, str):
        try:
            return Decimal(value.strip())
        except InvalidOperation:
            raise NumberError(f'{value!r} is not {what}: expected one such as "0.015"') from None
    if isinstance(value, SupportsIndex):
        return Decimal(operator.index(value))
    expected = "expected a string, a Decimal, an int or a float"
    raise TypeError(f"{type(value).__name__} {value!r} is not {what}: {expected}")


def shock_of(value: object, markets: Collection[str]) -> Shock:
    """Read a shock: one common move, or by market the move of each; raises ShockError or TypeError."""
    if isinstance(value, Mapping):
        strange = sorted(str(market) for market in value if market not in markets)
        if strange:
            raise ShockError(f"the account has no market {strange[0]!r}: expected one of {', '.join(sorted(markets))}")
        return MappingProxyType({market: _move(move) for market, move in value.items()})
    if isinstance(value, str):
        return parse_shock(value, markets)
    move = _move(value)
    if move <= -1:
        raise ShockError(f"a common move of {text(move)} would leave no price: expected more than -1")
    return move


def _move(value: object) -> Decimal:
    if isinstance(value, str):
        return parse_move(value)
    number = exact_number(value, "a move")
    if isinstance(value, Decimal | float):
        refuse_ambiguous(written := text(number), Decimal(written))
        return number
    return number / 100


def place_words(value: object) -> str | None:
    """Write a place of a lived path, a time of one, or a part of a shock, as the command line takes it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return text(exact_number(value, "a place"))
