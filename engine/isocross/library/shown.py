"""A figure as the desk writes it."""

from __future__ import annotations

from typing import Literal, assert_never

from isocross.format import amounts_in, percent, price
from isocross.library.numbers import Number, exact_number

Style = Literal["amount", "price", "percent"]


def shown(value: Number | None, style: Style = "amount", *, currency: str = "USDT", tick: Number | None = None) -> str:
    """Write a figure as the desk does: thousands separated, a real minus sign, "none" where there is none.

    Args:
        value: the figure; None is written as "none".
        style: an amount of money, a price, or a share of 1 as per cent.
        currency: of an amount; it decides how many places there are.
        tick: the smallest step of a price; None: the digits that the price has.
    """
    number = None if value is None else exact_number(value)
    match style:
        case "amount":
            return amounts_in(currency)(number)
        case "price":
            return price(number, None if tick is None else exact_number(tick, "a tick"))
        case "percent":
            return percent(number)
        case _:
            assert_never(style)
