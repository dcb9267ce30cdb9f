"""What is done on a path through time: a replay is begun, left and acted in.

Acting drops what came after the cursor and keeps what is done there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from isocross.desk.document import rebuilt
from isocross.desk.state import Edit, Moment, State
from isocross.money import ONE, ZERO, exact
from isocross.moves.move import Move, Planned
from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE, share_too_far
from isocross.paths.walk import Step, ways_apart
from isocross.records import dataclass
from isocross.rehearsal.kinds import LIVED_TYPES, type_of
from isocross.rehearsal.scenario import PathKind, Scenario


@dataclass(frozen=True)
class SetReplay(Edit):
    """Replay a shipped history from its opening."""

    window: str
    stand_in: Mapping[str, str]
    """By market: the symbol of the history that it follows in place of its own."""
    title: str

    def apply(self, state: State) -> State:
        """What was done by hand on another path is dropped; undo brings it back."""
        old = state.workspace.scenario
        same = old.path is PathKind.REPLAY and old.window == self.window
        scenario = replace(
            old,
            path=PathKind.REPLAY,
            window=self.window,
            stand_in=dict(self.stand_in),
            moves=old.moves if same else (),
        )
        after = rebuilt(state, replace(state.workspace, scenario=scenario), f"{self.title}.")
        if after.workspace.scenario.window != self.window:
            return after
        return replace(after, moment=replace(after.moment, place=ZERO))


@dataclass(frozen=True)
class SetPath(Edit):
    """Choose how the marks move, and each market's part in it."""

    kind: PathKind
    betas: Mapping[str, Decimal]
    title: str
    shock: Decimal | None = None
    """The common move to go to; None: the shock stays where it is."""

    def apply(self, state: State) -> State:
        """Only the marks move differently; a lived path that is new is entered at the opening, a walk at its end."""
        scenario = replace(state.workspace.scenario, path=self.kind, betas=dict(self.betas))
        after = rebuilt(state, replace(state.workspace, scenario=scenario), f"{self.title}.")
        if self.shock is not None:
            said = state.saying(f"{self.title}.", "good") if after is state else after
            after = replace(said, moment=replace(said.moment, shock=self.shock))
        if state.workspace.scenario.path is self.kind:
            return after
        workspace = replace(after.workspace, view=replace(after.workspace.view, at=None))
        return replace(after, moment=replace(after.moment, place=Moment.opened(workspace).place))


@dataclass(frozen=True)
class ToggleLived(Edit):
    """From a what-if to the lived path the scenario has, else a walk from the opening marks; and back."""

    def apply(self, state: State) -> State:
        """What was walked and done is kept for the next time."""
        scenario = state.workspace.scenario
        kind, title = PathKind.WHAT_IF, "What if: all marks glide from the opening"
        if type_of(scenario) not in LIVED_TYPES:
            title = "Lived: time only goes forward, and your moves are kept"
            kind = next(lived.kind for lived in reversed(LIVED_TYPES) if not lived.missing(scenario))
        return SetPath(kind, scenario.betas, title).apply(state)


@dataclass(frozen=True)
class LeaveReplay(Edit):
    """End a replay: all marks glide from the opening again."""

    def apply(self, state: State) -> State:
        """What was done in it is kept with the window, and undo goes back into it.

        One that was only looked at leaves the scenario as it is in the file.
        """
        told = "The replay was left: all marks glide from the opening again"
        after = SetPath(PathKind.WHAT_IF, state.workspace.scenario.betas, told).apply(state)
        now, kept = after.workspace.scenario, None if state.saved is None else state.saved.scenario
        if kept is None or now.moves:
            return after
        scenario = replace(now, window=kept.window, stand_in=kept.stand_in, moves=kept.moves)
        workspace = replace(after.workspace, scenario=scenario)
        return replace(after, moment=replace(after.moment, workspace=workspace))


@exact
def acted(moment: Moment, done: Iterable[Move]) -> Moment:
    """The moment after moves at the cursor; they are kept, and what came later is dropped."""
    scenario, place = moment.kind.cut(moment.workspace.scenario, moment.place)
    moves = (*scenario.moves, *(Planned(place, move) for move in done))
    return _with(moment, replace(scenario, moves=moves), place)


@exact
def walked_on(moment: Moment, step: Decimal) -> Moment | None:
    """The moment after one more leg of a walk from the cursor on; None where there is no way that way.

    The common move never goes beyond −95 % or +300 %, and no inverse market falls more than 95 %.
    """
    scenario, place = moment.kind.cut(moment.workspace.scenario, moment.place)
    walked = sum((leg.move for leg in scenario.legs), ZERO)
    part = moment.workspace.within_reach(max(-DEEPEST_FALL, min(HIGHEST_RISE, walked + step))) - walked
    return None if part * step <= 0 else _longer(moment, scenario, place, Step(part))


@exact
def walked_apart(moment: Moment, own: Mapping[str, Decimal]) -> Moment | None:
    """The moment after one more leg of a walk on which these markets alone go by a share of their opening marks.

    None where that would leave no price.
    """
    scenario, place = moment.kind.cut(moment.workspace.scenario, moment.place)
    return _longer(moment, scenario, place, Step(ZERO, own=own))


def _longer(moment: Moment, scenario: Scenario, place: Decimal, step: Step) -> Moment | None:
    """The moment after one more leg; None where it takes a market too far that goes a way of its own."""
    legs = (*scenario.legs, step)
    *_, ends = ways_apart(legs, scenario.betas)
    if any(ends[symbol] <= -ONE for symbol in step.own) or share_too_far(moment.workspace.inverse_markets, ends):
        return None
    return _with(moment, replace(scenario, legs=legs), place + 1)


def _with(moment: Moment, scenario: Scenario, place: Decimal) -> Moment:
    return replace(moment, workspace=replace(moment.workspace, scenario=scenario), place=place)
