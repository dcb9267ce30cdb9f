from __future__ import annotations

from dataclasses import replace

import pytest
from textual.events import MouseScrollDown
from textual.geometry import Region

from isocross_tui.widgets.glyphs import ASCII
from isocross_tui.widgets.table import Cell, Column, LineTable, Row, Table
from tests.isocross_tui.widgets.drawn import Stage, text_lines, watch_repaints

COLUMNS = (
    Column("market", "market", priority=3),
    Column("size", "size", "right", 8, priority=1),
    Column("pnl", "PnL", "right", 9, priority=2),
)


def row(key, *texts, struck=False, dead=False):
    return Row(key, tuple(Cell(text) for text in texts), struck, dead)


def table(count=3, cursor="m1"):
    rows = tuple(row(f"m{index}", f"M{index}", "1.0", "−270.00") for index in range(count))
    return Table(COLUMNS, rows, cursor)


def with_cell(value, place, column, cell):
    cells = list(value.rows[place].cells)
    cells[column] = cell
    rows = list(value.rows)
    rows[place] = replace(rows[place], cells=tuple(cells))
    return replace(value, rows=tuple(rows))


async def test_header_rows_and_cursor_mark_are_drawn():
    async with Stage(LineTable(table())).run_test(size=(40, 6)) as pilot:
        lines = text_lines(pilot.app.widget)
        assert lines[0] == "   market        size          PnL"
        assert lines[1] == "   M0             1.0      −270.00"
        assert lines[2] == "▸  M1             1.0      −270.00"


async def test_equal_value_causes_no_paint():
    async with Stage(LineTable(table())).run_test(size=(40, 6)) as pilot:
        widget = pilot.app.widget
        paints, repaints = widget.paints, watch_repaints(widget)
        widget.show(table())
        assert (widget.paints, repaints) == (paints, [])


async def test_one_changed_cell_repaints_only_its_span():
    async with Stage(LineTable(table())).run_test(size=(40, 6)) as pilot:
        widget = pilot.app.widget
        repaints = watch_repaints(widget)
        widget.show(with_cell(table(), 0, 2, Cell("−271.00")))
        assert repaints == [Region(30, 1, 1, 1)]
        assert widget.paints == 1
        await pilot.pause()
        assert text_lines(widget)[1].endswith("−271.00")


async def test_one_changed_tone_repaints_only_its_cell():
    async with Stage(LineTable(table())).run_test(size=(40, 6)) as pilot:
        repaints = watch_repaints(pilot.app.widget)
        pilot.app.widget.show(with_cell(table(), 2, 2, Cell("−270.00", "bad")))
        assert repaints == [Region(21, 3, 13, 1)]


@pytest.mark.slow
async def test_column_without_room_is_dropped_whole_and_lowest_priority_goes_first():
    async with Stage(LineTable(table())).run_test(size=(22, 6)) as pilot:
        widget = pilot.app.widget
        assert widget.hidden_columns == ("size",)
        # a blank is left at the right, where there is room for one
        assert text_lines(widget)[1] == "   M0         −270.00"
        await pilot.resize_terminal(12, 6)
        await pilot.pause()
        assert widget.hidden_columns == ("size", "pnl")
        await pilot.resize_terminal(5, 6)
        await pilot.pause()
        assert text_lines(widget)[2] == "▸"


async def test_figures_stay_close_on_a_wide_screen():
    async with Stage(LineTable(table())).run_test(size=(150, 6)) as pilot:
        assert len(text_lines(pilot.app.widget)[1]) < 50


@pytest.mark.slow
async def test_struck_row_has_a_mark_and_is_struck_through():
    closed = row("m1", "M1", "2.0", "0.00", struck=True)
    value = replace(table(), rows=(row("m0", "M0", "1.0", "0.00", struck=True, dead=True), closed))
    async with Stage(LineTable(value)).run_test(size=(40, 6)) as pilot:
        assert pilot.app.widget.render_line(2).text.startswith("▸  M1")
        strip = pilot.app.widget.render_line(1)
        assert strip.text.startswith(" ✕ M0")
        assert [segment.text for segment in strip if segment.style.strike] == ["M0", "1.0", "0.00"]


