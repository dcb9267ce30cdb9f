"""Playing a replay: at every speed the same stops, and the same figures at them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from isocross.desk import selectors
from isocross.desk.selectors import distinct, lives, replayed
from isocross.desk.state import State, restored
from isocross.desk.store import Store
from isocross.workspace import load_file, shipped
from isocross_tui.player import SPEEDS, ReplayPlayer, other_speed


def desk() -> Store[State]:
    workspace = load_file(shipped()["crash-2025-10-10"])
    return Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)


@pytest.mark.slow
@pytest.mark.parametrize("speed", SPEEDS)
def test_at_every_speed_each_fall_is_stopped_at_and_shows_the_same_figures(speed):
    store = desk()
    end = replayed(store.state).path.end
    player, seen = ReplayPlayer(end, speed=speed), {}
    while (step := player.frame(store.state)) is not None:
        store.dispatch(step)
        place = store.state.moment.place
        seen[place] = player.halt
        player.halt = 0
    assert store.state.moment.place == end
    falls = {fall.place for life in distinct(store.state) for fall in life.falls}
    assert falls == {place for place, halted in seen.items() if halted}
    for place in falls | {end}:
        state = replace(store.state, moment=replace(store.state.moment, place=place))
        assert selectors.frame(state).account.equity == lives(state)[0].standing(place).equity


def test_speeds_end_where_there_is_none_faster_or_slower():
    assert [other_speed(speed, 1) for speed in SPEEDS] == [*SPEEDS[1:], SPEEDS[-1]]
    assert [other_speed(speed, -1) for speed in SPEEDS] == [SPEEDS[0], *SPEEDS[:-1]]
