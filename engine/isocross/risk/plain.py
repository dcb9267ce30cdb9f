"""Whether an account is one of a single wallet: what is said of all its cash can be said of that wallet."""

from __future__ import annotations

from dataclasses import MISSING, fields

from isocross.account.book import Book

_KNOWN = frozenset(("profile", "wallet", "markets", "positions", "fund", "strict", "currency", "orders"))


def is_plain(book: Book) -> bool:
    """Whether an account makes use of nothing but what is known here: a wallet, positions and orders."""
    for field in fields(book):
        if field.name in _KNOWN:
            continue
        default = field.default if field.default_factory is MISSING else field.default_factory()
        if getattr(book, field.name) != default:
            return False
    return True
