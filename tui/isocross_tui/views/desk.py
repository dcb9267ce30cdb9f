"""The desk itself: the four panes; on a large screen with twin and frontier, on a small one a single pane."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Size

from isocross.desk.state import DESK, State
from isocross_tui.bridge import Handlers, View, store_of
from isocross_tui.panes.cascade import CascadePane
from isocross_tui.panes.compact import CompactPane
from isocross_tui.panes.pool import PoolPane
from isocross_tui.panes.positions import PositionsPane
from isocross_tui.panes.shock import ShockPane

POOL_ROWS = 22
"""Rows that the pool fills when it shows everything."""
AROUND_ROWS = 11
"""Rows of the positions beside one for each: frame, titles and the longest sentence."""
AROUND_WIDE = 8
"""The same where sentences are wide and need few rows."""
FEW = 3
"""So many positions leave room for the slider beside the pool."""
SHOCK_ROWS = 6
"""Rows of the slider with all its words."""
CHARTED = 56
"""From this height of the screen on, the twin has its chart below its figures."""
OVERVIEW = Size(160, 48)
"""From this size of the screen on, twin and frontier are beside the cascade."""
COMPACT = Size(80, 24)
"""On a smaller screen one pane has it all."""


class DeskView(View):
    """The four panes."""

    name_of_view = DESK
    focus_first = "#positions"
    _holds = False
    """Whether twin and frontier are there."""

    def compose(self) -> ComposeResult:
        """Pool and positions above the slider and the cascade; on a large screen the slider is beside the pool."""
        # known before the parts are there, so that each is styled once
        self.set_class(_rows(store_of(self).state) <= FEW, "-few", update=False)
        with Container(id="upper"):
            yield PoolPane(id="pool")
            yield PositionsPane(id="positions")
            yield ShockPane(id="shock")
        with Horizontal(id="lower"):
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

    async def on_resize(self) -> None:
        """Take in what the screen has room for, and put away what it has not; its own first size is not its last."""
        size = self.screen.size
        compact = size.width < COMPACT.width or size.height < COMPACT.height
        if compact and not self.query(CompactPane):
            await self.mount(CompactPane(id="compact"))
        if compact is not self.has_class("-compact"):
            self.set_class(compact, "-compact")
            if store_of(self).state.view == DESK:
                # what had the focus may be out of sight now
                self.call_after_refresh(self.take_focus)
        wide = size.width >= OVERVIEW.width and size.height >= OVERVIEW.height
        self.set_class(size.height >= CHARTED, "-charted")
        if wide is not self._holds:
            self._holds = wide
            self._make_room(_rows(store_of(self).state))
            await (self._take_in() if wide else self.query("#lower > .-beside").remove())

    async def _take_in(self) -> None:
        """Put twin and frontier beside the cascade; the twin has its chart where there are rows for it."""
        from isocross_tui.views.frontier.view import FrontierPane  # noqa: PLC0415 - only a large screen pays for it
        from isocross_tui.views.twin import TwinChart, TwinPane  # noqa: PLC0415 - the same

        twin = Vertical(TwinPane(id="twin-beside"), TwinChart(id="curves-beside"), classes="-beside")
        await self.query_one("#lower").mount(twin, FrontierPane(classes="-beside"))

    def take_focus(self) -> None:
        """To the positions, or to the pane that has it all."""
        self.query_one("#compact" if self.has_class("-compact") else self.focus_first).focus()

    def _make_room(self, rows: int) -> None:
        self.set_class(rows <= FEW, "-few")
        if self._holds:
            most = max(POOL_ROWS, rows + AROUND_WIDE + SHOCK_ROWS)
        else:
            most = max(POOL_ROWS, rows + AROUND_ROWS) + SHOCK_ROWS
        self.query_one("#upper").styles.max_height = most


def _rows(state: State) -> int:
    return len(state.workspace.positions)
