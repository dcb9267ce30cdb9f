"""Which of many variants of an account holds out better, told in floats where these can tell it beyond doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import inf
from typing import NamedTuple

from isocross.account.book import Book, Mode, Position
from isocross.paths.glide import Glide
from isocross.work import Work

_NEAR = 1e-8
"""Places nearer to each other than this are not told apart."""
WORTH_IT = 1000
"""Positions times variants from which on loading floats takes less time than the engine."""
_A_STEP = 10_000
"""Positions squared, times variants, that take about as long as one event of the engine."""


class Fate(NamedTuple):
    """What becomes of one position on a whole glide."""

    falls_at: Decimal | None
    """None: it does not fall."""
    ends_at: Decimal | None
    """Where it is liquidated; None: it stays open, or a part of it does."""


class RoughReach(NamedTuple):
    """How many positions of a variant are liquidated or reduced on its whole glide, and where the last one ends."""

    falls: int
    last: Decimal | float
    """Infinite: one stays open; a float is only nearly the place."""

    def against(self, other: RoughReach) -> int | None:
        """As `Reach.against`, of two that are first liquidated at one place; None where floats cannot tell."""
        if self.falls != other.falls:
            return other.falls - self.falls
        exact = all(isinstance(last, Decimal) or last == inf for last in (self.last, other.last))
        if exact:
            return (self.last > other.last) - (self.last < other.last)
        gap = float(self.last) - float(other.last)
        if abs(gap) <= _NEAR:
            return None
        return 1 if gap > 0 else -1


def rough_reaches(
    book: Book, path: Glide, variants: Sequence[Book], alone: Callable[[Position], Fate], work: Work | None
) -> list[RoughReach | None]:
    """The rough reach of each variant; None of one that floats cannot tell.

    Args:
        book: an account whose isolated positions stand apart.
        path: its whole glide one way.
        variants: the same account, some of its positions closed.
        alone: what becomes of an isolated position by itself.
        work: what it counts for.
    """
    cross = sum(position.mode is Mode.CROSS for position in book.positions)
    unknown: list[RoughReach | None] = [None] * len(variants)
    if cross * len(variants) <= WORTH_IT:
        return unknown
    import numpy as np  # noqa: PLC0415 - only where it is worth it

    from isocross.studies.frontier.pool_fates import ManyPools, tells_fates  # noqa: PLC0415 - numpy

    if not tells_fates(book):
        return unknown
    if work is not None:
        work.spend(1 + len(variants) * cross**2 // _A_STEP)
    pools = ManyPools(book, path)
    held = [{id(position) for position in variant.positions} for variant in variants]
    members = np.array([[id(book.positions[i]) in kept for kept in held] for i in pools.order], dtype=np.bool_)
    fates = pools.fates(members, [variant.pool_cash for variant in variants])
    told: list[RoughReach | None] = []
    for column, variant in enumerate(variants):
        last = inf if fates.stays[column] else float(fates.last[column])
        apart = [alone(position) for position in variant.positions if position.mode is Mode.ISOLATED]
        told.append(None if fates.doubtful[column] else _joined(int(fates.fallen[column]), last, apart))
    return told


def _joined(fallen: int, last: float, alone: Sequence[Fate]) -> RoughReach:
    """What becomes of a pool and of the isolated positions beside it."""
    falls = fallen + sum(fate.falls_at is not None for fate in alone)
    ends = [fate.ends_at for fate in alone if fate.ends_at is not None]
    if last == inf or len(ends) < len(alone):
        return RoughReach(falls, inf)
    latest = max(ends, default=None)
    return RoughReach(falls, last if latest is None or latest <= last + _NEAR else latest)
