"""The script of a trader's tasks, from the desk as it opens to the answer on the screen, with the keys counted."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from isocross.rehearsal.scenario import PathKind
from tests.journeys.screen import Room, room

Task = Callable[["Hand"], Awaitable[None]]


class Hand:
    """Presses keys, and counts them."""

    def __init__(self, desk: Room) -> None:
        self.desk, self.keys = desk, 0

    async def press(self, *keys: str) -> None:
        """Press keys, and wait for what is worked out beside them."""
        self.keys += len(keys)
        await self.desk.press(*keys)
        for _ in range(2):
            await self.desk.desk.workers.wait_for_complete()
            await self.desk.settle()

    def sees(self, *words: str) -> bool:
        """Whether all of it stands on the screen, be it broken over the rows of a pane."""
        text = " ".join(" ".join(line.strip("│▌─╮╯╭╰ ") for line in self.desk.lines).split())
        return all(part in text or part in self.desk.words for part in words)


async def flip_and_take_it_back(me: Hand) -> None:
    await me.press("f")
    assert me.sees("SOL is isolated now.")
    await me.press("u")
    assert me.sees("Undone: SOL flipped to isolated.")


async def find_the_next_liquidation_and_why(me: Hand) -> None:
    await me.press("0", "full_stop")
    assert me.sees("BTC was liquidated")
    await me.press("tab", "tab", "w")
    assert me.sees("Why:")
    await me.press("escape")


async def compare_the_modes(me: Hand) -> None:
    await me.press("2")
    assert me.sees("all isolated leaves more than all cross")


async def save_a_change(me: Hand) -> None:
    await me.press("f", "s", "enter")
    saved = tomllib.loads(Path("a-basket-of-three-longs.toml").read_text(encoding="utf-8"))
    assert saved["positions"][2]["mode"] == "isolated"


async def survive_a_drop_of_a_quarter(me: Hand) -> None:
    await me.press("c", "tab", "enter", "1")
    assert all(row.death is None for row in me.desk.frame.positions)
    assert me.sees("BTC −25.0 %")


async def place_a_stop_that_holds(me: Hand) -> None:
    """The stop of the long BTC closes it before anything is liquidated, and the desk says when it is filled."""
    await me.press("up", "up", "O", "enter", "tab", "s", "tab", "s", "tab", "tab", *"55000")
    assert me.sees("stop")
    await me.press("enter", "0", "full_stop")
    events = [event.kind.value for event in me.desk.frame.events]
    assert "fill" in events[0]
    assert all(row.death is None for row in me.desk.frame.positions)


async def take_the_best_venue(me: Hand) -> None:
    await me.press("V", "up", "up", "enter", "escape")
    assert me.desk.state.workspace.venue.profile == "binance"


async def replay_the_worst_crash(me: Hand) -> None:
    await me.press("4")
    await me.press("enter", "enter")
    scenario = me.desk.state.workspace.scenario
    assert (scenario.path, scenario.window) == (PathKind.REPLAY, "2020-03-12-futures-1h")


SCRIPT: dict[Task, int] = {
    flip_and_take_it_back: 2,
    find_the_next_liquidation_and_why: 6,
    compare_the_modes: 1,
    save_a_change: 3,
    survive_a_drop_of_a_quarter: 4,
    place_a_stop_that_holds: 18,
    take_the_best_venue: 5,
    replay_the_worst_crash: 3,
}
"""The keys that each task takes; a new account of three positions is counted where it is entered."""


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("task", SCRIPT, ids=lambda task: task.__name__)
async def test_a_task_of_the_script_takes_as_many_keys_as_ever(task: Task, size: tuple[int, int]):
    async with room("basket", size) as desk:
        hand = Hand(desk)
        await task(hand)
        assert hand.keys == SCRIPT[task]
