from collections import Counter

from drawn import Stage
from journeys.screen import room
from test_widgets_drawing import Words
from textual.css.stylesheet import Stylesheet


async def test_a_start_styles_a_widget_when_it_is_made_and_when_the_screen_is_shown_and_no_more(monkeypatch):
    styled, apply = Counter(), Stylesheet.apply

    def counted(self, node, **how):
        styled[node.id] += 1
        apply(self, node, **how)

    monkeypatch.setattr(Stylesheet, "apply", counted)
    async with room("guide-cross", size=(80, 24)) as desk:
        assert desk.desk.screen.has_class("-narrow", "-short")
        assert desk.desk.theme == "night"
        assert [styled[name] for name in ("shock-words", "cascade-curve", "pool-equity")] == [2, 2, 2]


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
