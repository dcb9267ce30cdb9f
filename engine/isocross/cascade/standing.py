"""The scopes of an account as its ledger has them now: a position with a bucket, a pool, or one of all assets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.cascade.backed import AssetPool, Backing
from isocross.cascade.ledger import Ledger
from isocross.cascade.lone import alone
from isocross.cascade.netted import asset_pool_of, pool_of
from isocross.cascade.scope import Courses, Pool, Scope
from isocross.money import ZERO


def backing_of(ledger: Ledger) -> Backing:
    """What stands behind a pool of each asset now."""
    behind = ledger.behind_pool_in if ledger.reserves else ledger.cash_in
    return tuple(map(behind, ledger.book.coin_names))


def pool_now(ledger: Ledger, courses: Courses, place: Decimal, coin: str | None) -> Pool:
    """Make the pool of the positions that settle in one asset, with its cash; where none is named, of all."""
    members = {i: ledger.positions[i] for i in ledger.open_on(coin)}
    pool = pool_of(ledger.book, courses, members, ledger.behind_pool_in(coin or ""), place, ledger.netted)
    pool.coin = coin
    return pool


def asset_pool_now(ledger: Ledger, courses: Courses, place: Decimal) -> AssetPool:
    """Make the pool of all cross positions with all assets behind it."""
    members = {i: ledger.positions[i] for i in ledger.open_on(None)}
    return asset_pool_of(ledger.book, courses, members, backing_of(ledger), place, ledger.netted)


def scope_at(ledger: Ledger, marks: Mapping[str, Decimal], place: Decimal, index: int) -> Scope:
    """Make the scope of an open position where the marks stand still."""
    book, position = ledger.book, ledger.positions[index]
    if book.has_bucket(position):
        return alone(book, still(marks), index, position, ledger.margins[index], place)
    if book.pools_assets:
        return asset_pool_now(ledger, still(marks), place)
    return pool_now(ledger, still(marks), place, ledger.coin_of(index) if book.coins else None)


def still(marks: Mapping[str, Decimal]) -> Courses:
    """Make courses of marks that stand still."""
    return {symbol: (mark, ZERO) for symbol, mark in marks.items()}
