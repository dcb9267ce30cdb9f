"""A class in one process: a presenter's desk and desks that follow it, with a real hub between them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("visitors need a system with pseudo-terminals", allow_module_level=True)

from isocross_tui.app import Desk
from isocross_tui.serve.desk import Clock
from isocross_tui.serve.following import FOLLOWING, FollowingDesk
from isocross_tui.serve.gate import VisitorGate
from isocross_tui.serve.hub import FOLLOW, PRESENT, Audience, Hub
from isocross_tui.serve.limits import Limits
from isocross_tui.serve.presenter import PresenterDesk, there_words
from isocross_tui.user.files import open_source
from isocross_tui.user.settings import Face
from isocross_tui.widgets.prose import Prose
from tests.journeys.screen import Room

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("counted_once")]


@dataclass
class Class:
    """Who is there."""

    presenter: Room
    followers: list[Room]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Let all desks work until something holds."""
        async with asyncio.timeout(60):
            while not holds():
                for one in (self.presenter, *self.followers):
                    await one.settle()
                await asyncio.sleep(0.01)

    async def together(self) -> None:
        """Until every follower shows what the presenter does, also on its screen."""
        await self.until(lambda: all(shows(one.desk) == shows(self.presenter.desk) for one in self.followers))
        for one in self.followers:
            await one.settle()


def shows(desk: Desk) -> tuple[object, ...]:
    """What of a desk is to be the same on every other."""
    state, card = desk.state, None if desk.asked is None else desk.asked.card
    view = desk.view_now
    looks = view.looks if view.is_mounted else None
    return (state.workspace.positions, state.moment.shock, state.moment.place, state.selected, state.view,
            state.frontier, state.previews, looks, card)  # fmt: skip


def caption(room: Room) -> str:
    return " ".join(paragraph.spans[0].text for paragraph in room.desk.query_one("#caption", Prose).written or ())


@pytest.fixture
async def gathered(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Class]:
    hub = Hub()
    await hub.open(tmp_path)
    monkeypatch.chdir(tmp_path)
    source, face = open_source("guide-cross"), Face()
    desks: list[Desk] = [PresenterDesk(source, str(tmp_path / PRESENT), None, face, "The room is open.")]
    for _ in range(2):
        limits = Limits(solve_s=60)
        gate, clock = VisitorGate(tmp_path, limits), Clock(limits)
        desks.append(FollowingDesk(source, gate, face, clock, str(tmp_path / FOLLOW)))
    async with AsyncExitStack() as stack:
        rooms = []
        for desk, size in zip(desks, ((120, 36), (80, 24), (100, 30)), strict=True):
            pilot = await stack.enter_async_context(desk.run_test(size=size, notifications=True))
            rooms.append(Room(desk, pilot))
        there = Class(rooms[0], rooms[1:])
        await there.until(lambda: caption(there.presenter) == "2 watch.")
        await there.together()
        yield there
        assert not [error for room in rooms for error in room.desk.store.errors]
    await hub.close()


@pytest.mark.parametrize(
    ("there", "guessed", "words"),
    [
        (Audience(), None, "Nobody watches yet."),
        (Audience(), 0, "Nobody watches yet."),
        (Audience(1), None, "1 watches."),
        (Audience(1), 0, "1 watches. 0 of 1 has guessed · ctrl+g shows the bars"),
        (Audience(3, 1), 2, "3 watch, 1 on their own. 2 of 3 have guessed · ctrl+g shows the bars"),
    ],
)
def test_below_the_desk_stands_who_is_there_and_how_many_have_guessed(there, guessed, words):
    assert there_words(there, guessed, shown=False) == words


async def test_every_view_travels_with_what_its_own_keys_change(gathered):
    presenter = gathered.presenter
    for keys in (
        ("p", "left", "left", "down"),
        ("2",),
        ("3", "z", "n", "right", "up"),
        ("4", "down", "enter", "full_stop", "z", "n", "r"),
        ("1", "c", "b", "tab", "down"),
        ("1", "f", "greater_than_sign"),
    ):
        await presenter.press(*keys)
        await gathered.together()


async def test_where_a_lesson_asks_the_presenter_sees_how_the_class_guesses(gathered):
    presenter, (one, other) = gathered.presenter, gathered.followers
    await presenter.press("5", "enter")
    await gathered.together()
    assert "question 1 of 3" in one.text
    assert "space" not in one.said("#lesson-words")
    await one.press("down", "down", "down", "space", "f", "left")
    await other.press("down")
    assert one.desk.asked.guess == 2
    await gathered.until(lambda: "2 of 2 have guessed · ctrl+g shows the bars" in caption(presenter))
    assert "of 2" not in presenter.said("#lesson-words")
    assert "flip" not in one.lines[-2]
    await presenter.press("ctrl+g")
    rows = presenter.said("#lesson-words")
    assert rows.count("1 of 2") == 2
    assert rows.count("0 of 2") == 1
    assert f"{'█' * 20} 1 of 2" in rows
    await other.press("down", "down")
    await gathered.until(lambda: "2 of 2" in presenter.said("#lesson-words"))
    assert f"{'█' * 40} 2 of 2" in presenter.said("#lesson-words")
    await presenter.press("space")
    await gathered.together()
    assert "You were right: Its own margin, then the unused cash." in one.said("#lesson-bar")
    assert "esc" not in one.said("#lesson-bar")
    assert "2 of 2 guessed right." in presenter.said("#lesson-bar")
    await presenter.press("space")
    await gathered.together()
    assert one.desk.asked.guess is None
    await gathered.until(lambda: "0 of 2 have guessed · ctrl+g hides the bars" in caption(presenter))
    # the guesses are still shown: there is none yet to draw a bar of
    assert "0 of 0" not in presenter.said("#lesson-words")
    assert "space show the answer" in presenter.text
    await presenter.press("escape")
    await gathered.together()
    assert "question" not in one.text


async def test_who_breaks_away_has_the_account_alone_and_comes_back_to_the_lesson(gathered):
    presenter, (one, other) = gathered.presenter, gathered.followers
    await presenter.press("5", "enter")
    await gathered.together()
    await one.press("ctrl+f")
    assert one.desk.state.view == "desk"
    assert one.desk.asked is None
    await gathered.until(lambda: "2 watch, 1 on their own" in caption(presenter))
    await one.press("left", "f")
    assert one.desk.state.moment.shock != presenter.desk.state.moment.shock
    await one.press("5", "enter", "space")
    assert one.desk.lesson is not None
    await presenter.press("space")
    await gathered.until(lambda: shows(other.desk) == shows(presenter.desk))
    await one.press("ctrl+f")
    await gathered.together()
    assert one.desk.lesson is None
    assert caption(one) == FOLLOWING
    assert "answer 1" in one.said("#lesson-bar")
