"""A list to choose from that takes keys before it was drawn."""

from __future__ import annotations

from contextlib import suppress

from textual._widget_navigation import Direction
from textual.widgets import OptionList


class Options(OptionList):
    """The toolkit's list, which fails at a key for a page that comes before its rows are known."""

    def _move_page(self, direction: Direction) -> None:
        """Move by a page; by none where it is not known yet how much that is."""
        with suppress(KeyError, IndexError):
            super()._move_page(direction)
