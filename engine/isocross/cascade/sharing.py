"""Sharing in proportion between positions in whole numbers of one small unit, as `money.share` does it in Decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import chain, pairwise

from isocross.records import dataclass

Line = tuple[int, int]
"""Constant and slope: an amount at place 0, and its change for each step of the place grid."""


class UnclearError(Exception):
    """What the sums cannot tell: every position has to be looked at by itself."""


@dataclass(slots=True)
class Sum:
    """An amount that several positions have, together and of each."""

    constant: int = 0
    slope: int = 0
    lines: dict[int, Line] = field(default_factory=dict)

    def add(self, index: int, constant: int, slope: int) -> None:
        """Take in the amount of a position."""
        self.lines[index] = (constant, slope)
        self.constant += constant
        self.slope += slope

    def drop(self, index: int) -> None:
        """Leave out a position, if it is in."""
        constant, slope = self.lines.pop(index, (0, 0))
        self.constant -= constant
        self.slope -= slope

    def at(self, place: int) -> int:
        """All of it at a place."""
        return self.constant + self.slope * place


@dataclass(slots=True)
class SharedSource:
    """What can be taken off positions in proportion, and what one of them has of it."""

    index: int
    mine: int
    others: tuple[Sum, ...]
    place: int
    grid: int
    ranks: Sequence[int]
    """The precedence of each position: of equal remainders the first has more."""
    total: int = 0
    taken: list[tuple[int, int]] = field(default_factory=list)
    """What was taken of all of it and of the one position, in order."""

    def __post_init__(self) -> None:
        """Add up."""
        self.total = self.mine + sum(known.at(self.place) for known in self.others)

    def take(self, amount: int) -> int:
        """Take an amount off it, at most all; return the part of the one position."""
        part = self._part(amount)
        if amount:
            self.taken.append((amount, part))
        self.total -= amount
        self.mine -= part
        return part

    def _part(self, amount: int) -> int:
        if amount == self.total or not amount or not self.mine:
            return self.mine if amount else 0
        if self.taken:
            return shares(self.held(), amount, self.grid)[self.index]
        unit, place = self.total * self.grid, self.place
        lines = chain.from_iterable(known.lines.values() for known in self.others)
        rests = [(constant + slope * place) * amount % unit for constant, slope in lines]
        whole, rest = divmod(amount * self.mine, unit)
        if rest in rests:
            return shares(self.held(), amount, self.grid)[self.index]
        left = (sum(rests) + rest) // self.total
        before = sum(map(rest.__lt__, rests))
        return whole * self.grid + min(self.grid, max(0, left - before * self.grid))

    def held(self) -> dict[int, int]:
        """What every position has left of it, by precedence."""
        lines = chain.from_iterable(known.lines.items() for known in self.others)
        first = [(index, constant + slope * self.place) for index, (constant, slope) in lines]
        mine = self.mine + sum(part for _, part in self.taken)
        held = dict(sorted([*first, (self.index, mine)], key=lambda holding: self.ranks[holding[0]]))
        for amount, _ in self.taken:
            parts = shares(held, amount, self.grid)
            held = {index: weight - parts[index] for index, weight in held.items()}
        return held


def shares(weights: Mapping[int, int], amount: int, grid: int) -> dict[int, int]:
    """Cut an amount by weights as `money.share` does: on a grid, the largest remainders first, ties in order.

    Raises:
        UnclearError: where unlike weights tie, and it takes the last digits of their quotients to tell which is first.
    """
    total = sum(weights.values())
    if amount == total:
        return dict(weights)
    unit = total * grid
    wholes, rests = dict[int, int](), dict[int, int]()
    for index, weight in weights.items():
        whole, rests[index] = divmod(amount * weight, unit)
        wholes[index] = whole * grid
    left = sum(rests.values()) // total
    order = sorted((index for index, weight in weights.items() if weight), key=lambda index: -rests[index])
    last = -(-left // grid)
    for before, after in pairwise(order[max(0, last - 2) : last + 1]):
        if rests[before] == rests[after] != 0 and weights[before] != weights[after]:
            raise UnclearError
    for index in order[:last]:
        wholes[index] += min(grid, left)
        left -= grid
    return wholes
