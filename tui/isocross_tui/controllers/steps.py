"""The steps on the desk: taken back, done again, listed."""

from __future__ import annotations

from itertools import pairwise

from isocross.desk.changes import step_words
from isocross.desk.state import Moment
from isocross_tui.bridge import Handlers
from isocross_tui.controllers.controller import Controller
from isocross_tui.screens.choose import Choice, Choose


class Steps(Controller):
    """What was done, and the way back."""

    @property
    def commands(self) -> Handlers:
        """Back, forth, and the list."""
        return {"history.undo": self.undo, "history.redo": self.redo, "history.list": self.list_all}

    def undo(self) -> None:
        """Take back the last step."""
        now = self.state.moment
        undone = self.desk.store.undo()
        self.desk.say(f"Undone: {step_words(self.state.moment, now)}." if undone else "There is nothing to undo.")

    def redo(self) -> None:
        """Do again what was taken back."""
        before = self.state.moment
        redone = self.desk.store.redo()
        self.desk.say(
            f"Done again: {step_words(before, self.state.moment)}." if redone else "There is nothing to redo."
        )

    def list_all(self) -> None:
        """List every step with what was done, and go to the one that is chosen."""
        store = self.desk.store
        history = store.history
        moments = [state.moment for state in (*history.past, self.state, *history.future)]
        now = len(history.past)
        if len(moments) == 1:
            self.desk.say("There is no step to undo yet.")
            return

        def done(key: str | None) -> None:
            for _ in range(now - int(key) if key is not None else 0):
                store.undo()
            for _ in range(int(key) - now if key is not None else 0):
                store.redo()

        self.desk.push_screen(Choose("History", _steps(moments, now), str(now)), done)


def _steps(moments: list[Moment], now: int) -> list[Choice]:
    """A line for each moment; the one that the desk stands at says so, later ones can be done again."""
    words = ["as it was opened", *(step_words(*pair) for pair in pairwise(moments))]
    return [
        Choice(str(n), told, "you are here" if n == now else "undone" if n > now else "")
        for n, told in enumerate(words)
    ]
