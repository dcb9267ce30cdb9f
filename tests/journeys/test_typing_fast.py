"""Keys that come in one read, faster than anything is drawn: each is taken once, and in its order."""

import asyncio
import threading
from decimal import Decimal
from unittest.mock import patch

import pytest
from textual.events import MouseDown
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input

from isocross.desk.actions.shock import ShockTo
from isocross_tui.bridge import Pane
from isocross_tui.palette import Palette
from isocross_tui.screens.choose import Choose
from isocross_tui.screens.form import Form
from isocross_tui.screens.tell import Tell
from isocross_tui.widgets.table import LineTable
from tests.journeys.screen import room

FORMS = ("a", "e", "S", "b", "l", "N")
CHOICES = ("X", "t", "o", "O", "5")


@pytest.mark.parametrize("leave", ["enter", "escape"])
async def test_a_form_that_is_answered_twice_ends_once(leave):
    async with room("guide-cross") as desk:
        for opener in FORMS:
            await desk.press(opener)
            assert isinstance(desk.desk.screen, Form), opener
            await desk.run(*[leave] * 4, "escape", "escape")
            assert not desk.desk.has_dialog, opener
            await desk.press("question_mark")
            assert isinstance(desk.desk.screen, Tell), opener
            await desk.press("escape")


async def test_a_choice_that_is_made_twice_is_made_once():
    async with room("guide-cross") as desk:
        for opener in CHOICES:
            await desk.press(opener)
            assert isinstance(desk.desk.screen, Choose), opener
            await desk.run("enter", "enter", "enter")
            for _ in range(4):
                await desk.press("escape")
            await desk.press("1", "question_mark")
            assert isinstance(desk.desk.screen, Tell), opener
            await desk.press("escape")


async def test_a_command_of_the_palette_is_done_once_however_often_enter_is_pressed():
    async with room("guide-cross") as desk:
        await desk.run("colon", *"flip", "space", *"every", "enter", "enter", "enter")
        await desk.press("escape")
        assert len(desk.desk.store.history.past) == 1
        assert [position.mode.value for position in desk.state.workspace.positions] == ["isolated", "isolated"]


@pytest.mark.painted
@pytest.mark.parametrize("late", ["ctrl+p", "colon", "o", "question_mark", "5", "escape"])
async def test_what_is_pressed_after_the_desk_was_left_opens_nothing(late):
    async with room("guide-cross") as desk:
        await desk.run("q", late, "a")
        assert desk.desk.return_code == 0


@pytest.mark.parametrize("words", ["undo", "every key", "deposit", "past crashes"])
async def test_enter_in_the_palette_waits_for_what_was_typed_before_it(words):
    async with room("guide-cross") as desk:
        await desk.press("f")
        await desk.run("colon", *("space" if c == " " else c for c in words), "enter")
        await desk.settle()
        undone = not desk.desk.store.can_undo
        title = "" if undone else desk.desk.screen.query_one(".box").border_title
        assert (undone, title) == {
            "undo": (True, ""),
            "every key": (False, "Keys"),
            "deposit": (False, "Deposit, at the opening marks"),
            "past crashes": (False, "Past crashes"),
        }[words]


@pytest.mark.painted
@pytest.mark.parametrize("page", ["pagedown", "pageup"])
async def test_a_page_in_a_list_that_is_not_drawn_yet_moves_nothing(page):
    async with room("basket") as desk:
        for opener in ("colon", "X", "H", "o", "4"):
            await desk.run("f", opener, page, page, "escape", "escape")
            await desk.run(opener, *"zzz", page, "escape", "escape")
            assert not desk.desk.has_dialog, opener
            await desk.press("1")


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("ctrl+u", "7", "8"), "78"),
        (("ctrl+u", "7", "8", "backspace", "9"), "79"),
        (("ctrl+u", "7", "8", "left", "9"), "798"),
        (("ctrl+u", "7", "home", "8"), "87"),
        (("ctrl+u", "1", "2", "ctrl+u", "3"), "3"),
    ],
)
async def test_what_is_typed_right_after_a_key_comes_after_it(keys, value):
    async with room("guide-cross") as desk:
        await desk.press("l")
        await desk.run("end", *keys)
        assert desk.desk.screen.query_one(Input).value == value


async def test_what_is_typed_after_tab_goes_into_the_next_field():
    async with room("guide-cross") as desk:
        await desk.press("a")
        await desk.run("end", "ctrl+u", *"sol", "tab", "ctrl+u", "s", "tab", "ctrl+u", "i")
        values = desk.desk.screen.values
        assert (values["market"], values["side"], values["mode"]) == ("sol", "short", "isolated")


