"""The twin: what stands side by side on the screen, held against the engine."""

import re
from collections import Counter
from decimal import Decimal

from isocross.desk.selectors import sight
from isocross_tui.bridge import Bound
from isocross_tui.screens.tell import Tell
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.sides import Sides
from tests.journeys.screen import Room, cents, number, room, workspace_file

TIGHT = """
format = 1
name = "Tight"
wallet = 450
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.015
entry = 60000
leverage = 3
[[positions]]
market = "ETHUSDT"
side = "short"
mode = "cross"
quantity = 0.2
entry = 3000
leverage = 3
[[markets]]
symbol = "BTCUSDT"
[[markets]]
symbol = "ETHUSDT"
"""


def columns(desk: Room) -> dict[str, dict[str, str]]:
    """Each column's figures by the label of their row, read off the screen."""
    rows = [re.split(r" {2,}", line.strip()) for line in desk.pane("#twin-sides")]
    titles = rows[0][1:]
    figures = {label: [cell.removesuffix(" •") for cell in cells] for label, *cells in rows[2:] if label}
    assert {len(cells) for cells in figures.values()} == {len(titles)}, rows
    return {title: {label: cells[n] for label, cells in figures.items()} for n, title in enumerate(titles)}


def assert_it_is_what_the_engine_says(desk: Room) -> None:
    shown = columns(desk)
    told = [side for side in sight(desk.state).sides if side.tally and not side.variant.same_as]
    assert list(shown) == [side.variant.title for side in told]
    for side in told:
        figures, tally = shown[side.variant.title], side.tally
        assert number(figures["equity"]) == cents(tally.equity)
        assert figures["survivors"] == f"{tally.survivors} of {tally.positions}"
        assert number(figures["lost from wallet"]) == cents(tally.lost)
        assert number(figures["open PnL"]) == cents(tally.open_pnl)
        assert number(figures["if prices come back"]) == cents(tally.if_back)
        assert number(figures["worst case"]) == cents(tally.worst_case)
        assert figures["liquidated first"].startswith("✕") == bool(tally.liquidated)


def best(desk: Room, label: str) -> list[bool]:
    """Which of the figures of a row are marked."""
    row = next(line for line in desk.pane("#twin-sides") if line.startswith(label))
    return [cell.endswith("•") for cell in re.split(r" {2,}", row.removeprefix(label).strip())]


async def test_the_guides_account_side_by_side_from_key_to_key():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.shock_to(-40)
        await desk.press("2")
        shown = columns(desk)
        assert list(shown) == ["as it is", "all isolated", "BTC isolated"]
        assert "= all cross" in desk.pane("#twin-sides")[1]
        assert "• the best of its row" in desk.pane("#twin")[-1]
        assert [shown[title]["equity"] for title in shown] == ["640.00", "700.00", "700.00"]
        assert shown["all isolated"]["liquidated first"] == "✕ BTC −33.0 %"
        assert best(desk, "equity") == [False, True, True]
        assert best(desk, "if prices come back") == [True, False, False]
        assert_it_is_what_the_engine_says(desk)
        assert "Beyond −33.3 %, all isolated leaves more than all cross: at that move both leave 700.00." in desk.words
        await desk.press("right", "right", "down")
        assert list(columns(desk)) == ["as it is", "all isolated", "ETH isolated"]
        assert "at −38.0 %" in desk.words
        assert_it_is_what_the_engine_says(desk)
        await desk.press("f")
        assert list(columns(desk)) == ["as it is", "all cross", "all isolated"]
        assert "= ETH cross" in desk.pane("#twin-sides")[1]
        assert_it_is_what_the_engine_says(desk)
        await desk.press("escape")
        assert desk.state.view == "desk"


