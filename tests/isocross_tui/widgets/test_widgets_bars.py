from __future__ import annotations

import pytest
from textual.geometry import Region

from isocross_tui.widgets.gauge import Gauge, Level, Waterfall, WaterfallStep, bar, cells_of
from isocross_tui.widgets.glyphs import ASCII, UNICODE
from tests.isocross_tui.widgets.drawn import Stage, text_lines, watch_repaints

STEPS = (
    WaterfallStep("own margin", "270.00", 1.0, "good"),
    WaterfallStep("unused", "60.00", 0.25),
    WaterfallStep("fund", "0.00", 0.0),
)


async def test_gauge_draws_full_shade_light_and_mark():
    async with Stage(Gauge(Level(0.5, 0.75, 1.0, "accent"))).run_test(size=(20, 4)) as pilot:
        assert text_lines(pilot.app.widget) == ["██████████▒▒▒▒▒░░░░┃"]


async def test_a_name_in_a_gauge_makes_way_for_the_mark():
    parts = (("USDT", 0.4), ("BTC", 0.6))
    async with Stage(Gauge(Level(1.0, mark=0.1, parts=parts))).run_test(size=(20, 4)) as pilot:
        assert text_lines(pilot.app.widget) == ["██┃USDT█▓BTC▓▓▓▓▓▓▓▓"]
        pilot.app.widget.show(Level(1.0, mark=3 / 19, parts=parts))
        assert text_lines(pilot.app.widget) == ["███┃████▓BTC▓▓▓▓▓▓▓▓"]


async def test_gauge_in_ascii():
    async with Stage(Gauge(Level(0.5, 0.75, 1.0)), ASCII).run_test(size=(20, 4)) as pilot:
        assert text_lines(pilot.app.widget) == ["##########=====....|"]


async def test_gauge_repaints_only_the_cells_that_fill():
    async with Stage(Gauge(Level(0.5))).run_test(size=(20, 4)) as pilot:
        widget = pilot.app.widget
        repaints = watch_repaints(widget)
        widget.show(Level(0.5))
        assert (widget.paints, repaints) == (0, [])
        widget.show(Level(0.6))
        assert (widget.paints, repaints) == (1, [Region(10, 0, 2, 1)])


async def test_value_that_looks_the_same_repaints_nothing():
    async with Stage(Gauge(Level(0.5))).run_test(size=(20, 4)) as pilot:
        pilot.app.widget.show(Level(0.5000001))
        assert pilot.app.widget.paints == 0


@pytest.mark.parametrize(
    ("share", "cells"),
    [(0, 0), (1e-9, 1), (0.5, 5), (1 - 1e-9, 9), (1, 10), (7, 10), (-1, 0), (float("nan"), 0)],
)
def test_part_of_a_bar_never_looks_like_none_or_all(share, cells):
    assert cells_of(share, 10) == cells


async def test_waterfall_aligns_amounts_and_draws_bars():
    async with Stage(Waterfall(STEPS)).run_test(size=(30, 6)) as pilot:
        assert text_lines(pilot.app.widget) == [
            "own margin 270.00 ████████████",
            "unused      60.00 ███",
            "fund         0.00",
        ]


@pytest.mark.slow
async def test_waterfall_drops_bars_and_cuts_words_but_never_an_amount():
    async with Stage(Waterfall(STEPS), ASCII).run_test(size=(13, 6)) as pilot:
        assert text_lines(pilot.app.widget) == ["own m~ 270.00", "unused  60.00", "fund     0.00"]


async def test_waterfall_grows_with_its_steps():
    async with Stage(Waterfall(STEPS)).run_test(size=(30, 6)) as pilot:
        pilot.app.widget.show((*STEPS, STEPS[1]))
        await pilot.pause()
        assert pilot.app.widget.size.height == 4
        assert len(text_lines(pilot.app.widget)) == 4


async def test_waterfall_equal_value_paints_nothing_and_changed_amount_only_itself():
    async with Stage(Waterfall(STEPS)).run_test(size=(30, 6)) as pilot:
        widget = pilot.app.widget
        repaints = watch_repaints(widget)
        widget.show(tuple(STEPS))
        assert widget.paints == 0
        widget.show((STEPS[0], WaterfallStep("unused", "61.00", 0.25), STEPS[2]))
        assert (widget.paints, repaints) == (1, [Region(13, 1, 1, 1)])


def test_bars_are_drawn_in_eighths():
    assert bar(0.5, 5, UNICODE) == "██▌"
    assert bar(1e-9, 5, UNICODE) == "▏"
    assert bar(0.0, 5, UNICODE) == ""
    assert bar(0.5, 4, ASCII) == "##"
