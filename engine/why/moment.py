"""An event with the account as it stood right before it: where the numbers of its arithmetic come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from engine.book import Position
from engine.cascade.events import Event, EventKind, Figures, Tested
from engine.cascade.ledger import Ledger
from engine.frame import Frame
from engine.money import ZERO
from engine.numbers import Amounts


@dataclass(frozen=True)
class Moment:
    """One event of a frame, and the ledger before it was booked."""

    frame: Frame
    event: Event

    @property
    def amounts(self) -> Amounts:
        """How amounts of the account are written."""
        return self.frame.book.amounts

    @property
    def figures(self) -> Figures:
        """What was tested, and what is left."""
        return self.event.figures

    @cached_property
    def ledger(self) -> Ledger:
        """The account before the event. ValueError when the event is none of the frame's."""
        events = self.frame.events
        return Ledger.after(self.frame.book, events[: events.index(self.event)])

    @property
    def index(self) -> int:
        """The position it is about. ValueError when it is about the pool."""
        if self.event.position is None:
            raise ValueError("an event of the pool is about no position")
        return self.event.position

    @property
    def position(self) -> Position:
        """The position as it was."""
        return self.ledger.positions[self.index]

    @property
    def bucket(self) -> bool:
        """Whether cash of its own was tested, and not that of a pool."""
        return self.figures.tested in {Tested.ISOLATED, Tested.BUCKET}

    @property
    def taken_over(self) -> bool:
        """Whether the venue took a position with its bucket, and nothing was closed at the mark."""
        return self.bucket and self.event.kind is EventKind.LIQUIDATION

    @property
    def mark(self) -> Decimal:
        """The mark of its market."""
        return ZERO if self.event.mark is None else self.event.mark

    @property
    def marks(self) -> Mapping[str, Decimal]:
        """Every mark there."""
        return self.frame.ray.marks(self.event.place)

    @cached_property
    def tested_ledger(self) -> Ledger:
        """The account as it was tested: before the first of the closes that one test of a pool made due."""
        events = self.frame.events
        first = events.index(self.event)
        while first > 0 and not self.bucket and _of_one_test(events[first - 1], self.event):
            first -= 1
        return Ledger.after(self.frame.book, events[:first])

    @property
    def cash(self) -> Decimal:
        """Cash behind the equity that was tested: the bucket, or of a pool what the venue counts."""
        return self.figures.cash if self.bucket else self.tested_ledger.behind_pool


def _of_one_test(one: Event, other: Event) -> bool:
    """Whether two closes of a pool follow from the same test of it."""
    same = (one.figures.tested, one.figures.equity, one.figures.maintenance_margin)
    return (one.place, one.kind in _CLOSES) == (other.place, other.kind in _CLOSES) and same == (
        other.figures.tested,
        other.figures.equity,
        other.figures.maintenance_margin,
    )


_CLOSES = frozenset((EventKind.REDUCTION, EventKind.LIQUIDATION))
