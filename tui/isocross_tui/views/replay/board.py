"""The crash board: every past crash in every mode as a heat table, the worst first, and the marked one in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import partial
from typing import ClassVar

from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.worker import Worker, WorkerState

from isocross.account.book import Book
from isocross.desk import selectors
from isocross.desk.crash_board import (
    CrashRow,
    crash_odds,
    crash_offers,
    crash_row,
    depth_words,
    worst_first,
)
from isocross.desk.state import State
from isocross.errors import IsocrossError
from isocross.records import dataclass
from isocross.studies.odds import Reached
from isocross.studies.replays import Life, Offer
from isocross.words.replay import verdict
from isocross_tui.bridge import Pane, desk_of, fault_words
from isocross_tui.panes.tones import BookTable
from isocross_tui.views.replay.charts import Drawn, ReplayCurve, crash_chart, drawn
from isocross_tui.views.replay.start import trouble
from isocross_tui.widgets.curve import Chart
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.prose import Prose, Words, say
from isocross_tui.widgets.table import Cell, Column, LineTable, Row, Table

ROOMY_WIDTH = 100
_TALL = 45
"""From this height on there is room for the marks and the figures of every liquidation."""
HEATS = (Decimal("0.95"), Decimal("0.7"), Decimal("0.4"), Decimal("0.1"))
"""Shares of the opening equity between the five heats."""
_HIT = (
    "Figures: the lowest equity. Hit: hours after which the account as it is has a position liquidated or reduced. "
    "A count, not a probability."
)
_SCALED = "Each market opens at your mark and moves as it did then."


class HeatTable(BookTable):
    """A table whose cells are the hotter the less was left."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawing--heat-{n}" for n in range(len(HEATS) + 1)}
    DEFAULT_CSS = """
    HeatTable {
        & > .drawing--heat-0 { background: $desk-profit 12%; }
        & > .drawing--heat-1 { background: $warning 12%; }
        & > .drawing--heat-2 { background: $warning 24%; }
        & > .drawing--heat-3 { background: $desk-loss 26%; }
        & > .drawing--heat-4 { background: $desk-loss 40%; text-style: bold; }
        &:ansi > .drawing--heat-0, &:ansi > .drawing--heat-1, &:ansi > .drawing--heat-2 { background: ansi_default; }
        &:ansi > .drawing--heat-3, &:ansi > .drawing--heat-4 { background: ansi_default; text-style: bold; }
    }
    """

    def tone_style(self, tone: str) -> Style:
        """Return the style of a tone: the heat lies over the mark of the row."""
        return super().tone_style(" ".join(sorted(tone.split(), key=lambda name: name.startswith("heat-"))))


@dataclass(frozen=True)
class BoardSlice:
    """What the pane shows."""

    title: str
    table: Table
    words: Words
    chart: Chart | None


@dataclass(eq=False)
class Walked:
    """What is known of one account so far."""

    book: Book
    stand_in: Mapping[str, str]
    offers: tuple[Offer, ...]
    rows: dict[str, CrashRow] = field(default_factory=dict)
    """By the id of their window."""
    odds: dict[str, Reached] = field(default_factory=dict)

    def is_of(self, state: State) -> bool:
        """Whether it is of the account of a state, with the same stand-ins."""
        book = selectors.book(state)
        same = book is self.book or book == self.book
        return same and state.workspace.scenario.stand_in == self.stand_in

    @property
    def done(self) -> bool:
        """Whether every crash was walked through."""
        return len(self.rows) == len(self.offers)

    @property
    def counted(self) -> bool:
        """Whether the hours of every crash were counted."""
        return len(self.odds) == len(self.offers)


