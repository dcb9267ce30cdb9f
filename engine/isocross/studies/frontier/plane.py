"""The plane of a frontier: two markets, and the moves of each at which a cell ends."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from isocross.account.book import Book
from isocross.account.mates import one_price, with_mates
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE
from isocross.records import dataclass

LOWEST, HIGHEST = -DEEPEST_FALL, HIGHEST_RISE
"""No point lies beyond: marks on a frontier never reach zero."""


Point = tuple[Decimal, Decimal]
"""The moves of the two markets, fractions of their opening marks."""
_MOVE_GRID = Decimal("0.000001")


@dataclass(frozen=True)
class Plane:
    """Cells in columns of one market's moves and rows of the other's; moves are fractions of the opening marks."""

    x: str
    y: str | None
    """None: there is one row, in which only the first market moves."""
    xs: tuple[Decimal, ...]
    """The moves of the columns, rising."""
    ys: tuple[Decimal, ...] = (ZERO,)
    """The moves of the rows, rising."""

    def shocks(self, column: int, row: int) -> dict[str, Decimal]:
        """The ends of the glide to a cell."""
        return shocks_to(self.x, self.y, self.xs[column], self.ys[row])

    def coarser(self, columns: int, rows: int) -> Plane:
        """The same window with at most so many columns and rows, both ends of each axis kept."""
        return Plane(self.x, self.y, _thinned(self.xs, columns), _thinned(self.ys, rows))


def _thinned(moves: tuple[Decimal, ...], most: int) -> tuple[Decimal, ...]:
    last = len(moves) - 1
    return moves if last < most else tuple(moves[round(n * last / (most - 1))] for n in range(most))


def shocks_to(x: str, y: str | None, x_move: Decimal, y_move: Decimal) -> dict[str, Decimal]:
    """The ends of the glide to a point of a plane."""
    return {x: x_move} if y is None else {x: x_move, y: y_move}


@exact
def axis(low: Decimal, high: Decimal, cells: int) -> tuple[Decimal, ...]:
    """So many moves from `low` to `high`, evenly spread, on a grid of 1e-6; never beyond −95 % and +300 %."""
    low, high = max(LOWEST, low), min(HIGHEST, high)
    if cells == 1:
        return (low,)
    step = (high - low) / (cells - 1)
    return tuple((low + step * n).quantize(_MOVE_GRID, rounding=ROUND_HALF_EVEN) for n in range(cells))


def markets_held(book: Book) -> tuple[str, ...]:
    """The markets with a position, the one with the largest notional first, equal ones in file order.

    After them the prices of assets that have a market of their own: what is worth most first, the currency last.
    """
    sizes: dict[str, Decimal] = {}
    for position in book.positions:
        size = position.quantity * book.market_of(position).mark
        sizes[position.market] = sizes.get(position.market, ZERO) + size
    return (*sorted(sizes, key=lambda symbol: -sizes[symbol]), *_of_assets(book))


@exact
def _of_assets(book: Book) -> list[str]:
    """The markets of assets of which there is any, or a debt."""
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    own = [(coin, asset.market) for coin, asset in book.coin.items() if book.markets[asset.market].is_asset]
    worth = {market: abs(book.balance_of(coin) * marks[market]) for coin, market in own if coin}
    others = sorted((market for market, amount in worth.items() if amount), key=lambda market: -worth[market])
    return [*others, *(market for coin, market in own if not coin)]


def two_markets(book: Book, x: str | None, y: str | None) -> tuple[str, str | None]:
    """The pair that is meant: what was asked for where it is held, else the largest; None where there is no second.

    Raises ValueError for an account without positions.
    """
    held = markets_held(book)
    if not book.positions:
        raise ValueError("a frontier needs a position")
    first = x if x in held else next((symbol for symbol in held if symbol != y), held[0])
    others = [symbol for symbol in held if symbol != first and not one_price(book, first, symbol)]
    currency = book.coin[""].market if book.coins else None
    taken = {currency, *with_mates(book, {first: ONE})}
    return first, y if y in others else next((symbol for symbol in others if symbol not in taken), None)


def common_point(x: str, y: str | None, betas: Mapping[str, Decimal], shock: Decimal) -> Point:
    """Where a common move has brought the two markets."""
    return betas.get(x, ONE) * shock, ZERO if y is None else betas.get(y, ONE) * shock
