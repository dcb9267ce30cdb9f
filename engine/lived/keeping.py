"""Acting on a lived path: what came after the cursor goes, and what is done there is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from engine.legs import Step, leg_at
from engine.money import PLACE_GRID, ZERO, exact, place_at_or_after
from engine.path import DEEPEST_FALL, HIGHEST_RISE
from engine.plan import Move, Planned
from engine.state import Moment
from engine.workspace.model import PathKind, Scenario

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
