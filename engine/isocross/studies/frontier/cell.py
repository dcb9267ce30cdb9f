"""One cell of a frontier by the exact engine: what fell on the way to it, who paid, what is left."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, reduce

from isocross.account.book import Book
from isocross.account.mates import with_mates
from isocross.cascade.events import Event, EventKind, PaidBy
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.work import Work

ENDS = (EventKind.LIQUIDATION, EventKind.REDUCTION)
"""What a position that is whole has not had."""


@dataclass(frozen=True)
class Cell:
    """The end of one straight glide from the opening marks."""

    timeline: Timeline[Glide]

    @property
    def book(self) -> Book:
        """The account at its opening."""
        return self.timeline.book

    @cached_property
    @exact
    def _ledger(self) -> Ledger:
        return Ledger.after(self.book, self.timeline.happened)

    @property
    def deaths(self) -> tuple[Event, ...]:
        """What fell, in order."""
        return tuple(event for event in self.timeline.happened if event.kind is EventKind.LIQUIDATION)

    @property
    def survivors(self) -> tuple[int, ...]:
        """The positions still open, in file order."""
        return tuple(i for i, is_open in enumerate(self._ledger.is_open) if is_open)

    @property
    def first(self) -> int | None:
        """The position that falls first; None where none does."""
        return next((event.position for event in self.deaths), None)

    @property
    def whole(self) -> bool:
        """Whether nothing fell and nothing was reduced."""
        return not any(event.kind in ENDS for event in self.timeline.happened)

    @cached_property
    def equity(self) -> Decimal:
        """All cash and unrealised PnL of the account at the end, in its currency."""
        return self._equity()

    @exact
    def _equity(self) -> Decimal:
        return self._ledger.equity(self.timeline.path.marks(self.timeline.limit))

    @property
    def opening_equity(self) -> Decimal:
        """The same at the opening marks, before anything happens."""
        return opening_equity(self.book)

    @property
    @exact
    def paid_by(self) -> PaidBy:
        """Who paid for all that became final; of an account of several assets in USD, each at its price then."""
        parts = (self._worth(event) for event in self.timeline.events if event.paid_by is not None)
        return reduce(PaidBy.plus, parts, PaidBy())

    def _worth(self, event: Event) -> PaidBy:
        paid = event.paid_by or PaidBy()
        if event.position is None or not self.book.coins:
            return paid
        marks = self.timeline.path.marks(event.place)
        return paid.share(self.book.coin_price(self.book.coin_of(self.book.seats[event.position]), marks))

    @property
    def drawn(self) -> Decimal:
        """Unused cash that refills have drawn."""
        return sum(self._ledger.drawn, ZERO)


@exact
def opening_equity(book: Book) -> Decimal:
    """All cash and unrealised PnL at the opening marks, in the account's currency."""
    return Ledger(book).equity({symbol: market.mark for symbol, market in book.markets.items()})


def cell_at(book: Book, shocks: Mapping[str, Decimal], work: Work | None = None) -> Cell:
    """The cell at the ends of two markets' moves, the others standing still."""
    return Cell(solve(book, Glide.towards(book, shocks), ONE, work))


def cells_along(
    book: Book, symbol: str, moves: Sequence[Decimal], work: Work | None = None
) -> Iterator[tuple[Decimal, Cell]]:
    """The cells at these moves of one market, each with its move: one glide each way leads through all of them."""
    moving = with_mates(book, {symbol: ONE})
    still = {other: ZERO for other in book.markets if other not in moving}
    for direction in (-1, 1):
        places = sorted(abs(move) for move in moves if (move > ZERO) == (direction > 0))
        if not places:
            continue
        whole = solve(book, Glide.common(book, still, direction), places[-1], work)
        for place in places:
            happened = whole.happened[: bisect_right(whole.happened, place, key=lambda event: event.place)]
            yield direction * place, Cell(Timeline(book, whole.path, place, happened))
