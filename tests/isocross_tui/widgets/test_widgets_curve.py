from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross_tui.widgets.curve import Chart, Curve, Mark, Series, together
from isocross_tui.widgets.glyphs import ASCII
from isocross_tui.widgets.raster import DotGrid, trace
from tests.isocross_tui.widgets.drawn import Stage, text_lines, watch_repaints

LINE = Series("up", ((0, 0), (10, 1000)), "good")
CHART = Chart((LINE,), 0, 10, 0, 1000)


async def drawn(chart, size=(40, 8), **options):
    async with Stage(Curve(chart), **options).run_test(size=size) as pilot:
        return text_lines(pilot.app.widget)


async def test_axis_has_labels_and_a_base():
    lines = await drawn(CHART)
    assert lines[0].startswith("1,000┤")
    assert lines[3].startswith("  500┤")
    assert lines[6].startswith("    0┤⣀")
    assert lines[7] == "     └" + "─" * 34


async def test_labels_give_way_when_it_is_narrow():
    lines = await drawn(CHART, (14, 8))
    assert "┤" not in "".join(lines)


async def test_a_line_has_no_gap():
    lines = await drawn(replace(CHART, y_labels=False))
    for column in range(40):
        assert any(0x2800 < ord(line.ljust(40)[column]) < 0x2900 for line in lines[:-1])


@pytest.mark.slow
async def test_blank_cells_are_spaces():
    assert "\u2800" not in "".join(await drawn(CHART))


async def test_a_step_is_drawn_upright():
    step = Series("", ((0, 0), (5, 0), (5, 1000), (10, 1000)))
    lines = await drawn(replace(CHART, series=(step,), y_labels=False), glyphs=ASCII)
    columns = [{line.ljust(40)[column] for line in lines[:-1]} for column in range(40)]
    assert [column for column in columns if column == {"*"}]


async def test_ascii_chart_is_ascii_and_tells_lines_apart():
    other = Series("down", ((0, 1000), (10, 0)), dashed=True)
    lines = await drawn(replace(CHART, series=(LINE, other), cursor_x=3), glyphs=ASCII)
    text = "\n".join(lines)
    assert text.isascii()
    assert "*" in text
    assert "o" in text


async def test_dashed_line_leaves_out_every_other_column_of_dots():
    flat = Series("", ((0, 0), (10, 0)), dashed=True)
    lines = await drawn(replace(CHART, series=(flat,), y_labels=False))
    assert lines[-2] == "⡀" * 40


async def test_cursor_and_marks_stand_on_the_base():
    chart = replace(CHART, cursor_x=0, marks=(Mark(10, "◆", "accent"), Mark(99, "x")), y_labels=False)
    lines = await drawn(chart)
    assert lines[0].startswith("│")
    assert lines[-1] == "┴" + "─" * 38 + "◆"


async def test_names_stand_at_the_right_with_a_sample():
    flat = Series("cross", ((0, 500), (10, 500)))
    lines = await drawn(replace(CHART, series=(flat,)))
    assert sum(line.endswith("── cross") for line in lines) == 1


async def test_names_are_left_out_where_there_is_no_room():
    flat = Series("cross", ((0, 500), (10, 500)))
    lines = await drawn(replace(CHART, series=(flat,), y_labels=False), (20, 1))
    assert "cross" not in "".join(lines)


async def test_moved_cursor_repaints_from_its_old_column_to_its_new_one():
    async with Stage(Curve(replace(CHART, cursor_x=2))).run_test(size=(40, 8)) as pilot:
        widget = pilot.app.widget
        repaints = watch_repaints(widget)
        widget.show(replace(CHART, cursor_x=2))
        assert repaints == []
        widget.show(replace(CHART, cursor_x=8))
        assert widget.paints == 1
        left, right = min(r.x for r in repaints), max(r.right for r in repaints)
        assert right - left == 20
        assert any(r.width == 20 for r in repaints)


@pytest.mark.slow
@pytest.mark.parametrize(
    "chart",
    [
        Chart((), 0, 0, 0, 0),
        replace(CHART, y_high=0),
        replace(CHART, x_high=0),
        replace(CHART, series=(Series("one", ((5, 5),)), Series("none", ()))),
        replace(CHART, series=(Series("", ((0, float("nan")), (1, float("inf")))),), cursor_x=float("nan")),
        replace(CHART, series=(Series("", ((-1e300, -1e300), (1e300, 1e300))),)),
    ],
)
async def test_odd_charts_do_not_break(chart):
    for size in ((40, 8), (3, 2), (1, 1)):
        await drawn(chart, size)


def test_dots_of_crossing_lines_are_both_kept_and_a_line_that_hides_another_replaces_it():
    assert together(0x01, 0x80) == 0x81
    assert together(0x09, 0x01) == 0x01


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 100)), min_size=2, max_size=8))
def test_a_trace_is_connected_and_stays_on_the_grid(points):
    points = sorted(points)
    runs = list(trace(points, DotGrid(20, 16, 0, 10, 0, 100)))
    for (column, top, bottom), (after, next_top, next_bottom) in pairwise(runs):
        assert after == column + 1
        assert 0 <= top <= bottom < 16
        assert next_top <= bottom + 1
        assert next_bottom >= top - 1


# --- marks on the lines, and words under the base ----------------------------------------------


async def test_a_mark_with_a_height_stands_on_its_line_and_labels_stand_under_the_base_where_there_is_room():
    labels = (Mark(0, "here", "accent"), Mark(0.2, "hidden"), Mark(10, "the end"))
    chart = replace(CHART, marks=(Mark(10, "✕", "bad", y=CHART.y_high),), x_labels=labels, y_labels=False)
    curve = Curve(chart)
    async with Stage(curve).run_test(size=(40, 9)):
        lines = text_lines(curve)
        assert lines[0].endswith("✕")
        assert "✕" not in lines[-2]
        assert lines[-1].startswith("here")
        assert lines[-1].endswith("the end")
        assert "hidden" not in lines[-1]


async def test_a_cursor_that_moves_has_no_line_traced_again(monkeypatch):
    chart = replace(CHART, filled=True, cursor_x=2, readout="200", x_labels=(Mark(2, "two"),))
    async with Stage(Curve(chart)).run_test(size=(40, 8)) as pilot:
        before = text_lines(pilot.app.widget)
        monkeypatch.setattr("isocross_tui.widgets.curve.fill_cells", None)
        pilot.app.widget.show(replace(chart, cursor_x=7, readout="700", x_labels=(Mark(7, "seven"),)))
        after = text_lines(pilot.app.widget)
        assert before != after
        pilot.app.widget.show(chart)
        assert text_lines(pilot.app.widget) == before
