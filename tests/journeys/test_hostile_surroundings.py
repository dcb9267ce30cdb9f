"""A desk among folders that it may not use, full disks, and files whose names and contents are meant to harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from isocross_tui.app import Desk
from isocross_tui.controllers.saving import UNKEPT
from isocross_tui.recorder.recorder import RETRY_S, Clocks, Recorders
from isocross_tui.user.files import RECENT_KEPT, open_source, recent, remember
from tests.journeys.screen import Room, workspace_file

BODY = """format = 1
name = "Shared"
wallet = 1000
[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.015
entry = 60000
leverage = 3
"""
STRANGE = "a\x1b[31m\x9b\u202e\u2028\ufeff"


class Ticks:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def desk_on(source: str, ticks: Ticks | None = None) -> AsyncIterator[Room]:
    clocks = Clocks(lambda: 1e9, ticks or Ticks())
    desk = Desk(open_source(source), colours=True, recorders=Recorders(Path("journals").absolute(), clocks))
    async with desk.run_test(size=(120, 36), notifications=True) as pilot:
        room = Room(desk, pilot)
        await room.settle()
        yield room
        assert not desk.store.errors
    if desk.saving.recorder is not None:
        desk.saving.recorder.release()


@pytest.fixture(autouse=True)
def only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isocross_tui.app.CHECK_S", 3600)


async def test_a_mark_stays_while_what_is_done_is_not_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write, ticks = os.write, Ticks()

    def full(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    async with desk_on(workspace_file(tmp_path, BODY), ticks) as room:
        assert UNKEPT not in room.lines[0]
        monkeypatch.setattr("isocross.disk.journal._write", full)
        await room.press("f")
        assert "no space left on device" in room.words
        for key in ("left", "l", "escape", "u"):
            await room.press(key)
            assert UNKEPT in room.lines[0], key
        room.desk.look_around()
        await room.pilot.pause()
        assert UNKEPT in room.lines[0]

        monkeypatch.setattr("isocross.disk.journal._write", write)
        ticks.now += RETRY_S
        room.desk.look_around()
        await room.pilot.pause()
        assert UNKEPT not in room.lines[0]


async def test_a_folder_that_cannot_be_used_is_told_at_the_start_and_done_without(tmp_path: Path):
    Path("journals").write_text("a file")
    async with desk_on(workspace_file(tmp_path, BODY)) as room:
        assert room.state.message.text.startswith("Unsaved changes cannot be kept safe from a crash: ")
        assert UNKEPT in room.lines[0]
        await room.press("f", "s")
        assert not room.state.unsaved
        assert UNKEPT in room.lines[0]


AS_NOBODY = """
import json, os, sys
from pathlib import Path
from isocross.workspace import load_file, shipped
from isocross_tui.user.settings import face_of_user
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.recorder.found import Opened
from isocross_tui.user.files import first_start, open_source, recent, remember, state_folder
from isocross_tui.user.themes import load_themes, theme_folders
from isocross.lessons.files import load_lessons
from isocross.desk.state import State
from isocross.desk.store import Store
from isocross.desk.actions.account import Flip
source = open_source(None)
face_of_user({}, None, None), load_lessons(), load_themes(theme_folders())
for folder in ("state", "config"):
    os.chmod(folder, 0o700)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
else:
    for folder in ("state", "config"):
        os.chmod(folder, 0)
told = []
store = Store(State.opened(source.workspace))
recorder = Recorders(state_folder() / "journals").open(Opened(source.key, source.digest, source.workspace))
recorder.start(store, told.append)
store.dispatch(Flip())
recorder.close()
remember("x.toml")
face = face_of_user({}, None, None)
print(json.dumps({
    "first": first_start(state_folder()), "recent": recent(), "told": told, "keeps": recorder.keeps,
    "lessons": len(load_lessons().lessons) > 3, "themes": len(load_themes(theme_folders()).themes) > 3,
    "face": len(face.problems), "last": open_source(None).shipped_as,
}))
"""


ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534


def reachable(home: Path) -> dict[str, str]:
    """The environment of a program that another user runs in this home; skips where it could not be read."""
    if os.geteuid() == 0 and not all(folder.stat().st_mode & 0o001 for folder in (ROOT, *ROOT.parents)):
        pytest.skip("root becomes another user here, who may not read this checkout")
    home.chmod(0o755)
    for parent in home.parents:
        if parent != Path("/tmp") and os.access(parent, os.W_OK) and parent.is_relative_to("/tmp"):
            parent.chmod(0o755)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), "PYTHONDONTWRITEBYTECODE": "1"}


def run(code: str, home: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_folders_of_another_user_are_told_and_done_without(home: Path):
    environment = reachable(home)
    for folder in ("state", "config"):
        (home / folder / "isocross").mkdir(parents=True)
    found = json.loads(run(AS_NOBODY, home, environment))
    for folder in ("state", "config"):
        (home / folder).chmod(0o700)
    (told,) = found.pop("told")
    assert told.startswith("Unsaved changes cannot be kept safe from a crash: ")
    assert "permission denied" in told
    assert found == {
        "first": False, "recent": [], "keeps": False, "lessons": True, "themes": True, "face": 2, "last": "guide-cross",
    }  # fmt: skip


DESK = """
import asyncio, json, os, sys
from isocross_tui.app import Desk
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.user.files import open_source, recent, state_folder
if AS_NOBODY:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)

