"""Which cross position is next: whom a pool at its line looks at first, who is neediest, how much is drawn.

The two machines called cross give opposite answers at the same marks (page `venues`). Pooled: one equity against the
sum of maintenance margins. Top-up: a bucket a position, refilled from unused cash.

A `Ranking` is kept up to date while marks move by a `Tournament` of lines, O(log n) for a change where a scan takes n:
each node of a binary tree keeps the winner of the two below it and the place up to which that is sure, so that only
what may have turned is looked at again. Two lines are told apart in floats where their distance leaves no doubt, and
exactly where it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from math import inf

from isocross.account.book import Position
from isocross.account.margin import initial_margin_at, notional
from isocross.cascade.pieces import Line, Member
from isocross.cascade.scope import Pool
from isocross.money import MONEY_GRID, ZERO, posting
from isocross.records import dataclass
from isocross.rules.profile import Victim

EQUAL = 60
"""Decimals to which two shares are the same; what differs beyond is rounding of quotients."""
DOUBT = 2.0**-40
"""Far above the relative error of a figure that was made a float and went through a handful of operations."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One cross position of a pool at the line."""

    index: int
    pnl: Decimal
    """Unrealised PnL, positive is a gain."""
    maintenance_margin: Decimal


def next_victim(standings: Iterable[Candidate], victim: Victim) -> Candidate:
    """The cross position a pool at the line closes next; of equal ones the first that is given."""
    if victim is Victim.LARGEST_LOSS:
        return min(standings, key=lambda s: s.pnl)
    if victim is Victim.LARGEST_MAINTENANCE:
        return min(standings, key=lambda s: -s.maintenance_margin)
    return min(standings, key=lambda s: s.index)


def liquidation_fee(closed: Decimal, rate: Decimal, equity: Decimal) -> Decimal:
    """Fee of a pooled close: rate × notional closed, at most the equity the pool has left (Binance's help).

    Rounded down to the money grid, so that a fee never costs the fund anything.
    """
    return min(closed * rate, max(ZERO, equity)).quantize(MONEY_GRID, ROUND_FLOOR)


def need(position: Position, equity: Decimal) -> Decimal:
    """Equity ÷ notional at entry: of top-up positions due together the one with the smallest draws first."""
    return round(equity / notional(position, position.entry), EQUAL)


def refill(position: Position, mark: Decimal, equity: Decimal, unused: Decimal) -> Decimal:
    """What a top-up position draws from unused cash at its line, on the money grid.

    Until its equity is the larger of its IM at entry and at mark; all of the unused cash if that is short (CoinEx's
    help). Zero when nothing is left or nothing is wanted.
    """
    target = max(position.initial_margin, initial_margin_at(position, mark))
    return max(ZERO, min(unused, posting(target - equity)))


"""(a, b): a + b × place."""


