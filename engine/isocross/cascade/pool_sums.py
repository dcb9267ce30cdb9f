"""Who pays for one position of a pool on a glide, from running sums: the same to the last digit as `pool_payers`.

PnL of a linear position is a line in the place, so what all of them lose and have is a line, too, as long as each stays
gaining, within its margin or beyond it. Where one of them changes over, it moves from one sum to another.
Amounts are whole numbers of one small unit here. Only where a source is shared, and a share has to be rounded, is every
position looked at, since the largest remainders are rounded up.
"""

from __future__ import annotations

from decimal import Decimal
from heapq import heappop, heappush
from itertools import chain

from isocross.account.book import Book, Mode, Position
from isocross.cascade.events import Event, EventKind, PaidBy
from isocross.cascade.ledger import Ledger
from isocross.cascade.rows import Line
from isocross.cascade.sharing import SharedSource, Sum, UnclearError, shares
from isocross.money import MONEY_GRID, MONEY_PLACES, PLACE_GRID, PLACE_PLACES, ZERO, place_at_or_after
from isocross.paths.path import Courses
from isocross.records import dataclass

MOST_PLACES = 60
"""Units finer than this many digits after the point are left to `pool_payers`: its own quotients end somewhere, too."""


Figures = tuple[Decimal, Decimal, Decimal, Decimal]
"""Of a position: PnL at place 0, its change for each step of the place grid, PnL at a mark of zero, the margin."""


