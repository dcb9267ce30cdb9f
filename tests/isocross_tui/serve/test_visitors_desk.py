"""A visitor's desk: short names in the folder of the visit, and no other file whatever is typed."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from journeys.screen import Room

if sys.platform == "win32":
    pytest.skip("visitors need a system with pseudo-terminals", allow_module_level=True)

from isocross.desk.actions.shock import Say
from isocross.lessons.files import FOLDER
from isocross.rules import catalogue as profiles
from isocross.workspace import Faults, SaveError, load_file, shipped
from isocross.workspace.code import code_of
from isocross_tui.screens.choose import Choose
from isocross_tui.screens.form import Form
from isocross_tui.screens.tell import Ask
from isocross_tui.serve.desk import Clock, VisitorDesk
from isocross_tui.serve.ends import End
from isocross_tui.serve.gate import VisitorGate
from isocross_tui.serve.limits import Limits
from isocross_tui.serve.timed import TimedStore, TooLongError, at_most, within
from isocross_tui.user.settings import Face
from isocross_tui.user.themes import shipped_folder

pytestmark = pytest.mark.slow

GUIDE = shipped()["guide-cross"]
OUTSIDE = (
    "../secret.toml",
    "/etc/passwd",
    "~/secret.toml",
    "~",
    "..",
    ".",
    "",
    "a/b",
    "a\\b",
    ".hidden",
    "a\0b",
    "a.toml/",
    "secret.svg.txt",
    "a" * 65,
    "é",
    "-x",
    "CON:",
)


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a visit, in which the process stands, beside something it must not see."""
    (home / "secret.toml").write_text(GUIDE.read_text(encoding="utf-8").replace("guide's", "secret"), encoding="utf-8")
    files = home / "files"
    files.mkdir()
    (files / "guide-cross.toml").write_bytes(GUIDE.read_bytes())
    monkeypatch.chdir(files)
    return files


@asynccontextmanager
async def visit(folder: Path, limits: Limits | None = None, clock: Clock | None = None) -> AsyncIterator[Room]:
    """A visitor at a desk."""
    gate = VisitorGate(folder, Limits())
    clock = clock or Clock(limits or Limits())
    desk = VisitorDesk(gate.open("guide-cross.toml"), gate, Face(), clock)
    async with desk.run_test(size=(120, 36), notifications=True) as pilot:
        room = Room(desk, pilot)
        await room.settle()
        yield room


# --- the gate ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_outside_has_a_name(folder, name):
    gate = VisitorGate(folder, Limits())
    workspace = load_file(GUIDE)
    before = sorted(path for path in folder.parent.rglob("*"))
    with pytest.raises(Faults, match=r"name in a visit|no such file"):
        gate.open(name)
    if name and not name.startswith("~") and name != "é":
        with pytest.raises(SaveError):
            gate.save(workspace, name, gate.nothing_at(name))
    for target in (name, gate.target(name)):
        verdict = gate.judge_target(target)
        assert not verdict.good, verdict.text
    for reach in (gate.look_at, lambda path: gate.watch(path, "", ""), gate.beside):
        with pytest.raises(Faults):
            reach(name)
    assert sorted(path for path in folder.parent.rglob("*")) == before


@pytest.mark.parametrize("target", ["../secret.toml", "guide-cross.toml", "/dev/zero", "."])
def test_links_are_followed_nowhere(folder, target):
    (folder / "link.toml").symlink_to(target)
    gate = VisitorGate(folder, Limits())
    for reach in (gate.open, gate.look_at, lambda path: gate.watch(path, "", ""), gate.beside):
        with pytest.raises(Faults, match="not a plain file"):
            reach("link.toml")
    with pytest.raises(SaveError, match="not a plain file"):
        gate.save(load_file(GUIDE), "link.toml", gate.nothing_at("link.toml"))
    assert "link.toml" not in [choice.key for choice in gate.offers()]
    assert not gate.judge_target("link.toml").good


def test_a_process_that_has_left_its_folder_reaches_no_file(folder, monkeypatch):
    gate = VisitorGate(folder, Limits())
    monkeypatch.chdir(folder.parent)
    with pytest.raises(Faults, match="lost its folder"):
        gate.open("secret.toml")


def test_what_a_visit_can_open_is_its_own_or_shipped(folder):
    gate = VisitorGate(folder, Limits())
    assert [choice.key for choice in gate.offers()] == ["guide-cross.toml", *shipped()]
    assert gate.open("guide-cross").shipped_as == "guide-cross"
    assert gate.open("guide-cross.toml").path == "guide-cross.toml"
    assert gate.open(code_of(load_file(GUIDE))).path is None
    assert gate.open(None).shipped_as
    assert not gate.asks_for_paths


