"""Figures side by side: their points under each other, at any width, the least important column leaving first."""

import pytest

from isocross_tui.widgets.glyphs import ASCII, UNICODE
from isocross_tui.widgets.sides import Entry, Head, SideFigures, Sides
from isocross_tui.widgets.spans import Span
from tests.isocross_tui.widgets.drawn import Stage, text_lines

ROWS = (
    ("equity", (Entry("1,640.00"), Entry("−700.00", best=True), Entry("0.05"))),
    ("fall", (Entry("none"), Entry("✕ BTC −33.0 %", "bad"), Entry("of 2"))),
)
HEADS = (Head("as it is", "accent", "= cross", 3), Head("isolated", priority=2), Head("flipped", priority=1))
VALUE = SideFigures((Span("at "), Span("−40.0 %", "accent")), HEADS, ROWS)


async def drawn(width: int, glyphs=UNICODE) -> tuple[list[str], tuple[str, ...]]:
    sides = Sides(VALUE)
    async with Stage(sides, glyphs).run_test(size=(width, 4)):
        return text_lines(sides), sides.hidden


async def test_points_stand_under_each_other_and_words_end_where_figures_end():
    lines, hidden = await drawn(80)
    titles, notes, equity, fall = lines
    assert hidden == ()
    points = [n for n, character in enumerate(equity) if character == "."]
    assert fall.index(".") == points[1]
    for title, point in zip(("as it is", "isolated", "flipped"), points, strict=True):
        assert titles.index(title) + len(title) == point + 3
    assert notes.index("= cross") + len("= cross") == points[0] + 3
    assert fall.index("none") + 4 == points[0] + 3
    assert equity.rstrip().count("•") == 1
    assert equity[points[1] + 4] == "•"


@pytest.mark.slow
async def test_where_room_is_short_the_least_important_column_goes():
    lines, hidden = await drawn(48)
    assert hidden == ("flipped",)
    assert "flipped" not in lines[0]
    _, hidden = await drawn(20)
    assert hidden == ("isolated", "flipped")
    lines, hidden = await drawn(12)
    assert hidden == ("as it is", "isolated", "flipped")


async def test_in_ascii_the_best_figure_has_a_star():
    lines, _ = await drawn(80, ASCII)
    assert "•" not in lines[2]
    assert lines[2].count("*") == 1
