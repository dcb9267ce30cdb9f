"""Advise: the modes that leave the most under a set of shocks, and what they save and cost at each."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.message import Message

from isocross.account.book import Mode
from isocross.desk.state import State
from isocross.format import Amounts, percent
from isocross.money import ZERO
from isocross.records import dataclass
from isocross.studies.advice import Weighed
from isocross.words.advice import advice_sentence, advice_terms, costs, names_of
from isocross.words.stops import stop_advice_words
from isocross_tui.bridge import Pane, desk_of
from isocross_tui.panes.tones import BookTable, ModesCurve
from isocross_tui.views.close_first.answers import Advised, Counsel, Part, Told
from isocross_tui.widgets.curve import Chart, Curve, Series
from isocross_tui.widgets.prose import Prose, Words, say
from isocross_tui.widgets.table import Cell, Column, Row, Table

SHOCKS = (
    Column("shock", "shock", "right", 7, 5),
    Column("today", "today", "right", 7, 2),
    Column("advised", "advised", "right", 7, 3),
    Column("saved", "saves", "right", 7, 4),
    Column("open", "open", "right", 4, 1),
)
MODES = (
    Column("market", "market", "left", 5, 3),
    Column("today", "today", "left", 10, 2),
    Column("advised", "advised", "left", 10, 3),
)
ROOMY_HEIGHT = 22
_MODES = {Mode.CROSS: "X cross", Mode.ISOLATED: "I isolated"}


@dataclass(frozen=True)
class AdviseView:
    """What the pane shows."""

    title: str
    keys: str
    sentence: Words
    stop: Words
    modes: Table
    shocks: Table
    terms: Words
    chart: Chart | None


class ShocksTable(BookTable):
    """Says when it has another number of rows to show its shocks in."""

    class Sized(Message):
        """Posted once it knows its size."""

    def on_resize(self) -> None:
        """Say so."""
        self.post_message(self.Sized())


class AdvisePane(Pane[AdviseView]):
    """The best modes for a set of shocks."""

    HELP = "The modes that leave the most equity on average over these shocks: a what-if, and no forecast."

    def __init__(self, counsel: Counsel, id: str) -> None:
        """Draw what this counsel tells."""
        super().__init__(id=id)
        self._counsel = counsel
        self._keys = ""

    def has_room(self, size: Size) -> bool:
        """Whether each position's modes have a row, too."""
        return size.height >= ROOMY_HEIGHT

    def compose(self) -> ComposeResult:
        """What to do, each position's mode, what is left at each shock, and where there is room a chart of it."""
        yield Prose(id="advise-sentence")
        yield Prose(id="advise-terms")
        yield Prose(id="advise-stop")
        with Horizontal(id="advise-figures"):
            with Vertical(id="advise-tables"):
                for table in (BookTable(id="advise-modes"), ShocksTable(id="advise-shocks")):
                    table.can_focus = False
                    yield table
            yield ModesCurve(id="advise-curve")

    def slice_of(self, state: State) -> AdviseView:  # noqa: ARG002
        """The advice; what it is about it says itself."""
        told = self._counsel.advice
        if told is None:
            waits = say(self._counsel.waits_for(Part.ADVICE), "muted")
            return AdviseView("Advise", "", (waits,), (), Table(), Table(), (), None)
        view = _view(told, self.roomy)
        stop, keys = self._stop()
        keys = self._counsel.keys_of(Part.ADVICE, " · ".join(filter(None, (view.keys, keys))))
        return replace(view, stop=stop, keys=keys)

    def _stop(self) -> tuple[Words, str]:
        """The stop that leaves the most, and the key that places it."""
        told = self._counsel.stop
        if told is None:
            return (say(self._counsel.waits_for(Part.STOP), "muted"),), ""
        found, words = told.value, stop_advice_words(told.value, told.book, brief=not self.roomy)
        if found.position is None:
            return ((say(words, "muted"),) if self.roomy else ()), ""
        key = desk_of(self).keymap.by_id["close-first.stop"].first_key
        return (say(words),), f"{key} places the stop" if self.roomy else f"{key} the stop"

    def scroll_shocks(self, rows: int) -> None:
        """Bring shocks into sight for which there is no room."""
        self.query_one("#advise-shocks", BookTable).scroll_relative(y=rows, animate=False, force=True)
        self._tell_more()

    @on(ShocksTable.Sized)
    def _tell_more(self) -> None:
        """The keys, and before them how many shocks are out of sight."""
        # a pane can hear of its size before it has its parts, and after they are gone
        table = next(iter(self.query("#advise-shocks").results(BookTable)), None)
        more = round(table.max_scroll_y - table.scroll_y) if table is not None and table.display else 0
        told = f"{more} more below" if more else ""
        self.entitle(str(self.border_title or ""), " · ".join(filter(None, (told, self._keys))))

    def show_slice(self, value: AdviseView) -> None:
        """Give each part its value."""
        self.border_title, self._keys = value.title, value.keys
        self.query_one("#advise-sentence", Prose).show(value.sentence)
        self.query_one("#advise-stop", Prose).show(value.stop)
        for id, table in (("#advise-modes", value.modes), ("#advise-shocks", value.shocks)):
            drawn = self.query_one(id, BookTable)
            drawn.display = bool(table.rows)
            drawn.show(table)
        self.query_one("#advise-modes", BookTable).styles.height = len(value.modes.rows) + 1
        self.query_one("#advise-terms", Prose).show(value.terms)
        if value.chart is not None:
            self.query_one(Curve).show(value.chart)
        self._tell_more()


