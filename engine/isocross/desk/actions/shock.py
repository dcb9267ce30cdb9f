"""What moves the shock and the eye: each action turns one state into the next."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar

from isocross.account.mates import with_mates
from isocross.desk import selectors
from isocross.desk.actions.path import walked_apart, walked_on
from isocross.desk.selectors import happening_beyond
from isocross.desk.state import STEPS, Edit, Look, Moment, State
from isocross.format import percent
from isocross.money import ZERO
from isocross.paths.shock import LARGEST_FRACTION, bounded_move
from isocross.records import dataclass
from isocross.toml.faults import BadValue
from isocross.workspace.model import Workspace


@dataclass(frozen=True)
class ToHappening(Edit):
    """Put the cursor where the next thing happens in any of the modes (1), or back to the one before (−1)."""

    towards: int
    group: ClassVar[str | None] = "shock"

    def apply(self, state: State) -> State:
        """Says so when there is nothing more that way."""
        place = happening_beyond(state, self.towards)
        return state.saying("Nothing more happens that way.") if place is None else ShockTo(place).apply(state)


# --- the shock ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShockBy(Edit):
    """Move the shock by a number of steps; a held arrow key is one undo step."""

    steps: int
    group: ClassVar[str | None] = "shock"

    def apply(self, state: State) -> State:
        """Never beyond −95 % or +300 %; from between two steps to the next one that way.

        A path that grows by steps gets a leg of that step from the cursor on.
        """
        if state.moment.kind.grows:
            moment = walked_on(state.moment, self.steps * state.step)
            return state if moment is None else state.at(moment)
        return _shocked(state, selectors.rehearsal(state).stepped(state.moment.cursor, self.steps, state.step))


@dataclass(frozen=True)
class ShockMarket(Edit):
    """Move one market alone, by a share of its opening mark: one more leg of a walk."""

    symbol: str
    move: Decimal

    def apply(self, state: State) -> State:
        """Says why where the path has no such legs, the market would have no price, or no file can have the leg."""
        if not state.moment.kind.grows:
            return state.saying("One market alone moves on a walk: a path that is lived.", "warn")
        if abs(self.move) > LARGEST_FRACTION:
            return state.saying(
                f"{self.symbol} cannot go that far: a leg is at most {percent(LARGEST_FRACTION, 0)}.", "warn"
            )
        try:
            bounded_move(self.move)
        except BadValue:
            return state.saying(f"{self.symbol} cannot move by so little.", "warn")
        own = with_mates(selectors.book(state), {self.symbol: self.move})
        moment = walked_apart(state.moment, own)
        return state.saying(f"{self.symbol} cannot drop that far.", "warn") if moment is None else state.at(moment)


@dataclass(frozen=True)
class ShockTo(Edit):
    """Put the shock at a common move, or the cursor at a place of a lived path."""

    move: Decimal
    group: ClassVar[str | None] = "shock"

    def apply(self, state: State) -> State:
        """Never beyond −95 % or +300 %, or the ends of a path."""
        return _shocked(state, self.move)


@dataclass(frozen=True)
class ToEvent(Edit):
    """Put the shock where the next thing happens: outward (1) or back towards the opening marks (−1)."""

    towards: int
    group: ClassVar[str | None] = "shock"

    def apply(self, state: State) -> State:
        """Says so when there is nothing more that way."""
        move = selectors.stop_beyond(state, self.towards)
        if move is None:
            return state.saying("Nothing more happens that way.")
        return _shocked(state, move)


def _shocked(state: State, move: Decimal) -> State:
    cursor, why_not = selectors.rehearsal(state).reached(move)
    if cursor == state.moment.cursor and not why_not:
        return state
    after = replace(state, moment=state.moment.moved(cursor))
    return after.saying(f"{_sentence(why_not)}.", "warn") if why_not else after


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- looking -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Select(Look):
    """Select a position by id."""

    position: str

    def apply(self, state: State) -> State:
        """An unknown id selects nothing new; what an order opens on the way has one, too."""
        known = any(seat.id == self.position for seat in selectors.book(state).seats)
        return replace(state, selected=self.position, previews=False) if known else state


@dataclass(frozen=True)
class SelectBy(Look):
    """Select the next (1) or previous (−1) position of those that are listed; it stops at the ends."""

    step: int

    def apply(self, state: State) -> State:
        """Without positions nothing changes."""
        ids = selectors.listed_ids(state)
        if not ids:
            return state
        at = ids.index(state.selected) if state.selected in ids else -self.step
        wanted = ids[max(0, min(len(ids) - 1, at + self.step))]
        return state if wanted == state.selected else replace(state, selected=wanted, previews=False)


@dataclass(frozen=True)
class NextStep(Look):
    """Take the next size of step, the smallest after the largest."""

    def apply(self, state: State) -> State:
        """A size that is not of the ladder leads to its beginning."""
        larger = [step for step in STEPS if step > state.step]
        return replace(state, step=larger[0] if larger else STEPS[0])


@dataclass(frozen=True)
class Say(Look):
    """Say something to the user."""

    text: str
    tone: str = ""

    def apply(self, state: State) -> State:
        """The message's number counts up."""
        return state.saying(self.text, self.tone)


