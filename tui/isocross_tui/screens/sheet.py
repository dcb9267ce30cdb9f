"""A sheet: cells filled in row by row with one field for the cell under the cursor, and what the rows lead to."""

from __future__ import annotations

from typing import ClassVar, Generic, NamedTuple, Protocol, Self, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from isocross.records import dataclass
from isocross_tui.screens.dialog import Dialog
from isocross_tui.screens.form import Verdict, worded
from isocross_tui.screens.tell import Ask, Tell
from isocross_tui.widgets.entry import Entry
from isocross_tui.widgets.prose import Prose, Words, say
from isocross_tui.widgets.spans import text_of
from isocross_tui.widgets.table import LineTable, Table

HEAD = -1
"""The line of the cells that stand above the rows."""


class Place(NamedTuple):
    """Where a cell stands."""

    line: int
    """A row from 0 on, or HEAD."""
    column: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one cell."""

    label: str
    text: str = ""
    """What was entered."""
    stands_for: str = ""
    """What it is where nothing was entered."""
    shown: str = ""
    """How it is written where the cursor is not; empty: as it was entered."""
    hint: str = ""
    options: tuple[str, ...] = ()
    """What there is to choose; empty: any text."""
    follows: bool = False
    """Whether it needs no word, because it follows from the others."""


class Draft(Protocol):
    """What is being entered; every change makes another one."""

    @property
    def rows(self) -> int:
        """How many rows there are, with the empty one at the end."""

    @property
    def columns(self) -> int:
        """How many cells a row has."""

    @property
    def heads(self) -> int:
        """How many cells stand above the rows."""

    def cell(self, place: Place) -> Cell:
        """What is known of a cell."""

    def put(self, place: Place, text: str) -> Self:
        """With another text in a cell."""

    def fault(self, place: Place) -> str:
        """Why what stands in a cell cannot be; empty: it can."""

    def head_words(self, cursor: Place) -> Words:
        """The cells above the rows."""

    def table(self, cursor: Place) -> Table:
        """The rows with their figures."""

    def words(self, cursor: Place) -> Words:
        """What the account comes to, and what is to be said of the row under the cursor."""

    def without(self, line: int) -> Self:
        """Without one row."""

    def merged(self, line: int) -> Self | None:
        """With a row added to the one it belongs to; None: it belongs to none."""

    def filled(self, text: str) -> tuple[Self, Words] | None:
        """Filled from a text that was pasted, with what was made of it; None: it is the text of one cell."""

    def verdict(self) -> Verdict:
        """Whether it can be opened, and what is missing."""


class CellTable(LineTable):
    """Rows of cells, one of them under the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "drawing--cell",
        "drawing--long",
        "drawing--short",
        "drawing--cross",
        "drawing--isolated",
    }
    can_focus = False


