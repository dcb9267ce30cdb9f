"""A form: a few fields, a sentence that says what they would do, and one key to do it.

Words that are not drawn by a widget of ours, in whatever characters the terminal has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Label

from isocross.records import dataclass
from isocross.work import TooMuchWork
from isocross_tui.screens.dialog import Dialog
from isocross_tui.widgets.entry import Entry
from isocross_tui.widgets.glyphs import glyphs_of, in_ascii
from isocross_tui.widgets.prose import Prose, say


@dataclass(frozen=True, slots=True)
class Field:
    """One line to fill in."""

    key: str
    label: str
    value: str = ""
    hint: str = ""
    options: tuple[str, ...] = ()
    """What there is to choose; empty: any text."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the fields would do as they stand."""

    text: str
    good: bool


Judge = Callable[[Mapping[str, str]], Verdict]
Hints = Callable[[Mapping[str, str]], Mapping[str, str]]
"""What empty fields stand for while the others are as they are, by key."""
Needs = Callable[[Mapping[str, str]], frozenset[str]]
"""Which fields there are while the others are as they are, by key."""
Foresee = Callable[[Mapping[str, str]], str]
"""What fields with a good verdict would lead to, in a line; empty: nothing that shows."""


def _no_hints(_values: Mapping[str, str]) -> Mapping[str, str]:
    return {}


class Form(Dialog[dict[str, str]]):
    """Fields with a verdict under them; gives the fields back, or None when it was left."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave")]
    foresee: Foresee | None = None
    """Tells below the verdict what doing it leads to."""
    preset: Hints | None = None
    """Says what stands in a choice that nobody has made, where that follows from the others."""
    step: Callable[[], AbstractContextManager[None]] = staticmethod(nullcontext)
    """How long it may take to work out a verdict, and what doing it leads to."""

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        judge: Judge,
        hints: Hints = _no_hints,
        needs: Needs | None = None,
    ) -> None:
        """Make a form.

        Args:
            title: what it is for.
            fields: what is to be filled in.
            judge: says what the fields would do; only a good verdict can be done.
            hints: says what an empty field stands for, where that follows from the others.
            needs: says which fields there are; the others are out of sight, and as they were. None: all.
        """
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._judge = judge
        self._hints = hints
        self._needs = needs
        self._opened_with: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Title, fields, verdict and keys."""
        with Vertical(classes="box form") as box:
            box.border_title = self._title
            with VerticalScroll(classes="fields", can_focus=False):
                for field in self._fields:
                    with Horizontal(classes="field", id=f"row-{field.key}"):
                        yield Label(field.label)
                        entry = Entry(field.value, placeholder=field.hint, id=f"field-{field.key}", compact=True)
                        if field.options:
                            entry.offer(field.value, field.options)
                        yield entry
            yield Prose(id="verdict")
            yield Prose((say(worded(self.app, self._keys), "muted"),), id="form-keys")

    @property
    def _keys(self) -> str:
        more = "tab next field   " if len(self._fields) > 1 else ""
        choose = "← → or a letter choose   " if any(field.options for field in self._fields) else ""
        return f"enter do it   {more}{choose}esc leave"

    def on_mount(self) -> None:
        """Judge what stands there already."""
        for field in self.query(Input):
            field.cursor_blink = False
        self._opened_with = self.values
        self._tell()

    @property
    def values(self) -> dict[str, str]:
        """The fields as they stand."""
        return self._without({f.key: self.query_one(f"#field-{f.key}", Input).value.strip() for f in self._fields})

    def _without(self, values: dict[str, str]) -> dict[str, str]:
        """The values, those of fields that there are not as they were."""
        needed = None if self._needs is None else self._needs(values)
        return {f.key: values[f.key] if needed is None or f.key in needed else f.value for f in self._fields}

    @on(events.DescendantFocus)
    @on(Input.Changed)
    def _tell(self) -> None:
        for key, option in ({} if self.preset is None else self.preset(self.values)).items():
            self.query_one(f"#field-{key}", Entry).stand_at(option)
        # what nobody has had the time to fill in is no mistake
        self._show(silent=self.values == self._opened_with)

    def _show(self, *, silent: bool = False) -> None:
        """Show the verdict; `silent`: only a good one."""
        values = self.values
        if self._needs is not None:
            needed = self._needs(values)
            for field in self._fields:
                self.query_one(f"#row-{field.key}").display = field.key in needed
        for key, hint in self._hints(values).items():
            self.query_one(f"#field-{key}", Input).placeholder = hint
        verdict, ahead = self._judged(values)
        told = verdict.text if verdict.good or not silent else ""
        words = [say(told, "" if verdict.good else "bad"), *((say(ahead, "accent"),) if ahead else ())]
        words += [say(hint, "muted") for hint in self._cut_hints()]
        self.query_one("#verdict", Prose).show(tuple(words))

    def _cut_hints(self) -> Iterator[str]:
        """What an empty field would say where the keys go, and has no room for."""
        for field in self.query(Input):
            if field.has_focus and not field.value and 0 < field.content_size.width < cell_len(str(field.placeholder)):
                yield str(field.placeholder)

    def _judged(self, values: Mapping[str, str]) -> tuple[Verdict, str]:
        """The verdict, and what a good one would lead to."""
        try:
            with self.step():
                verdict = self._judge(values)
                return verdict, self.foresee(values) if verdict.good and self.foresee is not None else ""
        except TooMuchWork as error:
            return Verdict(str(error), good=False), ""

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        # what was typed after the key came too late
        values = self._without(self.values | {str(event.input.id).removeprefix("field-"): event.value.strip()})
        if self._judged(values)[0].good:
            self.dismiss(values)
        else:
            self._show()

    def action_leave(self) -> None:
        """Go back without doing anything."""
        self.dismiss(None)


def worded(app: object, text: str) -> str:
    """The text; on a screen in ASCII an arrow is a word, as its sign would be another key."""
    return in_ascii(text) if glyphs_of(app).plain_words else text
