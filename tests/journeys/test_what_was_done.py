"""After everything that is done the desk says what it did, and every form says the same before."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.cascade.events import EventKind
from isocross.desk import selectors
from isocross.words.why.prices import price_reasons
from isocross.workspace import load_text
from isocross.workspace.load import Source
from isocross_tui.screens.form import Form
from isocross_tui.views.frontier.view import FrontierPane
from tests.journeys.screen import room

SMALL, ROOMY = (80, 24), (120, 36)


@pytest.mark.parametrize("size", [SMALL, ROOMY])
async def test_a_flip_on_a_lived_path_says_its_price_at_once(size):
    async with room("crash-2025-10-10", size) as desk:
        await desk.press("up", "up", "0", "f")
        row = selectors.selected_frame(desk.state)
        assert row is not None and row.liquidation_price is not None
        assert round(row.liquidation_price) == 40201
        assert "BTC is isolated now." in desk.words
        assert "BTC liq none → 40,201 · joint away 9 % → away 33 % · ETH liq 7,898 →" in desk.words


@pytest.mark.parametrize("size", [SMALL, ROOMY])
async def test_a_form_says_before_what_the_desk_says_after(size):
    told = "ETH liq 3,980 → 4,478 · away 90 % → 113 % · BTC liq 6,700 → 13,400"
    async with room("guide-mixed", size) as desk:
        await desk.press("down", "plus", *"100")
        assert isinstance(desk.desk.screen, Form)
        assert told in desk.said("#verdict")
        await desk.press("enter")
        assert "100.00 was added to ETH's margin." in desk.words
        assert told in desk.words
        assert "available 230.00 → 130.00" in desk.words


TWELVE = """venue = "binance"
wallet = 12000
""" + "".join(
    f"""
