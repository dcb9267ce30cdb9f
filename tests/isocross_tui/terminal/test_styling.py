from collections import Counter

import pytest
from textual.css.stylesheet import Stylesheet

from isocross_tui.terminal.rules import SharedStylesheet
from tests.journeys.screen import room


@pytest.mark.slow
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


def test_rules_are_parsed_once_for_the_same_colours():
    def rule(colours):
        sheet = SharedStylesheet(colours)
        sheet.add_source("Pane { color: $mine; }", read_from=("test", "Pane"))
        return sheet.rules[0]

    assert rule({"mine": "#ff0000"}) is rule({"mine": "#ff0000"})
    assert rule({"mine": "#ff0000"}).styles.color != rule({"mine": "#00ff00"}).styles.color


@pytest.mark.slow
@pytest.mark.parametrize("keys", [(), ("2",), ("question_mark",)])
async def test_each_part_is_styled_as_the_toolkit_does_it_with_all_rules(keys):
    async with room("guide-cross") as desk:
        await desk.press(*keys)
        parts = [part for screen in desk.desk.screen_stack for part in screen.walk_children(with_self=True)]
        ours = [dict(part.styles.base.get_rules()) for part in parts]
        for part, rules in zip(parts, ours, strict=True):
            # the toolkit's own way to look for them, through all rules there are
            Stylesheet.apply(desk.desk.stylesheet, part)
            assert part.styles.base.get_rules() == rules, part
    assert len(parts) > 30


@pytest.mark.slow
async def test_another_theme_has_its_own_colours_and_the_first_one_its_own_again():
    async with room("guide-cross") as desk:
        first, seen = desk.desk.query_one("#title").styles.background, {}
        for theme in ("day", "night"):
            desk.desk.theme = theme
            await desk.settle()
            seen[theme] = desk.desk.query_one("#title").styles.background
        assert seen["night"] == first != seen["day"]
