"""The same account under another venue's rules: one that is named, or the next or the one before of some.

A walk through several venues is one step of undo.
"""

from __future__ import annotations

from typing import ClassVar

from isocross.account.checks import remarks
from isocross.desk import selectors
from isocross.desk.document import rebuilt
from isocross.desk.state import Edit, State
from isocross.records import dataclass
from isocross.workspace.markets import under
from isocross.workspace.model import VenueChoice


@dataclass(frozen=True)
class SetVenue(Edit):
    """Put the same account under another venue's rules; what the file changed of the old ones is left out."""

    profile: str
    group: ClassVar[str | None] = "venue"

    def apply(self, state: State) -> State:
        """A venue that cannot hold the account changes nothing and says why."""
        workspace = under(state.workspace, VenueChoice(self.profile))
        after = rebuilt(state, workspace, f"The same account under {self.profile}.")
        if after is state or after.workspace.venue != workspace.venue:
            return after
        said = remarks(selectors.book(after))
        return after.saying(" ".join((after.message.text, *said)), "warn") if said else after


@dataclass(frozen=True)
class NextVenue(Edit):
    """Put the same account under the next of some venues that can hold it, or under the one before."""

    known: tuple[str, ...]
    """The venues in their order; after the last comes the first."""
    steps: int = 1
    """1: the next; −1: the one before."""
    group: ClassVar[str | None] = "venue"

    def apply(self, state: State) -> State:
        """Says which venue it is, and why one before it cannot hold the account."""
        now = state.workspace.venue.profile
        order = self.known if self.steps > 0 else self.known[::-1]
        at = order.index(now) + 1 if now in order else 0
        passed = ""
        for profile in (*order[at:], *order[:at]):
            after = SetVenue(profile).apply(state)
            if after.workspace != state.workspace:
                return after.saying(f"{after.message.text}{passed}", "warn" if passed else after.message.tone)
            if profile != now:
                passed = f" {profile} cannot hold it: {after.message.text.removeprefix('Refused: ')}."
        return state.saying(f"No other venue can hold this account.{passed}", "warn")
