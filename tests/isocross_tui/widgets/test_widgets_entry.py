"""A field with more options than it has room for."""

import pytest
from textual.app import App, ComposeResult

from isocross_tui.widgets.entry import Entry

CRASHES = ("by its time", "2020-03-12", "2021-05-19", "2022-06-18", "2022-11-08", "2025-10-10")


class Chosen(App[None]):
    """One field of 40 columns, the first of which is left free."""

    CSS = "Entry { width: 40; border: none; height: 1; padding: 0 0 0 1; }"

    def compose(self) -> ComposeResult:
        entry = Entry(compact=True)
        entry.offer(CRASHES[0], CRASHES)
        yield entry


def drawn(app: App[None]) -> str:
    return app.query_one(Entry).render_line(0).text


@pytest.mark.slow
async def test_options_without_room_are_counted_and_none_is_cut():
    app = Chosen()
    async with app.run_test() as pilot:
        assert drawn(app) == "[by its time] 2020-03-12             +4"
        seen = [drawn(app)]
        for _ in CRASHES[1:]:
            await pilot.press("right")
            assert app.query_one(Entry).value in drawn(app)
            seen.append(drawn(app))
        assert seen[-1] == "+3  2022-06-18  2022-11-08 [2025-10-10]"
        for row in seen:
            whole = [word for word in CRASHES if word in row]
            counts = [int(word[1:]) for word in row.split() if word[0] == "+"]
            assert len(whole) + sum(counts) == len(CRASHES)


@pytest.mark.slow
async def test_a_click_takes_the_option_that_stands_there():
    app = Chosen()
    async with app.run_test() as pilot:
        await pilot.press("left")
        for option in CRASHES[-2], CRASHES[-3], CRASHES[-4]:
            await pilot.click(Entry, offset=(1 + drawn(app).index(option), 0))
            assert app.query_one(Entry).value == option
