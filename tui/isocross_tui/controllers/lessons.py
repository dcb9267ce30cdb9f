"""Lessons on the desk: a question, a pause to let a room predict, a key to reveal; then everything is as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import isocross.lessons as lessons  # noqa: PLR0402 - the package also has a function of this name
from isocross.desk.actions.shock import Show
from isocross.desk.state import CARD, State
from isocross.desk.store import History
from isocross.disk.watch import Watch
from isocross.money import ZERO
from isocross.records import dataclass
from isocross_tui import views
from isocross_tui.bridge import DeskApp, Handlers
from isocross_tui.controllers.controller import Controller
from isocross_tui.controllers.saving import Saving
from isocross_tui.screens.choose import Choice, Choose

if TYPE_CHECKING:
    from isocross.lessons import Lesson, Run


@dataclass(frozen=True)
class Former:
    """What the desk showed before a lesson."""

    state: State
    history: History[State]
    on_disk: Watch | None


class Lessons(Controller):
    """What puts the workspace aside for a lesson."""

    def __init__(self, desk: DeskApp, saving: Saving) -> None:
        """Have no lesson under way."""
        super().__init__(desk)
        self._saving = saving
        self._former: Former | None = None

    @property
    def commands(self) -> Handlers:
        """The list of lessons."""
        return {"view.lessons": self.choose}

    # --- choosing and leaving ------------------------------------------------------------------

    def choose(self) -> None:
        """Choose a lesson; with a question open, go back to it."""
        if self.desk.lesson is not None and not self.desk.lesson.told:
            self.dispatch(Show(CARD))
            return
        loaded = self.desk.gate.lessons()
        if loaded.problems:
            self.desk.say(f"A lesson was left out. {loaded.problems[0]}", "warn")
        choices = [Choice(id, lesson.title) for id, lesson in loaded.lessons.items()]

        def chosen(key: str | None) -> None:
            if key is not None:
                self.begin(loaded.lessons[key])

        now = None if self.desk.lesson is None else self.desk.lesson.lesson.id
        self.desk.push_screen(Choose("Lessons", choices, now), chosen)

    def begin(self, lesson: Lesson) -> None:
        """Put the workspace aside, with its changes and its undo history, and ask the first question."""
        if self._former is None:
            self._former = Former(replace(self.state, playing=False), self.desk.store.history, self._saving.on_disk)
            if self._saving.recorder is not None:
                self._saving.recorder.pause()
            self._saving.on_disk = None
        self.desk.lesson = lessons.Run(lesson, lessons.stages(lesson))
        self._ask_question()

    def leave(self, said: str = "") -> None:
        """Bring the former workspace back as it was."""
        former, self._former, self.desk.lesson, self.desk.asked = self._former, None, None, None
        if former is None:
            return
        self.desk.store.reset(replace(former.state, theme=self.state.theme, warning=self.state.warning), former.history)
        self.desk.player = None
        self._saving.on_disk = former.on_disk
        self._saving.keep()
        views.show_card(self.desk)
        if said:
            self.desk.say(said)

    def leave_early(self) -> None:
        """Leave in the middle, and say so."""
        self.leave(f"The lesson was left; {self._former_name} is as it was.")

    # --- asking and telling --------------------------------------------------------------------

    def go_on(self) -> None:
        """Reveal the answer; then the next question, or the end."""
        run = self.desk.lesson
        if run is None:
            return
        if not run.told:
            self._reveal(run)
        elif run.is_last:
            self.leave(f"The lesson is over; “{self._former_name}” is as you left it.")
        else:
            run.index, run.told = run.index + 1, False
            self._ask_question()

    @property
    def _former_name(self) -> str:
        return "" if self._former is None else self._former.state.workspace.name

    def _ask_question(self) -> None:
        """The account at its opening, out of sight, under the question."""
        if self.desk.lesson is None:
            return
        try:
            shown = lessons.state_of(self.desk.lesson.stage, self.state.theme)
            self.desk.asked = lessons.Asked(lessons.card_of(self.desk.lesson))
        except lessons.LessonError as error:
            self.leave(f"This lesson cannot be played: {error}.")
            return
        opening = replace(shown.moment, shock=ZERO, place=ZERO)
        self._put(replace(shown.at(opening), view=CARD))
        views.show_card(self.desk)

    def _reveal(self, run: Run) -> None:
        run.told = True
        if self.desk.asked is not None:
            self.desk.asked.card = lessons.card_of(run)
        self._put(lessons.state_of(run.stage, self.state.theme))
        views.show_card(self.desk)

    def _put(self, shown: State) -> None:
        """Put a step on the desk; how the desk is set stays."""
        self.desk.store.reset(replace(shown, message=self.state.message, warning=self.state.warning))
