"""What is written for each frame keeps a terminal's picture the same as the screen's, and is what changed alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from rich.console import Console
from rich.segment import Segment
from textual._compositor import LayoutUpdate

from isocross_tui.app import Desk
from isocross_tui.screens.stretches import Stretches
from tests.journeys.screen import room

pytestmark = pytest.mark.usefixtures("home")
Cell = tuple[str, object]


def cells(segments: Iterable[Segment]) -> list[Cell]:
    return [(letter, segment.style) for segment in segments for letter in segment.text]


class Watcher:
    """What a terminal shows of a desk, painted by nothing but what is written for its frames."""

    def __init__(self, desk: Desk) -> None:
        self.seen, self.written = drawn(desk), 0
        self._display, desk._display = desk._display, self.paint

    def paint(self, screen, update):
        if isinstance(update, LayoutUpdate):
            self.seen = [cells(segment for strip in row for segment in strip) for row in update.strips]
        elif update is not None:
            for x, y, segments in update.drawn:
                self.written += len(cells(segments))
                self.seen[y][x : x + len(cells(segments))] = cells(segments)
        self._display(screen, update)


def drawn(desk: Desk) -> list[list[Cell]]:
    """The whole screen drawn anew."""
    return [cells(strip) for strip in desk.screen._compositor.render_strips()]


KEYS = (
    *("right", "right", "less_than_sign", "down", "left", "f", "u", "p", "escape", "left", "x", "left", "tab", "left"),
    *("question_mark", "down", "escape", "w", "escape", "colon", "escape", "2", "left", "escape", "t", "down", "enter"),
)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (140, 45), (200, 60)])
async def test_a_terminal_shows_the_screen_after_every_frame(size):
    async with room("basket", size) as desk:
        watcher = Watcher(desk.desk)
        for key in KEYS:
            await desk.press(key)
            # what is worked out beside the keys is painted when it comes
            for _ in range(10):
                if watcher.seen == drawn(desk.desk):
                    break
                await desk.desk.workers.wait_for_complete()
                await desk.settle()
            assert watcher.seen == drawn(desk.desk), key


async def test_a_step_writes_a_small_part_of_the_screen():
    async with room("basket", (140, 45)) as desk:
        await desk.press("left", "left")
        await desk.hush()
        watcher = Watcher(desk.desk)
        await desk.press("left")
        assert 0 < watcher.written < 140 * 45 / 8


@pytest.mark.slow
async def test_what_did_not_change_is_not_asked_to_draw_itself(monkeypatch):
    async with room("basket", (140, 45)) as desk:
        await desk.press("left", "left")
        await desk.hush()
        asked = []
        keys = desk.desk.query_one("#keys")
        draw = keys.render_lines
        monkeypatch.setattr(keys, "render_lines", lambda crop: asked.append(crop) or draw(crop))
        await desk.press("left")
        assert not asked


def test_a_stretch_is_written_from_its_own_first_cell():
    update = Stretches([(3, 0, [Segment("ab")]), (9, 4, [Segment("c")])])
    told = update.render_segments(Console(color_system=None))
    assert re.findall(r"\x1b\[(\d+);(\d+)H(\w+)", told) == [("1", "4", "ab"), ("5", "10", "c")]
