"""The desk before others: large figures, the demo, and the tour for who sees it first."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from isocross.desk import selectors
from isocross.desk.actions.shock import ShockTo
from isocross.desk.state import State
from isocross.format import percent
from isocross.lessons.card import card_of
from isocross.lessons.files import load_lessons
from isocross.lessons.play import Run, playlist, stages
from isocross_tui.controllers.tour import STEPS, words_of
from isocross_tui.demo import Demo
from isocross_tui.keymap import load_keymap
from isocross_tui.keys import read_key
from isocross_tui.panes.stage import LargeFigure, LargeFigures
from isocross_tui.player import HALT, Player
from isocross_tui.screens.tell import Tell
from isocross_tui.user.files import first_start, open_source
from isocross_tui.user.settings import Face, Settings
from isocross_tui.widgets.digits import large
from isocross_tui.widgets.glyphs import ASCII, UNICODE
from tests.isocross_tui.widgets.drawn import Stage, text_lines
from tests.journeys.screen import Room, room


@pytest.fixture(autouse=True)
def nothing_plays_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isocross_tui.demo.FRAME_S", 3600)


# --- a room ----------------------------------------------------------------------------------------


def test_large_figures_are_the_same_in_blocks_and_in_strokes():
    assert large("10", UNICODE) == ("▄█  █▀█", " █  █ █", "▀▀▀ ▀▀▀")
    assert large("10", ASCII) == ("     _ ", "  | | |", "  | |_|")
    assert large("1.0", UNICODE)[2] == "▀▀▀ ▀ ▀▀▀"
    assert large("1,0", ASCII)[2] == "  | , |_|"
    for glyphs in (UNICODE, ASCII):
        drawn = {large(digit, glyphs) for digit in "0123456789"}
        assert len(drawn) == 10
        rows = large("−1,234.50 %", glyphs)
        assert len({len(row) for row in rows}) == 1
    assert all(row.isascii() for row in large("-12.5 %", ASCII))


async def test_presenting_shows_two_large_figures_and_plays_more_slowly():
    face = Face(Settings(pace=Decimal(2)))
    async with room("guide-isolated", (120, 36), face=face) as desk:
        assert not desk.desk.query_one("#stage").display
        quick = Player.towards(desk.state, desk.desk.pace)
        await desk.press("P")
        stage = desk.pane("#stage")
        for row, drawn in enumerate(large(f"{desk.frame.account.equity:,.2f}", UNICODE), 1):
            assert drawn in stage[row]
        shock = desk.state.moment.shock
        fall = min(stop.at for stop in selectors.stops(desk.state) if stop.at * shock > 0)
        assert shock > 0
        assert "equity, USDT" in stage[0]
        assert f"from its mark until BTC is liquidated, at {percent(fall, plus='+')}" in stage[0]
        # as the column of distances has it, of the mark at the cursor
        away = (1 + fall) / (1 + shock) - 1
        assert percent(away) == percent(desk.position("btc").distance)
        for row, drawn in enumerate(large(percent(away, plus="+"), UNICODE), 1):
            assert drawn.rstrip() in stage[row]
        slow = Player.towards(desk.state, desk.desk.pace)
        assert (quick.pace, slow.pace) == (1, 2)
        before = desk.desk.query_one("#stage").shown
        await desk.press("P", "right")
        assert not desk.desk.query_one("#stage").display
        assert desk.desk.query_one("#stage").shown == before + 1


async def test_large_figures_have_their_labels_in_brief_where_there_is_no_room():
    long = LargeFigure("until a position of a long name is liquidated, at −5.0 %", "−5.0", brief="until then")
    drawing = LargeFigures((LargeFigure("equity, USDT", "1,000.00"), long))
    async with Stage(drawing).run_test(size=(100, 5)) as pilot:
        assert long.label in text_lines(drawing)[0]
        await pilot.resize_terminal(60, 5)
        assert text_lines(drawing)[0].split() == ["equity,", "USDT", "until", "then"]


async def test_the_stage_says_that_all_were_liquidated():
    async with room("basket", (120, 36)) as desk:
        await desk.shock_to(-25)
        await desk.press("P")
        assert "all liquidated" in desk.pane("#stage")[0]
        assert "no liquidation ahead" not in desk.text


async def test_on_a_lived_path_the_stage_shows_what_comes_on_it_and_nothing_of_a_what_if():
    async with room("guide-isolated", (120, 36)) as desk:
        await desk.press("m", *["greater_than_sign"] * 8)
        assert any(row.death for row in desk.frame.positions)
        await desk.press("P")
        equity, last = f"{desk.frame.account.equity:,.2f}", "all liquidated"
        assert last in desk.pane("#stage")[0]
        for row, drawn in enumerate(large(equity, UNICODE), 1):
            assert drawn in desk.pane("#stage")[row]
        await desk.press("0")
        fall = next(event for event in selectors.timeline(desk.state).events if str(event.kind) == "liquidation")
        path = selectors.timeline(desk.state).path
        stage = desk.pane("#stage")
        assert f"BTC is liquidated, at {path.words(fall.place)}" in stage[0]
        for row, drawn in enumerate(large(path.short(fall.place), UNICODE), 1):
            assert drawn.rstrip() in stage[row]
        assert selectors.story(desk.state).next_words(Decimal(0)) in " ".join(stage)


def test_a_minus_and_a_plus_are_as_strong_as_the_digits_beside_them():
    assert large("−1", UNICODE) == large("-1", UNICODE) == ("    ▄█ ", "▀▀▀  █ ", "    ▀▀▀")
    assert large("+1", UNICODE) == (" ▄  ▄█ ", "▀█▀  █ ", "    ▀▀▀")
    assert large("-1", ASCII)[1] == "---   |"


PRESENTED = {"desk": "who pays", "twin": "worst case", "replay": "liquidated first"}
"""Of each view the row that must not be cut off: what decides is in it, or above it."""


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("id", ["guide-cross", "nothing-kills-it", "the-trend", "alts-further"])
async def test_presenting_a_lesson_shows_its_answer_large_and_what_it_is_about_whole(id, size):
    lesson = load_lessons().lessons[id]
    async with room("guide-cross", size) as desk:
        await desk.press("P")
        desk.desk.lessons.begin(lesson)
        await desk.settle()
        for run in (Run(lesson, stages(lesson), index, told=True) for index in range(len(lesson.steps))):
            assert desk.desk.query_one("#stage").has_class("-nothing")
            await desk.press("space")
            await desk.hush()
            card, stage = card_of(run), desk.pane("#stage-figures")
            label, words = card.figures[0]
            assert label in stage[0]
            for row, drawn in enumerate(large(words.removesuffix(".00"), UNICODE), 1):
                assert drawn.rstrip() in stage[row]
            assert card.reveal in desk.said("#lesson-bar")
            assert PRESENTED[desk.state.view] in desk.text or "has no loss to pay" in desk.text
            assert not any("…" in line for line in desk.lines[1:])
            for part in desk.desk.view_now.query("Pane > *"):
                assert not part.display or part.region.bottom <= part.parent.content_region.bottom
            if desk.state.view == "desk":
                assert sum(desk.payers()) == desk.position(desk.state.selected).paid_by.total
            await desk.press("space")


async def test_the_figures_of_an_answer_give_way_to_those_of_the_desk_once_it_is_moved():
    async with room("guide-cross", (80, 24)) as desk:
        await desk.press("P", "5", "enter", "space")
        assert "own margin paid" in desk.pane("#stage")[0]
        await desk.press("left")
        assert "equity" in desk.pane("#stage")[0]
        assert "own margin paid" not in desk.pane("#stage")[0]
        assert not any("…" in line for line in desk.pane("#stage"))


def test_a_slower_play_halts_longer_and_ends_at_the_same_place():
    def frames(pace: str) -> tuple[int, list]:
        state = ShockTo(Decimal(0)).apply(State.opened(open_source("guide-isolated").workspace))
        player, seen = Player.towards(state, Decimal(pace)), []
        while (step := player.frame(state)) is not None:
            state = step.apply(state)
            seen.append(state.moment.shock)
        return len(seen), seen

    (quick, a), (slow, b) = frames("1"), frames("3")
    assert a[-1] == b[-1]
    halts = [max(run.count(place) for place in run) for run in (a, b)]
    assert halts == [HALT + 1, 3 * HALT + 1]
    assert slow >= 2.9 * quick


# --- the demo ----------------------------------------------------------------------------------------


async def test_the_demo_plays_one_workspace_after_the_other_and_any_key_ends_it():
    playlist = [open_source(name) for name in ("guide-isolated", "hedge")]
    demo = Demo(playlist, Face(Settings(pace=Decimal(1))), colours=True)
    async with demo.run_test(size=(120, 36)) as pilot:
        desk = Room(demo, pilot)
        await desk.settle()
        seen, falls = [], 0
        for _ in range(2):
            seen.append(desk.state.workspace.name)
            assert desk.state.moment.shock == 0
            await desk.settle()
            assert f"{len(seen)} of 2: {seen[-1]}. Any key ends the demo." in desk.words
            while desk.state.workspace.name == seen[-1]:
                falls = max(falls, len(desk.frame.events))
                demo.play_on()
        assert seen == [source.workspace.name for source in playlist]
        assert desk.state.workspace.name == seen[0]
        assert falls
        await pilot.press("z")
        await pilot.pause()
        assert not demo.is_running or demo.return_code is not None
    assert demo.return_code in (0, None)


async def test_the_demo_plays_a_lesson_in_its_view_with_its_answer():
    act = next(act for act in playlist(load_lessons().lessons.values()) if act.view == "twin")
    demo = Demo([act], Face(Settings(pace=Decimal(1))), colours=True)
    async with demo.run_test(size=(120, 36)) as pilot:
        desk = Room(demo, pilot)
        await desk.settle()
        assert desk.state.view == "twin"
        assert act.caption.split(". ")[0][:60] in desk.words
        ends = set()
        for _ in range(500):
            demo.play_on()
            ends.add(desk.state.moment.shock)
        assert act.workspace.scenario.shock in ends
        await pilot.press("z")


# --- a newcomer --------------------------------------------------------------------------------------


async def test_the_tour_goes_on_with_every_key_that_it_asks_for():
    async with room("guide-cross", (80, 24), face=Face(offers_tour=True)) as desk:
        assert desk.lines[-1].startswith(" T tour  ")
        await desk.press("T")
        assert "T tour" not in desk.lines[-1]
        # no event lies ahead there: the one before is asked for
        keys = ("left", "less_than_sign", "f", "comma", "w", "u", "v", "question_mark")
        for number, key in enumerate(keys):
            assert f"Tour, {number + 1} of 8: look at the {STEPS[number].pane.capitalize()} pane." in desk.words
            assert desk.desk.query_one(f"#{STEPS[number].pane}").has_class("-pointed")
            if number == 0:
                await desk.press("down", "up", "x")
                assert "Tour, 1 of 8" in desk.words
            assert f"Press {read_key(key)} " in desk.words
            await desk.press(key)
            assert "Nothing more happens that way." not in desk.words
            if isinstance(desk.desk.screen, Tell):
                await desk.press("escape")
        assert not desk.desk.tour.is_on
        assert not desk.desk.query(".-pointed")
        await desk.press("T")
        assert "Tour, 1 of 8" in desk.words
        await desk.press("escape", "left")
        assert not desk.desk.query_one("#tour").display


async def test_the_tour_is_not_offered_unless_it_is_new_and_never_opens_by_itself():
    async with room("guide-cross", (80, 24)) as desk:
        assert "tour" not in desk.text.lower()


def test_the_first_start_is_remembered(tmp_path: Path):
    assert [first_start(tmp_path / "state") for _ in range(3)] == [True, False, False]
    (tmp_path / "file").write_text("")
    assert first_start(tmp_path / "file" / "state")


def test_the_tour_speaks_of_the_keys_that_hold_and_of_commands_that_exist():
    commands = load_keymap(base="vim").by_id
    for step in STEPS:
        assert set(step.done_by) <= commands.keys()
        assert "{" not in words_of(step, commands) + words_of(step, commands, ahead=False)
    assert "Press h to let it drop" in words_of(STEPS[0], commands)
