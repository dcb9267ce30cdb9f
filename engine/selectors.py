"""What a screen asks of a state; whatever is worked out is worked out once for each account and shock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from engine.book import Book
from engine.cascade.events import Event
from engine.cascade.solver import Timeline
from engine.frame import Frame, PositionFrame
from engine.money import ZERO
from engine.preview import Preview, preview
from engine.scene import Scene, market_names
from engine.state import State
from engine.store import once_per_state
from engine.workspace.build import book_of
from engine.workspace.model import PathKind


def _scene(state: State) -> Scene:
    workspace = state.workspace
    return Scene(book_of(workspace), workspace.scenario.betas, workspace.scenario.path, state.warning)


scene = once_per_state(_scene, key=lambda state: state.moment.workspace, also=lambda state: state.warning)
"""The account and how its marks can move."""


def _frame(state: State) -> Frame:
    return scene(state).frame(state.moment.shock)


frame = once_per_state(_frame, key=lambda state: state.moment, also=lambda state: state.warning)
"""Every figure at the cursor."""


def book(state: State) -> Book:
    """The account at the opening marks."""
    return scene(state).book


def timeline(state: State) -> Timeline:
    """What happens in the direction of the shock: the whole glide, or one jump."""
    return scene(state).timeline(state.moment.shock)


def names(state: State) -> tuple[str, ...]:
    """What each position is called."""
    return market_names(book(state))


def selected_frame(state: State) -> PositionFrame | None:
    """The selected position at the cursor."""
    return next((p for p in frame(state).positions if p.position.id == state.selected), None)


@dataclass(frozen=True)
class Stop:
    """A place on the slider where something happens."""

    move: Decimal
    """The common move."""
    events: tuple[Event, ...]


def _stops(state: State) -> tuple[Stop, ...]:
    what_if = replace(scene(state), kind=PathKind.WHAT_IF)
    falling = _grouped(what_if.falling)
    rising = [stop for stop in _grouped(what_if.rising) if stop.move != 0 or not falling or falling[0].move != 0]
    return tuple(sorted([*falling, *rising], key=lambda stop: stop.move))


def _grouped(glide: Timeline) -> list[Stop]:
    places: dict[Decimal, list[Event]] = {}
    for event in glide.events:
        places.setdefault(event.place, []).append(event)
    return [Stop(glide.ray.move(place), tuple(events)) for place, events in places.items()]


stops = once_per_state(_stops, key=lambda state: state.moment.workspace)
"""Every place of both glides where something happens, from the deepest fall to the highest rise."""


def stop_beyond(state: State, towards: int) -> Decimal | None:
    """The next stop outward from the cursor (towards = 1), or back to the opening marks (−1); None at the end."""
    shock = state.moment.shock
    outward = [stop.move for stop in stops(state) if stop.move * shock > 0 or shock == 0]
    if shock == 0:
        return min((m for m in outward if m), key=lambda m: (m > 0, abs(m)), default=None) if towards > 0 else None
    if towards > 0:
        return min((m for m in outward if abs(m) > abs(shock)), key=abs, default=None)
    return max((m for m in outward if abs(m) < abs(shock)), key=abs, default=ZERO)


def _preview(state: State) -> Preview | None:
    if state.proposal is None:
        return None
    return preview(scene(state), state.proposal, state.moment.shock)


proposed = once_per_state(_preview)
"""The move that is previewed, with every position's triggers before and after."""
