"""The state of the pools of a grid that are still running."""

from __future__ import annotations

from dataclasses import dataclass

from engine.frontier.cells import Compact
from engine.frontier.lines import Flags, Floats, Ints


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
    quantity: Floats
    tier: Ints
    border: Floats
    """Where each position leaves its tier."""
    is_open: Flags
    floor: Ints
    """The tier each was last brought down to."""
    reduced: Flags
    forced: Flags
    due: Flags

    def surplus(self) -> Floats:
        """g where each pool stands."""
        g: Floats = self.equity[0] - self.need[0] + (self.equity[1] - self.need[1]) * self.place
        return g
