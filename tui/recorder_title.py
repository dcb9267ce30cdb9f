"""The title, with what to bear in mind about the file."""

from __future__ import annotations

from dataclasses import replace

from engine.state import State
from tui.panes.bars import TitleBar
from tui.widgets.prose import Words
from tui.widgets.spans import Span


class DeskTitle(TitleBar):
    """Says beside the name that another desk has the file too, or that it was changed on disk."""

    def slice_of(self, state: State) -> Words:
        """One row."""
        words = super().slice_of(state)
        if not state.caution:
            return words
        return (replace(words[0], spans=(*words[0].spans, Span(f" ▲ {state.caution}", "bad"))), *words[1:])