[[positions]]
market   = "{name}USDT"
side     = "long"
mode     = "cross"
quantity = {2000 / price}
entry    = {price}
leverage = 5
"""
    for name, price in (("BTC", 62500), ("ETH", 3125), ("SOL", 125), ("XRP", 0.5), ("DOGE", 0.125), ("ADA", 0.4))
)
"""An account at a venue that refuses a flip, so that the desk has much to say of one."""


@pytest.mark.parametrize("size", [(60, 16), SMALL, ROOMY])
async def test_a_long_message_has_all_its_rows(size):
    async with room(Source(load_text(TWELVE)), size) as desk:
        await desk.press("left", "left", "F")
        said = " ".join(line.removeprefix("▌").strip() for line in desk.lines)
        assert "Rehearsed anyway: Binance changes the margin mode" in said
        assert said.split("(-4048)")[1].startswith(". BTC  liq none → ")
        assert " · available 9,408.00 → 9,600.00" in said


FORMS = {
    "margin.add": ("2", "0"),
    "position.reduce": (*["backspace"] * 8, *"0.05"),
    "position.leverage": ("backspace", "2"),
    "cash.deposit": tuple("100"),
    "cash.withdraw": tuple("100"),
    "position.add": ("tab", "tab", "tab", *"0.001"),
    "position.edit": ("tab", "tab", "tab", *["backspace"] * 8, *"0.05"),
    "shock.betas": ("tab", *["backspace"] * 8, *"59000"),
    "orders.place": ("tab", "tab", "tab", *"0.001"),
}
"""What is typed into the form of a command."""


@pytest.mark.parametrize("form", FORMS)
async def test_every_form_of_the_account_foresees_what_it_does(form):
    async with room("guide-mixed", ROOMY) as desk:
        await desk.press("down")
        desk.desk.action_command(form)
        await desk.settle()
        assert isinstance(desk.desk.screen, Form)
        await desk.press(*(key.replace(".", "full_stop") for key in FORMS[form]))
        place, _, foreseen = desk.said("#verdict").rpartition(". ")[2].partition(": ")
        assert place == "At −30.0 %"
        assert "available" in foreseen
        await desk.press("enter")
        assert not desk.desk.has_dialog
        assert foreseen in desk.words


async def test_taking_back_says_what_it_does_and_a_look_says_nothing():
    async with room("guide-cross", ROOMY) as desk:
        await desk.press("f")
        assert "BTC liq none → 40,201 · away none → 4 %" in desk.words
        await desk.press("u")
        assert "Undone: BTC flipped to isolated." in desk.words
        assert "BTC liq 40,201 → none · away 4 % → none" in desk.words
        await desk.press("x", "escape", "left")
        assert "liq 40,201 → none" not in desk.words


async def test_on_a_replay_each_view_says_from_where_it_looks_and_looks_from_there_alone():
    """DOGE is gone by then; what is left is looked at from the marks there, with no shock from elsewhere."""
    here = "from the marks of 2025-10-10 21:20 candle, 2 of 3 positions open"
    async with room("crash-2025-10-10", ROOMY) as desk:
        await desk.press("m", "less_than_sign", "less_than_sign", "m", "full_stop")
        assert desk.state.moment.shock == Decimal("-0.2")
        await desk.press("2")
        assert f"Twin · {here}" in desk.words
        assert "at now" in desk.words and "2 of 2" in desk.words
        assert "−20.0 %" not in desk.said("#twin-words")
        await desk.press("3")
        assert f"Frontier · who is left · {here}" in desk.words
        assert "BTC 0.0 % ETH 0.0 %" in desk.said("#frontier-words")
        await desk.desk.workers.wait_for_complete()
        first = desk.desk.query_one(FrontierPane).grids
        await desk.press("1", "right", "3")
        await desk.desk.workers.wait_for_complete()
        assert desk.desk.query_one(FrontierPane).grids is not first
        await desk.press("1", "0", "c")
        assert "from the marks of 2025-10-10 06:00" in desk.words
        assert "A lived path has no shock to survive" in desk.words


SEVERAL_ASSETS = """
venue = "bybit"
account = "unified"
wallet = 5000
[[assets]]
asset = "BTC"
balance = 0.5
[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 60000
leverage = 10
[[positions]]
id = "inverse"
market = "BTCUSD"
side = "short"
mode = "cross"
quantity = 20000
entry = 60000
leverage = 10
[[positions]]
id = "eth"
market = "ETHUSDT"
side = "long"
mode = "cross"
quantity = 4
entry = 3000
leverage = 10
"""


async def test_each_of_two_distances_says_whether_it_is_the_joint_one(tmp_path):
    file = tmp_path / "several.toml"
    file.write_text(SEVERAL_ASSETS)
    async with room(str(file), ROOMY) as desk:
        joint, own = desk.position("btc"), Decimal("30560")
        assert joint.joint_is_nearer
        assert joint.distance < 1 - own / joint.mark
        await desk.press("f")
        assert not desk.position("btc").joint_is_nearer
        assert "BTC liq 30,560 → 54,271 · joint away 42 % → away 10 %" in desk.words
        await desk.press("f")
        assert "BTC liq 54,271 → 30,560 · away 10 % → joint away 42 %" in desk.words


async def test_the_first_event_tells_the_liquidation_and_not_only_the_loan_that_comes_with_it(tmp_path):
    file = tmp_path / "several.toml"
    file.write_text(SEVERAL_ASSETS)
    for size in (SMALL, ROOMY):
        async with room(str(file), size) as desk:
            await desk.press("full_stop")
            assert [event.kind for event in desk.frame.events] == [EventKind.LIQUIDATION, EventKind.BORROW]
            assert desk.said("#cascade-words").startswith("BTC was liquidated at 34,896.9 (−41.8 %)")


async def test_the_arithmetic_says_that_a_price_of_the_pool_need_not_end_the_position_itself(tmp_path):
    file = tmp_path / "several.toml"
    file.write_text(SEVERAL_ASSETS)
    async with room(str(file), ROOMY) as desk:
        reason = price_reasons(desk.frame, desk.position("inverse"))[0]
        assert "the venue's order decides which position of the pool is closed first" in reason.formula
        await desk.press("f")
        alone = price_reasons(desk.frame, desk.position("btc"))[0]
        assert "which position" not in alone.formula
