"""Keys, settings, colours and characters of a user's own; pictures; the history."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from textual.command import CommandPalette
from textual.widgets import OptionList

from isocross.desk.actions.path import SetPath
from isocross.words.glossary import GLOSSARY
from isocross.workspace import PathKind, load_file, shipped
from isocross.workspace.load import Source
from isocross_tui.cli.main import main
from isocross_tui.commands import BY_ID, COMMANDS
from isocross_tui.keymap import load_keymap
from isocross_tui.panes.columns import COLUMNS
from isocross_tui.screens.choose import Choose
from isocross_tui.user.settings import Face, Settings
from isocross_tui.user.themes import load_themes, shipped_folder, theme_folders
from tests.journeys.screen import Room, room


def options_of(desk: Room) -> list[str]:
    listed = desk.desk.screen.query_one(OptionList)
    return [" ".join(str(listed.get_option_at_index(n).prompt).split()) for n in range(listed.option_count)]


# --- keys and settings -----------------------------------------------------------------------------


async def test_the_desk_has_the_users_keys_and_shows_them_everywhere(home: Path):
    file = home / "keys.toml"
    file.write_text('base = "vim"\n[keys]\n"position.flip" = ["Q"]\npalette = ["ctrl+k"]\n"position.close" = ["C"]\n')
    async with room("guide-cross", (120, 36), face=Face(keymap=load_keymap(file))) as desk:
        assert "Q flip" in desk.lines[-1]
        assert "h l price" in desk.lines[-1]
        assert "ctrl+k all" in desk.lines[-1]
        await desk.press("h", "left", "l", "j")
        assert desk.state.moment.shock == Decimal("-0.31")
        assert desk.state.selected == "eth"
        await desk.press("f", "colon")
        assert not desk.state.unsaved
        await desk.press("Q")
        assert desk.position("eth").position.mode == "isolated"
        await desk.press("question_mark")
        assert "Q flip the selected" in desk.words
        await desk.press("escape", "ctrl+k")
        assert isinstance(desk.desk.screen, CommandPalette)
        await desk.type("flip the")
        assert "position Q flip the selected position between cross and isolated" in desk.words
        await desk.press("escape", "k", "C")
        assert [p.id for p in desk.state.workspace.positions] == ["eth"]


async def test_faults_in_the_users_files_are_told_and_the_desk_works(home: Path):
    (home / "keys.toml").write_text('[keys]\n"position.flop" = ["f"]')
    settings = Settings(theme="dusk", problems=("settings.toml: pace: 0 will not do.",))
    face = Face(settings, load_keymap(home / "keys.toml"))
    async with room("guide-cross", (120, 36), face=face) as desk:
        for words in ('did you mean "position.flip"?', "pace: 0 will not do.", "no theme is called 'dusk'"):
            assert words in desk.words
        assert desk.desk.theme == "night"
        await desk.press("f")
        assert desk.state.unsaved


async def test_settings_choose_colours_and_the_distance_of_a_warning():
    async with room("guide-isolated", (120, 36), face=Face(Settings(theme="day"))) as desk:
        assert (desk.desk.theme, desk.state.theme) == ("day", None)
        assert "! 6.1 %" in desk.row("BTC")
    async with room("guide-isolated", (120, 36), face=Face(Settings(warning=Decimal("0.05")))) as desk:
        assert "!" not in desk.row("BTC")
        shared = desk.state.document()
        assert shared == replace(load_file(shipped()["guide-isolated"]), view=shared.view)
        assert shared.view.theme is None


# --- ASCII -------------------------------------------------------------------------------------------

STRANGE = "Ünïcode → 価格 ✕"


def assert_ascii(desk: Room) -> None:
    for y, line in enumerate(desk.lines):
        assert line.isascii(), (y, line)
        assert len(line) == desk.desk.size.width, (y, line)


async def test_every_screen_is_ascii_when_asked_to():
    workspace = replace(load_file(shipped()["guide-mixed"]), name=STRANGE)
    async with room(Source(workspace), (120, 36), face=Face(ascii=True)) as desk:
        assert "Unicode -> ???? x" in desk.lines[0]
        assert "left/right price" in desk.lines[-1]
        await desk.press("f", "p")
        assert_ascii(desk)
        await desk.shock_to(-90)
        assert_ascii(desk)
        assert "-90.0 %" in desk.text
        seen = set()
        for command in COMMANDS:
            if command.id in {"quit", "view.capture", "file.save"}:
                continue
            if command.view and command.view != desk.state.view:
                desk.desk.do(BY_ID[f"view.{command.view}"])
                await desk.settle()
                await desk.desk.workers.wait_for_complete()
            if command.works(desk.state):
                desk.desk.do(command)
            await desk.settle()
            if len(desk.desk.screen_stack) > 1:
                seen.add(command.id)
            assert_ascii(desk)
            while len(desk.desk.screen_stack) > 1:
                await desk.press("escape")
            if not desk.state.workspace.positions:
                await desk.press("u")
        assert {"help", "why", "view.theme", "palette", "position.add", "history.list", "file.open"} <= seen


async def test_the_smallest_and_the_largest_screen_are_ascii_too():
    for source, size in (
        ("ladder", (80, 24)),
        ("basket", (200, 60)),
        ("guide-cross", (60, 20)),
        ("guide-cross", (50, 14)),
    ):
        async with room(source, size, face=Face(ascii=True), colours=False) as desk:
            assert_ascii(desk)


# --- colours -------------------------------------------------------------------------------------------


async def test_the_colours_follow_the_file_of_a_theme_while_it_is_edited(home: Path):
    own = home / "config" / "isocross" / "themes"
    own.mkdir(parents=True)
    file = own / "mine.toml"
    text = (shipped_folder() / "night.toml").read_text().replace('name = "night"', 'name = "mine"')
    file.write_text(text)
    themes = load_themes(theme_folders())
    async with room("guide-cross", (120, 36), themes=themes, face=Face(Settings(theme="mine"))) as desk:

        async def edited(content: str) -> str:
            file.write_text(content)
            os.utime(file, ns=(1, file.stat().st_mtime_ns + 1_000_000))
            desk.desk.look_around()
            await desk.settle()
            return desk.desk.query_one("#pool").styles.background.hex.lower()

        ground = desk.desk.screen.styles.background.hex.lower()
        assert ground == "#11151b"
        await edited(text.replace('"#11151b"', '"#203040"'))
        assert desk.desk.screen.styles.background.hex.lower() == "#203040"
        await edited(text.replace('"#11151b"', '"blue"'))
        assert "the colours stay as they were: colours.background" in desk.words
        said = desk.state.message.number
        desk.desk.look_around()
        assert (desk.state.message.number, desk.desk.screen.styles.background.hex.lower()) == (said, "#203040")
        await edited(text)
        assert desk.desk.screen.styles.background.hex.lower() == ground


async def test_a_theme_is_seen_before_it_is_chosen_and_put_back_when_it_is_not():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("t", "up")
        assert desk.desk.theme == "mono"
        await desk.press("escape")
        assert desk.desk.theme == "night"


# --- pictures --------------------------------------------------------------------------------------------


async def test_a_picture_says_where_it_is_and_never_overwrites(home: Path, monkeypatch: pytest.MonkeyPatch):
    taken = home / "isocross-the-guide-s-cross-account-1.txt"
    taken.write_text("mine")
    async with room("guide-cross", (120, 36)) as desk:
        shown = [line.rstrip() for line in desk.lines]
        await desk.press("y")
        await desk.settle()
        stem = "isocross-the-guide-s-cross-account-2"
        assert desk.state.message.text == f"Written: {stem}.svg and {stem}.txt in {home}"
        assert (home / f"{stem}.txt").read_text().splitlines() == shown
        assert "730.00" in (home / f"{stem}.svg").read_text()
        monkeypatch.setattr("pathlib.Path.cwd", lambda: home / "gone")
        monkeypatch.setenv("XDG_PICTURES_DIR", str(home / "pictures"))
        await desk.press("y")
        await desk.settle()
        assert len(list((home / "pictures").iterdir())) == 2
    assert taken.read_text() == "mine"


def test_a_report_draws_the_desk_the_same_every_time(home: Path):
    def draw(*arguments: str):
        return CliRunner().invoke(main, ["report", "guide-cross", "--shock", "-40%", "--size", "80x24", *arguments])

    assert draw("--svg", "one.svg", "--theme", "contrast").exit_code == 0
    assert draw("--svg", "two.svg", "--theme", "contrast").exit_code == 0
    drawn = Path("one.svg").read_text()
    assert drawn == Path("two.svg").read_text()
    assert "−360.00" in drawn
    assert "#000000" in drawn
    again = draw("--svg", "one.svg")
    assert (again.exit_code, "one.svg is there already" in again.stderr) == (1, True)
    for wrong in (["--theme", "dusk"], ["--size", "9x9"], ["--size", "big"], ["--svg", "x", "--json"]):
        assert draw(*wrong).exit_code == 2, wrong
    assert draw("--svg", "no/such/folder.svg").exit_code == 1
    assert CliRunner().invoke(main, ["report", "hedge", "--shock", "BTCUSDT=-9%", "--svg", "x"]).exit_code == 2


# --- history -----------------------------------------------------------------------------------------------


async def test_the_history_tells_every_step_and_leads_to_any_of_them():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("H")
        assert "There is no step to undo yet." in desk.words
        await desk.press("f", "right", "right", "l", *"5", "enter", "d", "u", "H")
        assert isinstance(desk.desk.screen, Choose)
        first = ["as it was opened", "BTC flipped to isolated", "shock to −28.0 %", "BTC leverage 3x → 5x you are here"]
        assert options_of(desk) == [*first, "BTC dropped undone"]
        end = desk.state.moment
        await desk.press("up", "up", "enter")
        assert desk.state.moment.shock == Decimal("-0.3")
        assert desk.position("btc").position.mode == "isolated"
        await desk.press("H", "down", "down", "enter")
        assert desk.state.moment == end
        await desk.press("H", "down", "enter")
        assert [p.id for p in desk.state.workspace.positions] == ["eth"]
        await desk.press("H", "escape")
        assert len(desk.desk.store.history.past) == 4


# --- why -----------------------------------------------------------------------------------------------------


async def test_why_explains_the_pane_that_has_the_focus_and_g_every_term():
    async with room("guide-isolated", (120, 60)) as desk:
        assert "· at risk" in desk.pane("#pool")[0]
        assert "is 6.1 % from its liquidation price" in desk.said("#pool-sentence")
        assert desk.said("#positions-sentence").startswith("BTC is 6.1 % from its liquidation price.")
        await desk.press("w")
        assert "Why: BTC" in desk.text
        await desk.press("end")
        assert "the most that can be lost, from the opening" in desk.words
        await desk.press("w", "shift+tab", "w")
        assert "Why: the account" in desk.text
        assert f"= {desk.frame.account.equity:,.2f}" in desk.words
        assert "BTC's loss, paid by own margin" in desk.words
        await desk.press("escape", "tab", "tab", "w")
        assert "Why: the marks on the slider" in desk.text
        assert "opening mark × (1 + beta × common move)" in desk.words
        await desk.press("escape", "g")
        assert "Terms" in desk.text
        read = desk.said(".page")
        for term in GLOSSARY[:8]:
            assert term.definition in read
        await desk.press("escape")
    told = {term.column for term in GLOSSARY if term.column}
    assert {column.key for column in COLUMNS} - {"market", "position"} == told


async def test_why_of_the_cascade_tells_all_that_happened_where_it_stands():
    async with room("guide-isolated", (120, 60)) as desk:
        desk.desk.store.dispatch(SetPath(PathKind.GAP, {}, "A gap"))
        await desk.shock_to(60)
        desk.desk.query_one("#cascade").focus()
        await desk.press("w")
        assert "Why: what happened last" in desk.text
        taken, paid = desk.frame.events
        money = desk.frame.book.amounts
        fell_short = f"{money(taken.figures.cash)} − {money(-taken.figures.pnl)} = −{money(paid.amount)}"
        assert f"{fell_short} ≤ {money(taken.figures.maintenance_margin)} of the margin" in desk.words
        assert f"{fell_short}; the fund pays {money(paid.amount)}" in desk.words


async def test_why_works_without_a_position():
    async with room("isolated-short", (120, 60)) as desk:
        await desk.press("d", "w")
        assert "The columns" in desk.text
        await desk.press("escape", "shift+tab", "w")
        assert "Why: the account" in desk.text
        await desk.press("escape", "tab", "tab", "w")
        assert "Nothing is liquidated either way" in desk.words


async def test_in_ascii_an_arrow_is_a_word_wherever_a_key_is_named():
    async with room("guide-cross", (120, 36), face=Face(ascii=True)) as desk:
        await desk.press("question_mark")
        assert "left       move the price down by one step" in desk.text
        assert "up down read on   esc back" in desk.text
        await desk.press("escape", "t")
        assert "up down look   enter choose   esc leave" in desk.text
        await desk.press("escape", "colon")
        await desk.type("move the price down")
        assert "left move the price down by one step" in desk.words
        assert "< move the price down by ten steps" in desk.words
