"""A desk that ends without a word, and the next one on the same file."""

import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fcntl import ioctl
from pathlib import Path

import pytest

from isocross.desk.state import State, restored
from isocross.desk.store import Store
from isocross.disk.journal import read
from isocross.workspace import load_file
from isocross_tui.app import Desk
from isocross_tui.commands import COMMANDS
from isocross_tui.recorder.found import Opened
from isocross_tui.recorder.line import MomentLine, replay
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.screens.tell import Ask
from isocross_tui.user.files import open_source
from tests.journeys.screen import Room, workspace_file

ROOT = Path(__file__).resolve().parents[2]
BODY = """format = 1
name = "Mine"
wallet = 1000

[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.015
entry = 60000
leverage = 3

[[positions]]
id = "eth"
market = "ETHUSDT"
side = "short"
mode = "cross"
quantity = 0.2
entry = 3000
leverage = 3
"""
PATIENCE_S = 20.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(workspace_file(tmp_path, BODY))


@pytest.fixture(autouse=True)
def only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isocross_tui.app.CHECK_S", 3600)


@asynccontextmanager
async def desk_on(source: Path | str) -> AsyncIterator[Room]:
    """A desk that ends without a word when it is left: nothing is done at its exit."""
    desk = Desk(open_source(str(source)), colours=True, recorders=Recorders(Path("journals").absolute()))
    async with desk.run_test(size=(120, 36), notifications=True) as pilot:
        sitting = Room(desk, pilot)
        await sitting.settle()
        yield sitting
        assert not desk.store.errors
    if desk.saving.recorder is not None:
        # what the system does to a process that ends
        desk.saving.recorder.release()


def crashed(file: Path | str, *keys: str) -> MomentLine:
    """What a desk leaves that ended without a word after some keys, without the trouble of drawing it."""
    source = open_source(str(file))
    store = Store(State.opened(source.workspace, source.path), restore=restored, part=lambda state: state.moment)
    recorder = Recorders(Path("journals").absolute()).open(Opened(source.key, source.digest, source.workspace))
    recorder.start(store, pytest.fail)
    for key in keys:
        if key in "uU":
            (store.undo if key == "u" else store.redo)()
        else:
            store.dispatch(next(command.action for command in COMMANDS if key in command.keys))
    recorder.release()
    return MomentLine.of(store)


def modes(room: Room) -> list[str]:
    return [position.mode.value for position in room.state.workspace.positions]


def journals() -> list[Path]:
    return sorted(Path("journals").glob("*.journal"))


# ---- the offer


async def test_recovering_brings_account_shock_and_history_back(file: Path):
    line = crashed(file, "f", "less_than_sign", "F", "F", "d", "u")
    async with desk_on(file) as room:
        assert "” has 3 unsaved changes from " in room.words
        assert modes(room) == ["cross", "cross"]
        await room.press("r")
        assert modes(room) == ["isolated", "cross"]
        assert int(room.state.moment.shock * 100) == -10
        assert "3 changes recovered; not saved yet." in room.words
        assert "● unsaved" in room.lines[0]
        assert file.read_text() == BODY
        now = MomentLine.of(room.desk.store)
        assert (len(now.past), len(now.future)) == (len(line.past), len(line.future)) == (4, 1)
        await room.press("U")
        assert [p.id for p in room.state.workspace.positions] == ["eth"]
        await room.press("u", "u", "u", "u", "u")
        assert modes(room) == ["cross", "cross"]
        assert not room.desk.store.can_undo


async def test_what_was_recovered_is_safe_from_the_next_crash_too(file: Path):
    crashed(file, "f")
    async with desk_on(file) as room:
        await room.press("r", "less_than_sign")
    async with desk_on(file) as room:
        await room.press("r")
        assert (modes(room)[0], int(room.state.moment.shock * 100)) == ("isolated", -10)


async def test_deciding_later_leaves_everything_as_it_is(file: Path):
    crashed(file, "f")
    before = journals()[0].read_bytes()
    for _ in range(2):
        async with desk_on(file) as room:
            assert "Unsaved changes" in room.text
            assert "esc quit, decide later" in room.words
            await room.press("escape")
            assert room.desk.return_code is not None
        assert journals()[0].read_bytes() == before
        assert file.read_text() == BODY


