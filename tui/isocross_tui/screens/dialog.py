"""What stands over the desk ends once, however many keys ask for it."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from isocross_tui.screens.below import CalmBelow

R = TypeVar("R")


class EndsOnce(CalmBelow[R]):
    """A screen that is left once: whoever presses twice has answered once."""

    # before a field takes it for copying
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "interrupt", "leave", show=False, priority=True)]

    def action_interrupt(self) -> None:
        """Leave at ctrl+c, whatever has the focus."""
        self.dismiss(None)

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Leave with a result; nothing where it was left already."""
        # left to the toolkit, a second time takes away whatever is on top by then
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()


class Dialog(ModalScreen[R], EndsOnce[R]):
    """A form, a choice, a page to read or a question."""
