"""Prices at which the positions of a pool of several assets end: collateral of the same coin moves with its market."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from isocross.account.book import Book, Mode
from isocross.account.margin import worth
from isocross.account.mates import with_mates
from isocross.cascade.backed import AssetPool
from isocross.cascade.netted import asset_pool_of
from isocross.cascade.pieces import quotient
from isocross.figures.standings import Standings
from isocross.money import ONE, ZERO


def price_of_line(standings: Standings, market: str) -> Decimal | None:
    """The liquidation price of the positions of a market on the pool; None when no price of it liquidates them.

    Every other market does not move, but those of a coin that is margined in; what collateral has its price from this
    one moves with it.
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
    moving = with_mates(book, {market: ONE / mark}) if mark else {}
    members = {i: standings.positions[i] for i in standings.pool_members}
    backing = tuple(ledger.behind_pool_in(coin) for coin in book.coin_names)
    prices: list[Decimal] = []
    for direction in (-1, 1):
        still = {symbol: (at, ZERO) for symbol, at in standings.marks.items()}
        # for a place of 1 the mark of this market moves by 1, and those of its coin by the same share
        moved = {s: standings.marks[s] * share * direction for s, share in moving.items()}
        courses = still | {s: (standings.marks[s], slope) for s, slope in moved.items()}
        courses[market] = mark, Decimal(direction)
        scope = pool(book, courses, members, backing, netted=unasked)
        if scope.surplus == 0:
            return mark if mark > 0 else None
        touch = scope.first_touch(recovering=scope.surplus < 0)
        if touch is not None:
            prices.append(mark + direction * quotient(touch))
    return min((price for price in prices if price > 0), key=lambda price: abs(price - mark), default=None)


def worst_of_assets(book: Book, coin: str) -> Decimal:
    """The most that cross positions of a pool can lose from the opening: what is behind it, at the opening's prices.

    That is what its assets are worth less its debts; what is no collateral is never sold. In a pool of one token it is
    in the token, else in USD.
    """
    if not book.pools_assets:
        return max(ZERO, book.free_in(coin))
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    backing = {name: book.free_in(name) for name in book.coin_names}
    held = (
        cash * book.coin_price(name, marks)
        for name, cash in backing.items()
        if cash < ZERO or book.coin[name].collateral
    )
    return max(ZERO, sum(held, ZERO))


def worst_in_assets(book: Book, index: int) -> Decimal:
    """The most that one cross position can lose from the opening: a long no more than its loss at a mark of zero."""
    position, coin = book.positions[index], book.coin_of(book.positions[index])
    reach = worst_of_assets(book, coin)
    if position.exposure <= 0:
        return reach
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    unit = book.coin_price(coin, marks) if book.pools_assets else ONE
    return min(reach, worth(position.kind, position.quantity, position.entry) * unit)


def worst_of_account(book: Book, alone: Mapping[int, Decimal]) -> Decimal:
    """The most that the account can lose from the opening: all that its positions stand on, at the opening's prices.

    Never more than it has: an isolated margin can be borrowed.

    Args:
        book: the account.
        alone: what each isolated position can lose, in what it settles in.
    """
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    positions, prices = book.positions, {coin: book.coin_price(coin, marks) for coin in book.coin_names}
    isolated = sum((amount * prices[book.coin_of(positions[i])] for i, amount in alone.items()), ZERO)
    coins = {book.coin_of(p) for p in positions if p.mode is Mode.CROSS}
    if book.pools_assets:
        pools = worst_of_assets(book, "") if coins else ZERO
    else:
        pools = sum((worst_of_assets(book, coin) * prices[coin] for coin in coins), ZERO)
    return max(ZERO, min(book.opening_cash, isolated + pools))
