"""Whether an account is one of a single wallet: what is said of all its cash can be said of that wallet."""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from typing import Any

from isocross.account.book import Book

_KNOWN = frozenset(("profile", "wallet", "markets", "positions", "fund", "strict", "currency", "orders"))


def is_plain(book: Book) -> bool:
    """Whether an account makes use of nothing but what is known here: a wallet, positions and orders."""
    kind: Any = type(book)
    return all(getattr(book, name) == nothing for name, nothing in _others(kind))


@cache
def _others(kind: Any) -> tuple[tuple[str, object], ...]:
    """The fields that are not known here, and the value by which each says nothing."""
    found: list[tuple[str, object]] = []
    for field in fields(kind):
        if field.name not in _KNOWN:
            found.append((field.name, field.default if field.default_factory is MISSING else field.default_factory()))
    return tuple(found)
