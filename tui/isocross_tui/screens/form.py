"""A form: a few fields, a sentence that says what they would do, and one key to do it.

Words that are not drawn by a widget of ours, in whatever characters the terminal has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from isocross_tui.screens.dialog import Dialog
from isocross_tui.widgets.glyphs import glyphs_of, in_ascii
from isocross_tui.widgets.prose import Prose, say


@dataclass(frozen=True, slots=True)
class Field:
    """One line to fill in."""

    key: str
    label: str
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the fields would do as they stand."""

    text: str
    good: bool


Judge = Callable[[Mapping[str, str]], Verdict]


class Form(Dialog[dict[str, str]]):
    """Fields with a verdict under them; gives the fields back, or None when it was left."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave")]

    def __init__(self, title: str, fields: Sequence[Field], judge: Judge) -> None:
        """Make a form.

        Args:
            title: what it is for.
            fields: what is to be filled in.
            judge: says what the fields would do; only a good verdict can be done.
        """
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._judge = judge
        self._opened_with: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Title, fields, verdict and keys."""
        with Vertical(classes="box") as box:
            box.border_title = self._title
            for field in self._fields:
                with Horizontal(classes="field"):
                    yield Label(field.label)
                    yield Input(field.value, placeholder=field.hint, id=f"field-{field.key}", compact=True)
            yield Prose(id="verdict")
            keys = "enter do it   tab next field   esc leave" if len(self._fields) > 1 else "enter do it   esc leave"
            yield Prose((say(keys, "muted"),), id="form-keys")

    def on_mount(self) -> None:
        """Judge what stands there already."""
        for field in self.query(Input):
            field.cursor_blink = False
        self._opened_with = self.values
        self._tell()

    @property
    def values(self) -> dict[str, str]:
        """The fields as they stand."""
        return {field.key: self.query_one(f"#field-{field.key}", Input).value.strip() for field in self._fields}

    @on(Input.Changed)
    def _tell(self) -> None:
        # what nobody has had the time to fill in is no mistake
        waits = self.values == self._opened_with and not all(self._opened_with.values())
        self._show("muted" if waits else "bad")

    def _show(self, refused: str) -> None:
        """Show the verdict, in this tone where it is not good."""
        verdict = self._judge(self.values)
        self.query_one("#verdict", Prose).show((say(verdict.text, "" if verdict.good else refused),))

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        # what was typed after the key came too late
        values = self.values | {str(event.input.id).removeprefix("field-"): event.value.strip()}
        if self._judge(values).good:
            self.dismiss(values)
        else:
            self._show("bad")

    def action_leave(self) -> None:
        """Go back without doing anything."""
        self.dismiss(None)


def worded(app: object, text: str) -> str:
    """The text; on a screen in ASCII an arrow is a word, as its sign would be another key."""
    return in_ascii(text) if glyphs_of(app).plain_words else text
