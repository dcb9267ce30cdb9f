"""How every mark moves: a straight glide of all markets from their opening marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.book import Book
from engine.legs import LivedPath
from engine.money import ONE, ZERO
from engine.numbers import percent

DEEPEST_FALL = Decimal("0.95")
HIGHEST_RISE = Decimal(3)
"""The whole glide goes from −95 % to +300 % of the common move."""


@dataclass(frozen=True)
class Ray:
    """Marks along a glide: mark0 × (1 + slope × place), a market that reaches zero stays there.

    `place` counts outward from 0: the size of the common move, or the fraction of per-market shocks.
    """

    opening: Mapping[str, Decimal]
    """Opening marks by market."""
    slopes: Mapping[str, Decimal]
    """Relative change of each mark for a place of 1."""
    direction: int
    """Sign of the common move; +1 for per-market shocks, whose place is a fraction."""
    end: Decimal
    """Where the whole glide ends, as a place."""
    is_common: bool = True
    """Whether the place is the size of a common move, and not a fraction of per-market shocks."""

    @classmethod
    def common(cls, book: Book, betas: Mapping[str, Decimal], direction: int) -> Ray:
        """A glide of one common move, each market `beta` times it (1 where absent)."""
        slopes = {symbol: direction * betas.get(symbol, ONE) for symbol in book.markets}
        end = DEEPEST_FALL if direction < 0 else HIGHEST_RISE
        return cls({s: m.mark for s, m in book.markets.items()}, slopes, direction, end)

    @classmethod
    def towards(cls, book: Book, shocks: Mapping[str, Decimal]) -> Ray:
        """A glide of the named markets in proportion to their ends; the others stand still.

        The whole glide goes on to where the first of them has fallen 95 % or risen 300 %.
        """
        slopes = {symbol: shocks.get(symbol, ZERO) for symbol in book.markets}
        reach = [(HIGHEST_RISE if s > 0 else -DEEPEST_FALL) / s for s in slopes.values() if s]
        end = max(ONE, min(reach, default=ONE))
        return cls({s: m.mark for s, m in book.markets.items()}, slopes, 1, end, is_common=False)

    def course(self, symbol: str) -> tuple[Decimal, Decimal]:
        """(a, b) with mark = a + b × place until the mark is zero."""
        mark = self.opening[symbol]
        return mark, mark * self.slopes[symbol]

    def mark(self, symbol: str, place: Decimal) -> Decimal:
        """The mark of a market at a place, never below zero."""
        start, slope = self.course(symbol)
        return max(ZERO, start + slope * place)

    def marks(self, place: Decimal) -> dict[str, Decimal]:
        """All marks at a place."""
        return {symbol: self.mark(symbol, place) for symbol in self.opening}

    def moves(self, symbol: str) -> bool:
        """Whether a market moves at all."""
        return bool(self.slopes[symbol])

    def words(self, place: Decimal) -> str:
        """A place in words: the common move, or the share of the way."""
        return percent(self.move(place)) if self.is_common else f"{percent(place)} of the way"

    def short(self, place: Decimal) -> str:
        """A place in a word: the common move or the fraction, with its sign."""
        return percent(self.move(place), plus="+")

    def move(self, place: Decimal) -> Decimal:
        """The signed common move (or the fraction) at a place."""
        return place if self.direction > 0 else -place


Path = Ray | LivedPath
"""Whatever marks move along: each has marks, and words, for every place."""
