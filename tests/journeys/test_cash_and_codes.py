"""What is only in the palette: closing, cash, and the whole workspace as a code to paste."""

from decimal import Decimal

from textual import events

from isocross.workspace import load_file, shipped
from isocross.workspace.code import code_of
from isocross_tui.commands import BY_ID
from isocross_tui.screens.choose import Choose
from isocross_tui.screens.form import Form
from isocross_tui.user.files import recent, remember
from tests.journeys.screen import Room, room, workspace_file


async def do(desk: Room, command: str) -> None:
    desk.desk.do(BY_ID[command])
    await desk.settle()


async def test_a_part_is_closed_at_the_opening_mark_and_undo_brings_it_back():
    async with room("guide-cross", (120, 36)) as desk:
        await do(desk, "position.reduce")
        assert isinstance(desk.desk.screen, Form)
        field = desk.desk.screen.query_one("#field-quantity")
        field.value = "0.005"
        await desk.press("enter")
        assert desk.position("btc").position.quantity == Decimal("0.01")
        await desk.press("u")
        assert desk.position("btc").position.quantity == Decimal("0.015")


async def test_more_than_backs_no_position_cannot_be_withdrawn():
    async with room("guide-cross", (120, 36)) as desk:
        await do(desk, "cash.withdraw")
        await desk.press(*"501", "enter")
        assert "501.00 is more than the 500.00 that backs no position" in desk.words
        assert isinstance(desk.desk.screen, Form)
        await desk.press("backspace", "backspace", "backspace", *"500", "enter")
        assert desk.frame.account.wallet == 500


async def test_a_deposit_moves_the_pool_away_from_its_line():
    async with room("guide-cross", (120, 36)) as desk:
        before = desk.frame.account.margin_ratio
        await do(desk, "cash.deposit")
        await desk.press(*"1000", "enter")
        assert desk.frame.account.wallet == 2000
        assert desk.frame.account.margin_ratio < before


async def test_a_pasted_code_opens_the_same_account():
    isolated = load_file(shipped()["guide-isolated"])
    async with room("guide-cross", (120, 36)) as desk:
        desk.desk.post_message(events.Paste(code_of(isolated)))
        await desk.settle()
        assert desk.state.workspace.positions == isolated.positions
        assert desk.state.moment.shock == isolated.scenario.shock


async def test_other_words_that_are_pasted_do_nothing():
    async with room("guide-cross", (120, 36)) as desk:
        before = desk.state
        desk.desk.post_message(events.Paste("buy low, sell high"))
        await desk.settle()
        assert desk.state == before


async def test_files_that_were_open_before_are_offered_first(tmp_path):
    text = shipped()["guide-mixed"].read_text(encoding="utf-8")
    for name in ("first.toml", "second.toml"):
        remember(workspace_file(tmp_path, text, name))
    assert [path.rsplit("/", 1)[-1] for path in recent()] == ["second.toml", "first.toml"]
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("o")
        assert isinstance(desk.desk.screen, Choose)
        assert desk.words.index("second.toml") < desk.words.index("first.toml") < desk.words.index("guide-cross")
        await desk.press("enter")
        assert desk.state.path.endswith("second.toml")
