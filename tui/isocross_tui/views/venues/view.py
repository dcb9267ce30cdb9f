"""The venue board: the same account under every venue's rules, a row each; enter puts it under the marked one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from isocross.desk import selectors
from isocross.desk.actions.shock import ShockTo
from isocross.desk.actions.venue import SetVenue
from isocross.desk.state import State
from isocross.desk.venue_board import Board, VenueRow
from isocross.records import dataclass
from isocross_tui.bridge import Handlers, Pane, View, desk_of, store_of
from isocross_tui.panes.tones import BookTable, ModesCurve
from isocross_tui.views.venues.chart import curves_of
from isocross_tui.views.venues.rows import board_of, columns_of, prices_of, words_of
from isocross_tui.widgets.curve import Chart, Curve
from isocross_tui.widgets.prose import Prose, Words
from isocross_tui.widgets.table import LineTable, Table

NAME = "venues"
ROOMY_WIDTH = 100


@dataclass(frozen=True)
class BoardView:
    """What the pane shows."""

    title: str
    table: Table
    sentence: Words
    prices: Table
    curves: Chart | None


class VenuesPane(Pane[BoardView]):
    """A row for each venue above the words of the marked one."""

    HELP = "The same account under every venue's rules; enter puts it under the marked one, u takes that back."
    at: str = ""
    """The venue that is marked; empty: the account's own."""

    def has_room(self, size: Size) -> bool:
        """Whether titles can be written out."""
        return size.width >= ROOMY_WIDTH

    def compose(self) -> ComposeResult:
        """The table above its words."""
        table = BookTable(id="venues-table")
        table.can_focus = False
        yield table
        yield Prose(id="venues-words")
        prices = BookTable(id="venues-prices")
        prices.can_focus = False
        yield prices
        yield ModesCurve(id="venues-curve")

    @cached_property
    def _board(self) -> Board:
        """The venues there are for whoever sits here; a key can ask for it before the pane has come."""
        return Board(desk_of(self).gate.venues())

    def rows(self) -> tuple[VenueRow, ...]:
        """The board at the cursor."""
        return self._board.rows(store_of(self).state)

    def marked(self, rows: Sequence[VenueRow]) -> VenueRow:
        """The row that is marked."""
        own = next(row for row in rows if row.is_own)
        return next((row for row in rows if row.ruled.profile.id == self.at), own)

    def slice_of(self, state: State) -> BoardView:
        """The rows in their order, the marked one told in full."""
        rows = self._board.rows(state)
        marked, found = self.marked(rows), selectors.selected_frame(state)
        name = "" if found is None else selectors.names(state)[found.index]
        walked = selectors.lived(state) is not None
        columns = columns_of(self.roomy, name, walked=walked)
        table = board_of(rows, marked, state, columns, roomy=self.roomy)
        prices = prices_of(rows, marked, selectors.frame(state).positions)
        here = selectors.story(state).title(state.moment.cursor)
        return BoardView(
            f"Venues · {here} · the safest first",
            table,
            words_of(marked, state),
            prices,
            curves_of(rows, marked, state),
        )

    def show_slice(self, value: BoardView) -> None:
        """Give each part its value."""
        self.entitle(value.title, "enter takes it")
        for id, table in (("#venues-table", value.table), ("#venues-prices", value.prices)):
            self.query_one(id, LineTable).show(table)
            self.query_one(id, LineTable).styles.height = len(table.rows) + 1
        self.query_one(Prose).show(value.sentence)
        if value.curves is not None:
            self.query_one(Curve).show(value.curves)

    @on(Curve.Picked)
    def go(self, message: Curve.Picked) -> None:
        """A click on the chart goes there."""
        store = store_of(self)
        store.dispatch(ShockTo(selectors.rehearsal(store.state).pointed(Decimal(message.x))))

    def mark(self, venue: str) -> None:
        """Mark another venue."""
        self.at = venue
        self.look_again()

    @on(LineTable.RowPicked)
    def pick(self, message: LineTable.RowPicked) -> None:
        """A click marks a venue; a click on the marked one takes it."""
        if message.key == self.marked(self.rows()).ruled.profile.id:
            desk_of(self).action_command("venues.take")
        else:
            self.mark(message.key)


class VenuesView(View):
    """The board beside the desk."""

    name_of_view = NAME
    focus_first = "#venues"

    def compose(self) -> ComposeResult:
        """One pane."""
        yield VenuesPane(id="venues")

    @property
    def _pane(self) -> VenuesPane:
        return self.query_one(VenuesPane)

    @property
    def commands(self) -> Handlers:
        """Taking the marked venue."""
        return {"venues.take": self.take}

    @property
    def looks(self) -> dict[str, Any]:
        """Which venue is marked."""
        return {"at": self._pane.at}

    def look_as(self, looks: Mapping[str, Any]) -> None:
        """Mark as another does."""
        if self.looks != looks:
            self._pane.mark(looks["at"])

    def select_row(self, step: int) -> bool:
        """Mark the venue below or above."""
        rows = self._pane.rows()
        ids = [row.ruled.profile.id for row in rows]
        at = ids.index(self._pane.marked(rows).ruled.profile.id) + step
        self._pane.mark(ids[max(0, min(len(ids) - 1, at))])
        return True

    def take(self) -> None:
        """Put the account under the marked venue; the mark stays on it."""
        row = self._pane.marked(self._pane.rows())
        if row.is_own:
            desk_of(self).say(f"The account is under {row.ruled.profile.title}'s rules already.")
        else:
            store_of(self).dispatch(SetVenue(row.ruled.profile.id))