async def sit():
    desk = Desk(open_source("account.toml"), recorders=Recorders(state_folder() / "journals"))
    async with desk.run_test(size=(120, 36)) as pilot:
        for keys in (["f"], ["s"]):
            await pilot.press(*keys)
            await pilot.pause()
        return {"unsaved": desk.state.unsaved, "told": desk.state.message.text, "recent": len(recent())}

print(json.dumps(asyncio.run(sit())))
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be who sudo makes one")
def test_a_desk_under_sudo_takes_neither_the_file_nor_the_desk_from_its_user(home: Path):
    environment = reachable(home)
    file = Path(workspace_file(home, BODY)).rename(home / "account.toml")
    os.chown(home, NOBODY, NOBODY)
    os.chown(file, NOBODY, NOBODY)
    file.chmod(0o640)
    as_root = json.loads(run(f"AS_NOBODY = False\n{DESK}", home, environment))
    assert not as_root["unsaved"]
    assert as_root["recent"] == 1
    status = file.stat()
    assert (status.st_uid, status.st_gid, oct(status.st_mode & 0o777)) == (NOBODY, NOBODY, "0o640")
    assert (home / "state").stat().st_uid == 0

    afterwards = json.loads(run(f"AS_NOBODY = True\n{DESK}", home, environment))
    assert not afterwards["unsaved"]
    assert afterwards["recent"] == 0
    assert file.stat().st_uid == NOBODY


REMEMBERING = """
import sys
from isocross_tui.user.files import remember
for n in range(60):
    remember(f"/{sys.argv[1]}/{n}-" + "x" * 40 * (n % 7) + ".toml")
"""


def test_six_desks_that_write_what_they_remember_leave_it_whole_at_every_moment(home: Path):
    remember("first.toml")
    (memory,) = (home / "state").rglob("desk.json")
    desks = [subprocess.Popen([sys.executable, "-c", REMEMBERING, str(n)], env=os.environ) for n in range(6)]
    read = 0
    while any(desk.poll() is None for desk in desks):
        assert json.loads(memory.read_bytes())["recent"]
        read += 1
    assert [desk.returncode for desk in desks] == [0] * 6
    assert read > 100
    assert len(recent()) == RECENT_KEPT


async def test_a_file_is_the_last_one_only_after_it_was_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = workspace_file(tmp_path, BODY)
    async with desk_on("guide-cross") as room:
        made = room.desk.make_frame
        monkeypatch.setattr(room.desk, "make_frame", lambda: None)
        room.desk.opening.open(path)
        await room.pilot.pause()
        assert recent() == []
        monkeypatch.setattr(room.desk, "make_frame", made)
        room.desk.paint_soon()
        await room.settle()
        assert recent() == [path]


async def test_no_character_that_a_terminal_acts_on_reaches_the_screen(tmp_path: Path, home: Path):
    themes = home / "config" / "isocross" / "themes"
    themes.mkdir(parents=True)
    (themes / f"{STRANGE}.toml").write_text('"\\u001b]0;PWNED\\u0007" = 1')
    (home / "config" / "isocross" / "keys.toml").write_text('"\\u001b]0;PWNED\\u0007" = 1')
    workspace_file(home, BODY, f"{STRANGE}.toml")
    async with desk_on("guide-cross") as room:
        assert "PWNED" in room.text
        await room.press("o")
        assert "a·" in room.text or "a[31m" in room.text
        room.desk.notify(STRANGE, title=STRANGE, markup=False)
        await room.pilot.pause()
        for line in drawn(room):
            assert line.isprintable()


def drawn(room: Room) -> list[str]:
    """The rows as they go to the terminal, behind every filter."""
    return ["".join(segment.text for segment in strip) for strip in room.desk.screen._compositor.render_strips()]


@pytest.mark.parametrize("late", [0, 0.001, 3600])
async def test_a_notice_whose_time_ends_while_it_is_put_up_has_a_timer_that_ends(late: float, monkeypatch):
    async with desk_on("guide-cross") as room:
        room.desk.screen.notify("told", timeout=5)
        await room.settle()
        (notice,) = room.desk._notifications
        assert not notice.has_expired
        monkeypatch.setattr("textual.notifications.time", lambda: notice.raised_at + 5 + late)
        assert notice.has_expired
        assert notice.time_left > 0
