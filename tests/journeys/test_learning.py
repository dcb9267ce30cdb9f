"""Lessons on the desk: a question without its answer, a guess, the answer with the engine's figures, and back."""

from pathlib import Path

from textual.widgets import OptionList

from isocross.lessons.files import load_lessons
from isocross.lessons.play import stages
from isocross_tui.app import Desk
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.screens.choose import Choose
from isocross_tui.screens.tell import Ask
from isocross_tui.user.files import open_source
from isocross_tui.widgets.prose import Prose
from tests.journeys.screen import Room, room

CRASH = 13
"""How far down the list the crash of 2025-10-10 is."""


async def test_a_lesson_from_question_to_answer_and_the_desk_comes_back_as_it_was():
    lesson = load_lessons().lessons["guide-cross"]
    first, second, _ = stages(lesson)
    async with room("basket", (80, 24)) as desk:
        await desk.press("f", "left")
        before, history = desk.state, desk.desk.store.history
        assert before.unsaved
        await desk.press("5")
        assert isinstance(desk.desk.screen, Choose)
        await desk.press("enter")
        assert "question 1 of 3" in desk.text
        assert lesson.question in desk.said("#lesson-words")
        assert "640.00" not in desk.text and "−33" not in desk.text
        cursor = desk.desk.query_one("#lesson-words", Prose).glyphs.cursor
        assert cursor not in desk.said("#lesson-words")
        await desk.press("up")
        asked = desk.state
        for key in ("p", "f", "u", "s", "w", "left", "2"):
            await desk.press(key)
            assert desk.state == asked
            assert desk.desk.screen is desk.desk.ground
            assert "That waits until the question is answered" in desk.words
        assert "flip" not in desk.lines[-1]
        assert f"{cursor} c Its own margin, then the unused cash" in desk.said("#lesson-words")
        await desk.press("space")
        assert desk.state.view == "desk"
        assert "That waits" not in desk.words
        assert "f flip" in desk.lines[-1]
        await desk.press("s")
        assert "A lesson's account is not saved" in desk.words
        assert "You were right: Its own margin, then the unused cash." in desk.words
        assert first.told(first.step.reveal) in desk.said("#lesson-bar")
        assert desk.frame.account == first.frame().account
        assert "space play" not in desk.lines[-1]
        await desk.press("left", "f", "enter")
        assert "question 2 of 3" in desk.text
        await desk.press("down", "down", "1", "5", "enter")
        assert desk.state.view == "twin"
        assert "Not so. The answer: Cross." in desk.said("#lesson-bar")
        assert second.told(second.step.reveal) in desk.said("#lesson-bar")
        await desk.press("space", "space")
        assert "The answer: BTC is liquidated, and ETH keeps its margin." in desk.said("#lesson-bar")
        await desk.press("space")
        assert "The lesson is over; “A basket of three longs” is as you left it." in desk.words
        assert desk.state.moment == before.moment
        assert (desk.state.view, desk.state.selected, desk.state.saved) == (before.view, before.selected, before.saved)
        assert desk.desk.store.history == history
        assert not desk.desk.query_one("#lesson-bar").display
        await desk.press("u", "u")
        assert not desk.state.unsaved


async def test_a_choice_has_a_letter_that_marks_it():
    async with room("guide-cross", (80, 24)) as desk:
        await desk.press("5", "enter")
        cursor = desk.desk.query_one("#lesson-words", Prose).glyphs.cursor
        assert "a Its own margin alone, then it is liquidated b BTC and ETH, half each c" in desk.said("#lesson-words")
        assert "a–c your guess" in desk.text
        await desk.press("b")
        assert f"{cursor} b BTC and ETH, half each" in desk.said("#lesson-words")
        await desk.press("d")
        assert "That waits until the question is answered" in desk.words
        await desk.press("c", "space")
        assert "You were right: Its own margin, then the unused cash." in desk.words
        held = desk.state.workspace.positions
        await desk.press("d")
        assert "That waits" not in desk.words
        assert len(desk.state.workspace.positions) == len(held) - 1


async def test_all_lessons_are_within_reach_and_counted():
    async with room("guide-cross", (80, 24)) as desk:
        await desk.press("5")
        assert "Lessons · 1 of 21" in desk.text
        last = desk.desk.screen.query_one(OptionList).options[-1].id
        await desk.press("end")
        assert "Lessons · 21 of 21" in desk.text
        assert load_lessons().lessons[last].title in desk.text
        await desk.press("escape", "t")
        assert "Theme ──" in desk.text


async def test_large_figures_of_an_answer_name_whose_and_in_which_currency():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("5", "enter", "space", "P")
        assert "BTC loss, USDT" in desk.pane("#stage")[0]
        assert "own margin paid  " in desk.pane("#stage")[0]


async def test_a_lesson_on_a_crash_is_looked_at_bar_by_bar_and_left_with_esc():
    async with room("guide-cross", (80, 24)) as desk:
        await desk.press("5", *["down"] * CRASH, "enter", "space")
        assert desk.state.view == "replay"
        assert "10-10 21:00 UTC" in desk.said("#replay-price-words")
        assert "The answer: None, in either mode." in desk.said("#lesson-bar")
        await desk.press("full_stop")
        assert "10-10 21:00 UTC candle" in desk.said("#replay-price-words")
        await desk.press("escape")
        assert desk.state.workspace.name == "The guide's cross account"
        assert desk.desk.lesson is None


async def test_quitting_from_a_lesson_asks_about_what_the_desk_had_not_saved_and_nothing_of_it_is_lost(home: Path):
    folder = home / "journals"
    desk = Desk(open_source("guide-cross"), colours=True, recorders=Recorders(folder))
    async with desk.run_test(size=(80, 24), notifications=True) as pilot:
        sitting = Room(desk, pilot)
        await sitting.press("f")
        kept = [path.read_bytes() for path in folder.glob("*.journal")]
        await sitting.press("5", "enter", "space", "left", "f", "l", "escape")
        desk.look_around()
        assert [path.read_bytes() for path in folder.glob("*.journal")] == kept != []
        await sitting.press(*["space"] * 5, "down", "f")
        assert [path.read_bytes() for path in folder.glob("*.journal")] != kept
        await sitting.press("5", "enter", "q")
        assert isinstance(desk.screen, Ask)
        assert "“The guide's cross account” has changes" in sitting.words
        assert desk.lesson is None
        await sitting.press("escape", "u", "u", "q")
    assert not desk.store.errors
    assert desk.return_code == 0
