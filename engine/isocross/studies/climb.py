"""The search for the best modes: climb from some combinations by the best single flip, each to its top.

What ranks combinations (`Ranks`) is the exact engine (`ExactRanks`), or floats where it decides only what these cannot
tell apart (`frontier.mode_ranks`). Both find the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from isocross.work import Work

Flips = frozenset[str]
"""Ids of the positions that are flipped."""
Worth = tuple[Decimal, Decimal, int]
"""The larger the better: the sum of what is left, the least of it, and the fewer flips."""


class Ranks(Protocol):
    """What ranks combinations of modes for one set of shocks."""

    @property
    def at_once(self) -> int:
        """How many are weighed together."""

    def clearly_allows(self, combinations: Sequence[Flips]) -> Sequence[bool]:
        """Whether each of these can be set up beyond doubt."""

    def weigh(self, combinations: Sequence[Flips], work: Work) -> None:
        """Work out what these leave."""

    def best(self, combinations: Sequence[Flips]) -> Flips:
        """The best of some that were weighed; of equal ones the first."""


class ExactRanks:
    """Weighs every combination by the exact engine."""

    at_once = 1

    def __init__(self, worth: Callable[[Flips], Worth]) -> None:
        """Ask this for what a combination is worth."""
        self._ask = worth
        self._worths: dict[Flips, Worth] = {}

    def clearly_allows(self, combinations: Sequence[Flips]) -> Sequence[bool]:
        """Leave it to who judges one by one."""
        return [False] * len(combinations)

    def weigh(self, combinations: Sequence[Flips], work: Work) -> None:  # noqa: ARG002 - the engine counts its own
        """Have the engine work out what these leave."""
        self._worths |= {flips: self._ask(flips) for flips in combinations}

    def best(self, combinations: Sequence[Flips]) -> Flips:
        """The best of some that were weighed; of equal ones the first."""
        return max(combinations, key=self._worths.__getitem__)


class Search:
    """Weighs combinations, each once, until it has done as much as it may."""

    def __init__(self, ranks: Ranks, can_set_up: Callable[[Flips], bool], work: Work, most: int | None) -> None:
        """Begin with nothing weighed.

        Args:
            ranks: what ranks them.
            can_set_up: judges a combination that is not clearly allowed.
            work: counts what is done.
            most: the steps after which it has to do with what it has found; None: it goes on to the end.
        """
        self._ranks, self._can_set_up, self._work = ranks, can_set_up, work
        self._enough = None if most is None else work.done + most
        self._refused: set[Flips] = set()
        self.weighed: dict[Flips, None] = {}
        self.cut = False
        """Whether it was ended before it had come to the top."""

    def weigh(self, combinations: Iterable[Flips]) -> None:
        """Weigh those that are new and can be set up."""
        known = self.weighed.keys() | self._refused
        new = [flips for flips in dict.fromkeys(combinations) if flips not in known]
        for start in range(0, len(new), self._ranks.at_once):
            self._weigh_together(new[start : start + self._ranks.at_once])
            self.cut = self._enough is not None and self._work.done > self._enough
            if self.cut:
                return

    def _weigh_together(self, some: Sequence[Flips]) -> None:
        allowed = zip(some, self._ranks.clearly_allows(some), strict=True)
        ready = [flips for flips, clearly in allowed if clearly or self._can_set_up(flips)]
        self._refused |= set(some) - set(ready)
        if ready:
            self._ranks.weigh(ready, self._work)
            self.weighed |= dict.fromkeys(ready)
            self._work.tell(f"{len(self.weighed):,} combinations weighed")

    def best(self, combinations: Iterable[Flips]) -> Flips:
        """The best of those that were weighed."""
        return self._ranks.best([flips for flips in combinations if flips in self.weighed])

    def climb(self, starts: Iterable[Flips], order: Sequence[str]) -> Flips:
        """Climb from each start by the best single flip; the best of the tops.

        All climb together, so that many combinations are weighed at once.
        """
        tops = [start for start in starts if self._can_set_up(start)]
        climbing = list(range(len(tops)))
        while climbing and not self.cut:
            near = {n: [tops[n], *(tops[n] ^ {position} for position in order)] for n in climbing}
            self.weigh(flips for n in climbing for flips in near[n])
            reached = {n: self.best(near[n]) for n in climbing if tops[n] in self.weighed}
            climbing = [n for n, flips in reached.items() if flips != tops[n]]
            tops = [reached.get(n, top) for n, top in enumerate(tops)]
        return self.best(tops)
