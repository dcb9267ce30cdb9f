"""A choice of one out of a list, each with a word on what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from isocross.records import dataclass
from isocross_tui.screens.dialog import Dialog
from isocross_tui.screens.form import worded
from isocross_tui.widgets.choices import ChoiceList, Hung

_USUAL: Final = 70
"""Cells of a row in a box that is no wider than others."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    key: str
    title: str
    note: str = ""


class Choose(Dialog[str]):
    """A list; gives the key of what was chosen, or None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "leave"),
        Binding("j", "down", "down", show=False),
        Binding("k", "up", "up", show=False),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        current: str | None = None,
        look: Callable[[str], None] | None = None,
    ) -> None:
        """Make a choice.

        Args:
            title: what is chosen.
            choices: what there is.
            current: the key that is highlighted first.
            look: called with each key that is highlighted, to show it before it is chosen.
        """
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._current = current
        self._look = look
        self.set_class(look is not None, "-looking")

    def compose(self) -> ComposeResult:
        """The list in a box."""
        width = max((len(choice.title) for choice in self._choices), default=0) + 2
        much = width + max((len(choice.note) for choice in self._choices), default=0) > _USUAL
        with Vertical(classes=f"box{' -much' if much else ''}") as box:
            box.border_title = self._title
            self._box = box
            box.border_subtitle = worded(self.app, "↑ ↓ look   enter choose   esc leave")
            yield ChoiceList(
                *(
                    Option(Hung(Content(choice.title), width, Content.styled(choice.note, "dim")), id=choice.key)
                    for choice in self._choices
                ),
                compact=True,
            )

    def on_mount(self) -> None:
        """Highlight the current one."""
        keys = [choice.key for choice in self._choices]
        options = self.query_one(OptionList)
        options.highlighted = keys.index(self._current) if self._current in keys else 0
        options.focus()
        self.watch(options, "show_vertical_scrollbar", self.count)

    @on(OptionList.OptionHighlighted)
    def count(self) -> None:
        """Say which of how many is highlighted, where not all of them are in sight."""
        options = self.query_one(OptionList)
        told = f" · {(options.highlighted or 0) + 1} of {options.option_count}"
        self._box.border_title = f"{self._title}{told if options.show_vertical_scrollbar else ''}"

    @on(OptionList.OptionHighlighted)
    def _show(self, event: OptionList.OptionHighlighted) -> None:
        if self._look is not None and event.option.id is not None:
            self._look(event.option.id)

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_down(self) -> None:
        """Highlight the next one."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Highlight the one before."""
        self.query_one(OptionList).action_cursor_up()

    def action_leave(self) -> None:
        """Go back without choosing."""
        self.dismiss(None)
