"""A lesson's question, with the account it is about and nothing of the answer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.geometry import Size

from engine.state import State
from tui.bridge import Pane, View, desk_of
from tui.lesson_words import card_words
from tui.widgets.prose import Prose, Words

ROOMY_HEIGHT = 22


class CardPane(Pane[Words]):
    """The question in the middle of the screen."""

    HELP = "Predict before you look: space shows what happens."

    def has_room(self, size: Size) -> bool:  # noqa: ARG002
        """Whether there is room for empty rows between the parts."""
        return bool(self.app.size.height >= ROOMY_HEIGHT)

    def compose(self) -> ComposeResult:
        """Words only."""
        yield Prose(id="lesson-words")

    def slice_of(self, state: State) -> Words:  # noqa: ARG002
        """The question; nothing where no lesson is under way."""
        run, words = desk_of(self).lesson, self.query_one(Prose)
        if run is None:
            return ()
        roomy = self.app.size.height >= ROOMY_HEIGHT
        return card_words(run.lesson, run.stage, run.guess, words.glyphs.cursor, roomy=roomy)

    def show_slice(self, value: Words) -> None:
        """Draw it."""
        run = desk_of(self).lesson
        if run is not None:
            self.entitle(f"{run.lesson.title} · question {run.index + 1} of {len(run.stages)}")
        self.query_one(Prose).show(value)


class LessonView(View):
    """One card."""

    name_of_view = "lessons"
    focus_first = "#lesson-card"

    def compose(self) -> ComposeResult:
        """The card alone."""
        yield CardPane(id="lesson-card")

    def select_row(self, step: int) -> bool:
        """The rows are the choices."""
        run = desk_of(self).lesson
        if run is not None and run.stage.step.choices:
            run.mark(step)
            self.look_again()
        return True

    def look_again(self) -> None:
        """Draw the card anew where it is there already: a question is no part of the state."""
        for card in self.query(CardPane):
            if card.is_mounted:
                card.look_again()
