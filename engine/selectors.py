"""What a screen asks of a state; whatever is worked out is worked out once for each account and shock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.book import Book, Position
from engine.cascade.events import Event
from engine.cascade.timeline import Timeline
from engine.frame import Frame, PositionFrame
from engine.lived.bars import HistoryError
from engine.lived.scene import LivedScene, lived_scene, standing_scene
from engine.money import ZERO
from engine.path import Ray
from engine.path_protocol import Path
from engine.preview import Preview, preview
from engine.scene import Scene, market_names
from engine.state import State
from engine.store import once_per_state
from engine.workspace.build import book_of


def _scene(state: State) -> Scene:
    workspace = state.workspace
    return Scene(book_of(workspace), workspace.scenario.betas, workspace.scenario.path, state.warning)


scene = once_per_state(_scene, key=lambda state: state.moment.workspace, also=lambda state: state.warning)
"""The account and how its marks can move."""


def _lived(state: State) -> LivedScene | None:
    if not state.moment.lived:
        return None
    book, scenario = scene(state).book, state.workspace.scenario
    try:
        return replace(lived_scene(book, scenario), warning=state.warning)
    except HistoryError as trouble:
        return standing_scene(book, scenario, str(trouble))


lived = once_per_state(_lived, key=lambda state: state.moment.workspace, also=lambda state: state.warning)
"""What happened on the lived path; None on a what-if or a gap."""


def _frame(state: State) -> Frame:
    living = lived(state)
    return scene(state).frame(state.moment.shock) if living is None else living.frame(state.moment.place)


frame = once_per_state(_frame, key=lambda state: state.moment, also=lambda state: state.warning)
"""Every figure at the cursor."""


def book(state: State) -> Book:
    """The account at the opening marks."""
    return scene(state).book


def _scene_now(state: State) -> Scene:
    living = lived(state)
    return scene(state) if living is None else living.from_here(state.moment.place)


scene_now = once_per_state(_scene_now, key=lambda state: state.moment, also=lambda state: state.warning)
"""The account that can be acted on, and how its marks can move: at the opening, or on a lived path at the cursor."""


def book_now(state: State) -> Book:
    """The account that can be acted on: at the opening marks, or on a lived path as it stands at the cursor."""
    return scene_now(state).book


def position_now(state: State) -> Position | None:
    """The selected position of the account that can be acted on; None where it is not open any more."""
    return next((p for p in book_now(state).positions if p.id == state.selected), None)


def timeline(state: State) -> Timeline[Path]:
    """What happens in the direction of the shock, in one jump to it, or on the lived path."""
    living = lived(state)
    return scene(state).timeline(state.moment.shock) if living is None else living.timeline


def _names(state: State) -> tuple[str, ...]:
    return market_names(book(state))


names = once_per_state(_names, key=lambda state: state.moment.workspace)
"""What each position is called."""


def selected_frame(state: State) -> PositionFrame | None:
    """The selected position at the cursor."""
    return next((p for p in frame(state).positions if p.position.id == state.selected), None)


@dataclass(frozen=True)
class Stop:
    """A place on the slider where something happens."""

    move: Decimal
    """The common move; the place on a lived path."""
    events: tuple[Event, ...]


def _stops(state: State) -> tuple[Stop, ...]:
    living = lived(state)
    if living is not None:
        return tuple(Stop(place, tuple(events)) for place, events in _by_place(living.timeline.events).items())
    falling, rising = scene(state).falling, scene(state).rising
    return _both_ways(falling.ray, falling.happened, rising.ray, rising.happened)


def told_stops(state: State) -> tuple[Stop, ...]:
    """The stops, each event with who paid."""
    if state.moment.lived:
        return stops(state)
    falling, rising = scene(state).falling, scene(state).rising
    return _both_ways(falling.ray, falling.events, rising.ray, rising.events)


def _both_ways(down: Ray, falls: Iterable[Event], up: Ray, rises: Iterable[Event]) -> tuple[Stop, ...]:
    falling, rising = _grouped(down, falls), _grouped(up, rises)
    if falling and falling[0].move == 0:
        rising = [stop for stop in rising if stop.move != 0]
    return tuple(sorted([*falling, *rising], key=lambda stop: stop.move))


def _grouped(ray: Ray, events: Iterable[Event]) -> list[Stop]:
    return [Stop(ray.move(place), tuple(there)) for place, there in _by_place(events).items()]


def _by_place(events: Iterable[Event]) -> dict[Decimal, list[Event]]:
    places: dict[Decimal, list[Event]] = {}
    for event in events:
        places.setdefault(event.place, []).append(event)
    return places


stops = once_per_state(_stops, key=lambda state: state.moment.workspace)
"""Every place of both glides where something happens, from the deepest fall to the highest rise."""


def stop_beyond(state: State, towards: int) -> Decimal | None:
    """The next stop outward from the cursor (towards = 1), or back to the opening marks (−1); None at the end."""
    living = lived(state)
    if living is not None:
        return _halt_beyond(state, living, towards)
    shock = state.moment.shock
    outward = [stop.move for stop in stops(state) if stop.move * shock > 0 or shock == 0]
    if shock == 0:
        return min((m for m in outward if m), key=lambda m: (m > 0, abs(m)), default=None) if towards > 0 else None
    if towards > 0:
        return min((m for m in outward if abs(m) > abs(shock)), key=abs, default=None)
    return max((m for m in outward if abs(m) < abs(shock)), key=abs, default=ZERO)


def _halt_beyond(state: State, living: LivedScene, towards: int) -> Decimal | None:
    """The next event of a lived path, or the one before; a walk and a wick halt at the ends of their legs too."""
    place = living.within(state.moment.place)
    halts = {stop.move for stop in stops(state)} | set(living.path.halts())
    if towards > 0:
        return min((halt for halt in halts if halt > place), default=None)
    return max((halt for halt in {ZERO, *halts} if halt < place), default=None)


def _preview(state: State) -> Preview | None:
    if state.proposal is None:
        return None
    return preview(scene_now(state), state.proposal, ZERO if state.moment.lived else state.moment.shock)


proposed = once_per_state(_preview)
"""The move that is previewed, with every position's triggers before and after."""