class CellWords(Prose):
    """Cells in a line of words."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawing--cell"}


D = TypeVar("D", bound=Draft)


class Sheet(Dialog[D], Generic[D]):
    """A table to fill in; gives what was entered, or None when it was left."""

    AUTO_FOCUS = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "onward", "next", priority=True),
        Binding("tab", "go(1)", "next cell", priority=True),
        Binding("shift+tab", "go(-1)", "cell before", priority=True),
        Binding("down", "row(1)", "row below", priority=True),
        Binding("up", "row(-1)", "row above", priority=True),
        Binding("ctrl+d", "drop_row", "drop the row", priority=True),
        Binding("ctrl+g", "merge", "merge", priority=True),
        Binding("escape", "leave", "leave"),
    ]

    def __init__(self, title: str, draft: D, start: Place, done: str) -> None:
        """Make a sheet.

        Args:
            title: what is entered.
            draft: what is there to begin with.
            start: the cell to begin in.
            done: what becomes of it in the end, as a key's label says it.
        """
        super().__init__()
        self._title = title
        self._opened_with = self._draft = draft
        self._place = start
        self._done = done
        self._refused = ""

    def compose(self) -> ComposeResult:
        """Head, rows, the field of the cell, what is said, and the keys."""
        with Vertical(classes="box", id="sheet") as box:
            box.border_title = self._title
            yield CellWords(id="sheet-head")
            yield CellTable(id="sheet-rows")
            yield Prose(id="sheet-words")
            with Horizontal(classes="field"):
                yield Prose(id="sheet-label")
                yield Entry(id="sheet-cell", compact=True)
            yield Prose(id="sheet-hint")
            yield Prose(id="sheet-keys")

    def on_mount(self) -> None:
        """Begin in the first cell."""
        entry = self.query_one(Entry)
        entry.cursor_blink = False
        entry.on_letter = self.action_onward
        entry.on_fill = self._fill
        self._go_to(self._place)

    # --- cells ---------------------------------------------------------------------------------

    def _go_to(self, place: Place) -> None:
        """Put the cursor into a cell, with what stands in it in the field."""
        self._place = place
        self._refused = ""
        cell = self._draft.cell(place)
        entry = self.query_one(Entry)
        entry.placeholder = cell.stands_for
        entry.offer((cell.text or cell.stands_for) if cell.options else cell.text, cell.options)
        entry.tooltip = None
        self._show()

    def _take(self) -> None:
        """Take what stands in the field; an option that nobody chose follows from the others."""
        text, cell = self.query_one(Entry).value.strip(), self._draft.cell(self._place)
        if cell.options and text == cell.stands_for and not cell.text:
            return
        if text != cell.text:
            self._draft = self._draft.put(self._place, text)

    @on(Input.Changed)
    def _changed(self) -> None:
        self._refused = ""
        self._take()
        self._show()

    def _show(self) -> None:
        draft, place, cell = self._draft, self._place, self._draft.cell(self._place)
        self.query_one("#sheet-head", Prose).show(draft.head_words(place))
        self.query_one("#sheet-rows", LineTable).show(draft.table(place))
        words = draft.words(place)
        self.query_one("#sheet-words", Prose).show(words)
        self.query_one("#sheet-label", Prose).show((say(cell.label, "accent"),))
        told = any(self._refused == text_of(paragraph.spans) for paragraph in words)
        hint = say(self._refused, "bad") if self._refused and not told else say(cell.hint, "muted")
        self.query_one("#sheet-hint", Prose).show((hint,))
        self.query_one("#sheet-keys", Prose).show((say(worded(self.app, self._keys(cell)), "muted"),))

    def _keys(self, cell: Cell) -> str:
        last = self._place == Place(self._draft.rows - 1, 0)
        enter = f"enter {self._done}" if last and self._draft.rows > 1 and not cell.text else "enter next"
        choose = "← → letter choose   " if cell.options else ""
        rows = "" if cell.options else "↑ ↓ row   "
        drop = "ctrl+d drop row   " if HEAD < self._place.line < self._draft.rows - 1 else ""
        merge = "ctrl+g merge   " if self._place.line != HEAD and self._draft.merged(self._place.line) else ""
        return f"{enter}   {choose}{merge}tab cell   {rows}{drop}esc leave"

    # --- keys ----------------------------------------------------------------------------------

    def action_onward(self) -> None:
        """Go to the next cell that waits for a word; from the empty row at the end, be done."""
        if self.query_one(Entry).ends_word():
            return
        self._take()
        place = self._place
        if place == Place(self._draft.rows - 1, 0) and not self._draft.cell(place).text:
            self._finish()
            return
        fault = self._draft.fault(place)
        if fault:
            self._refused = fault
            self._show()
            return
        place = self._beside(place, 1)
        while self._draft.cell(place).follows:
            place = self._beside(place, 1)
        self._go_to(place)

    def _beside(self, place: Place, step: int) -> Place:
        """The cell after (1) or before (−1); at the ends it stays."""
        columns = self._draft.columns
        at = place.column if place.line == HEAD else self._draft.heads + place.line * columns + place.column
        last = self._draft.heads + (self._draft.rows - 1) * columns
        at = max(0, min(at + step, last))
        if at < self._draft.heads:
            return Place(HEAD, at)
        return Place(*divmod(at - self._draft.heads, columns))

    def action_go(self, step: int) -> None:
        """Go to the cell beside, whatever stands in this one."""
        self._take()
        self._go_to(self._beside(self._place, step))

    def action_row(self, step: int) -> None:
        """Go to the row above or below; above the rows to the cell before or after."""
        self._take()
        line, column = self._place
        if line == HEAD:
            self._go_to(self._beside(self._place, step))
        elif line + step < 0:
            self._go_to(Place(HEAD, self._draft.heads - 1))
        else:
            line = min(line + step, self._draft.rows - 1)
            self._go_to(Place(line, 0 if line == self._draft.rows - 1 else column))

    def action_drop_row(self) -> None:
        """Drop the row under the cursor."""
        if self._place.line != HEAD:
            self._draft = self._draft.without(self._place.line)
            self._go_to(Place(min(self._place.line, self._draft.rows - 1), 0))

    def action_merge(self) -> None:
        """Add the row under the cursor to the one that it belongs to."""
        self._take()
        merged = None if self._place.line == HEAD else self._draft.merged(self._place.line)
        if merged is not None:
            self._draft = merged
            self._go_to(Place(self._draft.rows - 1, 0))

    @on(LineTable.RowPicked)
    def _pick(self, event: LineTable.RowPicked) -> None:
        self._take()
        self._go_to(Place(int(event.key), 0))

    def _fill(self, text: str) -> bool:
        """Fill the whole sheet from a table, a venue's answer or a code; whether it was one."""
        filled = self._draft.filled(text)
        if filled is None:
            return False
        draft, words = filled
        self._draft = draft
        self._go_to(Place(draft.rows - 1, 0))
        self.app.push_screen(Tell("What was pasted", words))
        return True

    # --- the end -------------------------------------------------------------------------------

    def _finish(self) -> None:
        verdict = self._draft.verdict()
        if verdict.good:
            self.dismiss(self._draft)
        else:
            self._refused = verdict.text
            self._show()

    def action_leave(self) -> None:
        """Leave; what was entered is asked about."""
        self._take()
        if self._draft == self._opened_with:
            self.dismiss(None)
            return

        def answered(answer: str | None) -> None:
            if answer == "y":
                self._finish()
            elif answer == "n":
                self.dismiss(None)

        answers = {"y": self._done, "n": "drop what was entered"}
        self.app.push_screen(Ask(self._title, "Open this account on the desk?", answers), answered)
