"""Moves of the marks as a rule or a grid names them: one common move, moves of coins, a shape; put to one account."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.account.book import Book
from isocross.account.mates import with_mates
from isocross.format import percent
from isocross.history.shapes import Shape
from isocross.money import ONE, ZERO
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.market import base_of
from isocross.rules.underlying import coin_of
from isocross.work import Work


def markets_on(book: Book, name: str) -> list[str]:
    """Find every market of an account that a name means: the one of that symbol, else all on that coin."""
    if name in book.markets:
        return [name]
    wanted = name.upper()
    return [s for s in book.markets if wanted in (s.upper(), base_of(s, book.currency).upper(), coin_of(s))]


@dataclass(frozen=True)
class Put:
    """Moves put to one account: a glide of its markets, and how far along it the moves are."""

    rehearsal: GlideRehearsal
    move: Decimal


@dataclass(frozen=True)
class Moves:
    """How the marks move."""

    common: Decimal | None = None
    """The common move; None: each coin has its own."""
    by_name: tuple[tuple[str, Decimal], ...] = ()
    """By coin or symbol; markets that are not named stay."""
    shape: Shape | None = None
    """How far each coin goes for the common move; None: as the account's betas say."""

    @property
    def words(self) -> str:
        """The moves in few words."""
        if self.common is None:
            return ", ".join(f"{name} {percent(move, plus='+')}" for name, move in self.by_name)
        move = percent(self.common, plus="+")
        return f"{move} in all markets" if self.shape is None else f"{self.shape.id} {move}"

    def put(self, book: Book, betas: Mapping[str, Decimal], work: Work | None = None) -> Put:
        """Put them to an account; ReachError where a coin-margined market would move too far.

        Args:
            book: the account.
            betas: its own betas, for a common move without a shape.
            work: what its glides count for.
        """
        if self.common is None:
            ends = self.ends(book)
            # a place on this glide is the share of the way, as of every shock of single markets
            shocks = GlideRehearsal(book, {market: ends.get(market, ZERO) for market in book.markets}, work=work)
            shocks.refuse_too_far(ends)
            return Put(shocks, ONE)
        own = betas if self.shape is None else _betas(self.shape, book)
        rehearsal = GlideRehearsal(book, own, work=work)
        rehearsal.refuse_too_far(self.common)
        return Put(rehearsal, self.common)

    def market_ends(self, book: Book, betas: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
        """The move of each market that moves.

        Args:
            book: the account.
            betas: its own betas, for a common move without a shape.
        """
        if self.common is None:
            return self.ends(book)
        own = book.betas_with(betas) if self.shape is None else _betas(self.shape, book)
        return {market: self.common * own.get(market, ONE) for market in book.markets}

    def ends(self, book: Book) -> Mapping[str, Decimal]:
        """The move of each market that is named, of those of an account, and of its mates."""
        return with_mates(book, {market: move for name, move in self.by_name for market in markets_on(book, name)})

    def touches(self, book: Book) -> bool:
        """Whether any market of an account is named."""
        return self.common is not None or bool(self.ends(book))


def _betas(shape: Shape, book: Book) -> dict[str, Decimal]:
    return {market: shape.part_of(market) for market in book.markets}
