from __future__ import annotations

from dataclasses import fields, replace
from itertools import zip_longest
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.containers import Vertical
from textual.geometry import Size

from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.gauge import Gauge, Level
from isocross_tui.widgets.glyphs import ASCII, UNICODE, glyphs_of
from isocross_tui.widgets.prose import Prose, say
from isocross_tui.widgets.spans import Span, changed_run, fit, line_of, text_of, width_of
from tests.isocross_tui.widgets.drawn import Stage, text_lines, watch_repaints


class Words(Drawing[str]):
    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawing--mine"}
    DEFAULT_CSS = "Words > .drawing--mine { color: #ff0000; text-style: underline; }"

    def draw(self, value, size, glyphs):
        return [line_of(Span(word, tone), Span("|")) for word, _, tone in [value.partition("/")]]


def characters_of(glyphs):
    values = [getattr(glyphs, entry.name) for entry in fields(glyphs)]
    return [text for value in values for text in (value if isinstance(value, tuple) else (value,))]


def test_ascii_glyphs_are_ascii():
    assert all(text.isascii() for text in characters_of(ASCII) if isinstance(text, str))


def test_glyphs_take_one_cell_each():
    for glyphs in (ASCII, UNICODE):
        for entry in fields(glyphs):
            value = getattr(glyphs, entry.name)
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str) and entry.name not in {"border", "rest_key"}:
                    assert cell_len(text) == 1, entry.name


def test_app_without_glyphs_gets_the_full_set():
    assert glyphs_of(object()) is UNICODE


async def test_tone_of_a_subclass_is_used_and_an_unknown_one_is_plain():
    async with Stage(Words("hot/mine")).run_test(size=(20, 2)) as pilot:
        widget = pilot.app.widget
        assert widget.tone_style("mine").underline
        assert widget.tone_style("mine").color.triplet.hex == "#ff0000"
        assert widget.tone_style("nobody") == widget.tone_style("")


@pytest.mark.slow
async def test_tones_are_laid_over_each_other():
    async with Stage(Words("hot/mine")).run_test(size=(20, 2)) as pilot:
        style = pilot.app.widget.tone_style("mine cursor struck")
        assert style.underline
        assert style.strike
        assert style.bgcolor != pilot.app.widget.tone_style("").bgcolor


async def test_another_theme_changes_the_colours():
    async with Stage(Words("hot/accent")).run_test(size=(20, 2)) as pilot:
        before = pilot.app.widget.tone_style("accent").color
        pilot.app.theme = "nord"
        await pilot.pause()
        assert pilot.app.widget.tone_style("accent").color != before


async def test_a_tone_is_styled_from_the_first_time_it_is_drawn():
    async with Stage(Words("hot/mine")).run_test(size=(20, 2)) as pilot:
        widget = pilot.app.widget
        assert set(widget._component_styles) == {"drawing--mine"}
        widget.show("hot/accent")
        await pilot.pause(0.05)
        before = widget.render_line(0)._segments[0].style
        pilot.app.theme = "nord"
        await pilot.pause(0.05)
        assert set(widget._component_styles) == {"drawing--mine", "drawing--accent"}
        assert widget.render_line(0)._segments[0].style != before


async def test_ansi_theme_uses_no_rgb_for_muted_text():
    async with Stage(Words("hot/muted")).run_test(size=(20, 2)) as pilot:
        pilot.app.theme = "ansi-dark"
        await pilot.pause()
        style = pilot.app.widget.tone_style("muted")
        assert style.dim
        assert style.color is None or style.color.triplet is None


async def test_other_glyphs_are_used_at_the_next_paint():
    async with Stage(Gauge(Level(1.0))).run_test(size=(5, 2)) as pilot:
        pilot.app.glyphs = ASCII
        assert text_lines(pilot.app.widget) == ["#####"]


async def test_nothing_is_drawn_before_there_is_a_value():
    async with Stage(Words()).run_test(size=(20, 2)) as pilot:
        assert text_lines(pilot.app.widget) == ["", ""]
        pilot.app.widget.show("hot")
        assert text_lines(pilot.app.widget)[0] == "hot|"


