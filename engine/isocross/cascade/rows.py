"""Many weights side by side in one long whole number, so that one multiplication shares an amount among all of them.

Of an amount that is cut in proportion, the largest remainders are rounded up. For one position it matters how many are
larger than its own, and what all of them come to. Each weight has a place in the long number that is wide enough for
its product with amount ÷ total, a binary fraction; the remainder is what comes after the point there. Two bytes of it
tell all but a few from another one, and those few can be worked out exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

Line = tuple[int, int]
"""Constant and slope: an amount at place 0, and its change for each step of the place grid."""

SURE = 3
"""Bytes of a remainder beyond those of the total. What is left out of one is less than a 2**24th of the whole."""
HEAD = 16
"""Bits of a remainder that are looked at."""
SPARSE = 4
"""Where one place in so many is free, all lines are put side by side again."""
_BELOW = tuple(bytes(range(byte)) for byte in range(257))
"""The bytes that are less than each."""


class Heads(NamedTuple):
    """The first two bytes of each remainder, in the order of the places; what comes after is left out."""

    first: bytes
    second: bytes

    @property
    def total(self) -> int:
        """All of them, in the unit of the second byte."""
        return (sum(self.first) << 8) + sum(self.second)

    def from_byte(self, least: int) -> int:
        """How many begin with this byte or a larger one."""
        return len(self.first.translate(None, _BELOW[least]))

    def beginning_with(self, byte: int) -> Iterator[int]:
        """The places of those that begin with a byte."""
        place = self.first.find(byte)
        while place >= 0:
            yield place
            place = self.first.find(byte, place + 1)

    @property
    def clear(self) -> bool:
        """Whether each is told from nothing: of one right below a whole, what was left out may complete it."""
        return not any(self.second[place] == 255 for place in self.beginning_with(255))


class Rows:
    """The weights of several positions along a glide, each with a place in the long numbers of all."""

    def __init__(self, lines: Mapping[int, Line], width: int) -> None:
        """Put lines by index side by side, each in at least so many bytes."""
        longest = max((part.bit_length() for line in lines.values() for part in line), default=0)
        self.width = max(width, longest // 8 + 1)
        self.indexes: list[int | None] = list(lines)
        """Which position has each place; None: the place is free."""
        self._places = {index: place for place, index in enumerate(lines)}
        self._free: list[int] = []
        self._constants = self._joined([constant for constant, _ in lines.values()])
        self._slopes = self._joined([slope for _, slope in lines.values()])

    def _joined(self, parts: Sequence[int]) -> int:
        """All of these side by side; what is below zero borrows of the next."""
        offset, width = 1 << (8 * self.width - 1), self.width
        joined = b"".join([(part + offset).to_bytes(width, "little") for part in parts])
        offsets = offset.to_bytes(width, "little") * len(parts)
        return int.from_bytes(joined, "little") - int.from_bytes(offsets, "little")

    def fits(self, width: int) -> bool:
        """Whether each place has so many bytes, and few of them are free."""
        return width <= self.width and SPARSE * len(self._free) < len(self.indexes)

    def add(self, index: int, line: Line) -> None:
        """Give a line a place."""
        if not self._free:
            self._free.append(len(self.indexes))
            self.indexes.append(None)
        place = self._places[index] = self._free.pop()
        self.indexes[place] = index
        self._count(place, *line)

    def drop(self, index: int, line: Line) -> None:
        """Take a line out; its place is free."""
        place = self._places.pop(index)
        self.indexes[place] = None
        self._free.append(place)
        self._count(place, -line[0], -line[1])

    def _count(self, place: int, constant: int, slope: int) -> None:
        """Add to what is at a place; a part may be longer than it, as long as the weight is not."""
        begin = 8 * self.width * place
        self._constants += constant << begin
        self._slopes += slope << begin

    def heads(self, at: int, factor: int, size: int) -> Heads:
        """The remainders of all weights where the glide is, each times a binary fraction.

        Args:
            at: the place of the glide, in steps of its grid. No weight is below zero there.
            factor: the fraction, times 256 ** size.
            size: its bytes; with those of the largest weight at most as many as a place has.
        """
        products = (self._constants + self._slopes * at) * factor
        told = products.to_bytes(len(self.indexes) * self.width, "little")
        return Heads(told[size - 1 :: self.width], told[size - 2 :: self.width])
