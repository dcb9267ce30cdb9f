"""Resting orders on the desk: placed, listed, cancelled, taken back, saved, and found again after a crash."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from rich.style import Style
from textual.widgets import Label

from isocross.desk import selectors
from isocross.desk.actions.shock import ShockTo
from isocross.format import price
from isocross.studies.ladder import ladder_with
from isocross_tui.commands import BY_ID
from tests.journeys.newcomer import Newcomer
from tests.journeys.screen import Room, Size, room, workspace_file
from tests.journeys.test_recovery import desk_on

MINE = """\
# kept by hand
wallet = 1000          # all of it
venue  = "binance"

[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.0150      # as the venue writes it
entry = 60000
leverage = 3

[[orders]]             # the bid that waits
market = "BTCUSDT"
side = "long"
quantity = 0.0010
price = 50000
"""


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=str)
async def test_an_order_is_placed_by_what_the_screen_says_and_taken_back(tmp_path: Path, size: Size):
    async with room(workspace_file(tmp_path, MINE), size) as desk:
        me = Newcomer(desk)
        assert desk.figure("orders") == Decimal("16.67")
        await me.press(*(me.in_footer("orders") or [await me.from_help("list the resting orders and what they hold")]))
        assert me.sees("cancel btc-order", "buy 0.001 at 50,000.00, 3x cross, holds 16.67")
        await me.press(me.hinted("choose"))
        await me.press("tab", "h", "tab", "tab")
        await me.type("1")
        assert me.sees("Refused: it would hold 20,000.00, and 683.33 is available.")
        await me.press("enter")
        assert me.sees("Place an order")
        await me.press("backspace")
        await me.type("0.01")
        assert me.sees("Holds 200.00, available 683.33 → 483.33.", "No flip in BTCUSDT while it rests.")
        await me.press(me.hinted("do it"))
        assert desk.figure("orders") == Decimal("216.67")
        assert "2 resting" in desk.said("#pool-cash")
        await me.press(*me.in_footer("undo"))
        assert me.sees("Undone: btc-order-2 placed.")
        assert desk.figure("orders") == Decimal("16.67")


async def test_a_bad_form_says_what_is_wrong_and_cannot_be_sent(tmp_path: Path):
    async with room(workspace_file(tmp_path, MINE), (120, 36)) as desk:
        desk.desk.do(BY_ID["orders.place"])
        await desk.settle()
        for field, text, said in (
            ("quantity", "lots", "quantity: “lots” is not a number."),
            ("quantity", "0.01", "Holds 200.00"),
            ("leverage", "200", "Refused: 200 is above the highest leverage for a notional of 600 (expected at most "),
            ("leverage", "0.5", "leverage: it must be at least 1."),
            ("leverage", "10", "Holds 60.00"),
            ("side", "up", "Holds 60.00"),
            ("side", "s", "Holds 60.00"),
            ("price", "-1", "price: it must be above zero."),
            ("price", "59000", "Holds 69.00"),
        ):
            desk.desk.screen.query_one(f"#field-{field}").focus()
            await desk.press("end", "ctrl+u")
            await desk.type(text)
            assert said in desk.said("#verdict"), text


async def test_away_from_the_opening_a_form_says_which_moment_each_figure_is_of(tmp_path: Path):
    async with room(workspace_file(tmp_path, MINE), (120, 36)) as desk:
        desk.desk.store.dispatch(ShockTo(Decimal("-0.05")))
        desk.desk.do(BY_ID["orders.place"])
        await desk.settle()
        await desk.press("tab", "h", "tab", "tab")
        await desk.type("0.01")
        assert "available at the opening 683.33 → 483.33." in desk.said("#verdict")
        assert "At −5.0 %: BTC" in desk.words


async def test_a_position_that_its_stop_closed_says_so_and_has_no_liquidation_price(tmp_path: Path):
    stop = '[[orders]]\nkind = "stop-market"\nmarket = "BTCUSDT"\nside = "short"\ntrigger = 57000\n'
    async with room(workspace_file(tmp_path, MINE.replace("[[orders]]", f"{stop}[[orders]]", 1)), (120, 36)) as desk:
        desk.desk.store.dispatch(ShockTo(Decimal("-0.1")))
        await desk.settle()
        assert "BTC was closed by its stop at 57,000.0 (−5.0 %)." in desk.words
        assert "54,000.0 −45.43 none closed" in desk.words


async def test_cancelling_and_placing_leave_the_comments_of_the_file_alone(tmp_path: Path):
    path = Path(workspace_file(tmp_path, MINE))
    async with room(str(path), (120, 36)) as desk:
        desk.desk.do(BY_ID["orders.place"])
        await desk.settle()
        await desk.press("tab", "h", "tab", "tab")
        await desk.type("0.01")
        await desk.press("enter", "s")
        saved = path.read_text(encoding="utf-8")
        # the view that the desk writes down stands at the end
        before, _view = saved.split("[view]")
        first, second = before.split("[[orders]]")[0], before.split("[[orders]]")[-1]
        assert MINE.startswith(first)
        assert "# the bid that waits\n" in before
        assert "quantity = 0.0010" in before
        assert tomllib.loads(f"[[orders]]{second}")["orders"][0]["id"] == "btc-order-2"
        await desk.press("O", "down", "enter")
        assert "btc-order is cancelled: 16.67 is free again." in desk.words
        desk.desk.do(BY_ID["orders.cancel-all"])
        await desk.settle()
        assert "All 1 orders are cancelled" not in desk.words
        await desk.press("s")
        assert "orders" not in tomllib.loads(path.read_text(encoding="utf-8"))
        assert path.read_text(encoding="utf-8").startswith("# kept by hand\nwallet = 1000          # all of it\n")
        desk.desk.action_command("orders.cancel-all")
        await desk.settle()
        assert "There is no resting order." in desk.words


async def test_a_placed_order_is_found_again_after_the_desk_ended_without_a_word(tmp_path: Path):
    path = Path(workspace_file(tmp_path, MINE))
    async with desk_on(path) as desk:
        desk.desk.do(BY_ID["orders.place"])
        await desk.settle()
        await desk.press("tab", "h", "tab", "tab")
        await desk.type("0.01")
        await desk.press("enter")
        assert desk.figure("orders") == Decimal("216.67")
    async with desk_on(path) as desk:
        assert "Unsaved changes" in desk.text
        await desk.press("r")
        assert desk.figure("orders") == Decimal("216.67")
        await desk.press("u")
        assert desk.figure("orders") == Decimal("16.67")


async def test_a_crash_frees_what_orders_hold_and_the_row_goes(tmp_path: Path):
    async with room(workspace_file(tmp_path, MINE.replace("wallet = 1000 ", "wallet = 320 ")), (120, 36)) as desk:
        assert "1 resting" in desk.said("#pool-cash")
        await desk.shock_to(-40)
        assert "orders" not in desk.said("#pool-cash")
        assert desk.frame.account.reserved == 0


def fields(desk: Room) -> list[str]:
    """The labels of the fields that the form has now."""
    return [str(row.query_one(Label).content) for row in desk.desk.screen.query(".field") if row.display]


async def test_a_form_asks_for_what_an_order_of_its_kind_has(tmp_path: Path):
    async with room(workspace_file(tmp_path, MINE), (80, 24)) as desk:
        desk.desk.do(BY_ID["orders.place"])
        await desk.settle()
        own = ["closes", "fee", "cancels"]
        assert fields(desk) == ["market", "kind", "side", "quantity", "price", "mode", "leverage", *own]
        await desk.press("tab", "s")
        stops = ["market", "kind", "side", "quantity", "trigger", "mode", "closes", "triggered by", "fee", "slippage %"]
        assert fields(desk) == [*stops, "cancels"]
        await desk.press("right", "right", "right")
        assert fields(desk) == [*stops[:4], "trail %", *stops[4:], "cancels"]
        await desk.press("right")
        assert fields(desk) == ["market", "kind", "side", "quantity", "price", "mode", "leverage"]


async def test_a_stop_sells_a_long_unless_buy_was_chosen_and_the_list_says_so(tmp_path: Path):
    async with room(workspace_file(tmp_path, MINE), (80, 24)) as desk:
        desk.desk.do(BY_ID["orders.place"])
        await desk.settle()
        assert "[buy] sell" in desk.text
        await desk.press("tab", "s")
        assert " buy [sell]" in desk.text
        await desk.press("tab", "b", "tab", "tab")
        await desk.type("55000")
        assert "Refused: a buy closes no long: choose sell, it closes your long." in desk.said("#verdict")
        await desk.press("shift+tab", "shift+tab", "shift+tab", "l")
        assert "[buy] sell" in desk.text
        await desk.press("s", "tab", "s", "enter", "O")
        assert "stop, sell the whole position at 55,000.0" in desk.text


async def test_what_is_chosen_in_a_form_and_where_one_stands_is_seen_without_colours(tmp_path: Path):
    async with room(workspace_file(tmp_path, MINE), (80, 24), colours=False) as desk:
        await desk.press("O")
        assert styled(desk, "place an order").underline
        await desk.press("enter", "tab")
        assert styled(desk, "[limit]").reverse
        assert not styled(desk, "[buy]").reverse
        await desk.press("tab", "tab")
        assert desk.desk.focused
        assert any(s.style.reverse for s in desk.desk.focused.render_line(0) if s.style)


def styled(desk: Room, text: str) -> Style:
    """How a piece of the screen is drawn that begins with a text."""
    drawn = (segment for strip in desk.desk.screen._compositor.render_strips() for segment in strip)
    return next(segment.style for segment in drawn if segment.style and segment.text.startswith(text))


async def test_a_stop_has_its_fee_its_slippage_and_what_it_cancels_and_the_file_keeps_them(tmp_path: Path):
    path = Path(workspace_file(tmp_path, MINE))
    async with room(str(path), (80, 24)) as desk:
        desk.desk.do(BY_ID["orders.place"])
        await desk.settle()
        await desk.press("tab", "s", "tab", "s", "tab")
        assert "the whole position" in desk.text
        await desk.press("tab")
        await desk.type("55000")
        # what closes the whole position has no field for a quantity
        await desk.press("tab", "tab", "w", "tab", "l", "tab", "m", "tab")
        assert "quantity" not in fields(desk)
        await desk.type("0.5")
        await desk.press("tab")
        await desk.type("exit")
        assert "The stop is due at 55,000.0 by the last price." in desk.said("#verdict")
        await desk.press("enter", "s")
        (stop,) = tomllib.loads(path.read_text(encoding="utf-8"))["orders"][1:]
    told = {"side": "short", "kind": "stop-market", "trigger_by": "last", "close_position": True, "fee": "maker"}
    assert {key: stop[key] for key in told} == told
    assert [Decimal(str(stop[key])) for key in ("trigger", "slippage")] == [55000, Decimal("0.005")]
    assert stop["oco"] == "exit"


async def test_after_each_buy_of_a_ladder_the_liquidation_price_is_told_before_it_is_placed(tmp_path: Path):
    ladder = MINE.replace('side = "long"\nquantity', 'kind = "limit"\nside = "long"\nquantity')
    ladder = ladder.replace("wallet = 1000 ", "wallet = 400 ")
    async with room(workspace_file(tmp_path, ladder), (80, 24)) as desk:
        desk.desk.do(BY_ID["orders.place"])
        await desk.settle()
        await desk.press("tab", "tab", "tab")
        await desk.type("0.001")
        await desk.press("tab")
        await desk.type("45000")
        book = selectors.book(desk.state)
        order = replace(book.orders[0], id="next", quantity=Decimal("0.001"), price=Decimal(45000))
        first, second = ladder_with(book, order)
        after = [price(rung.after, book.markets["BTCUSDT"].grid) for rung in (first, second)]
        told = f"Liquidation price after each: 50,000.0 → {after[0]}, 45,000.0 → {after[1]}."
        assert told in desk.said("#verdict")
        assert after[0] != after[1]
        await desk.press("enter", "O")
        assert f"liquidation price → {after[1]}" in desk.said("OptionList")


async def test_a_worst_case_says_that_it_leaves_orders_out(tmp_path):
    waits = """
venue = "binance"
wallet = 1000
positions = [ { market = "ETHUSDT", side = "long", mode = "isolated", quantity = 1, entry = 2000, leverage = 10 } ]
orders = [
  { kind = "limit", market = "ETHUSDT", side = "long", mode = "isolated", quantity = 0.5, price = 1950 },
]
"""
    async with room(workspace_file(tmp_path, waits), (120, 60)) as desk:
        assert "worst case 200.00 orders apart" in desk.said("#pool-cash")
