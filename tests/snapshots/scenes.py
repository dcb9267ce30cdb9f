"""What is looked at: desks, the keys that lead to a scene, and how to wait until it stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grid import Shot, lines_of, shot_of
from textual.widgets import Input

from isocross_tui.bridge import Pane
from isocross_tui.views.close_first.view import CloseFirstView
from isocross_tui.views.frontier.view import FrontierPane
from isocross_tui.views.replay.board import OfferPane
from tests.journeys.screen import Room, Size, strips

SIZES = {"60x16": (60, 16), "80x24": (80, 24), "120x36": (120, 36), "200x60": (200, 60), "300x90": (300, 90)}
THEMES = ("night", "day", "mono")
HARD = str(Path(__file__).with_name("hard.toml"))
"""Twenty positions, long names, prices of eight digits and of 0.00001, and a large wallet."""


@dataclass(frozen=True)
class Scene:
    """One thing to look at: the keys that bring it to the front, and those that put it away."""

    name: str
    come: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """One desk, and what is looked at on it."""

    source: str
    scenes: tuple[Scene, ...]
    first: tuple[str, ...] = ()
    """Keys that are pressed once."""
    themes: tuple[str, ...] = THEMES


async def stand_still(desk: Room) -> Shot:
    """Wait until all is worked out and nothing on the screen changes any more."""
    before: tuple[str, ...] = ()
    for _ in range(500):
        for field in desk.desk.screen.query(Input):
            field.cursor_blink = False
        desk.desk.clear_notifications()
        await desk.desk.workers.wait_for_complete()
        await desk.settle()
        now = strips(desk.desk)
        if lines_of(now) == before and not at_work(desk):
            return shot_of(now)
        before = lines_of(now)
    raise AssertionError("the desk does not come to rest")


def at_work(desk: Room) -> bool:
    """Whether a view still works something out, or a pane has not yet heard of its size."""
    counsel = any(view.is_working for view in desk.desk.query(CloseFirstView))
    crashes = any(pane.is_working for pane in desk.desk.query(OfferPane) if pane.outer_size.area)
    laid_out = (pane for pane in desk.desk.screen.query(Pane) if pane.region.area)
    unheard = any(pane.roomy != pane.has_room(pane.outer_size) for pane in laid_out)
    return counsel or crashes or unheard or any(pane.is_settling for pane in desk.desk.query(FrontierPane))


async def looked_at(desk: Room, scenes: Sequence[Scene], sizes: Sequence[str]) -> AsyncIterator[tuple[str, Size]]:
    """Each scene at some sizes, by its name and the size's."""
    for name in sizes:
        size = SIZES[name]
        await desk.pilot.resize_terminal(*size)
        for scene in scenes:
            await desk.press(*scene.come)
            yield f"{scene.name}-{name}", size
            await desk.press(*scene.leave)
