"""What the worst case of an account leaves out: what orders would add, and what coins themselves lose in price."""

from __future__ import annotations

from typing import Final

from isocross.figures.frame import Frame
from isocross.money import ZERO
from isocross.words.orders import uncounted

PRICES_APART: Final = "What coins themselves lose in price is not counted."


def leaves_prices_out(frame: Frame) -> bool:
    """Whether the account has more to lose than its worst case, because coins that no position can reach may drop."""
    book = frame.acted_on
    coins = any(book.balance_of(coin) > ZERO for coin in book.coin_names if coin)
    return coins and frame.account.worst_case < book.opening_cash


def uncounted_of_account(frame: Frame) -> str:
    """Say what the worst case of the account leaves out; empty: nothing."""
    prices = PRICES_APART if leaves_prices_out(frame) else ""
    return " ".join(filter(None, (uncounted(frame.acted_on), prices)))


def worst_case_words(left_out: str) -> str:
    """What a worst case leaves out, where nothing else names it; empty: nothing."""
    return f"Worst case: {left_out[0].lower()}{left_out[1:]}" if left_out else ""


def uncounted_in_short(frame: Frame) -> str:
    """The same in two or three words, beside the figure."""
    left = filter(None, ("orders" if uncounted(frame.acted_on) else "", "prices" if leaves_prices_out(frame) else ""))
    named = ", ".join(left)
    return f"{named} apart" if named else ""
