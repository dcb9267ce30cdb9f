"""In how many places amounts are written: two in money people pay with, eight in coins. Decided here and nowhere else.

A function that writes amounts is marked `in_its_currency`: whatever it writes takes the places of the account it is
given. `engine.numbers.money` asks here when it is told nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

COIN_PLACES: Final = 8
"""One satoshi is the last of them."""
_TWO_PLACES: Final = frozenset(
    ("USDT", "USDC", "USD", "USDE", "BUSD", "FDUSD", "TUSD", "USDD", "PYUSD", "DAI", "EUR", "EURC", "GBP", "CHF", "AUD")
)
_places: ContextVar[int] = ContextVar("places", default=2)


def places_of(currency: str) -> int:
    """Digits after the point of an amount in this currency."""
    return 2 if currency.upper() in _TWO_PLACES else COIN_PLACES


def places() -> int:
    """Digits after the point of an amount where nothing else is said."""
    return _places.get()


@contextmanager
def amounts_in(currency: str) -> Iterator[None]:
    """Write amounts with the places of a currency for a while."""
    before = _places.set(places_of(currency))
    try:
        yield
    finally:
        _places.reset(before)


def in_its_currency(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function write amounts with the places of the account it is given: a book, or what has one."""

    @wraps(function)
    def writing(*args: P.args, **kwargs: P.kwargs) -> R:
        currency = next(filter(None, map(_currency, (*args, *kwargs.values()))), None)
        if currency is None:
            return function(*args, **kwargs)
        with amounts_in(currency):
            return function(*args, **kwargs)

    return writing


def _currency(given: Any) -> str | None:
    """The currency of a book or a workspace, or of the one a frame, a scene or a state has."""
    for owner in (given, getattr(given, "book", None), getattr(given, "workspace", None)):
        currency = getattr(owner, "currency", None)
        if isinstance(currency, str):
            return currency
    return None
