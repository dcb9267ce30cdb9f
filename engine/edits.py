"""What changes the account: moves judged by the venue's rules, and edits of what was entered.

A move that is refused changes nothing and says why; nothing raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine import moves, selectors
from engine.actions import Edit, Look
from engine.book import Position
from engine.moves import Outcome
from engine.numbers import money
from engine.remarks import remarks
from engine.state import Moment, State
from engine.workspace.build import book_of
from engine.workspace.faults import Fault, Faults
from engine.workspace.model import MarketEntry, PathKind, VenueChoice, Workspace

# --- moves -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Propose(Look):
    """Preview the flip of the selected position, or put the preview away."""

    def apply(self, state: State) -> State:
        """A second time puts it away."""
        position = state.position()
        if state.proposal is not None or position is None:
            return replace(state, proposal=None)
        return replace(state, proposal=moves.flip(selectors.book(state), position.id))


@dataclass(frozen=True)
class Flip(Edit):
    """Flip the selected position between cross and isolated."""

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        position = state.position()
        if position is None:
            return state.saying("There is no position to flip.")
        outcome = moves.flip(selectors.book(state), position.id)
        return _moved(state, outcome, f"{_name(state, position)} is {position.mode.other} now")


@dataclass(frozen=True)
class FlipAll(Edit):
    """Flip every position, all or none."""

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        if not state.workspace.positions:
            return state.saying("There is no position to flip.")
        return _moved(state, moves.flip_all(selectors.book(state)), "Every position is flipped")


@dataclass(frozen=True)
class AddMargin(Edit):
    """Put cash into the selected position's bucket (a negative amount: take it out)."""

    amount: Decimal

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        position = state.position()
        if position is None:
            return state.saying("There is no position to give margin to.")
        act = moves.add_margin if self.amount >= 0 else moves.remove_margin
        outcome = act(selectors.book(state), position.id, abs(self.amount))
        said = "was added to" if self.amount >= 0 else "was taken from"
        return _moved(state, outcome, f"{money(abs(self.amount))} {said} {_name(state, position)}'s margin")


@dataclass(frozen=True)
class SwitchAutoMargin(Edit):
    """Let the selected isolated position draw margin by itself, or no more."""

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        position = state.position()
        if position is None:
            return state.saying("There is no position to give margin to.")
        outcome = moves.switch_auto_margin(selectors.book(state), position.id)
        does = "draws no margin by itself now" if position.auto_margin else "draws margin by itself at its line now"
        return _moved(state, outcome, f"{_name(state, position)} {does}")


@dataclass(frozen=True)
class SetLeverage(Edit):
    """Change the selected position's leverage."""

    leverage: Decimal

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        position = state.position()
        if position is None:
            return state.saying("There is no position to change.")
        outcome = moves.set_leverage(selectors.book(state), position.id, self.leverage)
        return _moved(state, outcome, f"{_name(state, position)} has {self.leverage:f}x leverage")


@dataclass(frozen=True)
class Reduce(Edit):
    """Close a part of the selected position at its opening mark; None closes all of it."""

    quantity: Decimal | None = None

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        position = state.position()
        if position is None:
            return state.saying("There is no position to close.")
        quantity = position.quantity if self.quantity is None else self.quantity
        outcome = moves.reduce(selectors.book(state), position.id, quantity)
        made = f"{money(outcome.cash_moved, plus='+')} made final"
        return _moved(
            state, outcome, f"{quantity:f} of {_name(state, position)} was closed at the opening mark, {made}"
        )


@dataclass(frozen=True)
class MoveCash(Edit):
    """Deposit cash, or withdraw a negative amount."""

    amount: Decimal

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        act = moves.deposit if self.amount >= 0 else moves.withdraw
        done = "was deposited" if self.amount >= 0 else "was withdrawn"
        return _moved(state, act(selectors.book(state), abs(self.amount)), f"{money(abs(self.amount))} {done}")


def _name(state: State, position: Position) -> str:
    return selectors.names(state)[selectors.book(state).index_of(position.id)]


def _moved(state: State, outcome: Outcome, done: str) -> State:
    if outcome.after is None:
        return replace(state, proposal=None).saying(f"Refused: {outcome.refusal}", "bad")
    workspace = _tidied(state, state.workspace.with_book(outcome.after))
    said = f"{done}. {outcome.remark}".strip() if outcome.remark else f"{done}."
    return state.at(replace(state.moment, workspace=workspace)).saying(said, "warn" if outcome.remark else "good")


# --- the account -------------------------------------------------------------------------------


