"""The pools of a grid that are still running, and what every cell of a cross run has in common.

A cell has its two moves, what comes back to it on the way, and its record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from isocross.records import dataclass
from isocross.studies.frontier.lines import EDGE, Credit, Flags, Floats, Ints

MOST_ROUNDS = 2000
"""Events and tier borders of one cell; what is not done by then is left to the exact engine."""

TINY = 1e-11
"""Amounts smaller than this share of all that is at stake cannot be told from zero."""


@dataclass
class Record:
    """What became of the cross positions in each cell."""

    equity: Floats
    """Of the pool, or of unused cash and all buckets."""
    fallen: Floats
    first: Ints
    """The first position to fall; −1: none."""
    first_at: Floats
    """Its place; infinite where none falls."""
    last_at: Floats
    """The place of the last one; 0 where none falls."""
    whole: Flags
    doubtful: Flags
    """Whether floats cannot tell what happens first, or whether it happens at all."""

    @classmethod
    def blank(cls, cells: int) -> Record:
        """Nothing has happened yet."""
        return cls(
            np.zeros(cells),
            np.zeros(cells),
            np.full(cells, -1, dtype=np.int64),
            np.full(cells, np.inf),
            np.zeros(cells),
            np.ones(cells, dtype=np.bool_),
            np.zeros(cells, dtype=np.bool_),
        )

    @classmethod
    def joined(cls, records: Sequence[Record]) -> Record:
        """Records of cells that follow one another."""
        return cls(*(np.concatenate([getattr(record, f.name) for record in records]) for f in fields(cls)))

    def fell(self, cells: Ints, positions: Ints, places: Floats) -> None:
        """One position of each of these cells fell."""
        self.fallen[cells] += 1
        self.whole[cells] = False
        self.last_at[cells] = places
        new = self.first[cells] < 0
        self.first[cells[new]] = positions[new]
        self.first_at[cells[new]] = places[new]


class Returns:
    """Cash that isolated takeovers give back on the way, in each cell."""

    def __init__(self, credits: Sequence[tuple[int, Credit]], slopes: Floats) -> None:
        """Find out where in each cell each credit is due.

        Args:
            credits: the axis of each credit, and the credit.
            slopes: the move of each axis (rows) in each cell (columns).
        """
        self.amounts = np.array([credit.amount for _, credit in credits])
        self.places = np.full((len(credits), slopes.shape[1]), np.inf)
        for row, (axis, credit) in enumerate(credits):
            place = credit.move / slopes[axis]
            self.places[row] = np.where(np.isfinite(place) & (place > 0), place, np.inf)

    def next_place(self) -> Floats:
        """Where the next one is due; infinite where none is left."""
        nearest: Floats = self.places.min(axis=0, initial=np.inf)
        return nearest

    def take(self, cells: Ints) -> Floats:
        """The next one of each of these cells."""
        rows = self.places[:, cells].argmin(axis=0)
        self.places[rows, cells] = np.inf
        taken: Floats = self.amounts[rows]
        return taken

    def rest(self, cells: Ints) -> Floats:
        """All that is still due in these cells by their end."""
        due: Floats = (self.amounts[:, None] * (self.places[:, cells] <= 1)).sum(axis=0)
        return due

    def at_edge(self, cells: Ints, places: Floats) -> Flags:
        """Whether one is due about now, or about the end."""
        left = self.places[:, cells]
        near: Flags = ((np.abs(left - places) < EDGE) | (np.abs(left - 1) < EDGE)).any(axis=0)
        return near


@dataclass
class Compact:
    """Arrays whose last axis is the cells still running; a dataclass of them can be cut down."""

    def keep(self, kept: Flags) -> None:
        """Forget the cells that are done."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                setattr(self, field.name, value[..., kept])


@dataclass
class Pools(Compact):
    """The pools that are still running; rows are positions, columns cells."""

    cell: Ints
    slope: Floats
    """Move of each position's market for a place of 1."""
    place: Floats
    equity: Floats
    """(height, slope) of the pool's equity in the place."""
    need: Floats
    """(height, slope) of its requirement."""
    own: Floats
    """(height, slope) of each position's requirement in the move of its market."""
    quantity: Floats
    tier: Ints
    border: Floats
    """Where each position leaves its tier."""
    is_open: Flags
    floor: Ints
    """The tier each was last brought down to."""
    cut: Flags
    """Whether the venue has closed its fraction of it."""
    forced: Flags
    due: Flags

    def surplus(self) -> Floats:
        """g where each pool stands."""
        g: Floats = self.equity[0] - self.need[0] + (self.equity[1] - self.need[1]) * self.place
        return g
