"""The words of a line: numbers, moves, and a position or an order as a person would say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from isocross.desk import selectors
from isocross.desk.state import State
from isocross.rules.catalogue import listed_symbols
from isocross.rules.market import base_of
from isocross_tui.forms.account import NotReadableError, read_number
from isocross_tui.talk.talk import TalkError

_SIDES: Final = {"long": "long", "buy": "long", "short": "short", "sell": "short"}
_MODES: Final = ("cross", "isolated")
_LEVERAGE: Final = re.compile(r"(\d+(?:\.\d+)?)x")
_FIELDS: Final = ("market", "side", "mode", "quantity", "entry", "leverage", "margin")
_SAID: Final = {"at": "entry", "for": "entry", "price": "entry"} | {name: name for name in _FIELDS}


def number(text: str) -> Decimal:
    """A number; TalkError for other words."""
    try:
        return read_number(text)
    except NotReadableError as error:
        raise TalkError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None


def share(text: str) -> Decimal:
    """A move such as -30% or -0.3; TalkError for other words."""
    return number(text.removesuffix("%").strip()) / 100 if text.endswith("%") else number(text)


def market_of(word: str, state: State) -> str:
    """The market that a word means: one that is held, or the venue's own of that coin."""
    wanted, currency = word.upper(), state.workspace.currency
    book = selectors.book(state)
    known = [*dict.fromkeys(p.market for p in book.positions), *book.markets, *listed_symbols(book.profile)]
    for symbol in known:
        if wanted == symbol.upper():
            return symbol
    return next((symbol for symbol in known if base_of(symbol, currency).upper() == wanted), wanted)


def said(words: str, state: State) -> dict[str, str]:
    """A position as it is said, such as `long 1 btc at 60000 10x cross`, as the fields of the desk's form.

    TalkError for a word that says nothing of a position.
    """
    fields: dict[str, str] = {}
    tokens = words.split()
    while tokens:
        word = tokens.pop(0)
        plain = word.lower().rstrip(",")
        leverage = _LEVERAGE.fullmatch(plain)
        if plain in _SAID:
            if not tokens:
                raise TalkError(f"Something is missing after “{word}”.")
            key, value = _SAID[plain], tokens.pop(0)
            _put(fields, key, market_of(value, state) if key == "market" else value)
        elif plain in _SIDES:
            _put(fields, "side", _SIDES[plain])
        elif plain in _MODES:
            _put(fields, "mode", plain)
        elif leverage:
            _put(fields, "leverage", leverage[1])
        elif plain[:1].isdigit() or plain[:1] == ".":
            _put(fields, "quantity", plain)
        else:
            _put(fields, "market", market_of(word, state))
    return fields


def _put(fields: dict[str, str], key: str, value: str) -> None:
    if key in fields:
        raise TalkError(f"“{value}” cannot be placed: the {key} is {fields[key]} already.")
    fields[key] = value


def form(fields: Mapping[str, str], usual: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form, those that were not said as they usually are."""
    return {**usual, **fields}
