"""The markets of one coin, in a pool that has contracts margined in it: what moves one of them moves them all.

The collateral, the contracts that are margined in it and the linear ones on it have one price, but for a basis. So a
move that names one of them takes the others along; a basis moves where each is named with a share of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.account.book import Book, Mode
from isocross.records import dataclass
from isocross.rules.underlying import coin_of, one_name


@dataclass(frozen=True)
class Mates:
    """The markets of one coin."""

    coin: str
    """The name of the asset."""
    margined: tuple[str, ...]
    """The market that its price is the mark of, and those of cross positions margined in it: one share moves all."""
    others: tuple[str, ...]
    """The other contracts on it."""

    @property
    def markets(self) -> tuple[str, ...]:
        """All of them."""
        return self.margined + self.others


def mates(book: Book) -> tuple[Mates, ...]:
    """Find the coins that positions of an account with a pool of several assets are margined in, or orders can open."""
    return book.memo.once("mates", lambda: _mates(book)) if book.pools_assets else ()


def _mates(book: Book) -> tuple[Mates, ...]:
    margined: dict[str, dict[str, None]] = {}
    for position in book.seats:
        if position.inverse:
            coin = book.coin_of(position)
            together = margined.setdefault(coin, {book.coin[coin].market: None})
            if position.mode is Mode.CROSS:
                together[position.market] = None
    return tuple(_of_coin(book, coin, tuple(markets)) for coin, markets in margined.items())


def _of_coin(book: Book, coin: str, margined: tuple[str, ...]) -> Mates:
    name = book.name_of(coin)
    contracts = (symbol for symbol, market in book.markets.items() if not market.is_asset and symbol not in margined)
    return Mates(name, margined, tuple(symbol for symbol in contracts if coin_of(symbol) == one_name(name)))


def one_price(book: Book, one: str, other: str) -> bool:
    """Tell whether two markets move by one share always."""
    return one != other and any({one, other} <= set(each.margined) for each in mates(book))


def with_mates(book: Book, moves: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """Let each market that is not named move as the first named one of its coin does."""
    together = mates(book)
    if not together:
        return moves
    found = dict(moves)
    for each in together:
        lead = next((moves[market] for market in each.markets if market in moves), None)
        if lead is not None:
            found |= {market: lead for market in each.markets if market not in moves}
    return found