class Tournament:
    """Lines by index; the least at a place that never goes back, of equal ones the first that was given."""

    def __init__(self, lines: Mapping[int, Line], place: Decimal = ZERO) -> None:
        """Let all lines meet at a place."""
        self._indexes = list(lines)
        self._slots = {index: slot for slot, index in enumerate(self._indexes)}
        self._lines: list[Line | None] = [lines[index] for index in self._indexes]
        self._rough = [_rough(lines[index]) for index in self._indexes]
        self._first = 1 << max(0, len(self._lines) - 1).bit_length()
        self._winner: list[int | None] = [None] * (2 * self._first)
        self._sure_until = [inf] * (2 * self._first)
        self._place, self._rough_place = place, float(place)
        for slot in range(len(self._lines)):
            self._winner[self._first + slot] = slot
        for node in range(self._first - 1, 0, -1):
            self._decide(node)

    def least(self, place: Decimal) -> int | None:
        """The index of the least line at a place not before the last one; None when there is none."""
        if place != self._place:  # else all has met here, and those in doubt exactly
            self._place, self._rough_place = place, float(place)
            self._refresh(1)
        winner = self._winner[1]
        return None if winner is None else self._indexes[winner]

    def put(self, index: int, line: Line | None) -> None:
        """Give an index that takes part another line from here on; None: it is out."""
        slot = self._slots[index]
        self._lines[slot] = line
        if line is not None:
            self._rough[slot] = _rough(line)
        node = self._first + slot
        self._winner[node] = None if line is None else slot
        while node > 1:
            node //= 2
            self._decide(node)

    def _refresh(self, node: int) -> None:
        if self._rough_place < self._sure_until[node]:
            return
        self._refresh(2 * node)
        self._refresh(2 * node + 1)
        self._decide(node)

    def _decide(self, node: int) -> None:
        """Let the two winners below meet here."""
        left, right = 2 * node, 2 * node + 1
        one, other = self._winner[left], self._winner[right]
        if one is None or other is None:
            winner, until = (other if one is None else one), inf
        else:
            winner, until = self._meet(one, other)
        self._winner[node] = winner
        self._sure_until[node] = min(until, self._sure_until[left], self._sure_until[right])

    def _meet(self, one: int, other: int) -> tuple[int, float]:
        """Who is less here, the lower slot where equal, and a place before which that is sure."""
        a, b, a_unsure, b_unsure = self._rough[one]
        c, d, c_unsure, d_unsure = self._rough[other]
        place = self._rough_place
        unsure, slope = b_unsure + d_unsure, d - b
        gap, winner = c - a + slope * place, one
        if gap < 0:
            winner, gap, slope = other, -gap, -slope
        gap -= a_unsure + c_unsure + unsure * place
        if gap <= 0:
            return self._meet_exactly(one, other)
        closing = unsure - slope
        return winner, inf if closing <= 0 else (place + gap / closing) * (1 - DOUBT)

    def _meet_exactly(self, one: int, other: int) -> tuple[int, float]:
        if self._lines[one] == self._lines[other]:
            return one, inf
        return (one if self._at(one) <= self._at(other) else other), self._rough_place

    def _at(self, slot: int) -> Decimal:
        """How high a line is here, exactly."""
        line = self._lines[slot]
        if line is None:
            raise ValueError("a line that is out has no height")
        return line[0] + line[1] * self._place


def _rough(line: Line) -> tuple[float, float, float, float]:
    """A line in floats, and how much of either is in doubt."""
    a, b = float(line[0]), float(line[1])
    return a, b, DOUBT * abs(a), DOUBT * abs(b)


class Ranking:
    """The members of a scope by the venue's rule, equal ones in an order of their own.

    What an inverse position has is no line along a course, so a scope with one is searched through.
    """

    def __init__(self, scope: Pool, victim: Victim, turn: Sequence[int]) -> None:
        """Rank the members where they stand; the scope says which of them change from here on.

        Args:
            scope: the pool.
            victim: the venue's rule.
            turn: its members, in the order that decides between equal ones.
        """
        self._scope = scope
        self._victim = victim
        self._turn = turn
        scope.changed.clear()
        bent = any(member.bend is not None for member in scope.members.values())
        lines = {index: self._key(scope.members[index]) for index in turn}
        straight = {index: line for index, line in lines.items() if line is not None}
        self._tournament = None if bent or len(straight) < len(lines) else Tournament(straight, scope.place)

    def first(self) -> int:
        """The index of the member that is first here; the scope has one."""
        scope, tournament = self._scope, self._tournament
        if tournament is None:
            left = (i for i in self._turn if i in scope.members)
            worth = ((i, scope.price(i)) for i in left)
            standings = (Candidate(i, scope.pnl(i) * p, scope.requirement_of(i) * p) for i, p in worth)
            return next_victim(standings, self._victim).index
        for index in scope.changed:
            member = scope.members.get(index)
            tournament.put(index, None if member is None else self._key(member))
        scope.changed.clear()
        first = tournament.least(scope.place)
        if first is None:
            raise ValueError("an empty pool has no first position")
        return first

    def _key(self, member: Member) -> Line | None:
        """What a member is ranked by; None where that is no line."""
        if self._victim is Victim.LARGEST_LOSS:
            return self._scope.ranked(member.index, member.pnl)
        if self._victim is Victim.LARGEST_MAINTENANCE:
            height, slope = self._scope.asked(member)
            return self._scope.ranked(member.index, (-height, -slope))
        return ZERO, ZERO
