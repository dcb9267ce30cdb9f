"""Entering an account by hand: few keys, live figures, and what the venue would refuse said on every row."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from textual.events import Paste

from isocross import moves
from isocross.account.book import Mode, Side
from isocross.desk import selectors
from isocross.workspace.code import code_of
from isocross_tui.screens.form import Form
from isocross_tui.screens.sheet import Sheet
from isocross_tui.screens.tell import Ask, Tell
from isocross_tui.widgets.entry import Entry
from journeys.newcomer import Newcomer
from journeys.screen import Room, room

ENTER = "enter"
BTC = ("btc", ENTER, "l!", "i!", "0.1", ENTER, "60000", ENTER, "10", ENTER)
SHORTLY = (
    *("b", ENTER, "l!", "i!", "0.1", ENTER, "60k", ENTER, ENTER),
    *("e", ENTER, "s!", "c!", "2", ENTER, "3k", ENTER, ENTER),
    *("s", ENTER, "l!", ENTER, "50", ENTER, "150", ENTER, ENTER),
)
ETH = ("eth", ENTER, "s!", "c!", "2", ENTER, "3000", ENTER, ENTER)
SOL = ("sol", ENTER, "l!", ENTER, "50", ENTER, "150", ENTER, ENTER)
ON_BINANCE = ("5k", ENTER, "b!", ENTER)


async def typing(hand: Newcomer, *steps: str) -> None:
    """Press the keys of words, and named keys; a letter with a mark after it is a choice."""
    for step in steps:
        if step in (ENTER, "tab", "escape", "up", "down", "left", "right") or step.startswith("ctrl+"):
            await hand.press(step)
        else:
            await hand.type(step.removesuffix("!"))


async def begun(desk: Room, *steps: str) -> Newcomer:
    hand = Newcomer(desk)
    await hand.press("n")
    await typing(hand, *ON_BINANCE, *steps)
    return hand


def row_of(desk: Room, market: str) -> str:
    return next(line for line in desk.pane("#sheet-rows") if market in line)


def said(desk: Room) -> str:
    return " ".join((desk.said("#sheet-words"), desk.said("#sheet-hint")))


async def paste(desk: Room, text: str) -> None:
    desk.desk.screen.query_one(Entry).post_message(Paste(text))
    await desk.settle()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_three_positions_at_a_venue_take_at_most_45_keys_and_tell_which_is_liquidated_first(size):
    async with room("guide-cross", size) as desk:
        hand = await begun(desk, *SHORTLY)
        assert "BTC is liquidated first, at −9.6 %." in said(desk)
        assert "60,000" in row_of(desk, "BTCUSDT")
        assert "54,217" in row_of(desk, "BTCUSDT")
        assert "first" in row_of(desk, "BTCUSDT")
        assert "first" not in row_of(desk, "ETHUSDT")
        assert "3,050.00" in row_of(desk, "SOLUSDT")
        await typing(hand, ENTER)
        assert hand.keys <= 45, hand.keys
        entered = desk.state.workspace
        assert (entered.wallet, entered.venue.profile) == (5000, "binance")
        assert [(p.market, p.side, p.mode, p.quantity, p.entry, p.leverage) for p in entered.positions] == [
            ("BTCUSDT", Side.LONG, Mode.ISOLATED, Decimal("0.1"), 60000, 10),
            ("ETHUSDT", Side.SHORT, Mode.CROSS, 2, 3000, 10),
            ("SOLUSDT", Side.LONG, Mode.CROSS, 50, 150, 10),
        ]
        first = min((row for row in desk.frame.positions if row.distance), key=lambda row: row.distance or 0)
        assert first.position.market == "BTCUSDT"
        # it is in no file, and is not let go of unasked
        assert "● unsaved" in desk.lines[0]
        await desk.press("q")
        assert isinstance(desk.desk.screen, Ask)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_last_cell_of_a_row_says_how_the_sheet_ends(size):
    async with room("guide-cross", size) as desk:
        hand = await begun(desk, "btc", ENTER, "l!", "c!", "0.1", ENTER, "60000", ENTER)
        assert desk.said("#sheet-label") == "BTCUSDT leverage"
        assert "enter on an empty row is the end" in desk.text
        await typing(hand, "10", ENTER, ENTER)
        assert [position.market for position in desk.state.workspace.positions] == ["BTCUSDT"]


async def test_full_names_and_figures_take_at_most_sixty_keys():
    async with room("guide-cross", (80, 24)) as desk:
        hand = await begun(desk, *BTC, *ETH, *SOL, ENTER)
        assert hand.keys <= 60, hand.keys
        assert [p.market for p in desk.state.workspace.positions] == ["BTCUSDT", "ETHUSDT", "SOLUSDT"]


async def test_first_letters_name_a_market_and_the_others_are_seen():
    async with room("guide-cross", (120, 36)) as desk:
        hand = await begun(desk, "s")
        assert desk.said("#sheet-hint").startswith("SOLUSDT; or SUIUSDT")
        await typing(hand, "u")
        assert desk.said("#sheet-hint").startswith("SUIUSDT")
        await typing(hand, ENTER)
        assert "SUIUSDT" in desk.text


async def test_a_comma_is_a_thousands_mark_only_in_groups_of_three():
    async with room("guide-cross", (120, 36)) as desk:
        hand = await begun(desk, "btc", ENTER, "l!", "i!", "0,5", ENTER)
        assert "size: “0,5” is not a number: commas group thousands (1,000)" in said(desk)
        await typing(hand, "ctrl+u", "0.5", ENTER, "60,000", ENTER, "10", ENTER)
        await typing(hand, ENTER)
        assert desk.state.workspace.positions[0].quantity == Decimal("0.5")
        assert desk.state.workspace.positions[0].entry == 60000


async def test_a_second_position_of_a_side_is_offered_to_be_merged_at_the_mean_entry():
    async with room("guide-cross", (120, 36)) as desk:
        hand = await begun(desk, *BTC, "btc", ENTER, "l!", "i!", "0.2", ENTER, "66000", ENTER)
        assert "it would be merged into 0.3 at 64,000.00" in said(desk)
        await typing(hand, "ctrl+g", ENTER)
        (position,) = desk.state.workspace.positions
        assert (position.quantity, position.entry) == (Decimal("0.3"), 64000)


async def test_what_the_venue_would_not_open_is_said_on_its_row():
    async with room("guide-cross", (120, 36)) as desk:
        hand = await begun(desk, *BTC, "btc", ENTER, "s!", "i!", "0.1", ENTER, "60000", ENTER)
        assert "this account is one-way" in said(desk)
        await typing(hand, "ctrl+d", "eth", ENTER, "l!", "c!", "900", ENTER, "3000", ENTER)
        assert "it needs 270,000.00 of margin, and 4,400.00 is available" in said(desk)
        await typing(hand, "ctrl+d", "sol", ENTER, "l!", "c!", "1", ENTER, "150", ENTER, "900", ENTER)
        assert "900 is above the highest leverage" in said(desk)
        # what cannot be held is not opened
        await typing(hand, ENTER)
        assert isinstance(desk.desk.screen, Sheet)
        assert [p.market for p in desk.state.workspace.positions] == ["BTCUSDT", "ETHUSDT"]
        assert desk.state.workspace.wallet == 1000


async def test_a_hedge_has_one_leverage_a_market():
    async with room("guide-cross", (120, 36)) as desk:
        hand = Newcomer(desk)
        await hand.press("n")
        await typing(hand, "5000", ENTER, "b!", "tab", "h!", *BTC)
        await typing(hand, "btc", ENTER, "s!", "i!", "0.1", ENTER, "60000", ENTER, "5")
        assert "one leverage for BTCUSDT: 10x is in force, not 5x" in said(desk)


async def test_an_empty_entry_is_the_mark_of_its_market():
    async with room("guide-cross", (120, 36)) as desk:
        hand = await begun(desk, *BTC)
        await typing(hand, "up", "tab", "tab", "tab", "tab", "tab", "61000")
        assert "61000" in row_of(desk, "BTCUSDT")
        await typing(hand, "down", "btc", ENTER, "l!", "i!", "0.1", ENTER, ENTER, ENTER, ENTER)
        assert [p.entry for p in desk.state.workspace.positions] == [60000, 61000]
        assert selectors.book(desk.state).markets["BTCUSDT"].mark == 61000


async def test_choices_are_all_seen_and_taken_by_arrow_or_letter():
    async with room("guide-cross", (120, 36)) as desk:
        hand = Newcomer(desk)
        await hand.press("n")
        await typing(hand, ENTER)
        for venue in ("binance", "bybit", "hyperliquid", "kraken", "okx"):
            assert venue in desk.text
        await typing(hand, "b!", "b!", "left")
        assert "venue     binance" in desk.text
        await typing(hand, ENTER, ENTER, "btc", ENTER)
        assert "[long] short" in desk.said("#sheet-cell")
        await typing(hand, "x!", "right")
        assert "short" in row_of(desk, "BTCUSDT")


async def test_a_market_that_the_venue_lacks_is_refused_with_some_that_it_has():
    async with room("guide-cross", (120, 36)) as desk:
        await begun(desk, "nothing", ENTER)
        assert "Binance USD-M has no market “NOTHING”; it has BTCUSDT" in said(desk)


TABLE = "market,side,mode,quantity,entry,leverage\nBTCUSDT,long,isolated,0.1,60000,10\nETHUSDT,short,cross,2,3000,10\n"
BARE = "BTCUSDT long isolated 0.1 60,000 10x\nETHUSDT\tsell\tcross\t2\t3000\t10\n"
ANSWER = json.dumps(
    [
        {
            "symbol": "BTCUSDT", "positionAmt": "0.1", "entryPrice": "60000", "markPrice": "60000", "leverage": "10",
            "marginType": "isolated", "isolatedMargin": "600", "positionSide": "BOTH", "liquidationPrice": "54217",
            "unRealizedProfit": "0", "isolatedWallet": "600", "notional": "6000",
        }
    ]
)  # fmt: skip

CROSSED = ANSWER.replace('"isolated"', '"cross"').replace('"600"', '"0"')


@pytest.mark.parametrize(("text", "held"), [(TABLE, 2), (BARE, 2), (ANSWER, 1)], ids=["table", "rows", "json"])
async def test_what_is_pasted_fills_the_sheet_and_says_what_was_made_of_it(text, held):
    async with room("guide-cross", (120, 36)) as desk:
        hand = await begun(desk)
        await paste(desk, text)
        assert isinstance(desk.desk.screen, Tell)
        await typing(hand, "escape")
        assert "54,217" in row_of(desk, "BTCUSDT")
        await typing(hand, ENTER)
        positions = desk.state.workspace.positions
        assert len(positions) == held
        assert (positions[0].market, positions[0].quantity, positions[0].leverage) == ("BTCUSDT", Decimal("0.1"), 10)


async def test_a_pasted_code_fills_the_sheet_with_the_whole_account():
    async with room("guide-isolated", (120, 36)) as desk:
        whole = desk.state.workspace
        hand = await begun(desk)
        await paste(desk, code_of(whole))
        await typing(hand, "escape", ENTER)
        assert desk.state.workspace.positions == whole.positions
        assert desk.state.workspace.scenario.betas == whole.scenario.betas


async def test_a_faulty_text_is_told_and_changes_nothing():
    async with room("guide-cross", (120, 36)) as desk:
        await begun(desk, *BTC)
        await paste(desk, "iso1:zzzz")
        assert "Nothing was taken: " in desk.words
        await desk.press("escape")
        assert "54,217" in row_of(desk, "BTCUSDT")


async def test_a_venue_a_side_and_a_mode_may_be_spelled_and_ended_with_enter():
    async with room() as desk:
        hand = Newcomer(desk)
        await hand.press("n")
        await typing(hand, "5k", ENTER, "binance", ENTER, "btc", ENTER, "long", ENTER, "cross", ENTER)
        await typing(hand, "0.1", ENTER, "60k", ENTER, "10", ENTER, ENTER)
        entered = desk.state.workspace
        (row,) = entered.positions
        assert entered.venue.profile == "binance"
        assert (row.side, row.mode, row.quantity, row.leverage) == ("long", "cross", Decimal("0.1"), 10)


async def test_leaving_asks_about_what_was_entered_and_only_about_that():
    async with room("guide-cross", (120, 36)) as desk:
        before = desk.state.workspace
        await desk.press("n", "escape")
        assert not desk.desk.has_dialog
        hand = await begun(desk, *BTC)
        await typing(hand, "escape")
        assert isinstance(desk.desk.screen, Ask)
        await desk.press("n")
        assert desk.state.workspace == before
        assert not desk.desk.has_dialog


async def test_keys_of_a_view_stay_what_they_are_there():
    async with room("guide-cross", (120, 36)) as desk:
        lens = desk.state.frontier.lens
        await desk.press("3", "n")
        assert not desk.desk.has_dialog
        assert desk.state.frontier.lens is not lens


async def test_the_cursor_walks_through_head_and_rows():
    async with room("guide-cross", (120, 36)) as desk:
        hand = await begun(desk, *BTC)
        await typing(hand, "up", "up")
        assert desk.said("#sheet-label") == "positions"
        await typing(hand, "down")
        assert desk.said("#sheet-cell") == "btc"
        await typing(hand, "down", "down")
        assert not desk.said("#sheet-cell")


# --- beside the sheet ----------------------------------------------------------------------------


async def test_adding_a_second_position_of_a_side_asks_whether_to_merge():
    async with room("guide-cross", (120, 36)) as desk:
        await begun(desk, *BTC, ENTER)
        await desk.press("a")
        assert isinstance(desk.desk.screen, Form)
        assert not desk.said("#verdict")
        await desk.press("tab", "tab", "tab")
        await desk.type("0.2")
        await desk.press("tab")
        await desk.type("66000")
        assert "Foreseen as one with the long position in BTCUSDT." in desk.said("#verdict")
        assert "BTC liq" in desk.said("#verdict")
        await desk.press("enter")
        assert "0.3 at an average entry of 64,000.00" in desk.words
        await desk.press("m")
        (position,) = desk.state.workspace.positions
        assert (position.quantity, position.entry) == (Decimal("0.3"), 64000)
        assert moves.same_side(selectors.book(desk.state), position) is None


async def test_an_account_is_named_and_its_file_stands_in_the_title(home: Path):
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("N", "end", "ctrl+u")
        await desk.type("mine")
        await desk.press("enter", "S", "end", "ctrl+u")
        await desk.type("two.toml")
        await desk.press("enter")
        assert "mine  two.toml" in desk.lines[0]
        await desk.press("u")
        assert desk.state.workspace.name == "The guide's cross account"


async def test_marks_are_edited_and_parts_in_force_stand_in_the_title():
    async with room("guide-cross", (120, 36)) as desk:
        assert desk.lines[0].rstrip().endswith("what-if −30.0 % · ETH still")
        await desk.press("0")
        assert desk.lines[0].rstrip().endswith("what-if · ETH still")
        await desk.press("b", "tab", "end", "ctrl+u")
        await desk.type("50000")
        await desk.press("enter")
        assert selectors.book(desk.state).markets["BTCUSDT"].mark == 50000
        assert "BTCUSDT at 50,000" in desk.words


async def test_the_last_position_of_a_market_takes_its_part_with_it():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("down", "d")
        assert "ETHUSDT" not in desk.state.workspace.scenario.betas
        assert "ETH" not in desk.lines[0]


async def test_a_venues_answer_is_opened_through_the_importer_and_told(home: Path):
    (home / "answer.json").write_text(CROSSED, encoding="utf-8")
    (home / "other.json").write_text('{"symbol": "x"}', encoding="utf-8")
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("o", "end", "enter")
        await desk.type("other.json")
        await desk.press("enter")
        assert "this is not the payload of an account" in desk.words
        await desk.press("ctrl+u")
        await desk.type("answer.json")
        assert "The answer does not state the wallet: type all cash below." in desk.words
        await desk.press("tab")
        await desk.type("2,000")
        assert "with 1 position" in desk.words
        await desk.press("enter")
        assert isinstance(desk.desk.screen, Tell)
        assert "BTCUSDT long 0.1 at 60,000" in desk.words
        await desk.press("escape")
        assert desk.state.workspace.wallet == 2000
        assert "● unsaved" in desk.lines[0]


async def test_a_bad_figure_is_told_once_and_keeps_its_columns_and_a_figure_is_no_market():
    async with room("guide-cross", (80, 24)) as desk:
        hand = await begun(desk, "10")
        assert "1000PEPE" not in "".join(desk.pane("#sheet-rows")) + said(desk)
        await typing(hand, "ctrl+u", "btc", ENTER, "l!", "i!")
        where = row_of(desk, "BTCUSDT").index("isolated")
        await typing(hand, "many more coins than that", ENTER)
        assert said(desk).count("is not a number") == 1
        row = row_of(desk, "BTCUSDT")
        assert row.index("isolated") == where
        assert "60,000" not in row and "…ins than that" in row
        await typing(hand, "ctrl+u", "0.1", ENTER)
        assert "tab to another mark" in said(desk)
