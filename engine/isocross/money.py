"""Exact numbers: the one Decimal context, the two grids, and how a figure becomes text."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

ZERO = Decimal(0)
ONE = Decimal(1)

MONEY_PLACES = 18
MONEY_GRID = Decimal(1).scaleb(-MONEY_PLACES)
"""Every posting is a multiple of this, in the account's currency."""

PLACE_PLACES = 12
PLACES_TO_ONE = Decimal(1).scaleb(PLACE_PLACES)
PLACE_GRID = Decimal(1).scaleb(-PLACE_PLACES)
"""The place of an event on a path is a multiple of this (1 = 100 % of the opening mark)."""

SHOWN_DIGITS = 40
"""Significant digits of a derived figure in text; amounts on the money grid are always whole."""

CONTEXT = decimal.Context(
    prec=160,
    rounding=ROUND_HALF_EVEN,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""Wide enough that sums and products of what a workspace may hold are exact; only quotients round."""


def exact(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` under `CONTEXT`, whatever context its caller has."""

    @wraps(function)
    def under_context(*args: P.args, **kwargs: P.kwargs) -> R:
        with decimal.localcontext(CONTEXT):
            return function(*args, **kwargs)

    return under_context


def posting(amount: Decimal) -> Decimal:
    """Round an amount that moves to the money grid, once (half to even)."""
    return amount.quantize(MONEY_GRID, ROUND_HALF_EVEN)


def requirement(amount: Decimal) -> Decimal:
    """Round a requirement up to the money grid, so that dust cannot escape it."""
    return amount.quantize(MONEY_GRID, ROUND_CEILING)


def place_at_or_after(numerator: Decimal, denominator: Decimal) -> Decimal:
    """The first grid place at or after numerator ÷ denominator (positive), without rounding first."""
    quotient, rest = divmod(numerator * PLACES_TO_ONE, denominator)
    return (quotient + ONE if rest > ZERO else quotient) * PLACE_GRID


def share(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Cut `amount` on the money grid in proportion to `weights`: largest remainder, ties in order.

    The parts sum to `amount` exactly. With no positive weight every part is zero.
    """
    total = sum(weights, ZERO)
    if total <= 0:
        return [ZERO for _ in weights]
    wholes = [amount * weight for weight in weights]
    parts = [(whole / total).quantize(MONEY_GRID, ROUND_FLOOR) for whole in wholes]
    left = amount - sum(parts, ZERO)
    if left == 0:
        return parts
    # times the total: what a division leaves out in its last digit would tell apart what is alike
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] * total - wholes[i], i))
    for i in by_remainder:
        if left <= 0:
            break
        step = min(left, MONEY_GRID)
        parts[i] += step
        left -= step
    return parts


def text(value: Decimal) -> str:
    """A figure as plain digits: no exponent, no trailing zeros, derived figures cut to `SHOWN_DIGITS`."""
    if len(value.as_tuple().digits) > SHOWN_DIGITS:
        value = decimal.Context(prec=SHOWN_DIGITS, rounding=ROUND_HALF_EVEN).plus(value)
    if value == 0:
        return "0"
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def text_or_none(value: Decimal | None) -> str | None:
    """`text`, with None (there is no such figure) kept as None."""
    return None if value is None else text(value)
