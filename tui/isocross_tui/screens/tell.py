"""A page to read, and a question to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from isocross.errors import IsocrossError
from isocross.work import Stopped, Work
from isocross_tui.screens.dialog import Dialog
from isocross_tui.screens.form import worded
from isocross_tui.widgets.prose import Prose, Words, say

TOLD_S = 0.5
"""How often a page that takes a while tells how far it is."""


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


class TellLater(Tell):
    """Words that take a while: how far they are is told beside the keys, and to leave the page stops them."""

    def __init__(self, title: str, find: Callable[[Work], Words]) -> None:
        """Make a page of a title and of what finds its words."""
        super().__init__(title, (say("working it out…", "muted"),))
        self._find = find
        self._work = Work(stopped=lambda: not self.is_working or not self.is_attached)
        self.is_working = True
        """Whether the words are still to be found."""

    def on_mount(self) -> None:
        """Begin to find the words."""
        super().on_mount()
        self.run_worker(self._wait(), group="words")

    async def _wait(self) -> None:
        ticks = self.set_interval(TOLD_S, self._tell)
        try:
            self._show(await asyncio.to_thread(self._find, self._work))
        except Stopped:
            return
        except IsocrossError as error:
            self._show((say(str(error), "warn"),))
        finally:
            self.is_working = False
            ticks.stop()

    def action_leave(self) -> None:
        """Go back, and find no words any more."""
        self.is_working = False
        super().action_leave()

    def _tell(self) -> None:
        self._show((say(f"working it out… {self._work.far}; esc stops it", "muted"),))

    def _show(self, words: Words) -> None:
        if self.is_attached:
            self.query_one(Prose).show(words)


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
