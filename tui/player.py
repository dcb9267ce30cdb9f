"""Plays a shock: from the opening marks to its end, with a halt wherever something happens."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine import selectors
from engine.actions import ShockTo
from engine.money import PLACE_GRID, ZERO
from engine.state import State

FRAMES = 60
"""Frames from the opening marks to the end, halts not counted."""
HALT = 12
"""Frames a halt lasts."""
FRAME_S = 0.06
"""Seconds a frame lasts."""


@dataclass
class Player:
    """Where a play is going, and how long it still halts."""

    end: Decimal
    """The common move it plays to."""
    halt: int = 0

    @classmethod
    def towards(cls, state: State) -> Player:
        """A player to the present shock; from the opening marks, down past the last fall."""
        shock = state.moment.shock
        if shock:
            return cls(shock)
        falls = [stop.move for stop in selectors.stops(state) if stop.move < 0]
        deepest = min(falls, default=Decimal("-0.5"))
        return cls(max(Decimal("-0.95"), deepest - Decimal("0.05")))

    def frame(self, state: State) -> ShockTo | None:
        """What the next frame does; None when the play is over. A frame of a halt moves nothing."""
        shock = state.moment.shock
        if abs(shock) >= abs(self.end):
            return None
        if self.halt > 0:
            self.halt -= 1
            return ShockTo(shock)
        step = (self.end / FRAMES).quantize(PLACE_GRID)
        following = shock + step
        stop = self._stop_on_the_way(state, following)
        if stop is not None:
            self.halt = HALT
            return ShockTo(stop)
        return ShockTo(following if abs(following) < abs(self.end) else self.end)

    def _stop_on_the_way(self, state: State, following: Decimal) -> Decimal | None:
        if state.moment.shock * self.end < ZERO:
            return None
        stop = selectors.stop_beyond(state, 1) if state.moment.shock else self._first_stop(state)
        return stop if stop is not None and abs(stop) <= min(abs(following), abs(self.end)) else None

    def _first_stop(self, state: State) -> Decimal | None:
        moves = [stop.move for stop in selectors.stops(state) if stop.move * self.end > 0]
        return min(moves, key=abs, default=None)
