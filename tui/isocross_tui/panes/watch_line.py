"""The account in a line, where the terminal has no room for a desk: what is nearest to its liquidation, and how old."""

from __future__ import annotations

from typing import Final

from textual.geometry import Size

from isocross.desk import selectors
from isocross.desk.state import State
from isocross.live.watching import nearest_words
from isocross.words.latest import last_event_in_brief
from isocross_tui.bridge import Bound
from isocross_tui.widgets.prose import Paragraph, Prose, Words, say
from isocross_tui.widgets.spans import Span

SMALLEST: Final = (60, 16)
"""Columns and rows that the desk needs."""


class WatchLine(Prose, Bound[Words]):
    """Source, nearest liquidation, its distance and price, and the age of a live account."""

    needed = False
    """Whether there is no room for a desk; nothing is worked out while there is."""

    def fit(self, size: Size) -> None:
        """Look again at an account that a terminal of this size has no more room for."""
        needed = size.width < SMALLEST[0] or size.height < SMALLEST[1]
        if needed is not self.needed:
            self.needed = needed
            self.look_again()

    def slice_of(self, state: State) -> Words:
        """One paragraph, and what shows more."""
        if not self.needed:
            return ()
        frame = selectors.frame(state)
        age = (Span(" · "), Span(state.live, "bad" if "stale" in state.live else "accent")) if state.live else ()
        happened = last_event_in_brief(frame)
        told = (Span(" · "), Span(happened, "bad")) if happened else ()
        line = Paragraph((Span(state.workspace.name, "title"), Span(f" · {nearest_words(frame)}"), *told, *age))
        columns, rows = SMALLEST
        return (line, say(f"{columns}×{rows} shows the desk; q quits.", "muted"))

    def show_slice(self, value: Words) -> None:
        """Draw it."""
        self.show(value)
