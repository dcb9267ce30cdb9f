"""Entering, changing and dropping positions; saving, opening, and being asked first."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from isocross.account.book import Mode, Side
from isocross.desk import selectors
from isocross.workspace import load_file, shipped
from isocross_tui.screens.choose import Choose
from isocross_tui.screens.form import Form
from isocross_tui.screens.tell import Ask
from isocross_tui.user.files import open_source
from tests.journeys.screen import Room, room, workspace_file


async def fill(desk: Room, **fields: str) -> None:
    """Type into fields of the form, each from empty."""
    assert isinstance(desk.desk.screen, Form)
    for key, text in fields.items():
        field = desk.desk.screen.query_one(f"#field-{key}")
        field.focus()
        await desk.run("end", "ctrl+u")
        await desk.type(text)


def panes(desk: Room) -> list[list[str]]:
    return [desk.pane(pane) for pane in ("#pool", "#positions", "#shock", "#cascade")]


# --- positions -----------------------------------------------------------------------------------


async def test_a_position_is_added_by_its_form_and_is_selected():
    async with room("guide-cross", (200, 60)) as desk:
        await desk.press("a")
        await fill(desk, market="solusdt", side="s", mode="i", quantity="2", entry="150", leverage="5")
        assert "Initial margin 60.00, margin 60.00." in desk.words
        await desk.press("enter")
        added = desk.state.position()
        assert added is not None
        assert (added.market, added.side, added.mode) == ("SOLUSDT", Side.SHORT, Mode.ISOLATED)
        assert (added.quantity, added.entry, added.leverage) == (2, 150, 5)
        assert desk.row("SOL").startswith("▸")
        assert desk.cells("SOL")["margin"] == "60.00"
        assert "● unsaved" in desk.lines[0]
        await desk.press("u")
        assert len(desk.state.workspace.positions) == 2
        assert not any(line[3:].startswith("SOL") for line in desk.pane("#positions-table"))


BAD_VALUES = (
    ({"quantity": ""}, "quantity: a number is missing."),
    ({"quantity": "lots"}, "quantity: “lots” is not a number."),
    ({"quantity": "-1"}, "quantity: it must be above zero."),
    ({"quantity": "1e99"}, "quantity: “1e99” is too large or too fine for an account."),
    ({"quantity": "nan"}, "quantity: “nan” is not a number."),
    ({"quantity": "10"}, "Refused: "),
    ({"quantity": "1", "entry": "0"}, "entry: it must be above zero."),
    ({"entry": "60000", "leverage": "0.5"}, "leverage: it must be at least 1."),
    ({"leverage": "0,5"}, "leverage: “0,5” is not a number: commas group thousands"),
    ({"leverage": "3", "market": ""}, "a market is missing."),
    ({"market": "BTCUSDT", "margin": "x"}, "margin: “x” is not a number."),
)


async def test_a_form_with_a_bad_value_says_so_and_cannot_be_sent():
    async with room("guide-cross", (120, 36)) as desk:
        book = selectors.book(desk.state)
        await desk.press("a")
        for fields, said in BAD_VALUES:
            await fill(desk, **fields)
            await desk.press("enter")
            assert isinstance(desk.desk.screen, Form), fields
            assert said in desk.words, fields
        await desk.press("escape")
        assert selectors.book(desk.state) == book
        assert not desk.desk.store.can_undo


async def test_a_position_is_edited_and_everything_left_alone_stays_as_it_was():
    async with room("guide-cross", (200, 60)) as desk:
        await desk.press("e")
        assert "Edit the position" in desk.text
        await fill(desk, quantity="0.03")
        await desk.press("enter")
        edited = desk.state.position()
        assert edited is not None
        assert edited.quantity == Decimal("0.03")
        assert (edited.id, edited.entry, edited.leverage, edited.mode) == ("btc", 60000, 3, Mode.CROSS)
        assert desk.cells("BTC")["margin"] == "600.00"


async def test_a_form_sent_unchanged_changes_nothing():
    async with room("guide-cross") as desk:
        before = desk.state.workspace
        await desk.press("e", "enter")
        assert desk.state.workspace == before
        assert "● unsaved" not in desk.lines[0]


async def test_a_dropped_position_leaves_the_account_and_undo_brings_it_back():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("d")
        assert "BTC was dropped from the account." in desk.words
        assert not any(line[3:].startswith("BTC") for line in desk.pane("#positions-table"))
        assert desk.row("ETH").startswith("▸")
        await desk.press("u")
        assert desk.row("BTC")


async def test_an_empty_account_stays_a_desk_that_says_what_to_press():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("d", "d")
        assert "Press a to add one" in desk.said("#positions-sentence")
        assert "no position" in desk.said("#pool-payers")
        await desk.press("left", "v", "space", "space", "up", "down")
        await desk.press("f", "F", "p", "e", "l", "plus", "minus", "d", "full_stop", "comma")
        assert len(desk.desk.screen_stack) == 1
        assert "There is no position for that." in desk.words
        await desk.press("a")
        await fill(desk, quantity="0.01", entry="50000")
        await desk.press("enter")
        assert desk.row("BTC").startswith("▸")


async def test_a_form_says_where_its_figures_are_not_of_the_marks_on_the_desk():
    async with room("guide-cross", (120, 36)) as desk:
        assert desk.state.workspace.scenario.shock
        await desk.press("l")
        assert "Leverage: BTC, at the opening marks" in desk.text
        await desk.press("escape", "O", "enter")
        assert "Place an order, at the opening marks" in desk.text
        await desk.press("escape", "a")
        assert "Add a position, at the opening marks" in desk.text
        assert "60000, the opening mark" in desk.text
        await desk.press("escape", "p")
        assert "BTC liq at the opening" in desk.said("#positions-sentence")
        await desk.press("p", "0", "l")
        assert "Leverage: BTC" in desk.text
        assert "opening" not in desk.text


async def test_leverage_is_set_by_its_form_and_the_margin_follows():
    async with room("guide-cross", (200, 60)) as desk:
        await desk.press("0", "l")
        assert "Leverage: BTC" in desk.text
        await fill(desk, leverage="0")
        await desk.press("enter")
        assert isinstance(desk.desk.screen, Form)
        assert "Refused: " in desk.words
        await fill(desk, leverage="many")
        assert "“many” is not a number." in desk.words
        await fill(desk, leverage="6")
        assert "Margin 300.00 → 150.00" in desk.words
        await desk.press("enter")
        assert desk.cells("BTC")["margin"] == "150.00"
        assert "BTC has 6x leverage." in desk.words


async def test_margin_beyond_what_there_is_is_refused_with_the_figure():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("f", "plus")
        for amount in ("501", "0", "-5", "none"):
            await fill(desk, amount=amount)
            await desk.press("enter")
            assert isinstance(desk.desk.screen, Form)
        await fill(desk, amount="500")
        await desk.press("enter")
        assert desk.position("btc").margin == 800


# --- saving and opening --------------------------------------------------------------------------


async def test_a_shipped_account_is_saved_under_a_name_and_opens_again_as_it_was(home: Path):
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("f", "down", "x", "left")
        assert "● unsaved" in desk.lines[0]
        await desk.press("s")
        assert "Save as" in desk.text
        assert "the-guides-cross-account.toml" in desk.words
        await fill(desk, path="mine")
        assert "Writes mine.toml into" in desk.words
        await desk.press("enter")
        assert "Saved to mine.toml." in desk.words
        assert "● unsaved" not in desk.lines[0]
        await desk.hush()
        document, shown = desk.state.document(), panes(desk)
    assert load_file(home / "mine.toml") == document
    for source in (open_source("mine.toml"), open_source(None)):
        async with room(source, (120, 36)) as again:
            assert again.state.document() == document
            assert panes(again) == shown


async def test_saving_again_needs_no_name(home: Path):
    async with room(workspace_file(home, shipped()["guide-cross"].read_text(encoding="utf-8"))) as desk:
        await desk.press("f", "s")
        assert "Saved to " in desk.words
        assert load_file(home / "account.toml").positions[0].mode is Mode.ISOLATED


async def test_saving_over_a_file_says_so_first(home: Path):
    (home / "there.toml").write_text("other words", encoding="utf-8")
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("S")
        await fill(desk, path="there.toml")
        assert "there.toml is there already and will be replaced." in desk.words
        await desk.press("escape")
        assert (home / "there.toml").read_text(encoding="utf-8") == "other words"


async def test_a_place_that_cannot_be_written_is_a_message_and_harms_nothing(home: Path):
    (home / "notes").write_text("not a folder", encoding="utf-8")
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("f", "S")
        await fill(desk, path="notes/mine.toml")
        assert "There is no folder" in desk.words
        await desk.press("enter")
        assert isinstance(desk.desk.screen, Form)
        for text, said in (
            ("n" * 300, "That cannot be a file"),
            ("~nobody-of-that-name", "That cannot be a file"),
            ("/", "/ is a folder."),
            ("..", ".. is a folder."),
        ):
            await fill(desk, path=text)
            assert said in desk.words, text
        # a folder that takes no files
        await fill(desk, path="/proc/mine.toml")
        await desk.press("enter")
        assert "could not save" in desk.words
        assert "● unsaved" in desk.lines[0]
        await desk.press("left")
        assert desk.state.moment.shock == Decimal("-0.31")
    assert (home / "notes").read_text(encoding="utf-8") == "not a folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a folder that is read-only")
async def test_a_file_in_a_read_only_folder_is_unharmed(home: Path):
    folder = home / "locked"
    folder.mkdir()
    path = workspace_file(folder, shipped()["guide-cross"].read_text(encoding="utf-8"))
    before = Path(path).read_bytes()
    folder.chmod(0o500)
    try:
        async with room(path) as desk:
            await desk.press("f", "s")
            assert "could not save" in desk.words
    finally:
        folder.chmod(0o700)
    assert Path(path).read_bytes() == before


async def test_a_shipped_account_is_opened_from_the_list():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("o")
        assert isinstance(desk.desk.screen, Choose)
        names = list(shipped())
        await desk.press(*["down"] * names.index("guide-isolated"), "enter")
        assert desk.state.workspace.name == open_source("guide-isolated").workspace.name
        assert desk.state.workspace.name in desk.lines[0]
        assert not desk.desk.store.can_undo


async def test_a_bad_file_is_a_message_with_its_line_and_the_desk_goes_on(home: Path):
    workspace_file(home, "format = 1\nwallet = -5\npositions = 3\n", "bad.toml")
    async with room("guide-cross", (120, 36)) as desk:
        before = desk.state.workspace
        await desk.press("o", "end", "enter")
        await fill(desk, path="bad.toml")
        assert "bad.toml:2" in desk.words
        await desk.press("enter")
        assert isinstance(desk.desk.screen, Form)
        await desk.press("escape", "left")
        assert desk.state.workspace == before
        assert desk.state.moment.shock == Decimal("-0.31")


async def test_a_bad_file_of_this_folder_is_a_message_too(home: Path):
    workspace_file(home, "this is not toml", "bad.toml")
    async with room("guide-cross", (120, 36)) as desk:
        before = desk.state.workspace
        await desk.press("o", "enter")
        assert "bad.toml:1" in desk.words
        assert desk.state.workspace == before


async def test_a_file_that_is_not_there_cannot_be_opened():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("o", "end", "enter")
        await fill(desk, path="nowhere.toml")
        assert "nowhere.toml" in desk.words
        await desk.press("enter")
        assert isinstance(desk.desk.screen, Form)


@pytest.mark.parametrize("key", ["o", "q"])
async def test_unsaved_changes_are_asked_about_and_escape_goes_back_to_them(key):
    async with room("guide-cross") as desk:
        await desk.press("f", key)
        assert isinstance(desk.desk.screen, Ask)
        assert "has changes that are not saved" in desk.words
        await desk.press("left", "f")
        assert isinstance(desk.desk.screen, Ask)
        await desk.press("escape")
        assert len(desk.desk.screen_stack) == 1
        assert desk.state.unsaved


async def test_moving_the_price_alone_is_nothing_to_ask_about():
    async with room("guide-cross") as desk:
        await desk.press("left", "down", "x", "q")
        assert desk.desk.return_code is not None


async def test_a_desk_can_be_left_without_saving():
    async with room("guide-cross") as desk:
        await desk.press("f", "q", "n")
        assert desk.desk.return_code is not None
        assert not desk.desk.return_code


async def test_saving_on_the_way_out_asks_for_a_name_and_then_quits(home: Path):
    async with room("guide-cross") as desk:
        await desk.press("f", "q", "y")
        assert isinstance(desk.desk.screen, Form)
        await fill(desk, path="last.toml")
        await desk.press("enter")
        assert desk.desk.return_code is not None
    assert load_file(home / "last.toml").positions[0].mode is Mode.ISOLATED


async def test_leaving_the_name_open_on_the_way_out_does_not_quit(home: Path):
    async with room("guide-cross") as desk:
        await desk.press("f", "q", "y", "escape")
        assert desk.desk.return_code is None
        assert desk.state.unsaved
    assert not list(home.glob("*.toml"))
