"""Sharing in proportion between positions in whole numbers of one small unit, as `money.share` does it in Decimals.

Where many positions share, their remainders are told apart at once (`rows`), and only those that are close to the one
that is asked for are worked out one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import chain, pairwise

from isocross.cascade.rows import HEAD, SURE, Heads, Line, Rows
from isocross.records import dataclass

MANY = range(48, 1 << (HEAD - 1))
"""How many positions are told apart at once. Fewer are worked out as fast; of more the heads do not tell the sum."""


class UnclearError(Exception):
    """What the sums cannot tell: every position has to be looked at by itself."""


@dataclass(slots=True)
class Sum:
    """An amount that several positions have, together and of each."""

    constant: int = 0
    slope: int = 0
    lines: dict[int, Line] = field(default_factory=dict)
    rows: Rows | None = None
    """The lines side by side, once many shared."""

    def add(self, index: int, constant: int, slope: int) -> None:
        """Take in the amount of a position."""
        self.lines[index] = (constant, slope)
        self.constant += constant
        self.slope += slope
        if self.rows is not None:
            self.rows.add(index, (constant, slope))

    def drop(self, index: int) -> None:
        """Leave out a position that is in."""
        constant, slope = self.lines.pop(index)
        self.constant -= constant
        self.slope -= slope
        if self.rows is not None:
            self.rows.drop(index, (constant, slope))

    def at(self, place: int) -> int:
        """All of it at a place."""
        return self.constant + self.slope * place

    def heads(self, place: int, factor: int, size: int, width: int) -> tuple[Heads, Sequence[int | None]]:
        """The heads of the remainders of all, each times a fraction (`Rows.heads`), and whose they are."""
        if self.rows is None or not self.rows.fits(width):
            self.rows = Rows(self.lines, width)
        return self.rows.heads(place, factor, size), self.rows.indexes


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
        self.total = self.mine
        for known in self.others:
            self.total += known.constant + known.slope * self.place

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
        whole, rest = divmod(amount * self.mine, self.total * self.grid)
        many = sum(len(known.lines) for known in self.others) in MANY
        beside = (self._at_once(amount, rest) if many else None) or self._one_by_one(amount, rest)
        if beside is None:
            return shares(self.held(), amount, self.grid)[self.index]
        left, before = beside
        return whole * self.grid + min(self.grid, max(0, left - before * self.grid))

    def _one_by_one(self, amount: int, rest: int) -> tuple[int, int] | None:
        """What all remainders come to, and how many are larger than this one; None where another is the same."""
        unit, place = self.total * self.grid, self.place
        lines = chain.from_iterable(known.lines.values() for known in self.others)
        rests = [(constant + slope * place) * amount % unit for constant, slope in lines]
        if rest in rests:
            return None
        return (sum(rests) + rest) // self.total, sum(map(rest.__lt__, rests))

    def _at_once(self, amount: int, rest: int) -> tuple[int, int] | None:
        """The same from the first bytes of the remainders; None where they do not tell it."""
        unit, place, longest = self.total * self.grid, self.place, self.total.bit_length() // 8 + 1
        size = longest + SURE
        factor = (amount << 8 * size) // unit
        mine, doubt, first = (rest << 8 * size) // unit, 1 << 8 * longest, 8 * (size - 1)
        least, most = max(0, mine - doubt) >> first, min((1 << 8 * size) - 1, mine + doubt) >> first
        told = [(known, *known.heads(place, factor, size, longest + size)) for known in self.others if known.lines]
        if (not least or most == 255) and not all(heads.clear for _, heads, _ in told):
            return None
        total = (mine >> (8 * size - HEAD)) + sum(heads.total for _, heads, _ in told)
        before = sum(heads.from_byte(most + 1) for _, heads, _ in told)
        near = sum(heads.from_byte(least) for _, heads, _ in told) - before
        # The parts are on the grid, and heads are less than the remainders by less than a whole. One that is not clear
        # counts as a whole more in the sum, and as one more that is larger.
        over = amount % self.grid
        left = over - ((over << HEAD) - total * self.grid >> HEAD) // self.grid * self.grid
        if before * self.grid >= left or (before + near) * self.grid + self.grid <= left:
            # whichever of those near it are larger
            return left, before
        for known, heads, indexes in told:
            for index in (indexes[at] for byte in range(least, most + 1) for at in heads.beginning_with(byte)):
                if index is None:
                    continue
                constant, slope = known.lines[index]
                other = (constant + slope * place) * amount % unit
                if other == rest:
                    return None
                before += other > rest
        return left, before

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
