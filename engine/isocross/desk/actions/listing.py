"""What changes how the positions are listed: their order, and which of them."""

from __future__ import annotations

from dataclasses import replace

from isocross.desk import selectors
from isocross.desk.state import Look, State
from isocross.records import dataclass


@dataclass(frozen=True)
class SortBy(Look):
    """List the positions by the figure of a column; a second time turned round, then as the account has them."""

    column: str

    def apply(self, state: State) -> State:
        """The selected position stays selected."""
        return replace(state, listing=state.listing.sorted_by(self.column))


@dataclass(frozen=True)
class NextOrder(Look):
    """List the positions in the next of the usual orders."""

    def apply(self, state: State) -> State:
        """The selected position stays selected."""
        return replace(state, listing=state.listing.next_order())


@dataclass(frozen=True)
class Filter(Look):
    """List only the positions that have some words; empty: all of them."""

    words: str

    def apply(self, state: State) -> State:
        """Where the selected position is not listed any more, the first that is becomes the selected one."""
        after = replace(state, listing=replace(state.listing, words=self.words))
        ids = selectors.listed_ids(after)
        return after if after.selected in ids or not ids else replace(after, selected=ids[0], previews=False)