async def test_value_shown_before_mounting_is_there_afterwards():
    widget = Words()
    widget.show("hot")
    async with Stage(widget).run_test(size=(20, 2)):
        assert text_lines(widget)[0] == "hot|"


async def test_padding_does_not_shift_a_repaint():
    widget = Words("hot")
    widget.styles.padding = (1, 3)
    async with Stage(widget).run_test(size=(20, 5)) as pilot:
        repaints = watch_repaints(widget)
        widget.show("hit")
        assert [(region.x, region.y, region.width) for region in repaints] == [(1, 0, 1)]
        await pilot.pause()
        assert pilot.app.screen.get_widget_at(4, 1)[0] is widget


def test_line_merges_neighbours_of_one_tone():
    line = line_of(Span("a"), Span(""), Span("b"), Span("c", "good"))
    assert line == (Span("ab"), Span("c", "good"))
    assert text_of(line) == "abc"


def test_words_are_cut_to_cells():
    assert fit("日本語", 5, "…") == "日本…"
    assert fit("日本語", 4, "…") == "日… "
    assert fit("abc", 5, "…") == "abc  "
    assert fit("abc", 1, "…") == " "


@given(st.text("ab日", max_size=12), st.text("ab日", max_size=12))
def test_the_run_covers_every_cell_that_differs_and_nothing_when_none_does(before, after):
    old, new = line_of(Span(before)), line_of(Span(after))
    start, end = changed_run(old, new)
    assert (start < end) == (before != after)
    assert 0 <= start <= end <= max(width_of(old), width_of(new))
    cells = [[c for c in text for _ in range(cell_len(c))] for text in (before, after)]
    differs = [x for x, (a, b) in enumerate(zip_longest(*cells)) if a != b]
    assert all(start <= x < end for x in differs)


def test_words_without_room_end_with_a_whole_sentence_and_no_figure_is_cut():
    prose = Prose()
    told = say("BTC fell at 45,410.45. The pool had 4.52 left. Nothing more falls.")

    def drawn(words, width, rows, glyphs=UNICODE):
        return [text_of(line) for line in prose.draw(words, Size(width, rows), glyphs)]

    known = replace(UNICODE, rest_key="W")
    whole = ["BTC fell at 45,410.45.", "The pool had 4.52 left.", "Nothing more falls."]
    assert drawn((told,), 24, 3) == [f"{whole[0]} ", f"{whole[1]} ", whole[2]]
    assert drawn((say("It is all gone. None of it."),), 19, 1) == ["It is all gone.  +1"]
    assert drawn((told,), 23, 2) == [whole[0], "                 2 more"]
    assert drawn((told,), 23, 2, known) == [whole[0], "              2 more: W"]
    assert drawn((told,), 32, 1, known) == [f"{whole[0]} 2 more: W"]
    assert drawn((told,), 20, 1) == ["BTC fell at …       "]
    assert drawn((told,), 20, 1, known) == ["BTC fell at … W     "]
    assert drawn((say("Short."), say("This one has no room. Nor has this.")), 24, 1) == ["Short.            2 more"]
    assert drawn((say("Short."), say(""), say("This one has no room.")), 24, 2) == [
        "Short.",
        "                  1 more",
    ]


LONGER = (say("BTC fell at 45,410.45 and has lost 729.48."),)
"""Two rows of 24 cells."""
LAID_OUT_S = 3 / 60
"""The toolkit lays out at most sixty times a second, and what is new twice."""


@pytest.mark.slow
async def test_words_that_change_out_of_sight_have_their_room_when_they_come_back():
    prose = Prose((say("Nothing falls."),))
    box = Vertical(prose)
    async with Stage(box).run_test(size=(24, 6)) as pilot:
        await pilot.pause(LAID_OUT_S)
        box.display = False
        await pilot.pause(LAID_OUT_S)
        prose.show(LONGER)
        await pilot.pause(LAID_OUT_S)
        box.display = True
        await pilot.pause(LAID_OUT_S)
        assert len(text_lines(prose)) == 2