def test_a_save_of_a_visit_replaces_only_what_was_agreed_to(folder):
    gate = VisitorGate(folder, Limits())
    with pytest.raises(SaveError, match="changed just now"):
        gate.save(load_file(GUIDE), "guide-cross.toml", gate.nothing_at("guide-cross.toml"))
    assert (folder / "guide-cross.toml").read_bytes() == GUIDE.read_bytes()
    assert gate.save(load_file(GUIDE), "guide-cross.toml", gate.look_at("guide-cross.toml"))


def test_a_visit_keeps_so_many_files_and_so_many_bytes(folder):
    gate = VisitorGate(folder, Limits())
    workspace = load_file(GUIDE)
    for name in (f"mine-{number}.toml" for number in range(Limits.files_kept - 1)):
        gate.save(workspace, name, gate.nothing_at(name))
    with pytest.raises(SaveError, match=f"a visit keeps {Limits.files_kept} files"):
        gate.save(workspace, "one-more.toml", gate.nothing_at("one-more.toml"))
    assert not gate.judge_target("one-more").good
    gate.save(workspace, "mine-1.toml", gate.look_at("mine-1.toml"))
    (folder / "mine-0.toml").write_bytes(b"#" * (Limits.size_kept - 2000))
    with pytest.raises(SaveError, match="a visit keeps 4 MiB"):
        gate.save(workspace, "mine-1.toml", gate.look_at("mine-1.toml"))


def test_a_visit_sees_nothing_of_its_host_beside_its_folder(folder, home, monkeypatch):
    for place, name in (("themes", "own.toml"), ("lessons", "own.toml"), ("venues", "own.toml")):
        own = home / "config" / "isocross" / place
        own.mkdir(parents=True)
        (own / name).write_text("x = 1", encoding="utf-8")
    gate = VisitorGate(folder, Limits())
    themes, lessons = gate.themes(), gate.lessons()
    assert set(themes.themes) == {path.stem for path in shipped_folder().glob("*.toml")}
    assert not themes.files
    assert len(lessons.lessons) == len(list(FOLDER.glob("*.toml")))
    assert not themes.problems + lessons.problems
    assert gate.venues() == profiles.shipped_ids()
    assert gate.recorders() is None
    gate.remember("guide-cross.toml")
    gate.first_start()
    assert not (home / "state").exists()
    with pytest.raises(OSError, match="keeps none"):
        gate.keep_pictures("x", {".svg": ""})