@pytest.mark.slow
async def test_cursor_far_below_is_scrolled_into_sight_and_header_stays():
    async with Stage(LineTable(table(50))).run_test(size=(40, 10)) as pilot:
        widget = pilot.app.widget
        widget.show(table(50, "m30"))
        await pilot.pause()
        lines = text_lines(widget)
        assert lines[0].startswith("   market")
        assert lines[-1].startswith("▸  M30")
        widget.show(table(50, "m2"))
        await pilot.pause()
        assert text_lines(widget)[1].startswith("▸  M2")


async def test_changed_row_out_of_sight_repaints_nothing():
    async with Stage(LineTable(table(50))).run_test(size=(40, 10)) as pilot:
        repaints = watch_repaints(pilot.app.widget)
        pilot.app.widget.show(with_cell(table(50), 40, 2, Cell("−271.00")))
        assert repaints == []


@pytest.mark.slow
async def test_new_figures_leave_a_scrolled_table_where_it_is():
    async with Stage(LineTable(table(50))).run_test(size=(40, 10)) as pilot:
        widget = pilot.app.widget
        await pilot.pause()
        widget.scroll_to(y=20, animate=False)
        widget.show(with_cell(table(50), 25, 2, Cell("−271.00")))
        assert widget.scroll_offset.y == 20
        assert "−271.00" in text_lines(widget)[6]


@pytest.mark.slow
async def test_arrow_keys_reach_the_app():
    async with Stage(LineTable(table(50))).run_test(size=(40, 10)) as pilot:
        widget = pilot.app.widget
        widget.focus()
        assert not widget._bindings.key_to_bindings
        await pilot.press("down", "right", "pagedown")
        assert widget.scroll_offset == (0, 0)


@pytest.mark.slow
async def test_click_picks_the_row_also_when_scrolled():
    async with Stage(LineTable(table(50))).run_test(size=(40, 10)) as pilot:
        widget = pilot.app.widget
        await pilot.click(LineTable, offset=(5, 0))
        await pilot.click(LineTable, offset=(5, 3))
        widget.scroll_to(y=20, animate=False)
        await pilot.pause()
        await pilot.click(LineTable, offset=(5, 3))
        assert [message.key for message in pilot.app.heard] == ["m2", "m22"]
        assert pilot.app.heard[0].control is widget


async def test_wide_characters_keep_columns_aligned():
    value = Table(COLUMNS, (row("a", "日本", "1.0", "2.00"), row("b", "BTC", "1.0", "2.00")), "a")
    async with Stage(LineTable(value)).run_test(size=(40, 6)) as pilot:
        first, second = (pilot.app.widget.render_line(y) for y in (1, 2))
        assert first.cell_length == second.cell_length == 40
        assert len(first.text.rstrip()) == len(second.text.rstrip()) - 2


async def test_rows_without_colour_have_few_segments():
    async with Stage(LineTable(table())).run_test(size=(40, 6)) as pilot:
        assert len(list(pilot.app.widget.render_line(1))) <= 2


async def test_table_without_rows_or_cursor_is_drawn():
    async with Stage(LineTable(Table(COLUMNS)), ASCII).run_test(size=(40, 6)) as pilot:
        pilot.app.widget.show(Table())
        pilot.app.widget.show(table(2, None))
        assert text_lines(pilot.app.widget)[1].startswith("   M0")


@pytest.mark.slow
async def test_wheel_scrolls():
    async with Stage(LineTable(table(50))).run_test(size=(40, 10)) as pilot:
        widget = pilot.app.widget
        await pilot.pause()
        widget.post_message(MouseScrollDown(widget, 5, 5, 0, 1, 0, False, False, False))
        await pilot.pause()
        assert widget.scroll_offset.y > 0


async def test_scrollbar_hides_no_figure():
    async with Stage(LineTable(table(50))).run_test(size=(28, 10)) as pilot:
        widget = pilot.app.widget
        await pilot.pause()
        assert widget.hidden_columns == ("size",)
        assert text_lines(widget)[1] == "   M0          −270.00"
        assert widget.drawing_size.width == 27
