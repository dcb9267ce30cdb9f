"""Tasks of a trader, each done from what the screen says alone, with the number of keys that it takes."""

import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from isocross.rules.catalogue import profile_ids
from tests.journeys.newcomer import Newcomer
from tests.journeys.screen import Size, room, workspace_file

SIZES = ((80, 24), (120, 36), (200, 60))
"""The least, the usual and a large one; without `--long` the least alone, where it is hardest."""
Task = Callable[[Newcomer], Awaitable[None]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test at its sizes."""
    sizes = SIZES if metafunc.config.getoption("long") else SIZES[:1]
    metafunc.parametrize("size", sizes, ids=lambda size: f"{size[0]}x{size[1]}")


# --- one sitting -------------------------------------------------------------------------------------


def _mode(me: Newcomer) -> str:
    """The mode of BTC as the table has it."""
    cells = me.room.cells("BTC")
    return {"X": "cross", "I": "isolated"}[cells["X/I"]] if "X/I" in cells else cells["mode"]


async def flip_btc(me: Newcomer) -> None:
    await me.press(*me.in_footer("flip"))
    assert me.sees("BTC is isolated now.")
    assert _mode(me) == "isolated"


async def find_the_next_liquidation(me: Newcomer) -> None:
    _back, onward = me.in_footer("event")
    await me.press(onward)
    assert me.room.struck("BTC")
    assert me.sees("BTC −33.0 %", "BTC was liquidated at")


async def see_why(me: Newcomer) -> None:
    await me.press(*me.in_footer("why"))
    assert me.sees("Why: BTC", "cash + PnL ≤ maintenance margin", "3.02 ≤ 3.02 of the margin")
    await me.press(me.hinted("back"))
    assert not me.sees("Why: BTC")


async def undo_all_of_it(me: Newcomer) -> None:
    await me.press(*me.in_footer("undo"))
    assert me.sees("Undone: shock to −33.0 %.")
    await me.press(*me.in_footer("undo"))
    assert me.sees("Undone: BTC flipped to isolated.")
    assert _mode(me) == "cross"
    assert not me.sees("● unsaved")


async def compare_the_modes(me: Newcomer) -> None:
    await me.by_words("compare", "compare the same account in other modes")
    assert me.sees("Twin", "all isolated", "Beyond −33.3 %, all isolated leaves more than all cross")
    await me.press(*me.in_footer("desk"))
    assert me.sees("who pays BTC's")


async def save_a_change(me: Newcomer) -> None:
    await me.press(*me.in_footer("flip"))
    await me.press(*me.in_footer("save"))
    assert me.sees("Writes the-guides-cross-account.toml into")
    await me.press(me.hinted("do it"))
    assert me.sees("Saved to the-guides-cross-account.toml.")
    saved = tomllib.loads(Path("the-guides-cross-account.toml").read_text(encoding="utf-8"))
    assert [position["mode"] for position in saved["positions"]] == ["isolated", "cross"]


async def leave(me: Newcomer) -> None:
    await me.press(*me.in_footer("quit"))
    assert me.room.desk.return_code is not None
    assert me.room.desk.return_code in (None, 0)


SITTING: dict[Task, int] = {
    flip_btc: 1,
    find_the_next_liquidation: 1,
    see_why: 2,
    undo_all_of_it: 2,
    compare_the_modes: 10,
    save_a_change: 3,
    leave: 1,
}
"""Keys that each task takes, one after the other at one desk."""


async def test_a_first_sitting_takes_as_many_keys_as_ever(size: Size):
    async with room("guide-cross", size) as desk:
        me, taken = Newcomer(desk), {}
        for task in SITTING:
            me.keys = 0
            await task(me)
            taken[task] = me.keys
        assert taken == SITTING


# --- what a trader asks next ---------------------------------------------------------------------------


async def survive_a_move_with_more_margin(me: Newcomer) -> None:
    """The isolated short is liquidated at +32.7 %; it is to stand at +40 %."""
    await me.press(await me.from_help("add margin to the selected position"))
    assert me.sees("at most 800.00")
    await me.type("100")
    assert me.sees("Margin 200.00 → 300.00, liquidation price 79,601.99 → 89,552.24.")
    await me.press(me.hinted("do it"))
    _down, up = me.in_footer("price")
    while not me.sees("BTC +40.0 %"):
        await me.press(up)
    assert not me.room.struck("BTC")
    assert me.sees("BTC is liquidated at +49.3 %")


async def be_told_what_to_do_about_a_cross_position(me: Newcomer) -> None:
    """A cross position takes no margin of its own: the refusal names the two ways out."""
    await me.by_words("margin", "add margin to the selected position")
    assert me.sees("Refused: margin is added to and taken from isolated positions")
    rows = " ".join(line.strip("▌│─╯ ") for line in me.room.lines)
    await me.press(rows.split(" makes it isolated")[0].split()[-1])
    assert me.sees("SOL is isolated now.")


async def find_which_to_close_first(me: Newcomer) -> None:
    await me.by_words("close first", "which position to close first")
    assert me.sees("Close BTC first: then the first liquidation is at −38.8 % instead of −24.3 %.")
    await me.press("↑", "↑")
    await me.press(me.hinted("closes it"))
    assert me.sees("BTC was closed")
    await me.press(*me.in_footer("desk"))
    assert me.sees("Positions")
    assert not any(line[3:].startswith("BTC") for line in me.room.pane("#positions-table"))


async def read_what_the_venue_would_refuse(me: Newcomer) -> None:
    await me.by_words("binance", "the next venue's rules")
    assert "binance" in me.room.lines[0]
    key = (me.in_footer("preview") or [await me.from_help("preview that flip without doing it")])[0]
    await me.press(key)
    assert me.sees("Binance USD-M would refuse this (-4048).", "SOL liq")
    assert not me.sees("SOL is isolated now")
    await me.press(me.hinted("puts it away"))
    assert not me.sees("would refuse this")


async def open_another_file(me: Newcomer) -> None:
    workspace_file(Path.cwd(), 'name = "My own"\nwallet = 500\npositions = []\n', "mine.toml")
    await me.by_words("open", "open a workspace")
    await me.press(*["↓"] * [line.strip("│ ").split()[0] for line in me.room.pane("OptionList")].index("another"))
    await me.press(me.hinted("choose"))
    await me.type("mine.toml")
    assert me.sees("Opens “My own” with 0 positions.")
    await me.press(me.hinted("do it"))
    assert "My own" in me.room.lines[0]


async def change_the_colours_and_keep_them(me: Newcomer) -> None:
    await me.by_words("dark", "choose the colours")
    assert me.sees("Dark ink on warm paper")
    await me.press("↑", "↑")
    await me.press(me.hinted("choose"))
    await me.by_words("save as", "save the workspace under another name")
    await me.press(me.hinted("do it"))
    saved = tomllib.loads(Path("a-basket-of-three-longs.toml").read_text(encoding="utf-8"))
    assert saved["view"]["theme"] == "day"


async def step_through_the_venues(me: Newcomer) -> None:
    key = (me.in_footer("venue") or [await me.from_help("put the same account under the next venue's rules")])[0]
    seen = []
    while "guide" not in seen:
        assert len(seen) < len(profile_ids()), seen
        await me.press(key)
        seen.append(next(word for word in me.room.lines[0].split() if word in profile_ids()))
    assert {"binance", "bybit", "coinex", "hyperliquid", "okx", "guide"} <= set(seen)


async def get_help(me: Newcomer) -> None:
    assert await me.from_help("quit the desk") == "q"


async def go_without_saving(me: Newcomer) -> None:
    await me.press(*me.in_footer("flip"))
    await me.press(*me.in_footer("quit"))
    assert me.sees("has changes that are not saved")
    await me.press(me.hinted("go on without saving"))
    assert me.room.desk.return_code is not None
    assert not list(Path.cwd().glob("*.toml"))


QUESTIONS: dict[Task, tuple[str, tuple[int, ...]]] = {
    survive_a_move_with_more_margin: ("guide-isolated", (24, 22, 22)),
    be_told_what_to_do_about_a_cross_position: ("basket", (9, 9, 9)),
    find_which_to_close_first: ("basket", (17, 17, 17)),
    read_what_the_venue_would_refuse: ("basket", (13, 11, 11)),
    open_another_file: ("basket", (29, 29, 29)),
    change_the_colours_and_keep_them: ("basket", (19, 19, 19)),
    step_through_the_venues: ("basket", (16, 11, 11)),
    get_help: ("basket", (7, 4, 3)),
    go_without_saving: ("basket", (3, 3, 3)),
}
"""The workspace that each is asked of, and the keys that it takes at each of the sizes."""


@pytest.mark.parametrize("task", QUESTIONS, ids=lambda task: task.__name__)
async def test_a_question_of_a_trader_takes_as_many_keys_as_ever(task: Task, size: Size):
    workspace, keys = QUESTIONS[task]
    async with room(workspace, size) as desk:
        me = Newcomer(desk)
        await task(me)
        assert me.keys == keys[SIZES.index(size)]
