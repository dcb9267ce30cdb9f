"""A timeline: everything that happens to an account on a path, in order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Generic, TypeVar

from isocross.account.book import Book
from isocross.cascade.events import Event
from isocross.cascade.ledger import Ledger
from isocross.cascade.payers import with_payers
from isocross.paths.path import Marks, Path
from isocross.records import dataclass

P_co = TypeVar("P_co", bound=Path, covariant=True)


@dataclass(frozen=True)
class Timeline(Generic[P_co]):
    """What happens to a book on a path. It never changes, so threads may share it."""

    book: Book
    """The account at the opening."""
    path: P_co
    """How the marks move."""
    limit: Decimal
    """The place it was solved to."""
    happened: tuple[Event, ...]
    """What happens, in order; who paid for what a pool closed is not worked out on a glide."""

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The same with who paid."""
        return with_payers(self.book, self.happened, self.path)

    def until(self, place: Decimal) -> tuple[Event, ...]:
        """The events up to a place, those at it included, with who paid."""
        return self._first(bisect_right(self.happened, place, key=_place))

    def before(self, place: Decimal) -> tuple[Event, ...]:
        """The events before a place, with who paid."""
        return self._first(bisect_left(self.happened, place, key=_place))

    def beyond(self, place: Decimal) -> tuple[Event, ...]:
        """The events after a place; who paid need not be worked out."""
        return self.happened[bisect_right(self.happened, place, key=_place) :]

    def _first(self, count: int) -> tuple[Event, ...]:
        return self.events[:count] if count else ()

    def walk(self, places: Iterable[Decimal]) -> Iterator[tuple[Decimal, Ledger, Marks]]:
        """Yield each place with the account and the marks there, and once more after what happens there, if anything.

        It is one ledger all the way: look at it before going on. Who paid is not in it.

        Args:
            places: where to look besides the places of events, at which it looks always.
        """
        ledger = Ledger(self.book)
        happening = {place: tuple(events) for place, events in groupby(self.happened, _place)}
        for place, marks in self.path.along(sorted({*places, *happening})):
            yield place, ledger, marks
            for event in happening.get(place, ()):
                ledger.apply(event)
            if place in happening:
                yield place, ledger, marks


def _place(event: Event) -> Decimal:
    return event.place
