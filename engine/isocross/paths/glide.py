"""How every mark moves: a straight glide of all markets from their opening marks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property

from isocross.account.book import Book
from isocross.account.mates import with_mates
from isocross.errors import IsocrossError
from isocross.format import percent
from isocross.money import ONE, PLACE_GRID, ZERO, exact
from isocross.paths.path import Courses, Marks
from isocross.paths.together import refuse_apart
from isocross.records import dataclass

DEEPEST_FALL = Decimal("0.95")
HIGHEST_RISE = Decimal(3)
"""The whole glide goes from −95 % to +300 % of the common move."""


class ReachError(IsocrossError, ValueError):
    """A shock that would take the mark of an inverse market too near to zero."""


@exact
def reach(inverse: Collection[str], betas: Mapping[str, Decimal], direction: int) -> Decimal | None:
    """The size of the common move at which the first inverse market has fallen 95 %; None: none of them falls.

    What an inverse contract is worth in its coin grows without bound as its mark goes to zero, so no path goes there.
    """
    falls = [-direction * betas.get(symbol, ONE) for symbol in inverse]
    ends = [DEEPEST_FALL / fall for fall in falls if fall > 0]
    return min(ends).quantize(PLACE_GRID, rounding=ROUND_FLOOR) if ends else None


def too_far(inverse: Collection[str], betas: Mapping[str, Decimal], move: Decimal) -> str | None:
    """Why a common move asks too much of an inverse market; None when it does not."""
    end = reach(inverse, betas, 1 if move > 0 else -1)
    if end is None or abs(move) <= end:
        return None
    first = min(inverse, key=lambda symbol: (betas.get(symbol, ONE) * move, symbol))
    asked = f"a common move of {percent(move, plus='+')} would move {first} by {percent(betas.get(first, ONE) * move)}"
    shown = end.quantize(Decimal("0.0001"), rounding=ROUND_FLOOR)
    return f"{asked}; {_BOUND}, which is at {percent(shown if move > 0 else -shown, 2, plus='+')}"


def share_too_far(inverse: Collection[str], shares: Mapping[str, Decimal]) -> str | None:
    """Why ways of their own ask too much of an inverse market; None when they do not."""
    fell = next((symbol for symbol, share in shares.items() if symbol in inverse and share < -DEEPEST_FALL), None)
    return None if fell is None else f"{fell} would be moved by {percent(shares[fell])}; {_BOUND}"


_BOUND = "a coin-margined market can drop by 95 % at most: at zero its contracts would be worth endlessly many coins"


@dataclass(frozen=True)
class Glide:
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
    def common(cls, book: Book, betas: Mapping[str, Decimal], direction: int) -> Glide:
        """A glide of one common move, each market `beta` times it (1 where absent).

        It ends before an inverse market has fallen more than 95 %. ApartError for betas that take a coin apart.
        """
        betas = book.betas_with(betas)
        slopes = {symbol: direction * betas.get(symbol, ONE) for symbol in book.markets}
        refuse_apart(book, slopes)
        end = DEEPEST_FALL if direction < 0 else HIGHEST_RISE
        bound = reach(book.inverse_markets, betas, direction)
        end = end if bound is None else min(end, bound)
        return cls({s: m.mark for s, m in book.markets.items()}, slopes, direction, end)

    @classmethod
    def towards(cls, book: Book, shocks: Mapping[str, Decimal]) -> Glide:
        """A glide of the named markets in proportion to their ends, and of their mates; the others stand still.

        The whole glide goes on to where the first of them has fallen 95 % or risen 300 %. ReachError when
        an inverse market is to fall more.
        """
        shocks = with_mates(book, shocks)
        for symbol in book.inverse_markets:
            if shocks.get(symbol, ZERO) < -DEEPEST_FALL:
                raise ReachError(f"{symbol} cannot move by {percent(shocks[symbol])}; {_BOUND}")
        slopes = {symbol: shocks.get(symbol, ZERO) for symbol in book.markets}
        refuse_apart(book, slopes)
        reach = [(HIGHEST_RISE if s > 0 else -DEEPEST_FALL) / s for s in slopes.values() if s]
        end = max(ONE, min(reach, default=ONE))
        return cls({s: m.mark for s, m in book.markets.items()}, slopes, 1, end, is_common=False)

    def course(self, symbol: str) -> tuple[Decimal, Decimal]:
        """(a, b) with mark = a + b × place until the mark is zero."""
        return self._courses[symbol]

    def courses(self) -> dict[str, tuple[Decimal, Decimal]]:
        """The course of every market."""
        return dict(self._courses)

    @cached_property
    @exact
    def _courses(self) -> Mapping[str, tuple[Decimal, Decimal]]:
        return {symbol: (mark, mark * self.slopes[symbol]) for symbol, mark in self.opening.items()}

    def mark(self, symbol: str, place: Decimal) -> Decimal:
        """The mark of a market at a place, never below zero."""
        start, slope = self.course(symbol)
        return max(ZERO, start + slope * place)

    def marks(self, place: Decimal) -> dict[str, Decimal]:
        """All marks at a place."""
        going = ((symbol, start + slope * place) for symbol, (start, slope) in self._courses.items())
        return {symbol: mark if mark > ZERO else ZERO for symbol, mark in going}

    def along(self, places: Iterable[Decimal]) -> Iterator[tuple[Decimal, Marks]]:
        """The places, which are in order, each with all marks there."""
        return ((place, self.marks(place)) for place in places)

    def straight(self) -> Courses:
        """The course of every market: all of it is one straight way."""
        return self.courses()

    def cursor(self, place: Decimal) -> Decimal:
        """The cursor that stands at a place: the common move there."""
        return self.move(place)

    def time(self, place: Decimal) -> None:
        """When a place is: a glide has no clock."""

    def known_time(self, place: Decimal) -> None:
        """When a place is: a glide has no clock."""

    def moves(self, symbol: str) -> bool:
        """Whether a market moves at all."""
        return bool(self.slopes[symbol])

    def words(self, place: Decimal) -> str:
        """A place in words: the common move, or the share of the way."""
        return percent(self.move(place), plus="+") if self.is_common else f"{percent(place)} of the way"

    def at_words(self, place: Decimal) -> str:
        """A place in words of a sentence."""
        return f"at {self.words(place)}"

    def short(self, place: Decimal) -> str:
        """A place in a word: the common move or the fraction, with its sign."""
        return percent(self.move(place), plus="+")

    def move(self, place: Decimal) -> Decimal:
        """The signed common move (or the fraction) at a place."""
        return place if self.direction > 0 else -place
