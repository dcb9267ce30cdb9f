"""The same account under another venue's rules: one that is named, or the next or the one before of some.

A walk through several venues is one step of undo.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from isocross.account.checks import remarks
from isocross.desk import selectors
from isocross.desk.changes import moved_words
from isocross.desk.document import rebuilt
from isocross.desk.state import Edit, State
from isocross.records import dataclass
from isocross.toml.places import listing
from isocross.workspace.build import under_venue
from isocross.workspace.model import VenueChoice, Workspace


@dataclass(frozen=True)
class SetVenue(Edit):
    """Put the same account under another venue's rules, in the mode that is there what its own is here.

    What the file changed of the old rules is left out.
    """

    profile: str
    group: ClassVar[str | None] = "venue"

    def apply(self, state: State) -> State:
        """A venue that cannot hold the account changes nothing and says why."""
        own = state.workspace
        # under its own venue, too, the rules are those without changes
        workspace = replace(under_venue(own, self.profile), venue=VenueChoice(self.profile))
        moved = "" if workspace.account is own.account else f": {moved_words(own, workspace)}"
        after = rebuilt(state, workspace, f"The same account under {self.profile}{moved}.")
        if after is state or after.workspace.venue != workspace.venue:
            return after
        said = (*_left_out(own, workspace), *remarks(selectors.book(after)))
        return after.saying(" ".join((after.message.text, *said)), "warn") if said else after


def _left_out(own: Workspace, there: Workspace) -> Iterator[str]:
    """Whose tiers of the file's own do not count there: the venue would read them otherwise."""
    kept = {entry.symbol for entry in there.markets if entry.tiers} | {e.asset for e in there.assets if e.tiers}
    given = [entry.symbol for entry in own.markets if entry.tiers] + [e.asset for e in own.assets if e.tiers]
    lost = [name for name in given if name not in kept]
    if lost:
        yield f"The file's own tiers of {listing(lost, 3)} do not count: {there.venue.profile} reads tiers otherwise."


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
                passed = f" {profile} cannot hold it: {after.message.text.removeprefix('Refused: ')}"
        return state.saying(f"No other venue can hold this account.{passed}", "warn")
