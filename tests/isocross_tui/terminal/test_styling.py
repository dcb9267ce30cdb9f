from collections import Counter

from textual.css import stylesheet
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


async def test_what_a_desk_of_this_process_has_parsed_the_next_one_does_not_parse_again(monkeypatch):
    async with room("guide-cross"):
        pass
    parsed = []
    monkeypatch.setattr(stylesheet, "parse", lambda *what, **how: parsed.append(what) or iter(()))
    async with room("guide-cross") as desk:
        assert desk.desk.query_one("#pool").styles.width.value == 36
    assert not parsed


async def test_another_theme_has_its_own_colours_and_the_first_one_its_own_again():
    async with room("guide-cross") as desk:
        first, seen = desk.desk.query_one("#title").styles.background, {}
        for theme in ("day", "night"):
            desk.desk.theme = theme
            await desk.settle()
            seen[theme] = desk.desk.query_one("#title").styles.background
        assert seen["night"] == first != seen["day"]
