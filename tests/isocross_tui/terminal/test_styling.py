from collections import Counter

from textual.css.stylesheet import Stylesheet

from tests.journeys.screen import room


async def test_a_start_styles_a_widget_when_it_is_made_and_no_more(monkeypatch):
    styled, apply = Counter(), Stylesheet.apply

    def counted(self, node, **how):
        styled[node.id] += 1
        apply(self, node, **how)

    monkeypatch.setattr(Stylesheet, "apply", counted)
    async with room("guide-cross", size=(80, 24)) as desk:
        assert desk.desk.screen.has_class("-narrow", "-short")
        assert desk.desk.theme == "night"
        assert [styled[name] for name in ("shock-words", "cascade-curve", "pool-equity")] == [1, 1, 1]
