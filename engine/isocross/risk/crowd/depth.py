"""A depth curve: how far the price moves when so much is sold into it; the user's own, and a model."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from isocross.errors import IsocrossError
from isocross.money import ZERO, exact
from isocross.paths.shock import ShockError, parse_part
from isocross.records import dataclass


class DepthError(IsocrossError, ValueError):
    """Say that a text is not a depth curve."""


@dataclass(frozen=True)
class Depth:
    """Points of a curve: a move, and what has to be traded for it; straight between them and beyond the last."""

    points: tuple[tuple[Decimal, Decimal], ...] = ()
    """(move, notional), both rising; none: nothing moves the price."""

    @exact
    def move(self, notional: Decimal) -> Decimal:
        """How far so much moves the price; nothing for nothing, and for what goes the other way."""
        if notional <= 0 or not self.points:
            return ZERO
        corners: Sequence[tuple[Decimal, Decimal]] = ((ZERO, ZERO), *self.points)
        for (low, before), (high, after) in pairwise(corners):
            if notional <= after:
                return low + (high - low) * (notional - before) / (after - before)
        (low, before), (high, after) = corners[-2:]
        return high + (high - low) * (notional - after) / (after - before)


def parse_depth(text: str) -> Depth:
    """Read a curve such as `1%=5000000,5%=30000000`; raises DepthError."""
    points: list[tuple[Decimal, Decimal]] = []
    for part in text.split(","):
        move, equals, notional = part.partition("=")
        try:
            point = (parse_part(move), parse_part(notional)) if equals and "%" not in notional else None
        except ShockError:
            point = None
        if point is None:
            raise DepthError(f"{part.strip()!r} is not a point: expected one such as 1%=5000000")
        points.append(point)
    if any(one[0] >= other[0] or one[1] >= other[1] for one, other in pairwise([(ZERO, ZERO), *points])):
        raise DepthError("a depth curve rises: expected larger moves for larger amounts, all above 0")
    return Depth(tuple(points))