def _view(told: Told[Advised], roomy: bool) -> AdviseView:
    advice, book = told.value.advice, told.book
    if not book.positions:
        return AdviseView("Advise", "", (say("There is no mode to choose.", "muted"),), (), Table(), Table(), (), None)
    rows = tuple(_weighed(row, told.question.shock, book.amounts) for row in advice.rows)
    modes = tuple(_modes(told, position.id) for position in book.positions) if roomy and advice.flips else ()
    saves = f" {costs(advice, book)}" if roomy else ""
    return AdviseView(
        f"Advise · for {len(advice.rows)} shocks, no forecast",
        ("A flips as advised" if roomy else "A flips") if advice.flips else "",
        (say(f"{advice_sentence(advice, book)}{saves}".strip()),),
        (),
        Table(MODES, modes),
        Table(SHOCKS, rows),
        (say(advice_terms(advice), "muted"),),
        _chart(told),
    )


def _chart(told: Told[Advised]) -> Chart:
    """Equity between the deepest and the highest of the shocks."""
    rows, curves = told.value.advice.rows, told.value.curves
    ends = (float(rows[0].shock), float(rows[-1].shock))
    lefts = ([row.today.equity for row in rows], [row.advised.equity for row in rows])
    shown = []
    for curve, left, tone in zip(curves, lefts, ("muted", "accent"), strict=False):
        inside = [(float(x), float(y)) for x, y in curve.points if ends[0] < float(x) < ends[1]]
        points = ((ends[0], float(left[0])), *inside, (ends[1], float(left[-1])))
        shown.append(Series(curve.name, points, tone, dashed=curve.name == "today"))
    heights = [y for series in shown for _, y in series.points]
    low, top = min(0.0, *heights), max(heights)
    return Chart(tuple(shown), *ends, low, top if top > low else low + 1, float(told.question.shock))


def _modes(told: Told[Advised], position: str) -> Row:
    book = told.book
    mode = book.positions[book.index_of(position)].mode
    flips = position in told.value.advice.flips
    then = Cell(f"→ {_MODES[mode.other]}", "accent") if flips else Cell("  stays", "muted")
    return Row(position, (Cell(names_of(book)[position]), Cell(_MODES[mode], mode.value), then))


def _weighed(row: Weighed, shock: object, money: Amounts) -> Row:
    """One shock; the one that the desk stands at is told apart."""
    here = "accent" if row.shock == shock else ""
    tone = "good" if row.saved > ZERO else "bad" if row.saved < ZERO else "muted"
    stand = f"{row.today.open} → {row.advised.open}" if row.today.open != row.advised.open else f"{row.today.open}"
    return Row(
        str(row.shock),
        (
            Cell(percent(row.shock, plus="+"), here),
            Cell(money(row.today.equity)),
            Cell(money(row.advised.equity)),
            Cell(money(row.saved, plus="+"), tone),
            Cell(stand, "muted"),
        ),
    )
