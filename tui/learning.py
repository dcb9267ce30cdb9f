"""Lessons on the desk: a question, a pause to let a room predict, a key to reveal; then everything is as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.actions import Show
from engine.money import ZERO
from engine.state import State
from engine.store import History
from engine.workspace.watch import Watch
from tui.lesson_play import LessonError, Stage, stages, state_of
from tui.lesson_words import bar_words
from tui.lessons import Lesson, load_lessons
from tui.ordering import Ordering
from tui.recorder_saving import nothing_more
from tui.screens.choose import Choice, Choose
from tui.widgets.prose import Prose

CARD = "lessons"
"""The view in which a question stands."""


@dataclass
class Run:
    """A lesson under way."""

    lesson: Lesson
    stages: tuple[Stage, ...]
    index: int = 0
    """The step it is at."""
    told: bool = False
    """Whether its answer is shown."""
    guess: int = 0
    """The choice that is marked, from 0."""

    @property
    def stage(self) -> Stage:
        """The step it is at, on its account."""
        return self.stages[self.index]

    @property
    def is_last(self) -> bool:
        """Whether there is no step after this one."""
        return self.index + 1 == len(self.stages)


@dataclass(frozen=True)
class Former:
    """What the desk showed before a lesson."""

    state: State
    history: History[State]
    on_disk: Watch | None


class Learning(Ordering):
    """A desk that can put its workspace aside for a lesson."""

    lesson: Run | None = None
    """The lesson that is under way."""
    _former: Former | None = None

    # --- choosing and leaving ------------------------------------------------------------------

    def do_view_lessons(self) -> None:
        """Choose a lesson; with a question open, go back to it."""
        if self.lesson is not None and not self.lesson.told:
            self.store.dispatch(Show(CARD))
            return
        loaded = load_lessons()
        if loaded.problems:
            self._say(f"A lesson was left out. {loaded.problems[0]}", "warn")
        choices = [Choice(id, lesson.title) for id, lesson in loaded.lessons.items()]

        def chosen(key: str | None) -> None:
            if key is not None:
                self.begin_lesson(loaded.lessons[key])

        now = None if self.lesson is None else self.lesson.lesson.id
        self.push_screen(Choose("Lessons", choices, now), chosen)

    def begin_lesson(self, lesson: Lesson) -> None:
        """Put the workspace aside, with its changes and its undo history, and ask the first question."""
        if self._former is None:
            self._former = Former(replace(self.state, playing=False), self.store.history, self.on_disk)
            if self.recorder is not None:
                self.recorder.pause()
            self.on_disk = None
        self.lesson = Run(lesson, stages(lesson))
        self._ask_question()

    def leave_lesson(self, said: str = "") -> None:
        """Bring the former workspace back as it was."""
        former, self._former, self.lesson = self._former, None, None
        if former is None:
            return
        self.store.reset(replace(former.state, theme=self.state.theme, warning=self.state.warning), former.history)
        self.player = None
        self.on_disk = former.on_disk
        if self.recorder is not None:
            self.recorder.start(self.store, self._cannot_keep)
        self._show_bar()
        if said:
            self._say(said)

    @property
    def taken_keys(self) -> frozenset[str]:
        """Keys that lead a lesson on, and so do nothing else meanwhile."""
        return frozenset(("space", "enter")) if self.lesson is not None else frozenset()

    # --- asking and telling --------------------------------------------------------------------

    def action_lesson_on(self) -> None:
        """Reveal the answer; then the next question, or the end."""
        run = self.lesson
        if run is None:
            return
        if not run.told:
            self._reveal(run)
        elif run.is_last:
            self.leave_lesson(f"The lesson is over; {self._former_name} is as you left it.")
        else:
            run.index, run.told, run.guess = run.index + 1, False, 0
            self._ask_question()

    @property
    def _former_name(self) -> str:
        return "" if self._former is None else self._former.state.workspace.name

    def mark_choice(self, step: int) -> None:
        """Mark the next choice (1) or the one before (−1)."""
        run = self.lesson
        if run is not None and run.stage.step.choices:
            run.guess = max(0, min(len(run.stage.step.choices) - 1, run.guess + step))
            self._look_at_card()

    def _ask_question(self) -> None:
        """The account at its opening, out of sight, under the question."""
        if self.lesson is None:
            return
        try:
            shown = state_of(self.lesson.stage, self.state.theme)
        except LessonError as error:
            self.leave_lesson(f"This lesson cannot be played: {error}.")
            return
        opening = replace(shown.moment, shock=ZERO, place=ZERO)
        self._put(replace(shown.at(opening), view=CARD))
        self._show_bar()
        self._look_at_card()

    def _reveal(self, run: Run) -> None:
        run.told = True
        shown = state_of(run.stage, self.state.theme)
        self._put(shown)
        self._show_bar()

    def _put(self, shown: State) -> None:
        """Put a step on the desk; how the desk is set stays."""
        self.store.reset(replace(shown, message=self.state.message, warning=self.state.warning))

    def _show_bar(self) -> None:
        """The answer over the view, while there is one."""
        bar = self.screen_stack[0].query_one("#lesson-bar", Prose)
        told = self.lesson is not None and self.lesson.told
        if told and self.lesson is not None:
            bar.show(bar_words(self.lesson.lesson.title, self.lesson.stage, self.lesson.guess, self.lesson.is_last))
        bar.display = told
        self.screen_stack[0].set_class(told, "-lesson")

    def _look_at_card(self) -> None:
        from tui.views.lesson import CardPane  # noqa: PLC0415 - it is made when it is first looked at

        for card in self.screen_stack[0].query(CardPane):
            if card.is_mounted:
                card.look_again()

    # --- files ---------------------------------------------------------------------------------

    def _unless_unsaved(self, deed: str, go_on: Callable[[], None]) -> None:
        """A lesson is left first; then what the former workspace has not saved is asked about."""
        if self.lesson is not None:
            self.leave_lesson()
        super()._unless_unsaved(deed, go_on)

    def do_file_save(self) -> None:
        """Save; a lesson has no file."""
        if not self._in_lesson():
            super().do_file_save()

    def do_file_save_as(self, then: Callable[[], None] = nothing_more) -> None:
        """Save under another name; a lesson has no file."""
        if not self._in_lesson():
            super().do_file_save_as(then)

    def _in_lesson(self) -> bool:
        if self.lesson is not None:
            self._say("A lesson's account is not saved; leave the lesson with esc, or copy it as a short code.", "warn")
        return self.lesson is not None