async def test_no_command_comes_through_while_it_is_asked(file: Path):
    crashed(file, "f")
    async with desk_on(file) as room:
        await room.press("f", "s", "q", "left")
        assert "Unsaved changes" in room.text
        assert not room.desk.store.can_undo
        assert file.read_text() == BODY


async def test_discarding_is_final_only_once_something_else_is_done(file: Path):
    crashed(file, "f", "less_than_sign")
    async with desk_on(file) as room:
        await room.press("d")
        assert modes(room) == ["cross", "cross"]
        assert not room.state.unsaved
        await room.press("U", "U")
        assert modes(room)[0] == "isolated"
        await room.press("u", "u")
    async with desk_on(file) as room:
        assert "Unsaved changes" not in room.text


async def test_what_changed_is_shown_before_it_is_decided(file: Path):
    crashed(file, "F", "d")
    async with desk_on(file) as room:
        await room.press("w")
        await room.pilot.pause()
        text = room.text
        assert '+ mode = "isolated"' in text
        assert '− id = "btc"' in text
        await room.press("escape")
        assert "recover" in room.words
        await room.press("r")
        assert len(room.state.workspace.positions) == 1


async def test_a_file_that_changed_since_is_said_and_stays_as_it_is(file: Path):
    crashed(file, "f")
    theirs = BODY.replace("1000", "2000")
    file.write_text(theirs)
    async with desk_on(file) as room:
        assert "The file was changed since." in room.words
        await room.press("r")
        assert (room.state.workspace.wallet, modes(room)[0]) == (1000, "isolated")
        assert room.state.unsaved
        assert file.read_text() == theirs
    async with desk_on(file) as room:
        await room.press("d")
        assert room.state.workspace.wallet == 2000
        await room.press("U")
        assert modes(room)[0] == "isolated"


async def test_a_moved_price_alone_is_no_question_but_is_not_lost(file: Path):
    crashed(file, "less_than_sign")
    async with desk_on(file) as room:
        assert "Unsaved changes" not in room.text
        assert room.state.moment.shock == 0
        await room.press("U")
        assert int(room.state.moment.shock * 100) == -10


async def test_a_shipped_workspace_is_kept_safe_too():
    crashed("guide-mixed", "f")
    async with desk_on("guide-cross") as room:
        assert "Unsaved changes" not in room.text
    async with desk_on("guide-mixed") as room:
        assert "Unsaved changes" in room.text
        await room.press("r")
        assert room.state.unsaved
        assert room.state.path is None


# ---- a clean end


async def test_ctrl_c_at_the_question_whether_to_save_quits_and_keeps_what_is_not_saved(file: Path):
    before = file.read_bytes()
    async with desk_on(file) as room:
        await room.press("f", "ctrl+c")
        assert isinstance(room.desk.screen, Ask)
        await room.press("ctrl+c")
        assert room.desk.return_code == 0
    assert file.read_bytes() == before
    async with desk_on(file) as room:
        assert "Unsaved changes" in room.text
        await room.press("r")
        assert modes(room)[0] == "isolated"


async def test_undo_goes_on_where_it_was_after_a_save_and_a_quit(file: Path):
    async with desk_on(file) as room:
        await room.press("less_than_sign", "f", "s", "q")
    async with desk_on(file) as room:
        assert "Unsaved changes" not in room.text
        assert "undo" in room.lines[-1]
        assert modes(room)[0] == "isolated"
        await room.press("u")
        assert (modes(room)[0], int(room.state.moment.shock * 100)) == ("cross", -10)
        await room.press("u", "U", "U")
        assert modes(room)[0] == "isolated"
        assert not room.state.unsaved


async def test_changes_left_at_the_door_are_no_question_and_can_be_redone(file: Path):
    async with desk_on(file) as room:
        await room.press("f", "q", "n")
    async with desk_on(file) as room:
        assert "Unsaved changes" not in room.text
        assert modes(room)[0] == "cross"
        await room.press("U")
        assert modes(room)[0] == "isolated"


async def test_a_file_that_changed_meanwhile_has_no_history(file: Path):
    async with desk_on(file) as room:
        await room.press("f", "s", "q")
    file.write_text(BODY.replace("1000", "2000"))
    async with desk_on(file) as room:
        assert "Unsaved changes" not in room.text
        assert not room.desk.store.can_undo


