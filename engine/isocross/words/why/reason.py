"""What every page of arithmetic is made of: a figure, its formula, and the words of numbers put in.

The numbers of an event are read off a `Moment`: the event with the account as it stood right before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from isocross.account.book import Position
from isocross.cascade.events import Event, EventKind, Figures, Tested
from isocross.cascade.ledger import Ledger
from isocross.figures.frame import Frame, PositionFrame
from isocross.format import Amounts, fine, grouped
from isocross.money import ZERO
from isocross.records import dataclass
from isocross.rules.market import Kind
from isocross.words.assets import money_of, money_tested

TIMES = {Kind.LINEAR: "×", Kind.INVERSE: "÷"}
"""How a quantity and a price make an amount of the account's currency."""
PER = {Kind.LINEAR: "÷", Kind.INVERSE: "×"}
"""How an amount of the account's currency and a price make a quantity."""
PNL = {
    Kind.LINEAR: "side × quantity × (mark − entry)",
    Kind.INVERSE: "side × quantity × (1 ÷ entry − 1 ÷ mark), in the coin",
}
TERMS_SHOWN = 6
"""Of a sum over positions, so many terms are written out."""

_MORE_PLACES = 6


@dataclass(frozen=True)
class Reason:
    """One figure and where it comes from."""

    title: str
    formula: str
    substituted: str
    """The formula with its numbers put in, and the result."""
    source: str = ""


def dated(frame: Frame, row: PositionFrame) -> str:
    """Name the dates of the tables on which a figure of a position rests; empty: it rests on none."""
    if not frame.book.has_bucket(row.position):
        return dated_pool(frame)
    return _tiers_of({frame.book.market_of(row.position).as_of})


def dated_pool(frame: Frame) -> str:
    """Name those on which a figure of the cross pool rests, or of all pools together."""
    book = frame.book
    dates = {book.market_of(p).as_of for p in frame.held.values() if not book.has_bucket(p)}
    return _tiers_of(dates | ({asset.as_of for asset in frame.account.assets} if book.pools_assets else set()))


def _tiers_of(dates: set[str]) -> str:
    known = sorted(dates - {""})
    return (
        f"tiers of {', '.join(known[:-1])} and {known[-1]}"
        if len(known) > 1
        else "".join(f"tiers of {d}" for d in known)
    )


def signed(money: Amounts, *terms: Decimal) -> str:
    """Terms that go on a sum, each with its sign; many are told as one."""
    told: Iterable[Decimal] = terms if len(terms) <= TERMS_SHOWN else (sum(terms, ZERO),)
    return "".join(f" {'−' if term < 0 else '+'} {money(abs(term))}" for term in told)


def added(money: Amounts, first: Decimal, *others: Decimal) -> str:
    """A sum of one amount and those that go on it, without those that are zero, with its result if it is a sum."""
    terms = [term for term in others if term]
    return f"{money(first)}{signed(money, *terms)} = {money(first + sum(terms, ZERO))}" if terms else money(first)


def added_up(money: Amounts, terms: Sequence[Decimal], of: str = "positions") -> str:
    """A sum of amounts of one kind with its result; of many only how many they are."""
    if 0 < len(terms) <= TERMS_SHOWN:
        return added(money, *terms)
    return f"{len(terms)} {of}: {money(sum(terms, ZERO))}"


def in_full(money: Amounts, amount: Decimal) -> str:
    """Write an amount with so many places that its product comes out, at most six more than its currency has."""
    most = money.places + _MORE_PLACES
    places = next((n for n in range(money.places, most) if amount == round(amount, n)), most)
    return replace(money, places=places)(amount)


def rate_words(rate: Decimal) -> str:
    """A rate as a percentage with all its digits."""
    return f"{fine(rate * 100)} %"


def side_words(position: Position) -> str:
    """The side of a position as a factor."""
    return "+1" if position.side.sign > 0 else "−1"


def pnl_words(money: Amounts, position: Position, quantity: Decimal, mark: Decimal, pnl: Decimal) -> str:
    """The PnL of a quantity of a position at a mark, with its numbers put in."""
    since, at = fine(position.counts_from), fine(mark)
    moved = f"1 ÷ {since} − 1 ÷ {at}" if position.inverse else f"{at} − {since}"
    return f"{side_words(position)} × {grouped(quantity)} × ({moved}) = {money(pnl)}"


@dataclass(frozen=True)
class Moment:
    """One event of a frame, and the ledger before it was booked."""

    frame: Frame
    event: Event

    @property
    def amounts(self) -> Amounts:
        """How its amounts are written."""
        return money_of(self.event, self.frame.book)

    @property
    def tested_amounts(self) -> Amounts:
        """How the equity and the maintenance margin are written that were tested."""
        return money_tested(self.event, self.frame.book)

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
        return self.frame.path.marks(self.event.place)

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
        return self.figures.cash if self.bucket else self.tested_ledger.behind_pool_in(self.event.asset)


def _of_one_test(one: Event, other: Event) -> bool:
    """Whether two closes of a pool follow from the same test of it."""
    same = (one.figures.tested, one.figures.equity, one.figures.maintenance_margin)
    return (one.place, one.kind in _CLOSES) == (other.place, other.kind in _CLOSES) and same == (
        other.figures.tested,
        other.figures.equity,
        other.figures.maintenance_margin,
    )


_CLOSES = frozenset((EventKind.REDUCTION, EventKind.LIQUIDATION))
