"""Help, palette, the page of arithmetic, themes, the mouse, the focus, and leaving."""

from decimal import Decimal
from pathlib import Path

import pytest
from textual.command import CommandPalette

from isocross.desk import selectors
from isocross.desk.actions.shock import SetTheme
from isocross.desk.state import DESK
from isocross_tui.commands import COMMANDS
from isocross_tui.controllers.controller import Controller, handlers_of
from isocross_tui.panes.bars import KeyBar
from isocross_tui.screens.choose import Choose
from isocross_tui.screens.tell import Tell
from isocross_tui.views import view_named
from isocross_tui.views.desk import DeskView
from isocross_tui.widgets.dominoes import Dominoes
from isocross_tui.widgets.table import LineTable
from isocross_tui.widgets.track import Track
from tests.journeys.screen import Room, cents, room, strips, workspace_file

PANES = ("pool", "positions", "shock", "cascade")


async def read_to_the_end(desk: Room) -> str:
    """Everything in the page that stands over the desk, scrolled through."""
    seen: list[str] = []
    for _ in range(20):
        rows = [line.strip("│ ▁▂▃▄▅▆▇█") for line in desk.pane(".page")]
        fresh = [row for row in rows if row not in seen]
        if seen and not fresh:
            break
        seen += fresh
        await desk.press("pagedown")
    return " ".join(" ".join(seen).split())


# --- help, palette, why --------------------------------------------------------------------------


async def test_help_lists_every_command_with_its_keys():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("question_mark")
        words = await read_to_the_end(desk)
        for command in COMMANDS:
            assert f"{command.shown_keys if command.keys else ': …'} {command.help}" in words
        await desk.press("escape")
        assert len(desk.desk.screen_stack) == 1


async def test_every_key_of_every_command_does_it_in_its_view():
    async with room("guide-cross") as desk:
        bound = desk.desk.active_bindings
        for command in COMMANDS:
            for key in command.keys:
                assert desk.desk.keymap.command_of(key, command.view or DESK).id == command.id
                # marked text is copied first, and the toolkit has a key of its own for the palette
                assert bound[key].binding.action in {f"key('{key}')", "screen.copy_text", "command_palette"}


async def test_every_command_without_an_action_has_exactly_one_handler():
    async with room("guide-cross") as desk:
        views = {command.view for command in COMMANDS} - {"", DESK}
        handlers = {view: view_named(view).commands for view in views}
        handlers |= {"": desk.desk.handlers, DESK: desk.desk.query_one(DeskView).commands}
        wanted = sorted((command.view, command.id) for command in COMMANDS if command.action is None)
        assert sorted((view, id) for view, offered in handlers.items() for id in offered) == wanted


def test_two_controllers_cannot_offer_one_command():
    class Helping(Controller):
        @property
        def commands(self):
            return {"help": print}

    assert handlers_of([Helping(None)]) == {"help": print}
    with pytest.raises(ValueError, match="two controllers offer help"):
        handlers_of([Helping(None), Helping(None)])


@pytest.mark.parametrize("keys", [("2", "1", "space"), ("4", "1", "space"), ("c", "1", "space")])
async def test_a_key_means_what_it_means_in_the_view_that_is_seen_however_fast_it_follows(keys):
    async with room("crash-2025-10-10") as desk:
        await desk.run(*keys)
        assert (desk.state.view, desk.state.playing) == ("desk", True)
        await desk.run("4", "1", "z", "j", "r")
        assert not desk.desk.has_dialog


@pytest.mark.parametrize("keys", ["2w", "3b", "3w", "4r", "4n", "4j", "cA", "cb", "cw"])
async def test_a_key_of_a_view_may_follow_before_its_parts_are_there(keys):
    async with room("crash-2025-10-10") as desk:
        await desk.run(*keys)
        assert not desk.desk.store.errors


