"""Every view and every dialog at every size and in every look, each held against its stored picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pytest
from grid import Shot, plain, read, written
from held import Held
from looks import faults
from scenes import HARD, THEMES, Place, Scene, looked_at, stand_still
from scenes import SIZES as SIZED

from isocross.desk.actions.shock import SetTheme
from isocross_tui.user.settings import Face
from isocross_tui.user.themes import load_themes, theme_folders
from tests.journeys.screen import room

pytestmark = pytest.mark.usefixtures("no_terminal")
SIZES = ("80x24", "120x36", "200x60")
SMALLEST, MIDDLE, _ = SIZES

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


@pytest.mark.parametrize("name", PLACES)
async def test_in_colours(name: str, held: Held):
    place = PLACES[name]
    # changing the colours costs most, so it is done least often, and at one size unless all are asked for
    shots: dict[str, dict[str, Shot]] = {}
    async with room(place.source, SIZED[SMALLEST]) as desk:
        await desk.press(*place.first)
        for theme in place.themes:
            desk.desk.store.dispatch(SetTheme(theme))
            sizes = SIZES if held.everything or theme == THEMES[0] else (MIDDLE,)
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
    async with room(place.source, SIZED[SMALLEST], face=Face(ascii=True)) as desk:
        await desk.press(*place.first)
        sizes = SIZES if held.everything else (SMALLEST,)
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
