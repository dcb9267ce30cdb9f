"""What cannot move apart: the price of a coin, and the contracts that are margined in it in a pool of several assets.

In that pool what such a contract earns is worth a line in the price only while both move by one share.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.account.book import Book
from isocross.account.mates import mates
from isocross.errors import IsocrossError
from isocross.money import ONE


class ApartError(IsocrossError, ValueError):
    """A move that takes the price of a coin and a contract that is margined in it apart."""


def apart_words(coin: str, one: str, other: str, instead: str = "move both by the same share") -> str:
    """Say why two markets of a coin cannot go ways of their own, and what to do."""
    return f"{one} and {other} are both the price of {coin}, which is margin here: {instead}"


def two_prices_words(coin: str, market: str, quote: str) -> str:
    """Say why the two markets that make the price of a coin cannot both move, while positions settle in it."""
    return f"positions settle in {coin}, whose price moves with {market} and {quote}: move only one of the two"


def told_apart(book: Book, shares: Mapping[str, Decimal]) -> str | None:
    """Say why moves take the price of a coin and what is margined in it apart; None where they do not.

    Args:
        book: the account.
        shares: by market its part in the move; of one that is not named 1.
    """
    for each in mates(book):
        first, *others = each.margined
        for other in others:
            if shares.get(first, ONE) != shares.get(other, ONE):
                return apart_words(each.coin, first, other)
    return None


def refuse_apart(book: Book, shares: Mapping[str, Decimal]) -> None:
    """ApartError for such moves."""
    told = told_apart(book, shares)
    if told is not None:
        raise ApartError(told)