@dataclass(frozen=True)
class PutPosition(Edit):
    """Open a position, or put it in the place of another."""

    position: Position
    instead_of: str | None = None

    def apply(self, state: State) -> State:
        """A position that the book cannot hold changes nothing and says why."""
        old = state.workspace.positions
        if self.instead_of is None:
            changed: tuple[Position, ...] = (*old, self.position)
        else:
            changed = tuple(self.position if p.id == self.instead_of else p for p in old)
        done = f"{self.position.market} was {'opened' if self.instead_of is None else 'changed'}."
        after = _rebuilt(state, replace(state.workspace, positions=changed), done)
        return replace(after, selected=self.position.id) if after.workspace.positions == changed else after


@dataclass(frozen=True)
class DropPosition(Edit):
    """Drop the selected position from the account, as if it had never been entered."""

    def apply(self, state: State) -> State:
        """Its margin is free again."""
        position = state.position()
        if position is None:
            return state.saying("There is no position to drop.")
        left = tuple(p for p in state.workspace.positions if p.id != position.id)
        said = f"{_name(state, position)} was dropped."
        return _rebuilt(state, replace(state.workspace, positions=left), said)


@dataclass(frozen=True)
class SetVenue(Edit):
    """Put the same account under another venue's rules; what the file changed of the old ones is left out."""

    profile: str

    def apply(self, state: State) -> State:
        """A venue that cannot hold the account changes nothing and says why."""
        workspace = replace(state.workspace, venue=VenueChoice(self.profile))
        after = _rebuilt(state, workspace, f"The same account under {self.profile}.")
        if after.workspace != workspace:
            return after
        said = remarks(selectors.book(after))
        return after.saying(" ".join((after.message.text, *said)), "warn") if said else after


@dataclass(frozen=True)
class NextVenue(Edit):
    """Put the same account under the next of some venues that can hold it."""

    known: tuple[str, ...]
    """The venues in their order; after the last comes the first."""

    def apply(self, state: State) -> State:
        """Says which venue it is, and why one before it cannot hold the account."""
        now = state.workspace.venue.profile
        at = self.known.index(now) + 1 if now in self.known else 0
        passed = ""
        for profile in (*self.known[at:], *self.known[:at]):
            after = SetVenue(profile).apply(state)
            if after.workspace != state.workspace:
                return after.saying(f"{after.message.text}{passed}", "warn" if passed else after.message.tone)
            if profile != now:
                passed = f" {profile} cannot hold it: {after.message.text.removeprefix('Refused: ')}."
        return state.saying(f"No other venue can hold this account.{passed}", "warn")


@dataclass(frozen=True)
class SetPath(Edit):
    """Choose how the marks move: a glide or a gap, and each market's part in it."""

    kind: PathKind
    betas: Mapping[str, Decimal]
    title: str

    def apply(self, state: State) -> State:
        """The shock stays where it is."""
        scenario = replace(state.workspace.scenario, path=self.kind, betas=dict(self.betas))
        return _rebuilt(state, replace(state.workspace, scenario=scenario), f"{self.title}.")


def _tidied(state: State, workspace: Workspace) -> Workspace:
    """A changed workspace whose markets stand where they stood, and without moves of markets that are gone.

    A market without a mark of its own stands at the entry of its first position; when that one changes,
    the mark is written down instead of moving with it.
    """
    before = selectors.book(state).markets
    entries = {p.market: p.entry for p in reversed(workspace.positions)}
    given = {m.symbol: m for m in workspace.markets}
    markets = list(workspace.markets)
    for symbol, entry in entries.items():
        known = given.get(symbol, MarketEntry(symbol))
        if symbol in before and known.mark is None and before[symbol].mark != entry:
            markets = [m for m in markets if m.symbol != symbol] + [replace(known, mark=before[symbol].mark)]
    resting = {order.market for order in workspace.orders} - entries.keys()
    for symbol in sorted(symbol for symbol in resting if symbol in before and _no_mark(symbol, given)):
        known = given.get(symbol, MarketEntry(symbol))
        markets = [m for m in markets if m.symbol != symbol] + [replace(known, mark=before[symbol].mark)]
    named = entries.keys() | resting | {m.symbol for m in markets}
    betas = {symbol: beta for symbol, beta in workspace.scenario.betas.items() if symbol in named}
    return replace(workspace, markets=tuple(markets), scenario=replace(workspace.scenario, betas=betas))


def _no_mark(symbol: str, given: Mapping[str, MarketEntry]) -> bool:
    return symbol not in given or given[symbol].mark is None


def _rebuilt(state: State, workspace: Workspace, done: str) -> State:
    """The state with another workspace, if a book can be made of it."""
    workspace = _tidied(state, workspace)
    if workspace == state.workspace:
        return state
    try:
        book_of(workspace)
    except Faults as faults:
        return state.saying(f"Refused: {_told(faults.faults[0])}", "bad")
    return state.at(Moment(workspace, state.moment.shock)).saying(done, "good")


def _told(fault: Fault) -> str:
    return f"{fault.message} (expected {fault.expected})" if fault.expected else fault.message
