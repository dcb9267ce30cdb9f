"""Every view and every dialog at every size and in every look, each held against its stored picture."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from grid import Shot, lines_of, plain, read, shot_of, written
from held import Held
from looks import faults
from textual.widgets import Input

from isocross.desk.actions.shock import SetTheme
from isocross_tui.bridge import Pane
from isocross_tui.user.settings import Face
from isocross_tui.user.themes import load_themes, theme_folders
from isocross_tui.views.close_first.view import CloseFirstView
from isocross_tui.views.frontier.view import FrontierPane
from isocross_tui.views.replay.board import OfferPane
from tests.journeys.screen import Room, Size, room, strips

pytestmark = pytest.mark.usefixtures("no_terminal")
SIZES = {"80x24": (80, 24), "120x36": (120, 36), "200x60": (200, 60)}
SMALLEST, MIDDLE = "80x24", "120x36"
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


PLACES = {
    "desk": Place(
        "basket",
        (
            Scene("desk"),
            Scene("preview", ("p",), ("escape",)),
            Scene("presenting", ("P",), ("P",)),
            Scene("help", ("question_mark",), ("escape",)),
            Scene("palette", ("colon",), ("escape",)),
            Scene("why", ("w",), ("escape",)),
            Scene("form", ("a",), ("escape",)),
            Scene("order-form", ("O", "enter", "tab", "s"), ("escape",)),
            Scene("theme-chooser", ("t",), ("escape",)),
        ),
        ("greater_than_sign",),
    ),
    "fell": Place("basket", (Scene("desk-fell"),), themes=(*THEMES, "colour-blind", "contrast")),
    "hard": Place(HARD, (Scene("desk-hard"),)),
    "coin": Place("inverse", (Scene("desk-coin"),)),
    "assets": Place(
        "collateral-btc",
        (Scene("desk-assets"), Scene("list-assets", ("B",), ("escape",))),
        ("greater_than_sign", "greater_than_sign"),
    ),
    "assets-twin": Place("collateral-btc", (Scene("twin-assets", ("2",)),)),
    "modes": Place(
        "basket",
        (
            Scene("twin", ("2",)),
            Scene("twin-stop", ("i", *"95", "enter"), ("i", "ctrl+u", "enter")),
            Scene("triage", ("c",)),
            Scene("solve", ("tab",)),
            Scene("advise", ("tab",)),
        ),
        ("c", "b"),
    ),
    "venues": Place("guide-mixed", (Scene("venues", ("V",)),), ("up",)),
    "crashes": Place("basket", (Scene("crashes", ("4",)),)),
    "frontier": Place("basket", (Scene("frontier"),), ("3", "less_than_sign", "pagedown", "pagedown")),
    "replay": Place("crash-2025-10-10", (Scene("replay"),), ("4", "z", "full_stop", "full_stop", "greater_than_sign")),
    "question": Place("guide-cross", (Scene("question"),), ("5", "enter")),
    "answer": Place(
        "guide-cross", (Scene("answer"), Scene("answer-presented", ("P",), ("P",))), ("5", "enter", "down", "space")
    ),
}


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
    laid_out = (pane for pane in desk.desk.screen.query(Pane) if pane.outer_size.area)
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


@pytest.mark.parametrize("name", PLACES)
async def test_in_colours(name: str, held: Held):
    place = PLACES[name]
    # changing the colours costs most, so it is done least often, and at one size unless all are asked for
    shots: dict[str, dict[str, Shot]] = {}
    async with room(place.source, SIZES[SMALLEST]) as desk:
        await desk.press(*place.first)
        for theme in place.themes:
            desk.desk.store.dispatch(SetTheme(theme))
            sizes = tuple(SIZES) if held.everything or theme == THEMES[0] else (MIDDLE,)
            async for picture, size in looked_at(desk, place.scenes, sizes):
                shot = shots.setdefault(picture, {})[theme] = await stand_still(desk)
                held.must_not(faults(desk.desk, shot, size, theme), f"{picture} {theme}")
    for picture, looks in shots.items():
        held.must_not(_differ(looks), picture)
        held.as_stored(f"{picture}.txt", written(picture, looks), partial(_narrowed, picture, tuple(looks)))
    held.tell()


@pytest.mark.parametrize("name", PLACES)
async def test_in_ascii(name: str, held: Held):
    place = PLACES[name]
    async with room(place.source, SIZES[SMALLEST], face=Face(ascii=True)) as desk:
        await desk.press(*place.first)
        sizes = tuple(SIZES) if held.everything else (SMALLEST,)
        async for picture, size in looked_at(desk, place.scenes, sizes):
            shot = await stand_still(desk)
            held.must_not(faults(desk.desk, shot, size, "ascii"), f"{picture} ascii")
            held.as_stored(f"{picture}-ascii.txt", plain(picture, shot))
    held.tell()


@pytest.mark.parametrize("source", ["basket", "inverse", "depeg-2025-10-10", HARD])
async def test_in_little_room_nothing_is_cut_either(source: str, held: Held):
    async with room(source, (60, 16)) as desk:
        for theme in THEMES:
            desk.desk.store.dispatch(SetTheme(theme))
            for scene in (Scene("compact"), Scene("presented", ("P",), ("P",))):
                await desk.press(*scene.come)
                held.must_not(faults(desk.desk, await stand_still(desk), (60, 16), theme), f"{scene.name} {theme}")
                await desk.press(*scene.leave)
    held.tell()


def test_every_theme_that_is_shipped_is_looked_at():
    assert set(load_themes(theme_folders()[:1]).themes) == {
        theme for place in PLACES.values() for theme in place.themes
    }


def _narrowed(title: str, themes: Sequence[str], stored: str) -> str:
    """A stored picture without the themes that were not looked at."""
    known = read(stored)
    return written(title, {theme: known[theme] for theme in themes if theme in known})


def _differ(looks: dict[str, Shot]) -> Iterator[str]:
    """A theme says nothing that another does not."""
    first, *others = looks
    for theme in others:
        for one, other in zip(looks[first].lines, looks[theme].lines, strict=True):
            if one != other:
                yield f"in {first} {one.strip()!r}, in {theme} {other.strip()!r}"