async def test_a_crash_after_a_save_asks_nothing(file: Path):
    async with desk_on(file) as room:
        await room.press("f", "s")
    async with desk_on(file) as room:
        assert "Unsaved changes" not in room.text
        await room.press("u")
        assert modes(room)[0] == "cross"


async def test_a_desk_that_changed_nothing_leaves_nothing(file: Path):
    async with desk_on(file) as room:
        await room.press("down", "x", "q")
    assert list(Path("journals").iterdir()) == []


async def test_saving_under_another_name_takes_the_history_along(file: Path):
    async with desk_on(file) as room:
        await room.press("f", "S")
        field = room.desk.screen.query_one("#field-path")
        field.value = str(file.with_name("other.toml"))
        await room.press("enter")
    async with desk_on(file.with_name("other.toml")) as room:
        await room.press("u")
        assert modes(room)[0] == "cross"
    async with desk_on(file) as room:
        assert "Unsaved changes" not in room.text


async def test_opening_another_file_asks_about_what_was_left_of_it(file: Path, tmp_path: Path):
    other = Path(workspace_file(tmp_path, BODY.replace("Mine", "Other"), "other.toml"))
    crashed(other, "f")
    async with desk_on(file) as room:
        room.desk.opening.open(str(other))
        await room.pilot.pause()
        assert "“Other” has 1 unsaved change from " in room.words
        await room.press("escape")
        assert room.state.workspace.name == "Mine"
        room.desk.opening.open(str(other))
        await room.pilot.pause()
        await room.press("r")
        assert room.state.workspace.name == "Other"
        assert modes(room)[0] == "isolated"
        await room.press("s")
        assert load_file(other).positions[0].mode == "isolated"
        assert file.read_text() == BODY


async def test_a_damaged_journal_is_recovered_as_far_as_it_goes(file: Path):
    crashed(file, "f", "F", "F", "d")
    path = journals()[0]
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:-2], lines[-2].replace(b"step", b"stop"), lines[-1]]))
    async with desk_on(file) as room:
        assert "could not be read; the whole record is kept aside." in room.said("#question")
        await room.press("r")
        assert modes(room) == ["cross", "isolated"]
    assert path.with_suffix(".damaged").exists()


async def test_a_journal_that_says_nothing_any_more_is_kept_aside_and_said(file: Path):
    crashed(file, "f")
    journals()[0].write_bytes(b"nonsense\n")
    async with desk_on(file) as room:
        assert "The record of an earlier desk could not be read; it is kept aside." in room.words
        assert room.state.message.tone == "warn"
    assert [path.suffix for path in sorted(Path("journals").iterdir())] == [".damaged"]