def test_no_file_of_a_venue_is_read_once_only_the_shipped_are_known(folder, home, monkeypatch):
    monkeypatch.setattr(profiles._Known, "own", True)
    profiles.know_only_shipped()
    own = profiles.FOLDER / "guide.toml"
    text = GUIDE.read_text(encoding="utf-8").replace('venue  = "guide"', f'venue = "{own}"')
    assert str(own) in text
    (folder / "venue.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Faults, match="venue"):
        VisitorGate(folder, Limits()).open("venue.toml")
    venues = home / "config" / "isocross" / "venues"
    venues.mkdir(parents=True)
    (venues / "mine.toml").write_bytes(own.read_bytes())
    assert profiles.profile_ids() == profiles.shipped_ids()
    with pytest.raises(profiles.UnknownVenueError):
        profiles.load_profile("mine")


# --- the desk ------------------------------------------------------------------------------------


async def test_the_open_list_has_no_path_entry_and_a_name_is_saved_in_the_folder(folder):
    async with visit(folder) as desk:
        await desk.press("o")
        assert isinstance(desk.desk.screen, Choose)
        assert "another file" not in desk.text
        assert "secret" not in desk.text
        assert "of this visit" in desk.text
        await desk.press("escape")
        await desk.press("f", "S")
        assert isinstance(desk.desk.screen, Form)
        await desk.run("end", "ctrl+u")
        await desk.type("../up")
        assert "not a name in a visit" in desk.words
        await desk.press("enter")
        assert isinstance(desk.desk.screen, Form)
        await desk.run("end", "ctrl+u")
        await desk.type("mine")
        assert "goes with this visit" in desk.words
        await desk.press("enter")
        assert (folder / "mine.toml").exists()
        assert desk.state.path == "mine.toml"
        assert str(folder) not in desk.text
    assert sorted(path.name for path in folder.parent.iterdir()) == ["files", "secret.toml"]


async def test_no_picture_is_written(folder):
    async with visit(folder) as desk:
        await desk.press("y")
        await desk.settle()
        assert "a visitor's desk keeps none" in desk.words
    assert [path.name for path in folder.iterdir()] == ["guide-cross.toml"]


async def test_who_quits_is_told_what_goes_with_the_visit(folder):
    async with visit(folder) as desk:
        await desk.press("f", "q")
        assert isinstance(desk.desk.screen, Ask)
        assert "goes with the visit" in desk.words
        await desk.press("escape")
        assert desk.desk.is_running
        await desk.press("q", "q")
        assert desk.desk.return_code == 0


async def test_who_quits_within_a_lesson_is_asked_about_the_account_and_not_about_the_lesson(folder):
    async with visit(folder) as desk:
        await desk.press("f", "5", "enter", "enter")
        assert desk.desk.lesson is not None
        await desk.press("q")
        assert "goes with the visit" in desk.words
        assert desk.state.workspace.name in GUIDE.read_text(encoding="utf-8")
        await desk.press("q")
        assert desk.desk.return_code == 0


# --- time ----------------------------------------------------------------------------------------


async def test_an_idle_visit_is_told_a_minute_before_and_ends(folder):
    now = [0.0]
    clock = Clock(Limits(), lambda: now[0])
    async with visit(folder, clock=clock) as desk:
        now[0] = 539
        desk.desk.look_at_clock()
        await desk.settle()
        assert "This visit ends" not in desk.words
        now[0] = 541
        desk.desk.look_at_clock()
        await desk.settle()
        assert "This visit ends in a minute unless a key is pressed." in desk.words
        await desk.press("left")
        now[0] = 700
        desk.desk.look_at_clock()
        assert desk.desk.return_code is None
        now[0] = 541 + 601
        desk.desk.look_at_clock()
        await desk.settle()
        assert desk.desk.return_code == End.IDLE


def test_a_visit_that_is_used_ends_with_its_time():
    now = [0.0]
    clock = Clock(Limits(), lambda: now[0])
    for now[0] in range(0, 3540, 60):
        clock.touched()
        assert clock.notice() == ""
    now[0] = 3545
    clock.touched()
    assert "its time is over then" in clock.notice()
    assert clock.notice() == ""
    now[0] = 3600
    assert clock.left() == (0, End.LIFETIME)


def endless(*_: object) -> None:
    while True:
        pass


def test_what_a_step_takes_is_processor_time_and_not_that_of_a_busy_host():
    with at_most(3), at_most(1):
        assert 1 < signal.getitimer(signal.ITIMER_PROF)[0] <= 3.1 < signal.getitimer(signal.ITIMER_REAL)[0]
    assert signal.getitimer(signal.ITIMER_PROF) == signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    with pytest.raises(TooLongError), at_most(0.01):
        time.sleep(60)


async def test_work_in_another_thread_that_takes_too_long_is_given_up_and_the_thread_works_on():
    with ThreadPoolExecutor(1) as pool:
        for _ in range(3):
            with pytest.raises(TooLongError, match=r"longer than 0\.05 s"):
                await asyncio.get_running_loop().run_in_executor(pool, within, 0.05, endless)
            assert await asyncio.get_running_loop().run_in_executor(pool, within, 5, lambda: 7) == 7


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("3", "isocross_tui.views.frontier.view.first_grids"),
        ("3", "isocross_tui.views.frontier.view.add_variants"),
        ("c", "isocross_tui.views.close_first.answers.triage"),
        ("c", "isocross_tui.views.close_first.answers.survive"),
    ],
)
async def test_what_is_worked_out_beside_the_keys_is_given_up_too_and_the_desk_goes_on(folder, monkeypatch, key, place):
    monkeypatch.setattr(place, endless)
    async with visit(folder, Limits(solve_s=0.5)) as desk:
        await desk.press(key)
        async with asyncio.timeout(60):
            while "That takes longer than 0.5 s, the most one step of a visit may take." not in desk.words:
                await desk.settle()
        await desk.press("1", "left")
        assert "−31.0 %" in desk.text
        assert not desk.desk.store.errors


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (("f", "plus", "5"), "isocross_tui.controllers.controller.selectors.effect"),
        (("l", "5"), "isocross_tui.forms.account.moves.set_leverage"),
        (("n",), "isocross_tui.forms.new_account.new_account"),
    ],
)
async def test_what_a_form_tells_ahead_is_given_up_too_and_the_form_stays(folder, monkeypatch, keys, place):
    async with visit(folder, Limits(solve_s=0.5)) as desk:
        await desk.press(*keys[:-1])
        monkeypatch.setattr(place, endless)
        await desk.press(keys[-1])
        assert "That takes longer than 0.5 s, the most one step of a visit may take." in desk.words
        monkeypatch.undo()
        await desk.press("escape", "escape")
        assert not desk.desk.has_dialog
        assert not desk.desk.store.errors


def test_a_step_that_takes_too_long_is_given_up_and_changes_nothing():
    class Endless(Say):
        def apply(self, state):
            while True:
                pass

    heard = []
    store = TimedStore(0, on_error=heard.append)
    store.seconds = 0.05
    store.dispatch(Endless("x", ""))
    assert store.state == 0
    assert isinstance(heard[0], TooLongError)
    assert "0.05 s" in str(heard[0])
    store.subscribe(endless, print)
    assert len(heard) == 2