class OfferPane(Pane[BoardSlice | None]):
    """The crashes to choose from while none is replayed."""

    HELP = "Past crashes in every mode, the worst first; ✕ counts who was liquidated, beside it the lowest equity."
    at: str = ""
    """The window that is marked; empty: the worst."""
    generation = 0
    _walked: Walked | None = None
    _tall = False

    def on_resize(self, event: events.Resize) -> None:
        """Tell more of the marked crash where there are rows for it."""
        super().on_resize(event)
        if self._tall is not (event.size.height >= _TALL):
            self._tall = not self._tall
            self.look_again()

    def has_room(self, size: Size) -> bool:
        """Whether every column can be written out."""
        return size.width >= ROOMY_WIDTH

    def compose(self) -> ComposeResult:
        """The table above the words of the marked crash, and its equity."""
        table = HeatTable(id="crash-table")
        table.can_focus = False
        yield table
        yield Prose(id="crash-words")
        yield ReplayCurve(id="crash-curve")

    def slice_of(self, state: State) -> BoardSlice | None:
        """The rows that are known; None while a crash is replayed."""
        if drawn(state) is not None:
            return None
        walked = self._walked
        if walked is None or not walked.is_of(state):
            walked = self._begin(state)
        rows = self.rows()
        marked = self.marked(rows)
        titles = _titles(rows)
        glyphs = desk_of(self).glyphs
        table = Table(
            _columns(titles, roomy=self.roomy),
            tuple(Row(row.offer.window.id, self._cells(row, state, titles, walked)) for row in rows),
            None if marked is None else marked.offer.window.id,
        )
        at_work = "" if walked.done else f" · {len(rows)} of {len(walked.offers)}, at work"
        unit = f"{f'{glyphs.dead} liquidated, ' if self.roomy else ''}lowest equity in {walked.book.currency}"
        title = f"Past crashes, worst first · scaled to your marks · {unit}{at_work}"
        return BoardSlice(title, table, self._words(state, marked), _chart(marked, glyphs))

    def _cells(self, row: CrashRow, state: State, titles: Sequence[str], walked: Walked) -> tuple[Cell, ...]:
        """One crash: how deep it went, each mode, and how many of its hours hit."""
        window, depth = row.offer.window, depth_words(state, row.offer)
        lives = {life.variant.title: life for life in row.distinct}
        glyphs = desk_of(self).glyphs
        return (
            Cell(f"{window.crash if self.roomy else window.crash[:7]} {window.title}"),
            # a blank, so that no figure touches the heat beside it
            Cell(f"{depth if self.roomy else depth.replace(' %', '%')} ", "bad"),
            *(_mode(row, lives.get(title), glyphs) for title in titles),
            _hit(walked.odds.get(window.id), roomy=self.roomy),
            Cell(f"{window.kind.value} {window.interval_words}", "muted"),
        )

    def show_slice(self, value: BoardSlice | None) -> None:
        """Give each part its value."""
        self.display = value is not None
        if value is None:
            return
        self.entitle(value.title, "enter replays it · C every window")
        self.query_one(LineTable).show(value.table)
        self.query_one(LineTable).styles.height = len(value.table.rows) + 1
        self.query_one(Prose).show(value.words)
        self.query_one(ReplayCurve).display = value.chart is not None
        if value.chart is not None:
            self.query_one(ReplayCurve).show(value.chart)

    # --- rows ----------------------------------------------------------------------------------

    def rows(self) -> tuple[CrashRow, ...]:
        """What is known, the worst first."""
        return () if self._walked is None else worst_first(self._walked.rows.values())

    def marked(self, rows: Sequence[CrashRow]) -> CrashRow | None:
        """The row that is marked."""
        return next((row for row in rows if row.offer.window.id == self.at), rows[0] if rows else None)

    @property
    def knows_the_worst(self) -> bool:
        """Whether every crash was walked through, so that the first row stays the first."""
        return self._walked is not None and self._walked.done

    def mark(self, window: str) -> None:
        """Mark another crash."""
        self.at = window
        self.look_again()

    def mark_by(self, step: int) -> None:
        """Mark the crash below (1) or above (−1)."""
        rows = self.rows()
        ids = [row.offer.window.id for row in rows]
        marked = self.marked(rows)
        if marked is not None:
            at = ids.index(marked.offer.window.id) + step
            self.mark(ids[max(0, min(len(ids) - 1, at))])

    @on(LineTable.RowPicked)
    def pick(self, message: LineTable.RowPicked) -> None:
        """A click marks a crash; a click on the marked one replays it."""
        marked = self.marked(self.rows())
        if marked is not None and message.key == marked.offer.window.id:
            desk_of(self).action_command("replay.take")
        else:
            self.mark(message.key)

    # --- working it out ------------------------------------------------------------------------

    @property
    def is_working(self) -> bool:
        """Whether a crash, or its hours, are still to be worked out."""
        walked = self._walked
        return walked is not None and bool(walked.offers) and not (walked.done and walked.counted)

    def _begin(self, state: State) -> Walked:
        self._walked = walked = Walked(selectors.book(state), state.workspace.scenario.stand_in, crash_offers(state))
        self.generation += 1
        self.run_worker(self._walk(self.generation, walked, state), group="crashes", exit_on_error=False)
        return walked

    async def _walk(self, generation: int, walked: Walked, state: State) -> None:
        """Beside the keys, one crash after the other; what nobody looks at any more is given up."""
        for offer in walked.offers:
            row = await desk_of(self).beside(partial(crash_row, state, offer))
            if generation != self.generation:
                return
            walked.rows[offer.window.id] = row
            self.look_again()
        for row in self.rows():
            found = await desk_of(self).beside(partial(crash_odds, state, row.offer))
            if generation != self.generation:
                return
            walked.odds[row.offer.window.id] = found
            self.look_again()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say so when something could not be worked out."""
        error = event.worker.error if event.state is WorkerState.ERROR else None
        if isinstance(error, IsocrossError):
            self.notify(f"This could not be worked out: {error}", severity="warning", markup=False)
        elif error is not None:
            self.notify(fault_words("This could not be worked out", error), severity="error", markup=False)

    def _words(self, state: State, marked: CrashRow | None) -> Words:
        refused = trouble(state)
        if refused:
            return (say(f"There is nothing to replay: {refused}.", "warn"),)
        if marked is None:
            return (say("The account walks through every past crash, as it is, all cross and all isolated.", "muted"),)
        # where room is short the title alone says how prices are scaled
        source = say(
            f"{_source(marked.offer, selectors.book(state))} {_SCALED if self.roomy else ''}".rstrip(), "muted"
        )
        if marked.trouble:
            return (say(f"It cannot be replayed: {marked.trouble}.", "bad"), source)
        lives = marked.distinct
        told = " ".join(verdict(life, life.lived.path.end, brief=not self._tall) for life in lives)
        return (say(told), say(_HIT, "muted"), source)


def _source(offer: Offer, book: Book) -> str:
    """Whose prices, how fine and how long; of many stand-ins how many."""
    window = offer.window
    hours = round((window.end - window.start).total_seconds() / 3600)
    begins = window.start.strftime("%Y-%m-%d %H:%M")
    told = f"{window.kind.words.capitalize()}, {window.interval_words} candles, {hours} hours from {begins} UTC."
    prices = {offer.stand_in.get(position.market, position.market) for position in book.positions}
    for symbol, time in sorted(window.doubtful):
        if symbol in prices:
            told += f" The {symbol} candle of {time:%m-%d %H:%M} is doubtful: a replay has it, the count leaves it out."
    followed = Counter(offer.stand_in.values())
    if not followed:
        return told
    if len(offer.stand_in) == 1:
        stands = " ".join(f"{market} follows {other}." for market, other in offer.stand_in.items())
    else:
        stands = " ".join(
            f"{'1 market follows' if n == 1 else f'{n} markets follow'} {other}." for other, n in followed.items()
        )
    return f"{told} {stands}"


def _titles(rows: Sequence[CrashRow]) -> tuple[str, ...]:
    """The modes that differ in any crash."""
    return tuple(dict.fromkeys(life.variant.title for row in rows for life in row.distinct))


def _columns(titles: Sequence[str], *, roomy: bool) -> tuple[Column, ...]:
    modes = (Column(title, title, "right", 12, priority=15 - n) for n, title in enumerate(titles))
    return (
        Column("crash", "crash", width=24, priority=20),
        Column("deepest", "deepest " if roomy else "deep ", "right", priority=18),
        *modes,
        Column("hit", "hours hit" if roomy else "hit", "right", 10 if roomy else 7, priority=9),
        Column("prices", "prices", priority=8),
    )


def _hit(reached: Reached | None, *, roomy: bool) -> Cell:
    """How many of the hours of a crash hit; empty while they are not counted yet."""
    if reached is None:
        return Cell("")
    between = " of " if roomy else "/"
    return Cell(f"{reached.reached}{between}{reached.hours}", "" if reached.reached else "muted")


def _mode(row: CrashRow, life: Life | None, glyphs: Glyphs) -> Cell:
    """How many were liquidated, and the lowest equity; hotter the less was left."""
    if life is None:
        return Cell("as it is" if row.distinct else "none", "muted")
    end, left = row.end(life), life.least_share
    gone = end.liquidated
    heat = next((n for n, share in enumerate(HEATS) if left >= share), len(HEATS))
    lowest = life.lived.book.amounts.rough(end.lowest)
    return Cell(f"{f'{glyphs.dead}{gone}' if gone else ''} {lowest:>7} ", f"heat-{heat}")


def _chart(marked: CrashRow | None, glyphs: Glyphs) -> Chart | None:
    """Equity in every mode over the whole crash."""
    if marked is None or marked.path is None:
        return None
    return crash_chart(Drawn(marked.path, marked.distinct), glyphs)
