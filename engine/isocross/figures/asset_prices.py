"""Prices at which the positions of a pool of several assets end: collateral of the same coin moves with its market."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from isocross.account.book import Book, Mode
from isocross.cascade.backed import AssetPool
from isocross.cascade.netted import asset_pool_of
from isocross.cascade.pieces import quotient
from isocross.figures.standings import Standings
from isocross.money import ZERO


def price_of_line(standings: Standings, market: str) -> Decimal | None:
    """The liquidation price of the positions of a market on the pool; None when no price of it liquidates them.

    Every other market does not move; what collateral has its price from this one moves with it.
    """
    return _price_of(standings, market, standings.netted, asset_pool_of)


def price_of_zero(standings: Standings, market: str) -> Decimal | None:
    """The mark of a market at which nothing of what the assets count is left; None when there is none."""
    return _price_of(standings, market, frozenset(standings.pool_members), AssetPool)


def _price_of(
    standings: Standings, market: str, unasked: frozenset[int], pool: Callable[..., AssetPool]
) -> Decimal | None:
    """The nearest mark of a market at which g of the pool changes sign; of those `unasked` no margin is asked."""
    mark, book, ledger = standings.marks[market], standings.book, standings.ledger
    members = {i: standings.positions[i] for i in standings.pool_members}
    backing = tuple(ledger.behind_pool_in(coin) for coin in book.coin_names)
    prices: list[Decimal] = []
    for direction in (-1, 1):
        still = {symbol: (at, ZERO) for symbol, at in standings.marks.items()}
        courses = still | {market: (mark, Decimal(direction))}
        scope = pool(book, courses, members, backing, netted=unasked)
        if scope.surplus == 0:
            return mark if mark > 0 else None
        touch = scope.first_touch(recovering=scope.surplus < 0)
        if touch is not None:
            prices.append(mark + direction * quotient(touch))
    return min((price for price in prices if price > 0), key=lambda price: abs(price - mark), default=None)


def worst_of_assets(book: Book, coin: str) -> Decimal:
    """The most that a cross position can lose from the opening: what is behind its pool, at the opening's prices.

    In a pool of one token it is in the token, else in USD.
    """
    if not book.pools_assets:
        return max(ZERO, book.free_in(coin))
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    held = (book.free_in(name) * book.coin_price(name, marks) for name in book.coin_names)
    return sum((worth for worth in held if worth > ZERO), ZERO)


def worst_of_account(book: Book) -> Decimal:
    """The most that the account can lose from the opening: all that its positions stand on, at the opening's prices."""
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    alone = [p for p in book.positions if p.mode is Mode.ISOLATED]
    isolated = sum((p.margin * book.coin_price(book.coin_of(p), marks) for p in alone), ZERO)
    if not any(p.mode is Mode.CROSS for p in book.positions):
        return isolated
    if book.pools_assets:
        return isolated + worst_of_assets(book, "")
    coins = {book.coin_of(p) for p in book.positions if p.mode is Mode.CROSS}
    return isolated + sum((worst_of_assets(book, coin) * book.coin_price(coin, marks) for coin in coins), ZERO)
