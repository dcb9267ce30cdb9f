"""A list of choices without room, which pages leave alone."""

from unittest.mock import patch

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.style import Style as ContentStyle
from textual.visual import RenderOptions
from textual.widgets import OptionList

from isocross_tui.widgets.choices import ChoiceList, Hung


class Roomless(App[None]):
    """A list that has the focus and not one cell."""

    def __init__(self, kind: type[OptionList]) -> None:
        super().__init__()
        self.kind = kind

    def compose(self) -> ComposeResult:
        listed = self.kind("one", "two", "three")
        listed.styles.height = listed.styles.min_height = 0
        listed.styles.border = ("none", "black")
        yield listed


@pytest.mark.slow
@pytest.mark.parametrize("page", ["pagedown", "pageup"])
async def test_a_page_in_no_room_moves_nothing(page):
    with pytest.raises(KeyError):
        async with Roomless(OptionList).run_test() as pilot:
            await pilot.press(page)
    app = Roomless(ChoiceList)
    async with app.run_test() as pilot:
        await pilot.press(page)
        assert app.query_one(ChoiceList).highlighted == 0


@pytest.mark.slow
async def test_a_page_in_a_room_moves():
    app = Roomless(ChoiceList)
    async with app.run_test() as pilot:
        app.query_one(ChoiceList).styles.height = 3
        await pilot.pause()
        await pilot.press("pagedown")
        assert app.query_one(ChoiceList).highlighted == 2


@pytest.mark.slow
async def test_a_click_on_what_is_listed_no_more_chooses_nothing():
    app = Roomless(ChoiceList)
    async with app.run_test() as pilot:
        listed = app.query_one(ChoiceList)
        listed.styles.height = 3
        await pilot.pause()
        with patch.object(Screen, "get_style_at", lambda screen, x, y: Style(meta={"option": 2})):
            listed.remove_option_at_index(2)
            await pilot.click(ChoiceList)
        assert listed.highlighted == 0
        with patch.object(Screen, "get_style_at", lambda screen, x, y: Style(meta={"option": 1})):
            await pilot.click(ChoiceList)
        assert listed.highlighted == 1


async def test_what_is_said_of_a_choice_is_broken_between_its_parts_only():
    hung = Hung(Content("BTC"), 6, Content("liq 44,114 → 59,329 · away 26 % → 1 % · available 5.00 → 0.00"))
    for width, rows in ((80, 1), (50, 2), (36, 3)):
        assert hung.get_height({}, width) == rows
        lines = [
            strip.text.strip()
            for strip in hung.render_strips(width, None, ContentStyle(), RenderOptions(lambda *_: ContentStyle(), {}))
        ]
        assert len(lines) == rows
        assert all(line.endswith("·") for line in lines[:-1])
        assert " ".join(lines).removeprefix("BTC").strip().count("→") == 3
