"""Plays a shock from the opening marks to its end, or a replay at a speed, with a halt wherever something happens."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Final

from isocross.desk import selectors
from isocross.desk.actions.shock import ShockTo
from isocross.desk.selectors import next_fall
from isocross.desk.state import State
from isocross.money import PLACE_GRID, ZERO
from isocross.records import dataclass

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
    """The common move it plays to; the place, on a lived path."""
    halt: int = 0
    pace: Decimal = Decimal(1)
    """How many times as long it takes, halts too."""

    @classmethod
    def towards(cls, state: State, pace: Decimal = Decimal(1)) -> Player:
        """A player to the present shock; from the opening marks past the last event, down if one is there."""
        return cls(selectors.rehearsal(state).play_end(state.moment.cursor), pace=pace)

    def frame(self, state: State) -> ShockTo | None:
        """What the next frame does; None when the play is over. A frame of a halt moves nothing."""
        shock = state.moment.cursor
        if abs(shock) >= abs(self.end):
            return None
        if self.halt > 0:
            self.halt -= 1
            return ShockTo(shock)
        step = (self.end / (FRAMES * self.pace)).quantize(PLACE_GRID)
        following = shock + step
        stop = self._stop_on_the_way(state, following)
        if stop is not None:
            self.halt = round(HALT * self.pace)
            return ShockTo(stop)
        return ShockTo(following if abs(following) < abs(self.end) else self.end)

    def _stop_on_the_way(self, state: State, following: Decimal) -> Decimal | None:
        if state.moment.cursor * self.end < ZERO:
            return None
        stop = selectors.stop_beyond(state, 1) if state.moment.cursor else self._first_stop(state)
        return stop if stop is not None and abs(stop) <= min(abs(following), abs(self.end)) else None

    def _first_stop(self, state: State) -> Decimal | None:
        moves = [stop.at for stop in selectors.stops(state) if stop.at * self.end > 0]
        return min(moves, key=abs, default=None)


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
