"""FrontierView."""

from __future__ import annotations

from textual.app import ComposeResult

from tui.bridge import View
from tui.widgets.prose import Prose, say


class FrontierView(View, can_focus=True):
    """To be replaced whole by who builds this view."""

    name_of_view = "frontier"

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Prose((say("frontier"),))
