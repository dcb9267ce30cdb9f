from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from isocross_tui.widgets.dominoes import Dominoes, Tile, current_index, visible_page
from isocross_tui.widgets.glyphs import ASCII
from tests.isocross_tui.widgets.drawn import Stage, text_lines, watch_repaints

TILES = (
    Tile("a", "SOL", "−12 %", "fallen", dead=True),
    Tile("b", "BTC", "−30 %", "now"),
    Tile("c", "ETH", "−61 %"),
)


def many(now, count=20):
    states = ["fallen"] * now + ["now"] + ["ahead"] * (count - now - 1)
    return tuple(Tile(str(index), f"tile {index}", "−1 %", state) for index, state in enumerate(states))


@pytest.mark.slow
async def test_states_are_told_by_marks():
    async with Stage(Dominoes(TILES)).run_test(size=(50, 4)) as pilot:
        assert text_lines(pilot.app.widget) == ["✕ SOL    ›[ BTC   ]›  ETH", "  −12 %   [ −30 % ]   −61 %"]


async def test_only_a_liquidation_has_the_mark_of_one():
    tiles = (Tile("a", "BTC order filled", "−9 %", "fallen"), *TILES)
    async with Stage(Dominoes(tiles)).run_test(size=(80, 4)) as pilot:
        assert text_lines(pilot.app.widget)[0].startswith("✓ BTC order filled  ›✕ SOL ")


async def test_one_line_has_title_and_note():
    widget = Dominoes(TILES)
    widget.styles.height = 1
    async with Stage(widget, ASCII).run_test(size=(60, 4)):
        assert text_lines(widget)[0].replace("−", "-") == "x SOL -12 %  >[ BTC -30 % ]>  ETH -61 %"


@pytest.mark.parametrize("now", range(20))
async def test_current_tile_is_in_sight_and_none_is_cut(now):
    async with Stage(Dominoes(many(now))).run_test(size=(60, 4)) as pilot:
        title = text_lines(pilot.app.widget)[0]
        assert f"[ tile {now} ]" in title
        assert cell_len(title) <= 60
        assert ("«" in title, "»" in title) != (False, False)


async def test_next_tile_is_in_sight_too():
    for now in range(19):
        page = visible_page(many(now), 60, True)
        assert page.first <= now < now + 1 < page.end


@given(st.integers(1, 12), st.integers(0, 11), st.integers(0, 50))
def test_any_width_shows_the_current_tile(count, now, width):
    tiles = many(min(now, count - 1), count)
    page = visible_page(tiles, width, True)
    assert page.first <= current_index(tiles) < page.end <= count


def test_without_a_current_tile_the_last_fallen_one_is_kept_in_sight():
    assert current_index((TILES[0], replace(TILES[1], state="fallen"), TILES[2])) == 1
    assert current_index((TILES[2],)) == 0
    assert current_index(()) == 0


@pytest.mark.slow
async def test_click_picks_the_tile():
    async with Stage(Dominoes(TILES)).run_test(size=(50, 4)) as pilot:
        await pilot.click(Dominoes, offset=(3, 0))
        await pilot.click(Dominoes, offset=(13, 1))
        await pilot.click(Dominoes, offset=(45, 0))
        assert [message.key for message in pilot.app.heard] == ["a", "b"]


async def test_click_picks_the_tile_on_a_later_page():
    async with Stage(Dominoes(many(15))).run_test(size=(60, 4)) as pilot:
        title = text_lines(pilot.app.widget)[0]
        await pilot.click(Dominoes, offset=(title.index("tile 15"), 0))
        assert [message.key for message in pilot.app.heard] == ["15"]


async def test_equal_value_paints_nothing_and_a_changed_note_only_itself():
    async with Stage(Dominoes(TILES)).run_test(size=(50, 4)) as pilot:
        widget = pilot.app.widget
        repaints = watch_repaints(widget)
        widget.show(tuple(TILES))
        assert (widget.paints, repaints) == (0, [])
        widget.show((*TILES[:2], replace(TILES[2], note="−62 %")))
        assert widget.paints == 1
        assert [(region.y, region.width) for region in repaints] == [(1, 1)]


async def test_no_tiles_draw_nothing():
    async with Stage(Dominoes(())).run_test(size=(50, 4)) as pilot:
        assert text_lines(pilot.app.widget) == ["", ""]
        await pilot.click(Dominoes)
        assert pilot.app.heard == []