async def test_an_odd_name_in_the_open_dialog_is_told():
    async with room("guide-cross", (200, 60)) as desk:
        for name in ("~n", "~nobody-of-that-name/x.toml", "x" * 300, "a/" * 200):
            await desk.press("o", "end", "enter")
            field = desk.desk.screen.query_one(Input)
            field.value = name
            await desk.settle()
            assert desk.said("#verdict"), name
            await desk.press("enter", "escape")
            assert not desk.desk.has_dialog, name


async def test_ctrl_c_leaves_whatever_stands_over_the_desk_and_then_the_desk():
    async with room("guide-cross") as desk:
        for opener in (*FORMS, *CHOICES, "colon", "question_mark", "w", "g"):
            await desk.press(opener)
            assert desk.desk.has_dialog, opener
            await desk.press("ctrl+c")
            assert not desk.desk.has_dialog, opener
            assert desk.desk.return_code is None, opener
        await desk.press("ctrl+c")
        assert desk.desk.return_code == 0


async def test_ctrl_c_copies_marked_text_once_and_then_quits():
    async with room("guide-cross") as desk:
        desk.desk.screen.text_select_all()
        await desk.press("ctrl+c")
        assert desk.desk.return_code is None
        await desk.press("ctrl+c")
        assert desk.desk.return_code == 0


@pytest.mark.painted
async def test_the_pointer_over_a_part_that_has_no_styles_yet_ends_nothing(monkeypatch):
    async with room("guide-cross") as desk:
        table = desk.desk.query_one(LineTable)
        drawn: list[int] = []

        def not_yet(y: int) -> Strip:
            drawn.append(y)
            raise KeyError("No 'drawing--accent' key in COMPONENT_CLASSES")

        with monkeypatch.context() as patch:
            patch.setattr(table, "render_line", not_yet)
            area = table.region
            desk.desk.post_message(MouseDown(None, area.x + 1, area.y + 1, 0, 0, 1, False, False, False))
            await desk.settle()
        assert drawn
        await desk.press("question_mark")
        assert isinstance(desk.desk.screen, Tell)


async def test_keys_after_quit_do_nothing():
    async with room("guide-cross") as desk:
        before = desk.state
        await desk.run("q", "2", "f", "4", "left")
        assert desk.desk.return_code == 0
        assert (desk.state.view, desk.state.moment) == (before.view, before.moment)


@pytest.mark.painted
async def test_the_palette_opens_again_while_the_one_before_is_on_its_way_out():
    async with room("guide-cross") as desk:
        for _ in range(3):
            await desk.run("colon")
            gone = desk.desk.screen
            await desk.settle()
            # what its removal waits for is not done yet
            desk.desk.pop_screen()
            assert gone in desk.desk._nodes
            desk.desk.action_command_palette()
            await desk.settle()
            assert isinstance(desk.desk.screen, Palette)
            await desk.press("escape")
        assert desk.desk.return_code is None


VIEWS = ("2", "3", "4", "c", "V")
NEXT = ("down", "right", "w", "enter", "page_down")


@pytest.mark.painted
@pytest.mark.parametrize(
    ("view", "then"),
    [
        # a desk makes each of its views once, so each pair needs a desk; each view and each key is in two
        pytest.param(view, then, marks=() if (a - b) % len(NEXT) < 2 else pytest.mark.long)
        for a, view in enumerate(VIEWS)
        for b, then in enumerate(NEXT)
    ],
)
async def test_a_key_can_come_before_the_view_that_it_is_for(view, then):
    async with room("basket") as desk:
        await desk.run(view, then, "up", "left")
        await desk.press("escape", "escape", "1", "question_mark")
        assert isinstance(desk.desk.screen, Tell)


async def test_no_pane_of_a_desk_that_is_left_looks_at_anything():
    async with room("guide-cross") as desk:
        panes = list(desk.desk.query(Pane))
        shown = [pane.shown for pane in panes]
        # no turn from here on: the parts of the desk go one after the other, and a pane can ask for one that has gone
        desk.desk.exit()
        desk.desk.store.dispatch(ShockTo(Decimal("-0.2")))
        desk.desk.make_frame()
        assert any(shown)
        assert [pane.shown for pane in panes] == shown


@pytest.mark.painted
async def test_what_is_under_the_pointer_can_have_gone():
    async with room("guide-cross") as desk:
        pane = desk.desk.query_one("#pool")
        press = MouseDown(None, 3, 3, 0, 0, 1, shift=False, meta=False, ctrl=False, screen_x=3, screen_y=3)
        press.set_sender(desk.desk)
        with patch.object(Screen, "_forward_event", lambda screen, event: pane.absent.region):
            desk.desk.post_message(press)
            await desk.settle()
        await desk.press("question_mark")
        assert isinstance(desk.desk.screen, Tell)


async def test_what_is_worked_out_while_the_desk_is_left_is_shown_nowhere():
    go_on = threading.Event()
    async with room("guide-cross") as desk:
        waiting = asyncio.ensure_future(desk.desk.beside(go_on.wait))
        await desk.run("q")
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
