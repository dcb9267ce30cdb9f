"""The desk by mouse alone: the wheel on the slider, charts, venue and path in the title, and the palette's groups."""

from __future__ import annotations

import re
from decimal import Decimal

from textual import events

from isocross_tui.palette import GROUPS
from isocross_tui.views.desk import DeskView
from isocross_tui.widgets.curve import Curve
from isocross_tui.widgets.track import Track
from tests.journeys.screen import Room, room


async def turned(desk: Room, kind: type[events.MouseScrollUp] | type[events.MouseScrollDown]) -> None:
    """Turn the wheel over the slider."""
    track = desk.desk.query_one(Track)
    track.post_message(kind(track, 5, 0, 0, 0, 0, False, False, False))
    await desk.pilot.pause()
    await desk.settle()


async def test_the_wheel_turns_the_price_by_a_step():
    async with room("guide-cross", (120, 36)) as desk:
        before = desk.state.moment.shock
        await turned(desk, events.MouseScrollDown)
        assert desk.state.moment.shock == before - Decimal("0.01")
        await turned(desk, events.MouseScrollUp)
        await turned(desk, events.MouseScrollUp)
        assert desk.state.moment.shock == before + Decimal("0.01")


async def test_a_click_on_the_chart_goes_there_and_a_pointer_reads_values_off():
    async with room("guide-mixed", (120, 36)) as desk:
        await desk.press("0")
        curve = desk.desk.query_one("#cascade-curve", Curve)
        rows = desk.pane("#cascade-curve")
        base = next(n for n, row in enumerate(rows) if "└" in row)
        fall = rows[base].index("✕")
        await desk.pilot.hover("#cascade-curve", offset=(fall + 8, 2))
        await desk.settle()
        assert re.search(r"as it is \d", " ".join(desk.pane("#cascade-curve")))
        assert curve.value.hover_x is not None
        await desk.click("#cascade-curve", (fall, 3))
        assert abs(desk.state.moment.shock - Decimal("-0.888")) < Decimal("0.03")
        await desk.pilot.hover("#pool")
        await desk.settle()
        assert curve.value.hover_x is None


async def test_the_chart_names_who_is_liquidated_where_and_reads_out_the_equity_at_the_cursor():
    async with room("guide-mixed", (120, 36)) as desk:
        await desk.press("0", "less_than_sign")
        rows = desk.pane("#cascade-curve")
        assert "BTC −88.8 %" in rows[-1]
        assert "ETH +32.7 %" in rows[-1]
        equity = desk.frame.account.equity
        assert f"{equity:,.0f}" in rows[0]


async def test_venue_and_path_in_the_title_open_what_changes_them():
    async with room("basket", (120, 36)) as desk:
        title = desk.lines[0]
        await desk.click("#title", (title.index("guide"), 0))
        assert desk.state.view == "venues"
        await desk.press("escape")
        await desk.click("#title", (title.index("what-if"), 0))
        assert "Path" in desk.text
        await desk.press("escape")
        await desk.click("#title", (title.index("ETH ×1.3"), 0))
        assert "ETHUSDT" in desk.text


async def test_the_palette_has_groups_and_keys():
    async with room("basket", (120, 36)) as desk:
        await desk.press("colon")
        await desk.pilot.pause(0.1)
        await desk.settle()
        rows = [row.strip("│ ") for row in desk.pane("CommandList") if row.strip("│╭╮╰╯─ ")]
        assert rows[0].split()[:3] == ["position", "f", "flip"]
        groups = [row.split()[0] for row in rows if row.split()[0] in GROUPS.values()]
        assert len(set(groups)) > 1
        assert groups == sorted(groups, key=groups.index)


async def test_a_large_screen_takes_twin_and_frontier_in_and_puts_them_away():
    async with room("guide-mixed", (200, 60)) as desk:
        view = desk.desk.query_one(DeskView)
        await desk.desk.workers.wait_for_complete()
        await desk.settle()
        assert len(view.query("#lower > .-beside")) == 2
        pool, positions, shock = (view.query_one(pane).region for pane in ("#pool", "#positions", "#shock"))
        assert (shock.x, shock.y, shock.bottom) == (pool.right, positions.bottom, pool.bottom)
        assert "Equity against the shock" in desk.text
        await desk.resize(200, 50)
        await desk.settle()
        assert "Equity against the shock" not in desk.text
        assert "Twin" in desk.text
        assert "Frontier · who is left" in desk.text
        assert "all isolated" in desk.text
        await desk.press("0", "less_than_sign")
        assert "at −10.0 %" in desk.text
        await desk.resize(120, 36)
        await desk.settle()
        assert not view.query("#lower > .-beside")
