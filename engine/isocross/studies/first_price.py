"""The price of one market at which the first position is liquidated: that market alone, or all of them together."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Book
from isocross.account.mates import with_mates
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.errors import IsocrossError
from isocross.figures.prices import liquidation_price, liquidation_prices
from isocross.figures.standings import Standings
from isocross.figures.triggers import joint_falls
from isocross.money import ONE, PLACE_GRID, exact
from isocross.paths.glide import DEEPEST_FALL, Glide
from isocross.paths.shock import LARGEST
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.market import base_of
from isocross.rules.underlying import coin_of


class MarketError(IsocrossError, ValueError):
    """Say that a price cannot be asked for: what was named is not in the account, or does not move."""


class UnknownMarketError(MarketError):
    """Say that an account has no such market."""


@dataclass(frozen=True)
class Reached:
    """A price at which something is liquidated."""

    price: Decimal
    move: Decimal
    """Of the market, as a share of its mark."""
    positions: tuple[str, ...]
    """Ids of the positions that are liquidated there, in order."""


@dataclass(frozen=True)
class FirstPrice:
    """The first liquidation on the way down and on the way up."""

    market: str
    mark: Decimal
    joint: bool
    """Whether all markets move together."""
    position: str | None
    """Id of the position that was asked about; None: any."""
    down: Reached | None
    up: Reached | None
    line: Decimal | None = None
    """Where the pool of the position that was asked about comes to its threshold, whoever is liquidated there."""

    @property
    def nearest(self) -> Reached | None:
        """The one that is nearer to the mark; of two as near the one below."""
        return min((way for way in (self.down, self.up) if way), key=lambda way: abs(way.move), default=None)


def market_named(book: Book, name: str) -> str:
    """Find the market that a name means: its symbol, or the coin it is on; raises MarketError."""
    if name in book.markets:
        return name
    wanted = name.upper()
    found = [s for s in book.markets if wanted in {s.upper(), base_of(s, book.currency).upper(), coin_of(s)}]
    if len(found) == 1:
        return found[0]
    known = ", ".join(sorted(book.markets)) or "none: the account has no markets"
    if found:
        raise MarketError(f"{name!r} is several markets: expected one of {', '.join(sorted(found))}")
    raise UnknownMarketError(f"the account has no market {name!r}: expected one of {known}")


@exact
def first_price(
    rehearsal: GlideRehearsal, market: str, position: str | None = None, *, joint: bool = False
) -> FirstPrice:
    """Find the price of a market at which anything is liquidated, or one position.

    Args:
        rehearsal: the account at its opening marks.
        market: its symbol.
        position: the id of the position that is asked about; None: the first of any. MarketError for an unknown one.
        joint: all markets move together, each by its beta; else only this one moves, and its mates.
    """
    book = rehearsal.book
    if position is not None and position not in {p.id for p in book.positions}:
        known = ", ".join(p.id for p in book.positions) or "none: the account has no positions"
        raise MarketError(f"{position!r} is not a position of this account: expected one of {known}")
    if joint:
        beta = book.betas_with(rehearsal.betas).get(market, ONE)
        if not beta:
            raise MarketError(f"{market} does not move with the others: its beta is 0")
        wholes = (rehearsal.falling, rehearsal.rising)[:: 1 if beta > 0 else -1]
        down, up = (_reached(whole, market, position) for whole in wholes)
    else:
        bounded = not book.inverse_markets.isdisjoint(with_mates(book, {market: ONE}))
        ends = (-DEEPEST_FALL if bounded else -ONE, LARGEST)
        alone = (solve(book, Glide.towards(book, {market: end}), ONE, rehearsal.work) for end in ends)
        down, up = (_exactly(_reached(whole, market, position), market, book) for whole in alone)
    line = None if joint else _line(book, market, position)
    return FirstPrice(market, book.markets[market].mark, joint, position, down, up, line)


def _line(book: Book, market: str, position: str | None) -> Decimal | None:
    """The liquidation price of a position of a market: it is its pool's, too."""
    index = None if position is None else book.index_of(position)
    if index is None or book.positions[index].market != market:
        return None
    return liquidation_price(Standings.at(Ledger(book), {s: m.mark for s, m in book.markets.items()}), index)


def _reached(whole: Timeline[Glide], market: str, position: str | None) -> Reached | None:
    """Where the first position is liquidated on a glide, or the one that is asked about."""
    book = whole.book
    falls = [(book.seats[index].id, event.place) for index, event in joint_falls(whole).items()]
    place = min((place for id, place in falls if position in (None, id)), default=None)
    if place is None:
        return None
    mark, opening = whole.path.mark(market, place), book.markets[market].mark
    return Reached(mark, mark / opening - ONE, tuple(id for id, at in falls if at == place))


def _exactly(reached: Reached | None, market: str, book: Book) -> Reached | None:
    """The same at the exact root, where a liquidation price of the market is within the grid of places."""
    if reached is None:
        return None
    opening = book.markets[market].mark
    prices = liquidation_prices(Standings.at(Ledger(book), {s: m.mark for s, m in book.markets.items()}))
    near = (p for p in prices.values() if p is not None and abs(p - reached.price) <= opening * PLACE_GRID * LARGEST)
    price = next(near, reached.price)
    return Reached(price, price / opening - ONE, reached.positions)
