"""The desk itself: the four panes."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from isocross.desk.state import DESK, State
from isocross_tui.bridge import Handlers, View, store_of
from isocross_tui.panes.cascade import CascadePane
from isocross_tui.panes.pool import PoolPane
from isocross_tui.panes.positions import PositionsPane
from isocross_tui.panes.shock import ShockPane

POOL_ROWS = 22
"""Rows that the pool fills when it shows everything."""
AROUND_ROWS = 11
"""Rows of the positions beside one for each: frame, titles and the longest sentence."""


class DeskView(View):
    """The four panes."""

    name_of_view = DESK
    focus_first = "#positions"

    def compose(self) -> ComposeResult:
        """Pool and positions above the slider and the cascade."""
        with Horizontal(id="upper"):
            yield PoolPane(id="pool")
            yield PositionsPane(id="positions")
        yield ShockPane(id="shock")
        yield CascadePane(id="cascade")

    @property
    def commands(self) -> Handlers:
        """What the panes ask for."""
        return {"rows.filter": self.query_one(PositionsPane).ask_filter}

    def on_mount(self) -> None:
        """Leave the rows that the positions do not need to the cascade's chart."""
        self._release = store_of(self).subscribe(_rows, self._make_room)
        self._make_room(_rows(store_of(self).state))

    def on_unmount(self) -> None:
        """Hear of nothing any more."""
        self._release()

    def _make_room(self, rows: int) -> None:
        self.query_one("#upper").styles.max_height = max(POOL_ROWS, rows + AROUND_ROWS)


def _rows(state: State) -> int:
    return len(state.workspace.positions)
