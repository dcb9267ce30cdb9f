"""How marks move, and what the user does on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from decimal import Decimal
from enum import StrEnum

from isocross.money import ZERO
from isocross.moves.move import Do, Planned
from isocross.paths.bars import CandleOrder, PricesAs
from isocross.paths.walk import Step
from isocross.records import dataclass


class PathKind(StrEnum):
    """How the marks move."""

    WHAT_IF = "what-if"
    """A glide of one common move; the cursor has no memory."""
    GAP = "gap"
    """All marks jump at once."""
    WALK = "walk"
    """Legs of a common move, one after the other."""
    WICK = "wick"
    """Down to a low, and back."""
    REPLAY = "replay"
    """The candles of a history."""


@dataclass(frozen=True)
class Scenario:
    """What happens to the marks."""

    path: PathKind = PathKind.WHAT_IF
    shock: Decimal = ZERO
    """The common move at the cursor, a fraction of the opening marks."""
    betas: Mapping[str, Decimal] = field(default_factory=dict)
    """Times the common move, per market; 1 where absent."""
    legs: tuple[Step, ...] = ()
    """Of a walk."""
    low: Decimal | None = None
    """How far a wick goes, as a share of the opening marks."""
    back: Decimal | None = None
    """Where a wick comes back to, as a share of the opening marks."""
    window: str | None = None
    """The history of a replay."""
    candle: CandleOrder = CandleOrder.NEAR_FIRST
    prices: PricesAs = PricesAs.SCALED
    stand_in: Mapping[str, str] = field(default_factory=dict)
    """By market: the symbol of the history that it follows in place of its own."""
    funding: Decimal | Mapping[str, Decimal] | None = None
    """Rate of every market, or by market; longs pay when it is positive."""
    moves: tuple[Planned, ...] = ()
    """What the user does on a lived path."""

    @property
    def without_flips(self) -> Scenario:
        """The same with no flip on the way: every position stays in the mode in which it begins."""
        return replace(self, moves=tuple(each for each in self.moves if each.move.do is not Do.FLIP))
