"""Plays a replay at a speed, from where it stands, with a halt wherever a position falls in any of the modes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR
from typing import Final

from engine.actions import ShockTo
from engine.replaying.selectors import next_fall
from engine.state import State
from tui.player import HALT, Player

SPEEDS: Final = (1, 2, 5, 10, 20, 50)
"""Quarters of a candle a frame: at 1 about four candles go by in a second."""
USUAL: Final = 5


@dataclass
class ReplayPlayer(Player):
    """A play of a history to its end."""

    speed: int = USUAL

    def frame(self, state: State) -> ShockTo | None:
        """What the next frame does; None when the play is over. A frame of a halt moves nothing."""
        place = state.moment.place
        if place >= self.end:
            return None
        if self.halt > 0:
            self.halt -= 1
            return ShockTo(place)
        following = min(self.end, place.to_integral_value(ROUND_FLOOR) + self.speed)
        fall = next_fall(state)
        if fall is not None and fall <= following:
            self.halt = HALT
            return ShockTo(fall)
        return ShockTo(following)


def other_speed(speed: int, steps: int) -> int:
    """The next faster (1) or slower (−1) speed; the ends stay."""
    return SPEEDS[max(0, min(len(SPEEDS) - 1, SPEEDS.index(speed) + steps))]
