"""Solve: what it takes for a position or the account to survive the shock."""

from __future__ import annotations

from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size

from isocross.account.book import Book
from isocross.desk.state import State
from isocross.format import percent
from isocross.records import dataclass
from isocross.studies.survive import Answer, Survival, Way
from isocross.words.advice import answer_figure, answer_sentence, names_of, survival_sentence
from isocross_tui.bridge import Pane
from isocross_tui.views.close_first.answers import Counsel, Part, Told
from isocross_tui.widgets.prose import Prose, Words, say
from isocross_tui.widgets.table import Cell, Column, LineTable, Row, Table

COLUMNS = (
    Column("way", "one of", "left", 8, 3),
    Column("figure", "least", "right", 9, 2),
    Column("of", "", "left", 9, 1),
)
ROOMY_WIDTH = 40
_WAYS = {Way.MARGIN: "cash", Way.CUT: "cut", Way.LEVERAGE: "leverage", Way.COIN: "coin"}

_NO_SHOCK = "A lived path has no shock to survive: set one on the what-if of this account."


@dataclass(frozen=True)
class SolveView:
    """What the pane shows."""

    title: str
    keys: str
    fate: Words
    table: Table
    sentence: Words


class SolvePane(Pane[SolveView]):
    """The answers to one question."""

    HELP = "The least cash or coin, the smallest cut, the highest leverage to survive the shock. b: who is to survive."

    def __init__(self, counsel: Counsel, id: str) -> None:
        """Draw what this counsel tells."""
        super().__init__(id=id)
        self._counsel = counsel
        self.at = 0
        """Which of the answers is marked."""

    def compose(self) -> ComposeResult:
        """Who falls, the answers, and the marked one in words."""
        yield Prose(id="solve-fate")
        table = LineTable(id="solve-table")
        table.can_focus = False
        yield table
        yield Prose(id="solve-sentence")

    def slice_of(self, state: State) -> SolveView:  # noqa: ARG002
        """The answers; the label is of the question they answer, not of a later one."""
        told = self._counsel.survival
        if told is None:
            return SolveView("Solve", "", (say(self._counsel.waits_for(Part.SURVIVAL), "muted"),), Table(), ())
        view = _view(told, self.marked, self.roomy)
        return replace(view, keys=self._counsel.keys_of(Part.SURVIVAL, view.keys))

    def has_room(self, size: Size) -> bool:
        """Whether there is room to say who else could be asked about."""
        return size.width >= ROOMY_WIDTH

    @property
    def marked(self) -> Answer | None:
        """The marked answer."""
        told = self._counsel.survival
        answers = () if told is None else told.value.answers
        return answers[min(self.at, len(answers) - 1)] if answers else None

    def show_slice(self, value: SolveView) -> None:
        """Give each part its value."""
        self.entitle(value.title, value.keys)
        self.query_one("#solve-fate", Prose).show(value.fate)
        table = self.query_one(LineTable)
        table.display = bool(value.table.rows)
        table.show(value.table)
        self.query_one("#solve-sentence", Prose).show(value.sentence)

    def mark(self, step: int) -> None:
        """Mark the next answer (1) or the one before (−1)."""
        told = self._counsel.survival
        most = len(_WAYS) if told is None else len(told.value.answers)
        self.at = max(0, min(most - 1, self.at + step))
        self.look_again()

    @on(LineTable.RowPicked)
    def pick(self, message: LineTable.RowPicked) -> None:
        """A click marks."""
        self.at = list(_WAYS).index(Way(message.key))
        self.look_again()

    def on_click(self, event: events.Click) -> None:  # noqa: ARG002
        """A click anywhere in it looks here."""
        self.focus()


def _view(told: Told[Survival], marked: Answer | None, roomy: bool) -> SolveView:
    found, book = told.value, told.book
    other = "the selected position" if found.subject is None else "the whole account"
    keys = [f"b {other}"] * roomy + ["enter does it"] * bool(marked and marked.steps)
    who = "account" if found.subject is None else names_of(book)[found.subject]
    rows = tuple(_row(answer, book) for answer in found.answers)
    if told.question.standpoint:
        return SolveView("Solve", "", (say(_NO_SHOCK, "muted"),), Table(), ())
    return SolveView(
        f"Solve · {who} at {percent(found.move, plus='+')}",
        " · ".join(keys),
        (say(survival_sentence(found, book), "muted" if found.falls else "good"),),
        Table(COLUMNS, rows, marked.kind.value if marked else None),
        (say(answer_sentence(found, marked, book)),) if marked else (),
    )


def _row(answer: Answer, book: Book) -> Row:
    figure, of = answer_figure(answer, book)
    tone = "" if answer.steps else "muted"
    return Row(answer.kind.value, (Cell(_WAYS[answer.kind], "muted"), Cell(figure, tone), Cell(of, "muted")))
