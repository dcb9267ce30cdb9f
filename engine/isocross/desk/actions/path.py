"""Actions of a replay: begin one, and go from happening to happening in whatever mode it is.

Acting on a lived path: what came after the cursor goes, and what is done there is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from isocross.desk.document import rebuilt
from isocross.desk.state import Edit, Moment, State
from isocross.money import PLACE_GRID, ZERO, exact, place_at_or_after
from isocross.moves.move import Move, Planned
from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE
from isocross.paths.walk import Step, leg_at
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
        if not scenario.path.lived:
            kind, title = PathKind.WALK, "Lived: time only goes forward, and what is done is kept"
            if scenario.window is not None:
                kind = PathKind.REPLAY
            elif scenario.low is not None and scenario.back is not None:
                kind = PathKind.WICK
        return SetPath(kind, scenario.betas, title).apply(state)


SMALLEST_STEP = PLACE_GRID
"""A leg shorter than this is none."""


@exact
def cut(scenario: Scenario, place: Decimal) -> tuple[Scenario, Decimal]:
    """The scenario without what comes after a place, and that place on it.

    Later moves go, and of a walk the legs after it: the leg in which it lies ends there, and what the user did on the
    way is as far along it as before.
    """
    moves = tuple(move for move in scenario.moves if move.at <= place)
    if scenario.path is not PathKind.WALK or place >= len(scenario.legs):
        return replace(scenario, moves=moves), place
    index = leg_at(place)
    share, step, legs = place - index, scenario.legs[index], scenario.legs[:index]
    part = step.move * share
    if share == 1:
        return replace(scenario, legs=(*legs, step), moves=moves), place
    if step.is_jump or abs(part) < SMALLEST_STEP:
        back = Decimal(index)
        kept = tuple(replace(move, at=min(move.at, back)) for move in moves)
        return replace(scenario, legs=legs, moves=kept), back
    kept = tuple(move if move.at <= index else _along(move, index, share) for move in moves)
    return replace(scenario, legs=(*legs, Step(part)), moves=kept), Decimal(index + 1)


def _along(planned: Planned, index: int, share: Decimal) -> Planned:
    return replace(planned, at=index + place_at_or_after(planned.at - index, share))


@exact
def acted(moment: Moment, done: Iterable[Move]) -> Moment:
    """The moment after moves at the cursor; they are kept, and what came later is dropped."""
    scenario, place = cut(moment.workspace.scenario, moment.place)
    moves = (*scenario.moves, *(Planned(place, move) for move in done))
    return _with(moment, replace(scenario, moves=moves), place)


@exact
def walked_on(moment: Moment, step: Decimal) -> Moment | None:
    """The moment after one more leg of a walk from the cursor on; None where there is no way that way.

    The common move never goes beyond −95 % or +300 %, and no inverse market falls more than 95 %.
    """
    scenario, place = cut(moment.workspace.scenario, moment.place)
    walked = sum((leg.move for leg in scenario.legs), ZERO)
    part = moment.workspace.within_reach(max(-DEEPEST_FALL, min(HIGHEST_RISE, walked + step))) - walked
    if part * step <= 0:
        return None
    return _with(moment, replace(scenario, legs=(*scenario.legs, Step(part))), place + 1)


def _with(moment: Moment, scenario: Scenario, place: Decimal) -> Moment:
    return replace(moment, workspace=replace(moment.workspace, scenario=scenario), place=place)
