"""A page to read, and a question to answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from isocross_tui.screens.dialog import Dialog
from isocross_tui.screens.form import worded
from isocross_tui.widgets.prose import Prose, Words, say


class Tell(Dialog[None]):
    """Words in a box that scrolls; any of the usual keys puts it away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,w,question_mark", "leave", "leave"),
        Binding("j", "scroll_down", "down", show=False),
        Binding("k", "scroll_up", "up", show=False),
    ]

    def __init__(self, title: str, words: Words) -> None:
        """Make a page of a title and its words."""
        super().__init__()
        self._title = title
        self._words = words

    def compose(self) -> ComposeResult:
        """The words in a box."""
        with VerticalScroll(classes="box page") as box:
            box.border_title = self._title
            box.border_subtitle = worded(self.app, "↑ ↓ read on   esc back")
            yield Prose(self._words)

    def on_mount(self) -> None:
        """Let the arrows scroll it."""
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_scroll_down(self) -> None:
        """Scroll down a row."""
        self.query_one(VerticalScroll).scroll_down(animate=False)

    def action_scroll_up(self) -> None:
        """Scroll up a row."""
        self.query_one(VerticalScroll).scroll_up(animate=False)


class Ask(Dialog[str]):
    """A question with a key for each answer; gives the answer's key, empty when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "answer('')", "leave")]

    def __init__(
        self, title: str, question: str, answers: dict[str, str], leave: str = "go back", interrupted: str = ""
    ) -> None:
        """Ask a question.

        Args:
            title: what it is about.
            question: the question.
            answers: what each key means.
            leave: what it means to leave it unanswered.
            interrupted: the answer that ctrl+c gives.
        """
        super().__init__()
        self._title = title
        self._question = question
        self._answers = answers
        self._leave = leave
        self._interrupted = interrupted
        # before it is drawn, for those who type ahead
        for key, meaning in answers.items():
            self._bindings.bind(key, f"answer('{key}')", meaning)

    def compose(self) -> ComposeResult:
        """The question above its answers."""
        keys = "   ".join(f"{key} {meaning}" for key, meaning in self._answers.items())
        with Vertical(classes="box") as box:
            box.border_title = self._title
            yield Prose((say(self._question), say(f"{keys}   esc {self._leave}", "muted")), id="question")

    def action_answer(self, key: str) -> None:
        """Give an answer."""
        self.dismiss(key)

    def action_interrupt(self) -> None:
        """Answer as ctrl+c does."""
        self.dismiss(self._interrupted)