async def test_no_two_commands_share_a_key():
    keys = [(command.view, key) for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


async def test_every_command_is_found_in_the_palette():
    async with room("guide-cross", (120, 60)) as desk:
        await desk.press("colon")
        assert isinstance(desk.desk.screen, CommandPalette)
        await desk.pilot.pause(0.1)
        options = desk.desk.screen.query_one("CommandList")
        offered = {" ".join(str(options.get_option_at_index(n).prompt).split()) for n in range(options.option_count)}
        for command in COMMANDS:
            if command.id != "palette" and not command.view:
                assert any(command.help in words for words in offered), command.id


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_two_keys_open_the_palette(key):
    async with room("guide-cross") as desk:
        await desk.press(key)
        assert isinstance(desk.desk.screen, CommandPalette)


async def test_a_command_of_the_palette_is_done():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("colon")
        await desk.type("flip every")
        assert "position F flip every position, all or none" in desk.words
        await desk.press("enter")
        assert {p.mode.value for p in desk.state.workspace.positions} == {"isolated"}


@pytest.mark.parametrize("key", ["w", "enter"])
async def test_why_shows_the_arithmetic_of_the_selected_position(key):
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("f", "down", key)
        assert isinstance(desk.desk.screen, Tell)
        assert "Why: ETH" in desk.text
        words = await read_to_the_end(desk)
        assert f"{cents(desk.position('eth').liquidation_price_shown):,}" in words
        assert "quantity × entry ÷ leverage" in words
        await desk.press(key)
        assert len(desk.desk.screen_stack) == 1


async def test_why_of_a_fallen_position_says_who_paid():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("f")
        await desk.shock_to(-40)
        await desk.press("w")
        words = await read_to_the_end(desk)
        assert "300.00 + 0.00 + 0.00 + 0.00 = 300.00" in words


# --- themes --------------------------------------------------------------------------------------


async def test_a_theme_is_shown_while_it_is_highlighted_and_escape_brings_the_old_one_back():
    async with room("guide-cross") as desk:
        before = desk.desk.theme
        await desk.press("t")
        assert isinstance(desk.desk.screen, Choose)
        names = list(desk.desk.themes.themes)
        await desk.press("home")
        seen = set()
        for name in names:
            assert desk.desk.theme == name
            seen.add(desk.desk.current_theme.background)
            await desk.press("down")
        assert len(seen) == len(names)
        await desk.press("escape")
        assert desk.desk.theme == before
        await desk.press("t", "home", "enter")
        assert desk.desk.theme == names[0]
        assert not desk.desk.store.can_undo


# --- the mouse -----------------------------------------------------------------------------------


async def test_a_click_on_a_row_selects_it():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.click("#positions-table", (6, 2))
        assert desk.state.selected == "eth"
        assert desk.row("ETH").startswith("▸")
        await desk.click("#positions-table", (6, 0))
        assert desk.state.selected == "eth"
        await desk.click("#positions-table", (6, 3))
        assert desk.state.selected == "eth"


async def test_a_click_on_the_track_puts_the_shock_there_and_a_drag_takes_it_along():
    async with room("guide-cross", (120, 36)) as desk:
        track = desk.desk.query_one(Track)
        zero = desk.pane("#shock-track")[0].index("┿")
        await desk.click("#shock-track", (zero, 0))
        assert desk.state.moment.shock == 0
        await desk.click("#shock-track", (zero - 20, 0))
        assert Decimal("-0.95") < desk.state.moment.shock < 0
        assert desk.pane("#shock-track")[0].index("◆") == zero - 20
        await desk.pilot.mouse_down(track, offset=(zero + 5, 0))
        await desk.pilot.hover(track, offset=(zero + 12, 0))
        await desk.pilot.mouse_up(track, offset=(zero + 12, 0))
        await desk.pilot.pause()
        assert desk.pane("#shock-track")[0].index("◆") == zero + 12
        assert desk.state.moment.shock > 0


async def test_a_click_on_a_domino_goes_to_where_it_falls():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.venue("coinex")
        await desk.press("0")
        dominoes = desk.desk.query_one(Dominoes)
        first = dominoes.value[0]
        await desk.click("#cascade-dominoes", (5, 0))
        stop = max(stop.at for stop in selectors.stops(desk.state) if stop.at < 0)
        assert first.key.endswith(str(stop))
        assert desk.state.moment.shock == stop
        assert "[ BTC draws" in desk.said("#cascade-dominoes")


async def test_a_click_on_a_key_of_the_footer_presses_it():
    async with room("guide-cross", (120, 36)) as desk:
        footer = desk.lines[-1]
        await desk.click("#keys", (footer.index("f flip"), 0))
        assert desk.state.workspace.positions[0].mode.value == "isolated"
        desk.desk.clear_notifications()
        await desk.pilot.pause()
        await desk.click("#keys", (desk.lines[-1].index("? help") + 2, 0))
        assert isinstance(desk.desk.screen, Tell)


async def test_every_key_in_the_footer_answers_to_a_click_on_each_of_its_letters(monkeypatch):
    async with room("guide-cross", (200, 60)) as desk:
        bar = desk.desk.query_one(KeyBar)
        pressed = []
        monkeypatch.setattr(bar, "post_message", lambda message: pressed.append(message.command))
        row = desk.pane("#keys")[0]
        for key in bar.value:
            start = row.index(f" {key.key} {key.label} ") + 1
            for x in range(start, start + len(f"{key.key} {key.label}")):
                bar.on_click(_Click(x))
                assert pressed[-1] == key.command
        assert {"palette", "help"} < set(pressed)
        monkeypatch.undo()


class _Click:
    def __init__(self, x: int) -> None:
        self.x, self.y = x, 0


async def test_the_desk_can_be_used_without_the_mouse_after_a_click():
    async with room("guide-cross", (120, 36)) as desk:
        for place in ("#pool", "#positions-table", "#shock-track", "#cascade-curve", "#title", "#keys"):
            await desk.pilot.click(place, offset=(0, 0))
            before = desk.state.moment.shock
            await desk.press("right")
            assert desk.state.moment.shock > before


# --- the focus -----------------------------------------------------------------------------------


async def test_tab_goes_round_the_four_panes_and_the_arrows_reach_the_shock_from_each():
    async with room("guide-cross", (120, 36)) as desk:
        seen = []
        for _ in PANES:
            focused = desk.desk.focused
            assert focused is not None
            seen.append(focused.id)
            before = desk.state.moment.shock
            await desk.press("left", "left", "right")
            assert desk.state.moment.shock == before - Decimal("0.01")
            await desk.press("tab")
        assert sorted(seen) == sorted(PANES)
        assert desk.desk.focused is not None
        assert desk.desk.focused.id == seen[0]
        await desk.press("shift+tab")
        assert desk.desk.focused.id == seen[-1]
        await desk.press("escape")
        assert desk.desk.focused is None
        before = desk.state.moment.shock
        await desk.press("left")
        assert desk.state.moment.shock < before


async def test_a_long_table_scrolls_with_the_selection_and_leaves_left_and_right_to_the_shock(home: Path):
    rows = "".join(
        f'[[positions]]\nid = "p{n}"\nmarket = "BTCUSDT"\nside = "long"\nmode = "isolated"\n'
        "quantity = 0.001\nentry = 60000\nleverage = 3\n"
        for n in range(14)
    )
    async with room(workspace_file(home, f'format = 1\nvenue = "guide"\nwallet = 1000\n{rows}'), (80, 24)) as desk:
        table = desk.desk.query_one(LineTable)
        await desk.press(*["down"] * 20)
        assert desk.state.selected == "p13"
        assert any(line.startswith("▸") for line in desk.pane("#positions-table"))
        assert table.scroll_offset.y > 0
        before = desk.state.moment.shock
        await desk.press("left")
        assert desk.state.moment.shock < before
        await desk.press(*["up"] * 20)
        assert desk.pane("#positions-table")[1].startswith("▸")


@pytest.mark.parametrize("opener", ["plus", "l", "a", "e", "S", "o", "t", "X", "question_mark", "w", "colon"])
async def test_keys_do_not_leak_through_what_stands_over_the_desk(opener):
    async with room("guide-isolated", (120, 36)) as desk:
        before = desk.state.moment
        await desk.press(opener)
        assert len(desk.desk.screen_stack) == 2
        selected = desk.state.selected
        for key in ("f", "F", "left", "less_than_sign", "d", "v", "0", "space", "u", "p"):
            if len(desk.desk.screen_stack) == 2:
                await desk.press(key)
        assert desk.state.moment == before
        assert desk.state.selected == selected
        assert not desk.state.previews
        assert not desk.state.playing
        assert len(desk.desk.screen_stack) == 2
        await desk.press("escape")
        if len(desk.desk.screen_stack) == 2:
            await desk.press("escape")
        assert len(desk.desk.screen_stack) == 1
        await desk.press("left")
        assert desk.state.moment.shock == before.shock - Decimal("0.01")


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_quitting_an_unchanged_account_asks_nothing(key):
    async with room("guide-cross") as desk:
        await desk.press(key)
        assert desk.desk.return_code is not None
        assert desk.desk.return_code == 0


async def test_the_palette_wears_a_theme_that_is_put_on_over_it():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("colon")
        desk.desk.store.dispatch(SetTheme("day"))
        await desk.settle()
        # below the field, whose cursor blinks
        over = [list(strip) for strip in strips(desk.desk)[4:]]
        await desk.press("escape", "colon")
        assert over == [list(strip) for strip in strips(desk.desk)[4:]]


async def test_a_long_line_of_the_palette_goes_on_under_its_own_column():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("colon")
        at = next(y for y, line in enumerate(desk.lines) if "go to the next event" in line)
        assert desk.lines[at + 1].index("marks") == desk.lines[at].index("go to the next event")
