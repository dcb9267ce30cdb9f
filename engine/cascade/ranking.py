"""Which cross position a pool at its line looks at first, kept up to date while marks move (design §4.1)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.cascade.members import Line, Member
from engine.cascade.pool import Pool
from engine.cascade.tournament import Tournament
from engine.cross import Standing, next_victim
from engine.money import ZERO
from engine.venue import Victim


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
        self._tournament = None if bent else Tournament(lines, scope.place)

    def first(self) -> int:
        """The index of the member that is first here; the scope has one."""
        scope, tournament = self._scope, self._tournament
        if tournament is None:
            left = (i for i in self._turn if i in scope.members)
            standings = (Standing(i, scope.pnl(i), scope.requirement_of(i)) for i in left)
            return next_victim(standings, self._victim).index
        for index in scope.changed:
            member = scope.members.get(index)
            tournament.put(index, None if member is None else self._key(member))
        scope.changed.clear()
        first = tournament.least(scope.place)
        if first is None:
            raise ValueError("an empty pool has no first position")
        return first

    def _key(self, member: Member) -> Line:
        if self._victim is Victim.LARGEST_LOSS:
            return member.pnl
        if self._victim is Victim.LARGEST_MAINTENANCE:
            height, slope = self._scope.asked(member)
            return -height, -slope
        return ZERO, ZERO
