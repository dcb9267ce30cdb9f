"""The crash board on the desk: the worst crash is found, replayed and left."""

from __future__ import annotations

import re

import pytest

from isocross.desk import selectors
from isocross.desk.actions.account import DropPosition
from tests.journeys.screen import Room, room


async def walked(desk: Room, *keys: str) -> None:
    """Press keys, and wait for what is worked out beside them."""
    await desk.press(*keys)
    await desk.desk.workers.wait_for_complete()
    await desk.settle()
    await desk.desk.workers.wait_for_complete()
    await desk.settle()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_worst_crash_is_marked_replayed_with_enter_and_left_with_escape(size):
    async with room("basket", size) as desk:
        await walked(desk, "4")
        rows = [row for row in desk.pane("#crash-table")[1:] if row.strip()]
        assert len(rows) == 11
        assert rows[0].startswith("▸")
        assert "Black Thursday" in rows[0]
        assert "✕3" in rows[0]
        assert "scaled to your marks · " in desk.words
        assert f"{'✕ liquidated, ' if size[0] > 80 else ''}lowest equity in USDT" in desk.words
        said = desk.said("#crash-words")
        if size != (80, 24):
            doubtful = "The ETHUSDT candle of 03-13 02:00 is doubtful: a replay has it, the count leaves it out."
            assert doubtful in said
        assert "As it is, BTC was liquidated" in said
        assert "All isolated, ETH was liquidated" in said
        assert "A count, not a probability." in said
        assert ("46/119" if size == (80, 24) else "46 of 119") in rows[0]
        assert re.search(r" 0/\d+ *$" if size == (80, 24) else r" 0 of \d+ ", rows[-1])

        await walked(desk, "down", "enter")
        assert desk.state.workspace.scenario.window == "2022-06-12-spot-1h"
        assert "Replay" in desk.pane("#replay")[0]
        assert "esc leave" in desk.lines[-1]
        await desk.press("escape")
        assert desk.state.view == "replay"
        assert selectors.replayed(desk.state) is None
        assert "The replay was left" in desk.words
        assert "enter replay it" in desk.lines[-1]
        assert "▸" in next(row for row in desk.pane("#crash-table") if "Celsius" in row)
        await desk.press("escape")
        assert desk.state.view == "desk"


async def test_a_replay_that_the_file_has_is_left_for_the_desk_and_stays():
    async with room("crash-2025-10-10", (120, 36)) as desk:
        await desk.press("4")
        assert "esc leave" not in desk.lines[-1]
        await desk.press("escape")
        assert (desk.state.view, desk.state.unsaved) == ("desk", False)
        assert selectors.replayed(desk.state) is not None


async def test_the_list_of_windows_tells_depth_candles_and_kind_crash_by_crash():
    async with room("basket", (120, 36)) as desk:
        await walked(desk, "4", "C")
        rows = [row.strip("│ ") for row in desk.pane("OptionList") if row.strip("│ ")]
        assert re.search(r"February 2026 +SOL −26.9 % futures 5m 40 h", rows[0])
        told = [row for row in rows if row.startswith("2025-10-10")]
        assert len(told) == len(set(told)) == 5
        assert sum("mark 1h" in row for row in told) == 1


async def test_a_change_of_the_account_walks_it_through_anew():
    async with room("basket", (120, 36)) as desk:
        await walked(desk, "4")
        before = desk.pane("#crash-table")
        await walked(desk, "f")
        assert "all cross" in desk.pane("#crash-table")[0]
        assert desk.pane("#crash-table") != before


async def test_the_board_stays_where_the_last_position_is_dropped():
    async with room("isolated-short", (120, 36)) as desk:
        await walked(desk, "4")
        for _ in desk.state.workspace.positions:
            desk.desk.store.dispatch(DropPosition())
        await walked(desk)
        assert desk.state.view == "replay"
        assert not selectors.book(desk.state).positions
        assert "Black Thursday" in desk.text
