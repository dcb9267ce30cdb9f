from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross_tui.widgets.glyphs import ASCII
from isocross_tui.widgets.track import Scale, Tick, Track, position, value_at
from tests.isocross_tui.widgets.drawn import Stage, text_lines, watch_repaints

SCALE = Scale(-95, 300, 0, -30, (Tick(-60, "ETH"),), "−95", "+300 %")


async def test_scale_has_heavy_part_zero_tick_and_diamond():
    async with Stage(Track(SCALE)).run_test(size=(41, 3)) as pilot:
        line = text_lines(pilot.app.widget)[0]
        assert line.startswith("−95 ─")
        assert line.endswith("─ +300 %")
        assert line.index("┊") < line.index("◆") < line.index("━") < line.index("┿")
        assert "━" not in line[line.index("┿") :]


@pytest.mark.slow
async def test_rising_side_is_heavy_after_zero():
    async with Stage(Track(replace(SCALE, at=150)), ASCII).run_test(size=(60, 3)) as pilot:
        line = text_lines(pilot.app.widget)[0]
        assert line.replace("−", "-").isascii()
        assert line.index("+") < line.index("=") < line.index("*")


async def test_several_ticks_in_one_cell_are_one_glyph_and_passed_ones_differ():
    ticks = (Tick(-60), Tick(-60.1), Tick(-10, passed=True), Tick(500))
    async with Stage(Track(replace(SCALE, ticks=ticks))).run_test(size=(40, 3)) as pilot:
        line = text_lines(pilot.app.widget)[0]
        assert (line.count("┊"), line.count("╂")) == (1, 1)


async def test_labels_stand_below_their_ticks_and_never_over_each_other():
    ticks = (Tick(-60, "ETH −60 %"), Tick(-58, "SOL −58 %"), Tick(-5, "BTC"))
    widget = Track(replace(SCALE, ticks=ticks))
    widget.styles.height = 2
    async with Stage(widget).run_test(size=(60, 3)):
        scale, labels = text_lines(widget)
        assert "ETH" not in labels
        assert abs(labels.index("SOL") + 4 - scale.index("┊")) <= 1
        assert labels.endswith("BTC")


async def test_texts_at_the_ends_go_when_it_is_tight():
    async with Stage(Track(SCALE)).run_test(size=(12, 3)) as pilot:
        assert "95" not in text_lines(pilot.app.widget)[0]


async def test_equal_value_paints_nothing_and_a_step_only_what_moved():
    async with Stage(Track(SCALE)).run_test(size=(100, 3)) as pilot:
        widget = pilot.app.widget
        repaints = watch_repaints(widget)
        widget.show(replace(SCALE))
        assert (widget.paints, repaints) == (0, [])
        widget.show(replace(SCALE, at=-32))
        assert widget.paints == 1
        assert [region.width for region in repaints] == [2]


@pytest.mark.slow
async def test_click_posts_the_value_with_exact_ends_and_zero():
    async with Stage(Track(SCALE)).run_test(size=(60, 3)) as pilot:
        zero = text_lines(pilot.app.widget)[0].index("┿")
        for x in (4, zero, 52, 59, 10):
            await pilot.click(Track, offset=(x, 0))
        values = [message.value for message in pilot.app.heard]
        assert values[:4] == [-95, 0, 300, 300]
        assert -95 < values[4] < -60


@pytest.mark.slow
async def test_drag_follows_the_mouse_until_it_is_released():
    async with Stage(Track(SCALE)).run_test(size=(60, 3)) as pilot:
        await pilot.hover(Track, offset=(20, 0))
        assert pilot.app.heard == []
        await pilot.mouse_down(Track, offset=(20, 0))
        await pilot.hover(Track, offset=(30, 0))
        await pilot.mouse_up(Track, offset=(30, 0))
        await pilot.hover(Track, offset=(40, 0))
        values = [message.value for message in pilot.app.heard]
        assert len(values) == 2
        assert values[0] < values[1]


def test_zero_stands_at_two_thirds():
    assert position(0, -95, 0, 300, 31) == pytest.approx(20)
    assert position(-95, -95, 0, 300, 31) == 0
    assert position(300, -95, 0, 300, 31) == 30
    assert position(-999, -95, 0, 300, 31) == 0


def test_scale_with_one_side_has_the_whole_width():
    assert position(0, 0, 0, 300, 31) == 0
    assert position(150, 0, 0, 300, 31) == 15
    assert position(0, -95, 0, 0, 31) == 30
    assert value_at(15, 0, 0, 300, 31) == 150
    assert value_at(0, 0, 0, 0, 31) == 0


@given(st.floats(-95, 300), st.integers(2, 300))
def test_position_and_value_invert(x, width):
    place = position(x, -95, 0, 300, width)
    assert 0 <= place <= width - 1
    assert value_at(place, -95, 0, 300, width) == pytest.approx(x, abs=1e-9)


@given(st.integers(2, 300), st.floats(0, 1))
def test_value_and_position_invert(width, share):
    place = share * (width - 1)
    assert position(value_at(place, -95, 0, 300, width), -95, 0, 300, width) == pytest.approx(place, abs=1e-6)


@given(st.floats(-95, 300), st.floats(-95, 300))
def test_position_never_turns_back(one, other):
    low, high = sorted((one, other))
    assert position(low, -95, 0, 300, 80) <= position(high, -95, 0, 300, 80)


@pytest.mark.slow
async def test_slider_out_of_hand_lets_the_mouse_go():
    async with Stage(Track(SCALE)).run_test(size=(60, 3)) as pilot:
        await pilot.mouse_down(Track, offset=(20, 0))
        assert pilot.app.mouse_captured is pilot.app.widget
        await pilot.mouse_up(Track, offset=(20, 0))
        assert pilot.app.mouse_captured is None