@dataclass(slots=True)
class _Course:
    """How the PnL of a position goes along the glide."""

    pnl: Line
    allotted: int
    margin: int
    """What of it is allotted now: none of it where a larger leg stands against the position."""
    ends: int | None
    """Where its mark comes to zero, and its PnL stays; None: it does not."""
    rest: int
    """Its PnL from there on."""
    sums: tuple[Sum, ...] = ()
    """Those that it is in now."""

    def at(self, place: int) -> int:
        """Its PnL at a place."""
        constant, slope = self.pnl
        return constant + slope * place if self.ends is None or place < self.ends else self.rest

    def until(self, place: int) -> int | None:
        """Where it next changes over, as seen from a place; None: it stays as it is."""
        if self.ends is not None and place >= self.ends:
            return None
        (constant, slope), now = self.pnl, self.at(place)
        turns = [] if self.ends is None else [self.ends]
        border = constant if now >= 0 or (slope > 0 and now >= -self.margin) else constant + self.margin
        if slope < 0 and now >= -self.margin:
            turns.append(border // -slope + 1)
        elif slope > 0 and now < 0:
            turns.append(-(border // slope))
        return min(turns, default=None)


class PoolSums:
    """The open cross positions of a pool along a glide, in running sums."""

    def __init__(self, book: Book, courses: Courses | None, *, filled: bool = False) -> None:
        """Stand at the opening, with the course of every market; None: there is no such one.

        Where orders are filled on the way, what they open or make larger is in no sum.
        """
        held = {i: position for i, position in enumerate(book.positions) if position.mode is Mode.CROSS}
        self._courses = courses or {}
        self._ranks = book.precedence
        figures = {index: self._figures(position) for index, position in held.items()}
        # a sum has as many digits after the point as the longest of what is added
        amounts = chain((book.wallet, MONEY_GRID), chain.from_iterable(figures.values()))
        self._places = _places(sum(amounts, ZERO))
        self._grid = 10 ** (self._places - MONEY_PLACES)
        straight = courses is not None and not any(position.inverse for position in held.values())
        summed = straight and not filled and not book.top_up and not book.coins
        self._lost = not summed or self._places > MOST_PLACES
        """Whether there is a position that the sums cannot hold."""
        self._place = 0
        self._held: dict[int, _Course] = {}
        self._margins = 0
        self._netted: frozenset[int] = frozenset()
        """Those that are allotted no margin here."""
        self._profit, self._overflow, self._kept, self._left = Sum(), Sum(), Sum(), Sum()
        """Profits; losses beyond own margin; the margin of those without a loss; what losses leave of the others'."""
        self._ends: dict[str, int | None] = {}
        """Where the mark of each market comes to zero; None: it does not."""
        self._ahead: list[tuple[int, int]] = []
        """Where a position changes over, the nearest first; those that are gone by then do not."""
        for index, position in held.items():
            self._put(index, position.market, figures[index])

    def _figures(self, position: Position) -> Figures:
        mark, slope = self._courses[position.market]
        exposure, start = position.exposure, position.counts_from
        return exposure * (mark - start), exposure * slope * PLACE_GRID, -exposure * start, position.margin

    def put(self, index: int, position: Position) -> None:
        """Take in a position, at its size from this place on."""
        figures = self._figures(position)
        self._lost = self._lost or max(map(_places, figures)) > self._places
        self._netted -= {index}
        self._put(index, position.market, figures)

    def _put(self, index: int, market: str, figures: Figures) -> None:
        if self._lost:
            return
        # none of them has more places than all have
        constant, per_step, rest, margin = [int(figure.scaleb(self._places)) for figure in figures]
        if market not in self._ends:
            mark, slope = self._courses[market]
            self._ends[market] = None if slope >= 0 else _steps(place_at_or_after(mark, -slope))
        self._margins += margin
        self._enter(index, _Course((constant, per_step), margin, margin, self._ends[market], rest))

    def _move_to(self, place: int) -> None:
        self._place = place
        while self._ahead and self._ahead[0][0] <= place:
            index = heappop(self._ahead)[1]
            if index in self._held:
                self._enter(index, self._leave(index))

    def _enter(self, index: int, course: _Course) -> None:
        """Add a position to the sums that it belongs to at this place."""
        self._held[index] = course
        pnl, margin = course.at(self._place), course.margin
        stands = course.ends is not None and course.ends <= self._place
        constant, slope = (pnl, 0) if stands else course.pnl
        if pnl >= 0:
            course.sums = self._profit, self._kept
            self._profit.add(index, constant, slope)
            self._kept.add(index, margin, 0)
        elif pnl >= -margin:
            course.sums = (self._left,)
            self._left.add(index, margin + constant, slope)
        else:
            course.sums = (self._overflow,)
            self._overflow.add(index, -margin - constant, -slope)
        turn = course.until(self._place)
        if turn is not None:
            heappush(self._ahead, (turn, index))

    def _net(self, netted: frozenset[int]) -> None:
        """Allot no margin to these, and to all others theirs."""
        if netted == self._netted:
            return
        for index in (netted ^ self._netted) & self._held.keys():
            course = self._leave(index)
            self._margins -= course.margin
            course.margin = 0 if index in netted else course.allotted
            self._margins += course.margin
            self._enter(index, course)
        self._netted = netted

    def _leave(self, index: int) -> _Course:
        course = self._held.pop(index)
        for known in course.sums:
            known.drop(index)
        return course

    def paid(self, ledger: Ledger, event: Event, index: int) -> tuple[PaidBy, Decimal]:
        """Who pays for a position, and what dead ones have used of its own; it is in the sums no more.

        Args:
            ledger: the account just before.
            event: what becomes final of it; its place is not before that of the last one.
            index: of the position.

        Raises:
            UnclearError: where sums are not enough.
        """
        if self._lost:
            raise UnclearError
        self._net(ledger.netted)
        course = self._leave(index)
        self._margins -= course.margin
        self._move_to(_steps(event.place))
        pnl = self._units(-event.amount) if event.kind is EventKind.LIQUIDATION else course.at(self._place)
        unused = self._units(ledger.pool + ledger.claims + ledger.owed_by_fund) - self._margins - course.margin
        own = min(course.margin, max(0, -pnl))
        profit = self._source(index, max(0, pnl), self._profit)
        spare = self._source(index, course.margin - own, self._kept, self._left)
        overflow = self._source(index, max(0, -pnl) - own, self._overflow)
        claimed = _charge(self._units(ledger.claims), profit, spare)
        _charge(-unused, profit, spare)
        # an overflow off the money grid can be rounded past itself: no part is ever below zero
        lost = overflow.mine
        from_unused = min(lost, overflow.take(min(overflow.total, max(0, unused))))
        from_others = min(lost - from_unused, self._from_others(overflow, profit.total + spare.total))
        parts = (own, from_unused, from_others, lost - from_unused - from_others)
        return PaidBy(*map(self._amount, parts)), self._amount(claimed)

    def _from_others(self, overflow: SharedSource, have: int) -> int:
        """What the others' profit and margin pay of what unused cash leaves of the overflows."""
        if not have or overflow.mine <= 0:
            return 0
        # off the money grid a share can be rounded past the overflow it pays for, by less than one step of it
        slack = self._grid * len(self._held) if self._grid > 1 and overflow.taken else 0
        if have >= overflow.total + slack:
            return overflow.mine
        if not overflow.taken:
            return overflow.take(have)
        wanted = {index: amount for index, amount in overflow.held().items() if amount > 0}
        return shares(wanted, min(have, sum(wanted.values())), self._grid)[overflow.index]

    def _source(self, index: int, mine: int, *others: Sum) -> SharedSource:
        return SharedSource(index, mine, others, self._place, self._grid, self._ranks)

    def _units(self, amount: Decimal) -> int:
        scaled = amount.scaleb(self._places)
        if scaled != scaled.to_integral_value():
            raise UnclearError
        return int(scaled)

    def _amount(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-self._places) if units else ZERO


def _charge(amount: int, *sources: SharedSource) -> int:
    """Take an amount off the sources, one after the other; return what the one position gave."""
    given = 0
    for source in sources:
        if amount <= 0:
            return given
        taken = min(amount, source.total)
        given += source.take(taken)
        amount -= taken
    if amount > 0:
        # the rest comes off what pays for losses, and so the overflows are others
        raise UnclearError
    return given


def _steps(place: Decimal) -> int:
    """A place in steps of its grid."""
    scaled = place.scaleb(PLACE_PLACES)
    if scaled != scaled.to_integral_value():
        raise UnclearError
    return int(scaled)


def _places(amount: Decimal) -> int:
    """Digits after the point."""
    return -int(amount.as_tuple().exponent)
