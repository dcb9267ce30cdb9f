"""A field for the words that the listed positions have."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class FilterField(Input):
    """A field of one row below the table; each letter tells at once."""

    DEFAULT_CSS = """
    FilterField { height: 1; border: none; padding: 0 1; background: $panel; }
    FilterField:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", "all", show=False),
        Binding("enter", "leave(True)", "keep", show=False),
    ]

    class Left(Message):
        """Posted when nothing more is typed."""

        def __init__(self, field: FilterField, kept: bool) -> None:
            """Initialise the message.

            Args:
                field: the field.
                kept: whether what is listed stays so.
            """
            super().__init__()
            self.field = field
            self.kept = kept

    def __init__(self, words: str) -> None:
        """Begin with some words."""
        super().__init__(words, placeholder="words in a name, market, side or mode; enter keeps, esc lists all")
        self.cursor_blink = False

    def action_leave(self, kept: bool) -> None:
        """Say that nothing more is typed."""
        self.post_message(self.Left(self, kept))
