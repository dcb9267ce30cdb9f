"""The desk in little room: what there is, who is nearest to the end, and what comes next."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from textual import on
from textual.app import ComposeResult

from isocross.account.book import Mode, Side
from isocross.desk import selectors
from isocross.desk.actions.shock import Select
from isocross.desk.state import State
from isocross.figures.deposits import put_into
from isocross.figures.frame import Frame, Liquidation, PositionFrame, Status
from isocross.format import NOTHING, brief, percent
from isocross.records import dataclass
from isocross.words.latest import last_event_in_brief
from isocross.words.outlook import away_words
from isocross_tui.bridge import Pane, store_of
from isocross_tui.panes.pool import level_of
from isocross_tui.panes.tones import BookTable
from isocross_tui.widgets.gauge import Gauge, Level
from isocross_tui.widgets.prose import Paragraph, Prose, Words, say
from isocross_tui.widgets.spans import Span
from isocross_tui.widgets.table import Cell, Column, LineTable, Row, Table

_COLUMNS = (
    Column("market", "market", priority=9),
    Column("side", "", priority=7),
    Column("mode", "", priority=6),
    Column("pnl", "PnL", "right", priority=5),
    Column("liquidation", "liq", "right", priority=8),
    Column("away", "away", "right", priority=8),
)
_PNL_WIDTH = 11
"""Cells that the amounts of a column have."""
_ENDED = {Liquidation.DONE: "liquidated", Liquidation.CLOSED: "closed"}


@dataclass(frozen=True)
class CompactView:
    """What the pane shows."""

    title: str
    figures: Words
    level: Level
    table: Table
    words: Words


class CompactPane(Pane[CompactView]):
    """A bar, the positions by nearness, and the next liquidation."""

    HELP = "Equity against its liquidation threshold, the positions nearest to their end first, and what comes next."

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Prose(id="compact-figures")
        yield Gauge(id="compact-gauge")
        table = BookTable(id="compact-table")
        table.can_focus = False
        yield table
        yield Prose(id="compact-words")

    def slice_of(self, state: State) -> CompactView:
        """The account and its positions at the cursor."""
        frame, story, cursor = selectors.frame(state), selectors.story(state), state.moment.cursor
        money, total, account = frame.book.amounts, frame.total_amounts, frame.account
        ratio = "" if account.margin_ratio is None else f"ratio {percent(account.margin_ratio)}"
        figures = Paragraph(
            (
                Span("equity ", "muted"),
                Span(total(account.equity)),
                Span(f" of {frame.book.whole_amounts(put_into(frame))}", "muted"),
            ),
            (Span(ratio, "muted"),),
        )
        here = story.whereabouts(cursor)
        told = last_event_in_brief(frame)
        words = (say(told),) if told else ()
        write = money.column(frame.columns["told_pnl"], _PNL_WIDTH) or money.rough
        rows = tuple(_row(row, state, frame, write) for row in sorted(frame.positions, key=_nearness))
        return CompactView(
            f"{story.title(cursor)} · {here.how} {here.figure}",
            (figures,),
            level_of(frame),
            Table(_COLUMNS, rows, state.selected),
            (*words, say(story.next_words(cursor), "muted" if told else "")),
        )

    def show_slice(self, value: CompactView) -> None:
        """Give each part its value."""
        self.entitle(value.title)
        self.query_one("#compact-figures", Prose).show(value.figures)
        self.query_one(Gauge).show(value.level)
        self.query_one(LineTable).show(value.table)
        self.query_one("#compact-words", Prose).show(value.words)

    @on(LineTable.RowPicked)
    def pick(self, message: LineTable.RowPicked) -> None:
        """A click selects."""
        store_of(self).dispatch(Select(message.key))


def _nearness(row: PositionFrame) -> tuple[bool, bool, Decimal]:
    return row.ended, row.distance is None, row.distance or Decimal(0)


def _row(row: PositionFrame, state: State, frame: Frame, write: Callable[[Decimal], str]) -> Row:
    position = row.position
    ended = _ENDED.get(row.liquidation, "")
    end = row.death or row.closing
    price = brief(row.liquidation_price_shown, frame.book.market_of(position).grid)
    there = frame.path.short(end.place) if end else NOTHING
    near = row.status is Status.AT_RISK
    return Row(
        position.id,
        (
            Cell(selectors.names(state)[row.index]),
            Cell("L" if position.side is Side.LONG else "S", position.side.value),
            Cell("X" if position.mode is Mode.CROSS else "I", position.mode.value),
            Cell(write(row.told_pnl)),
            Cell(there, "bad" if row.death else "muted") if ended else Cell(price),
            Cell(ended, "muted") if ended else Cell(away_words(row), "warn" if near else ""),
        ),
        struck=row.ended,
        dead=row.status is Status.LIQUIDATED,
    )
