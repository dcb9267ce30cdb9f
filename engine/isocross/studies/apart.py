"""Accounts whose isolated positions stand apart: each of them, and all that is cross, can be rehearsed by itself."""

from __future__ import annotations

from dataclasses import replace

from isocross.account.book import Book, Mode, Position
from isocross.rules.profile import Residual


def stands_alone(book: Book) -> bool:
    """Whether nothing goes to or fro between isolated positions and the rest of an account but their margin.

    Each then leaves what it would leave by itself. Sums of inverse positions are rounded, so they are left together.
    """
    draws = any(position.auto_margin for position in book.positions)
    takes = book.profile.residual is not Residual.FUND or book.fund is not None
    return not (draws or takes or book.orders or book.inverse_markets or book.coins)


def cross_of(book: Book) -> Book:
    """Take the cross positions of an account, with all cash that is in no isolated margin."""
    cross = tuple(position for position in book.positions if position.mode is Mode.CROSS)
    return replace(book, positions=cross, wallet=book.pool_cash)


def only(book: Book, position: Position) -> Book:
    """Take an isolated position with its margin, and nothing else."""
    return replace(book, positions=(position,), wallet=position.margin)
