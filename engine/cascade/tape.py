"""The timeline of a lived path."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.book import Book
from engine.cascade.events import Event
from engine.legs import LivedPath


@dataclass(frozen=True)
class Tape:
    """Everything that happened on a lived path, in order, the user's moves among it."""

    book: Book
    """The account at the opening."""
    ray: LivedPath
    limit: Decimal
    """The place it was solved to."""
    events: tuple[Event, ...]

    @property
    def happened(self) -> tuple[Event, ...]:
        """The same: who paid is worked out as it happens."""
        return self.events

    def until(self, place: Decimal) -> tuple[Event, ...]:
        """The events up to a place, those at it included."""
        return tuple(event for event in self.events if event.place <= place)

    def before(self, place: Decimal) -> tuple[Event, ...]:
        """The events before a place."""
        return tuple(event for event in self.events if event.place < place)
