"""What a screen asks of a state; whatever is worked out is worked out once for each account and shock."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from engine.book import Book, Position
from engine.cascade.timeline import Timeline
from engine.frame import Frame, PositionFrame
from engine.lived.bars import HistoryError
from engine.lived.scene import LivedScene, lived_scene, standing_scene
from engine.lived.story import LivedStory
from engine.path_protocol import Path
from engine.preview import Preview, preview
from engine.scene import Rehearsal, Scene, Stop, market_names
from engine.state import State
from engine.store import once_per_state
from engine.story import GlideStory, Story
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


def rehearsal(state: State) -> Rehearsal:
    """The account on its path, whatever kind that is."""
    return lived(state) or scene(state)


def story(state: State) -> Story:
    """What is said about it."""
    living = lived(state)
    if living is None:
        return GlideStory(scene(state))
    return LivedStory(living)


def _frame(state: State) -> Frame:
    return rehearsal(state).frame(state.moment.cursor)


frame = once_per_state(_frame, key=lambda state: state.moment, also=lambda state: state.warning)
"""Every figure at the cursor."""


def book(state: State) -> Book:
    """The account at the opening marks."""
    return scene(state).book


def _scene_now(state: State) -> Scene:
    return rehearsal(state).from_here(state.moment.cursor)


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
    return rehearsal(state).timeline(state.moment.cursor)


def _names(state: State) -> tuple[str, ...]:
    return market_names(book(state))


names = once_per_state(_names, key=lambda state: state.moment.workspace)
"""What each position is called."""


def selected_frame(state: State) -> PositionFrame | None:
    """The selected position at the cursor."""
    return next((p for p in frame(state).positions if p.position.id == state.selected), None)


def stops(state: State) -> tuple[Stop, ...]:
    """Every place where something happens: of both glides from the deepest fall to the highest rise, or of the path."""
    return rehearsal(state).stops


def told_stops(state: State) -> tuple[Stop, ...]:
    """The stops, each event with who paid."""
    return rehearsal(state).told_stops


def stop_beyond(state: State, towards: int) -> Decimal | None:
    """The next stop outward from the cursor (towards = 1), or back to the opening marks (−1); None at the end."""
    return rehearsal(state).stop_beyond(state.moment.cursor, towards)


def _preview(state: State) -> Preview | None:
    if state.proposal is None:
        return None
    return preview(scene_now(state), state.proposal, state.moment.ahead)


proposed = once_per_state(_preview)
"""The move that is previewed, with every position's triggers before and after."""