async def test_a_full_disk_is_said_once_and_the_desk_goes_on(file: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("isocross.disk.journal._write", full)
    async with desk_on(file) as room:
        await room.press("f")
        assert "cannot be kept safe from a crash: no space left on device." in room.words
        await room.press("f", "left")
        assert "kept safe" not in room.state.message.text
        assert int(room.state.moment.shock * 100) == -1


# ---- processes that are ended

DESK = """
import os, sys
os.open(os.ttyname(0), os.O_RDWR)  # makes it the controlling terminal, whose end is a signal
import isocross_tui.app
isocross_tui.app.CHECK_S = 0.05
sys.exit(isocross_tui.app.run_desk(sys.argv[1]))
"""


class Terminal:
    """A desk in a process and a terminal of its own."""

    def __init__(self, file: Path) -> None:
        self.master, slave = pty.openpty()
        ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none", "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-c", DESK, str(file)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self.written = b""

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        if self.master >= 0:
            os.close(self.master)

    def listen(self, seconds: float) -> int:
        """How many bytes it writes in a while; those are kept."""
        before, end = len(self.written), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self.master], [], [], left)[0]:
            try:
                self.written += os.read(self.master, 65536)
            except OSError:
                break
        return len(self.written) - before

    def until(self, words: str) -> None:
        """Wait until some words were written, whatever their colours."""
        end = time.monotonic() + PATIENCE_S
        while words not in re.sub(r"\x1b\[[0-9;?<>=]*[a-zA-Z]", "", self.written.decode("utf-8", "replace")):
            assert time.monotonic() < end, words
            assert self.process.poll() is None
            self.listen(0.05)

    def until_ended(self) -> int:
        """Wait until it has ended by itself, reading what it still writes."""
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < end
            if self.master >= 0:
                self.listen(0.02)
        return self.process.returncode

    def keys(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = -1


def until_kept(steps: int) -> MomentLine:
    """Wait until a journal has so many steps on either side of the present."""
    end = time.monotonic() + PATIENCE_S
    while True:
        for path in Path("state/isocross/journals").glob("*.journal"):
            told = replay(read(path).records)
            if told is not None and len(told.line.past) + len(told.line.future) >= steps:
                return told.line
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("end", ["kill -9", "hangup", "terminate"])
def test_whatever_ends_the_desk_the_next_one_offers_what_was_done(file: Path, end: str):
    with Terminal(file) as desk:
        desk.until("Mine")
        desk.until("quit")
        desk.keys("f<")
        line = until_kept(2)
        if end == "hangup":
            desk.hang_up()
        else:
            desk.process.send_signal(signal.SIGKILL if end == "kill -9" else signal.SIGTERM)
        desk.until_ended()
    assert file.read_text() == BODY
    source = open_source(str(file))
    recorder = Recorders(Path("state/isocross/journals")).open(Opened(source.key, source.digest, source.workspace))
    assert recorder.found.unsaved
    assert recorder.found.line == line
    recorder.release()
    if end != "kill -9":
        return
    with Terminal(file) as desk:
        desk.until("show what changed")
        desk.keys("r")
        desk.until("1 change recovered; not saved yet.")
        desk.keys("s")
        desk.until("Saved to")
        desk.keys("uu")
        until_kept(2)
        desk.keys("qn")
        assert desk.until_ended() == 0
    saved = load_file(file)
    assert (saved.positions[0].mode, saved.scenario.shock * 100) == ("isolated", -10)


def test_an_idle_desk_that_looks_at_its_file_writes_nothing(file: Path):
    with Terminal(file) as desk:
        desk.until("quit")
        desk.keys("f")
        until_kept(1)
        while desk.listen(0.6):
            pass
        # the file is looked at every 0.05 s here
        assert desk.listen(1.0) == 0
        file.write_text(BODY.replace('mode = "cross"', 'mode = "isolated"', 1).replace("1000", "2000"))
        desk.until("Changed on disk")


# ---- the writing end under kill -9

WRITER = """
import os, sys
from itertools import count
from pathlib import Path
from isocross.disk.journal import Journal

def write(path):
    journal = Journal(Path(path))
    journal.rewrite([{"k": "line", "n": 0}])
    for n in count(1):
        journal.append({"k": "step", "n": n, "pad": "x" * (n * 37 % 300)})
        if n % 5 == 0:
            journal.sync()
            os.write(1, b"%d\\n" % n)
        if n % 40 == 0:
            journal.rewrite([{"k": "line", "n": n}])
            os.write(1, b"%d\\n" % n)

for path in sys.stdin:
    child = os.fork()
    if child == 0:
        write(path.strip())
    os.write(1, b"child %d\\n" % child)
    os.waitpid(child, 0)
    os.write(1, b"gone\\n")
"""


def test_no_kill_makes_a_journal_say_anything_else_than_what_was_done(tmp_path: Path):
    chance = random.Random(11)
    with subprocess.Popen(
        [sys.executable, "-B", "-c", WRITER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(64):
            path = tmp_path / f"{number}.journal"
            process.stdin.write(f"{path}\n".encode())
            process.stdin.flush()
            confirmed, child, wanted = 0, 0, chance.randrange(1, 12)
            for told in process.stdout:
                if told.startswith(b"gone"):
                    break
                if told.startswith(b"child"):
                    child = int(told.split()[1])
                else:
                    confirmed = int(told)
                    wanted -= 1
                if wanted <= 0 and child:
                    time.sleep(chance.random() * 0.003)
                    os.kill(child, signal.SIGKILL)
                    wanted = 10**9
            reading = read(path)
            numbers = [record["n"] for record in reading.records]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert all(len(record.get("pad", "")) == record["n"] * 37 % 300 for record in reading.records[1:])
            assert numbers[-1] >= confirmed > 0
            assert not reading.damaged
        process.stdin.close()
