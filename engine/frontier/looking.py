"""How the frontier is looked at: which two markets, from where to where, through which lens, at which point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from engine.money import ONE, ZERO, exact
from engine.path import DEEPEST_FALL, HIGHEST_RISE

LOWEST, HIGHEST = -DEEPEST_FALL, HIGHEST_RISE
"""No point lies beyond: marks on a frontier never reach zero."""
_WIDE, _USUAL = -1, 0
_CLOSEST = 6
_USUAL_HIGH = ONE
Point = tuple[Decimal, Decimal]
"""The moves of the two markets, fractions of their opening marks."""


class Lens(StrEnum):
    """What the colour of a cell says."""

    LEFT = "who is left"
    EQUITY = "equity left"
    FIRST = "who falls first"


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the plane that is looked at."""

    x_low: Decimal
    x_high: Decimal
    y_low: Decimal
    y_high: Decimal

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return self.x_low <= point[0] <= self.x_high and self.y_low <= point[1] <= self.y_high


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything about the looking that a key can change."""

    x: str | None = None
    """None: the selected position's market, and the largest other one."""
    y: str | None = None
    point: Point | None = None
    """None: where the common move has brought the two markets."""
    lens: Lens = Lens.LEFT
    zoom: int = _USUAL
    """0 from −95 % to +100 %, −1 to +300 %; each step above halves the window about its centre."""
    centre: Point = (ZERO, ZERO)

    @property
    def window(self) -> Window:
        """What can be seen."""
        return Window(*self._reach(self.centre[0]), *self._reach(self.centre[1]))

    def _reach(self, centre: Decimal) -> tuple[Decimal, Decimal]:
        if self.zoom <= _USUAL:
            return LOWEST, HIGHEST if self.zoom == _WIDE else _USUAL_HIGH
        half = (_USUAL_HIGH - LOWEST) / 2 ** (self.zoom + 1)
        low = max(LOWEST, min(HIGHEST - 2 * half, centre - half))
        return low, low + 2 * half

    def at(self, point: Point) -> Sight:
        """With the point elsewhere, and a window that holds it."""
        x, y = (max(LOWEST, min(HIGHEST, move)) for move in point)
        moved = replace(self, point=(x, y))
        if moved.window.holds((x, y)):
            return moved
        return replace(moved, zoom=_WIDE) if self.zoom <= _USUAL else replace(moved, centre=(x, y))

    def zoomed(self, steps: int, point: Point) -> Sight:
        """Nearer (1) or farther (−1), about a point."""
        return replace(self, zoom=max(_WIDE, min(_CLOSEST, self.zoom + steps)), centre=point)

    def next_lens(self) -> Sight:
        """Through the next lens; after the last comes the first."""
        lenses = list(Lens)
        return replace(self, lens=lenses[(lenses.index(self.lens) + 1) % len(lenses)])


AS_USUAL = Sight()
"""As a desk opens."""


@exact
def stepped(move: Decimal, steps: int, step: Decimal) -> Decimal:
    """A move some steps on; from between two steps to the next one that way."""
    if not steps:
        return move
    at = (move / step).to_integral_value(ROUND_FLOOR if steps > 0 else ROUND_CEILING)
    return (at + steps) * step
