"""Nothing is cut in any view, dialog or form at any size, those without a stored picture among them."""

from __future__ import annotations

import pytest
from held import Held
from looks import faults
from scenes import HARD, SIZES, Place, Scene, looked_at, stand_still
from test_looks import PLACES as PICTURED
from test_looks import SMALLEST

from isocross_tui.commands import COMMANDS
from tests.journeys.screen import room

pytestmark = pytest.mark.usefixtures("no_terminal")
LONG_ONLY = {"120x36", "200x60"}
"""Sizes between those that are always looked at."""
PRESENTED = Scene("presented", ("P",), ("P",))


def dialog(name: str, *keys: str, then: tuple[str, ...] = ()) -> Scene:
    """Something over the desk."""
    return Scene(name, keys, ("escape", *then))


PLACES = {
    "dialogs": Place(
        "basket",
        (
            dialog("history", "f", "H", then=("u",)),
            dialog("paths", "X"),
            dialog("orders", "O"),
            dialog("order-form", "O", "enter"),
            dialog("stop-form", "O", "enter", "tab", "s"),
            dialog("all-words", "W"),
            dialog("why", "w"),
            dialog("help", "question_mark"),
            dialog("palette", "colon"),
            dialog("markets", "b"),
            dialog("open", "o"),
            dialog("name", "N"),
            dialog("save-as", "S"),
            dialog("autopsy-form", "M"),
            dialog("autopsy-hint", "M", "tab", "tab"),
            dialog("terms", "g"),
            dialog("lessons", "5"),
            dialog("new", "n", then=("d",)),
        ),
        ("greater_than_sign",),
    ),
    "desk": Place("basket", (Scene("fell"), PRESENTED)),
    "hard": Place(HARD, (Scene("desk"), PRESENTED, Scene("twin", ("2",)), Scene("venues", ("V",)))),
    "coin": Place("inverse", (Scene("desk"), PRESENTED)),
    "assets": Place(
        "depeg-2025-10-10",
        (Scene("desk"), dialog("list", "B"), PRESENTED, Scene("twin", ("2",)), Scene("crash", ("4",), ("1",))),
    ),
    "modes": Place("basket", (Scene("twin", ("2",)), PRESENTED, Scene("triage", ("c",)), PRESENTED)),
    "venues": Place("guide-mixed", (Scene("venues", ("V",)), PRESENTED)),
    "crashes": Place("basket", (Scene("crashes", ("4",)), PRESENTED, dialog("windows", "C"))),
    "frontier": Place("basket", (Scene("frontier"), PRESENTED), ("3", "less_than_sign", "pagedown", "pagedown")),
    "replay": Place(
        "crash-2025-10-10", (Scene("replay"), PRESENTED, dialog("autopsy", "M", "enter")), ("4", "z", "full_stop")
    ),
    "question": Place("guide-cross", (Scene("question"), PRESENTED), ("5", "enter")),
    "answer": Place("guide-cross", (Scene("answer"), PRESENTED), ("5", "enter", "down", "space")),
}


HAVE_PICTURES = {(place.source, place.first, scene.come) for place in PICTURED.values() for scene in place.scenes}
"""Scenes whose pictures are looked at for the same faults at the smallest of their sizes."""


@pytest.mark.parametrize("name", PLACES)
async def test_nothing_is_cut(name: str, held: Held):
    place = PLACES[name]
    others = tuple(scene for scene in place.scenes if (place.source, place.first, scene.come) not in HAVE_PICTURES)
    async with room(place.source, SIZES[SMALLEST]) as desk:
        await desk.press(*place.first)
        for size in (size for size in SIZES if held.everything or size not in LONG_ONLY):
            scenes = others if size == SMALLEST and not held.everything else place.scenes
            async for picture, cells in looked_at(desk, scenes, [size]):
                held.must_not(faults(desk.desk, await stand_still(desk), cells, "night"), picture)
    held.tell()


NOT_ASKING = frozenset({"quit", "palette", "file.save", "view.capture"})
"""Commands that end the desk, write a file, or are looked at above."""


@pytest.mark.parametrize("size", ["60x16", "80x24"])
async def test_no_command_asks_or_tells_anything_that_is_cut(size: str, held: Held):
    asked = set()
    async with room("basket", SIZES[size]) as desk:
        for command in COMMANDS:
            if command.id in NOT_ASKING or command.id.startswith("view."):
                continue
            desk.desk.action_command(command.id)
            await desk.settle()
            if desk.desk.has_dialog:
                asked.add(command.id)
                held.must_not(faults(desk.desk, await stand_still(desk), SIZES[size], "night"), command.id)
            while desk.desk.has_dialog:
                await desk.press("escape")
    assert len(asked) > len(NOT_ASKING)
    held.tell()