async def test_why_of_the_twin_puts_the_crossovers_numbers_in():
    async with room("guide-cross", (120, 60)) as desk:
        await desk.press("2", "w")
        assert isinstance(desk.desk.screen, Tell)
        assert "= −33.3333333334 %" in desk.words
        assert "1,000.00 − 300.00 (BTC at 40,000.00) + 0.00 (ETH at 3,000.00) = 700.00" in desk.said(".page")
        assert "wallet + unrealised PnL of open positions" in desk.said(".page")
        await desk.press("w", "1", "w")
        assert "Why: BTC" in desk.text


async def test_what_cannot_be_set_up_is_said_in_words_and_has_no_column(tmp_path):
    async with room(workspace_file(tmp_path, TIGHT), (80, 24)) as desk:
        await desk.press("left", "2")
        assert list(columns(desk)) == ["as it is"]
        said = "The account cannot be set up with all isolated: BTC cannot be isolated, because pool equity"
        assert said in desk.said("#twin-words")
        await desk.press("w")
        assert said in desk.said(".page")


async def test_a_step_of_the_shock_draws_the_title_and_each_pane_of_the_twin_once_and_nothing_of_the_desk():
    async with room("guide-cross", (80, 24)) as desk:
        await desk.press("2", "left", "left")
        widgets = list(desk.desk.screen.walk_children())
        before = Counter({w: w.shown for w in widgets if isinstance(w, Bound)})
        painted = Counter({w: w.paints for w in widgets if isinstance(w, Drawing)})
        await desk.press("left")
        shown = Counter({w: w.shown for w in widgets if isinstance(w, Bound)}) - before
        assert {w.id: n for w, n in shown.items()} == {"title": 1, "twin": 1, "twin-chart": 1}
        fresh = Counter({w: w.paints for w in painted}) - painted
        assert {w.id: n for w, n in fresh.items()} == {"title": 1, "twin-sides": 1, "twin-words": 1, "twin-curve": 1}
        assert desk.desk.query_one(Sides).hidden == ()
        assert desk.state.moment.shock == Decimal("-0.33")
        assert_it_is_what_the_engine_says(desk)


async def test_a_stop_is_compared_before_it_is_placed_and_taken_away_again():
    async with room("basket", (120, 36)) as desk:
        await desk.shock_to(-45)
        await desk.press("up", "up", "2", "i")
        assert "below 60,000.00, the opening mark" in desk.text
        await desk.type("65000")
        assert "Refused: " in desk.said("#verdict")
        await desk.press("ctrl+u")
        await desk.type("55000")
        assert desk.said("#verdict") == "With it 3.40 is left at this shock, not 4.52."
        await desk.press("enter")
        shown = columns(desk)
        assert shown["BTC stop"]["equity"] == "3.40"
        assert shown["BTC stop"]["survivors"] == "0 of 3"
        assert "at 55,000.00" in desk.pane("#twin-sides")[1]
        assert not desk.state.workspace.orders

        # another position is looked at, and the shock moves: the column stays, with its own figures
        await desk.press("down", "right")
        stopped = sight(desk.state).with_stop.tally
        assert number(columns(desk)["BTC stop"]["equity"]) == cents(stopped.equity)

        await desk.press("up", "i", "ctrl+u", "enter")
        assert "BTC stop" not in columns(desk)


async def test_a_column_that_has_no_room_is_named():
    async with room("basket", (80, 24)) as desk:
        await desk.shock_to(-45)
        await desk.press("2")
        assert "no room for" not in desk.text
        await desk.press("i")
        await desk.type("95")
        await desk.press("enter")
        assert "no room for the figures of SOL isolated" in desk.text
        await desk.resize(120, 36)
        await desk.settle()
        assert "no room for" not in desk.text


async def test_a_twin_that_is_come_back_to_tells_as_much_as_before():
    async with room("basket", (80, 24)) as desk:
        await desk.press("2")
        first = desk.said("#twin-words")
        assert "if prices come back" in first
        await desk.press("c", "1", "2")
        assert desk.said("#twin-words") == first