@dataclass(frozen=True)
class Play(Look):
    """Start or stop playing the shock."""

    playing: bool

    def apply(self, state: State) -> State:
        """Only says that it plays; the desk moves the shock."""
        return replace(state, playing=self.playing)


@dataclass(frozen=True)
class Show(Look):
    """Look at another view of the same account."""

    view: str

    def apply(self, state: State) -> State:
        """What plays stops; the cursor stays."""
        return replace(state, view=self.view, playing=False)


@dataclass(frozen=True)
class SetTheme(Look):
    """Choose the colours."""

    theme: str

    def apply(self, state: State) -> State:
        """The name is the desk's to check."""
        return replace(state, theme=self.theme)


@dataclass(frozen=True)
class Saved(Look):
    """The workspace is in a file as it stands."""

    path: str
    document: Workspace

    def apply(self, state: State) -> State:
        """What was saved is what later changes are measured against."""
        return replace(state, path=self.path, saved=self.document).saying(f"Saved to {self.path}.", "good")


@dataclass(frozen=True)
class Reloaded(Edit):
    """The file says something else than it did, and the desk follows; undo brings back what it showed."""

    document: Workspace
    name: str
    """Of the file, for the message."""

    def apply(self, state: State) -> State:
        """The cursor and the view stay where they are, unless it is they that were changed in the file."""
        new, old = self.document, state.saved or state.workspace
        shock = state.moment.shock if new.scenario.shock == old.scenario.shock else new.scenario.shock
        place = state.moment.place if new.view.at == old.view.at else Moment.opened(new).place
        after = replace(state.at(Moment(new, shock, place)), saved=new)
        if new.view.theme != old.view.theme:
            after = replace(after, theme=new.view.theme)
        if new.view.step != old.view.step:
            after = replace(after, step=new.view.step or STEPS[0])
        if new.view.selected is not None and new.view.selected != old.view.selected:
            after = replace(after, selected=new.view.selected)
        return after.saying(f"{self.name} was changed on disk; the desk shows it as it is now.", "good")


@dataclass(frozen=True)
class Caution(Look):
    """Keep a few words about the file in view until it is over; empty ends it."""

    text: str

    def apply(self, state: State) -> State:
        """Nothing is said of it."""
        return replace(state, caution=self.text)


@dataclass(frozen=True)
class LiveAge(Look):
    """Keep in view how old the figures of a live account are; empty: it is not on the desk."""

    text: str

    def apply(self, state: State) -> State:
        """Nothing is said of it."""
        return replace(state, live=self.text)


OPENING = ShockTo(ZERO)
"""Back to the opening marks."""
