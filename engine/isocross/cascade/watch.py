"""Watching one path while it is worked out, so that no account can have events without end."""

from __future__ import annotations

from collections import Counter

from isocross.account.book import Book
from isocross.cascade.events import Event, EventKind
from isocross.rules.profile import Netting
from isocross.work import TOO_MUCH, TooMuchWork, Work

MOST_STEPS = 16_000
"""Of one path: about a second's worth, and more than any account that is real has need of."""
STEPS_A_POSITION = 20
"""What each position of the account allows beside them."""
_REFILL, _OTHER = 1, 2
_BENT = 3
"""Times as much where the position is inverse: its line is a quotient, which is searched for."""
_STANDING_A_STEP = 4
"""Positions that are set up on a path."""
_TIERS_A_STEP = 16
"""Tiers of the positions, which a path may lead through."""
_NETTED_A_STEP = 256
_BACKING_A_STEP = 16
_LEG = 10
"""Steps of a leg, beside one for each position."""
_MOVES_A_STEP = 100
MOST_OF_LEGS = 250_000
"""Of all legs of a path together."""
_FOR_NOTHING = frozenset((EventKind.MOVE, EventKind.FUNDING, EventKind.SETTLEMENT))
"""Events that come with the hours and with what the user does, not with the marks."""
# at hand for every event: in CPython 3.11 a look into an enum takes longer than an addition
_REFILLS, _FILLS = EventKind.REFILL, EventKind.FILL
_PLURALS = {
    EventKind.ORDER_CANCEL: "cancelled orders",
    EventKind.FUND: "payments of the fund",
    EventKind.DELEVERAGE: "deleveragings",
    EventKind.FUNDING: "funding payments",
}


class Watch:
    """Counts the events of one path, and ends it where they are too many."""

    def __init__(self, book: Book, work: Work | None = None) -> None:
        """Count for a book; what is done counts for a study, too."""
        self._book = book
        self._work = work
        self._steps = 0
        self._most = MOST_STEPS + STEPS_A_POSITION * len(book.positions)
        self._top_up = book.top_up
        self._look = 0 if book.profile.netting is Netting.NONE else len(book.positions) // _NETTED_A_STEP
        """Steps of an event for the positions that are looked through for netting."""
        self._told: Counter[tuple[EventKind, int | None]] = Counter()
        tiers = sum(len(book.market_of(position).ladder.tiers) for position in book.positions)
        self._spend(1 + len(book.positions) // _STANDING_A_STEP + tiers // _TIERS_A_STEP)
        if self._steps > self._most:
            raise TooMuchWork(
                f"The markets of {len(book.positions):,} positions have {tiers:,} tiers to go through. {TOO_MUCH}"
            )

    def count(self, event: Event) -> None:
        """Count an event; raises TooMuchWork or Stopped."""
        if event.kind in _FOR_NOTHING:
            return
        self._spend(self._weight(event))
        self._told[event.kind, event.position] += 1
        if self._steps > self._most:
            raise TooMuchWork(self._too_many())

    def _weight(self, event: Event) -> int:
        """The steps that an event takes: more where tiers or positions are looked through again for it."""
        seats, held = self._book.seats, len(self._book.positions)
        refill = event.kind is _REFILLS
        steps = _REFILL if refill else _OTHER
        if event.position is not None and seats[event.position].inverse:
            steps *= _BENT
        if event.kind is _FILLS:
            steps += held // _STANDING_A_STEP
        if refill and not self._top_up:
            steps += held // _BACKING_A_STEP
        return steps + self._look

    def _spend(self, steps: int) -> None:
        self._steps += steps
        if self._work is not None:
            self._work.spend(steps)

    def _too_many(self) -> str:
        (kind, index), count = self._told.most_common(1)[0]
        of = "" if index is None else f" of {self._book.seats[index].id}"
        what = _PLURALS.get(kind, f"{kind.value}s")
        return (
            f"This path has no end in sight after {self._told.total():,} events, {count:,} of them {what}{of}. "
            f"{TOO_MUCH}"
        )


def refuse_legs(legs: int, positions: int, moves: int) -> None:
    """TooMuchWork where a path of so many legs is too much for an account."""
    steps = legs * (_LEG + positions + moves // _MOVES_A_STEP)
    if steps > MOST_OF_LEGS:
        raise TooMuchWork(f"The path has {legs:,} legs, and the account {positions:,} positions. {TOO_MUCH}")
