"""Triage: the positions, the best to close first, and what closing, margin or a flip of each would do."""

from __future__ import annotations

from decimal import Decimal

from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from isocross.account.book import Mode, Side
from isocross.desk import selectors
from isocross.desk.actions.shock import Select
from isocross.desk.state import State
from isocross.format import percent
from isocross.money import ZERO
from isocross.records import dataclass
from isocross.studies.triage import Remedy, Triage, TriageRow, help_of
from isocross.words.advice import at, gain_words, triage_sentence, triage_terms, way
from isocross_tui.bridge import Pane, store_of
from isocross_tui.panes.tones import BookTable
from isocross_tui.views.close_first.answers import Counsel, Part
from isocross_tui.widgets.prose import Prose, Words, say
from isocross_tui.widgets.table import Cell, Column, LineTable, Row, Table

_TITLES = (
    ("market", "market", "market", 5, 20),
    ("side", "side", "side", 1, 12),
    ("mode", "mode", "mode", 4, 11),
    ("falls", "at", "liquidated at", 7, 17),
    ("closed", "closed", "if closed", 7, 19),
    ("gain", "gain", "gain", 7, 18),
    ("each", "per {help:f}", "gain per {help:f} closed", 7, 14),
    ("margin", "{help:f} more", "with {help:f} more", 7, 16),
    ("flip", "flipped", "if flipped", 7, 15),
)
"""Key, title in little room, title where there is more, width and priority; `help` is that of the triage."""
_WORDS = 3
"""So many columns are of words, the others of figures."""
ROOMY_WIDTH = 100
_SIDES = {Side.LONG: ("L", "L long"), Side.SHORT: ("S", "S short")}
_MODES = {Mode.CROSS: ("X", "X cross"), Mode.ISOLATED: ("I", "I isolated")}
"""A letter that needs no colour, and where there is room the word."""


@dataclass(frozen=True)
class TriageView:
    """What the pane shows."""

    title: str
    keys: str
    table: Table
    sentence: Words


class TriagePane(Pane[TriageView]):
    """Which to close first."""

    HELP = triage_terms()

    def __init__(self, counsel: Counsel, id: str) -> None:
        """Draw what this counsel tells."""
        super().__init__(id=id)
        self._counsel = counsel

    def has_room(self, size: Size) -> bool:
        """Whether titles can be written out."""
        return size.width >= ROOMY_WIDTH

    def compose(self) -> ComposeResult:
        """The table above its sentence."""
        table = BookTable(id="triage-table")
        table.can_focus = False
        yield table
        yield Prose(id="triage-sentence")

    def slice_of(self, state: State) -> TriageView:
        """The rows in their order, the selected one marked."""
        told = self._counsel.triage
        if told is None:
            waits = say(self._counsel.waits_for(Part.TRIAGE), "muted")
            columns = _columns(self.roomy, help_of(selectors.book_now(state)))
            return TriageView("Close first", "", Table(columns), (waits,))
        found = told.value
        rows = tuple(_row(found, row, self.roomy) for row in found.rows)
        since = told.question.standpoint or "the opening marks"
        return TriageView(
            f"Close first · all move {way(found.today.direction)}, from {since}",
            self._counsel.keys_of(Part.TRIAGE, "enter closes it" if rows else ""),
            Table(_columns(self.roomy, found.help), rows, state.selected),
            (say(triage_sentence(found)), *((say(triage_terms(), "muted"),) if rows and self.roomy else ())),
        )

    def show_slice(self, value: TriageView) -> None:
        """Give each part its value, and take the rows that are needed."""
        self.entitle(value.title, value.keys)
        self.query_one(LineTable).show(value.table)
        self.query_one("#triage-sentence", Prose).show(value.sentence)
        self.query_one(LineTable).styles.height = len(value.table.rows) + 1

    @on(LineTable.RowPicked)
    def pick(self, message: LineTable.RowPicked) -> None:
        """A click selects."""
        store_of(self).dispatch(Select(message.key))


def _columns(roomy: bool, help: Decimal) -> tuple[Column, ...]:
    columns = []
    for place, (key, short, title, width, priority) in enumerate(_TITLES):
        called = (title if roomy else short).format(help=help)
        columns.append(Column(key, called, "left" if place < _WORDS else "right", width, priority))
    return tuple(columns)


def _row(found: Triage, row: TriageRow, roomy: bool) -> Row:
    position, today = row.position, found.today
    return Row(
        position.id,
        (
            Cell(row.name),
            Cell(_SIDES[position.side][roomy], position.side.value),
            Cell(_MODES[position.mode][roomy], position.mode.value),
            Cell("none" if row.falls is None else percent(today.move(row.falls), plus="+")),
            _then(row.close, best=row is found.best),
            _gain(row, row.close.gain, 1),
            _gain(row, row.close_per_help, 2),
            _then(row.margin),
            _then(row.flip),
        ),
    )


def _then(remedy: Remedy, *, best: bool = False) -> Cell:
    """Where the first falls with a remedy: better, worse or no other than today."""
    if remedy.reach is None:
        return Cell("refused", "muted")
    return Cell(at(remedy.reach), "accent" if best else _tone(remedy.gain))


def _gain(row: TriageRow, gain: Decimal | None, places: int) -> Cell:
    return Cell("") if gain is None else Cell(gain_words(row, gain, places), _tone(gain))


def _tone(gain: Decimal | None) -> str:
    return "muted" if not gain else "good" if gain > ZERO else "bad"
