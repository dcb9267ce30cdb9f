"""What is counted of visitors: pastes, painting, knocks, visits; and what their processes may take."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

if sys.platform == "win32":
    pytest.skip("visitors need a system with pseudo-terminals", allow_module_level=True)

from isocross.rules import catalogue as profiles
from isocross.workspace import load_bytes, load_file, shipped
from isocross.workspace.code import code_of
from isocross_tui.serve.admission import Admission
from isocross_tui.serve.child import checked
from isocross_tui.serve.command import limit_options
from isocross_tui.serve.hosting import Spawned
from isocross_tui.serve.limits import BYTES_OUT, FULL, FULL_OF_ADDRESS, MIB, TOO_FAST, Limits
from isocross_tui.serve.relay import BEGIN_PASTE, END_PASTE, RESTORE, PasteMeter, Relay, reason_of
from isocross_tui.serve.seat import Seat
from isocross_tui.serve.shown import shown_files
from isocross_tui.serve.visits import Visits

PASTE = Limits.paste
ROOT = Path(__file__).resolve().parents[2]


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """The data in pieces, cut at shares of its length."""
    places = [0, *sorted(len(data) * cut // 100 for cut in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(places)]


# --- pastes --------------------------------------------------------------------------------------

typed = st.lists(st.sampled_from([b"a", b"\x1b", b"\x1b[", b"\x1b[D", b"\x1b[20", b"0~", b"1~"]), max_size=20).map(
    b"".join
)
cuts = st.lists(st.integers(0, 100), max_size=8)


@given(typed, typed, st.integers(0, 3), cuts)
def test_a_paste_is_measured_in_whatever_pieces_it_comes(before, after, over, cuts):
    """As long as may be passes, one byte more does not, and what is typed around it does not count."""
    before = before.replace(BEGIN_PASTE, b"")
    size = PASTE - 1 + over
    data = before + b"|" + BEGIN_PASTE + b"x" * size + END_PASTE + after
    meter = PasteMeter(PASTE)
    heard = [meter.too_long(piece) for piece in pieces(data, cuts)]
    assert any(heard) is (size > PASTE)


@given(cuts)
def test_many_short_pastes_are_no_long_one(cuts):
    data = (BEGIN_PASTE + b"x" * 5000 + END_PASTE) * 30
    meter = PasteMeter(PASTE)
    assert not any(meter.too_long(piece) for piece in pieces(data, cuts))


def test_a_paste_without_an_end_is_noticed_and_keeps_nothing():
    meter = PasteMeter(PASTE)
    assert not meter.too_long(BEGIN_PASTE)
    heard = [meter.too_long(b"x" * 1024) for _ in range(66)]
    assert heard.index(True) in {64, 65}
    assert len(meter._tail) < len(END_PASTE)


# --- who comes in --------------------------------------------------------------------------------


def test_a_room_takes_so_many_visits_and_again_when_some_have_gone():
    admission = Admission(Limits(visits=3, visits_of_address=2))
    assert [admission.refuse_visit("a") for _ in range(3)] == ["", "", FULL_OF_ADDRESS]
    assert [admission.refuse_visit("b") for _ in range(2)] == ["", FULL]
    admission.visit_gone("a")
    assert admission.refuse_visit("b") == ""
    assert admission.refuse_visit("c") == FULL


def test_knocks_are_counted_for_each_address_and_for_ten_seconds():
    now = [0.0]
    admission = Admission(Limits(connects=2, visits_of_address=50), lambda: now[0])
    assert [admission.refuse_line("a") for _ in range(3)] == ["", "", TOO_FAST]
    assert admission.refuse_line("b") == ""
    now[0] = 9.9
    assert admission.refuse_line("a") == TOO_FAST
    now[0] = 10.1
    assert [admission.refuse_line("a") for _ in range(3)] == ["", "", TOO_FAST]


def test_lines_that_say_nothing_are_counted_too():
    admission = Admission(Limits(visits=2, visits_of_address=1, connects=99))
    assert [admission.refuse_line("a") for _ in range(3)] == ["", "", FULL_OF_ADDRESS]
    assert [admission.refuse_line(name) for name in "bcd"] == ["", "", FULL]
    admission.line_gone("a")
    assert admission.refuse_line("d") == ""


def test_the_memory_of_addresses_does_not_grow():
    admission = Admission(Limits(visits=10**6, visits_of_address=10**6))
    for number in range(3000):
        admission.refuse_line(str(number))
        admission.line_gone(str(number))
    assert len(admission._knocks) <= 1024
    assert not admission._lines


# --- what comes in -------------------------------------------------------------------------------


words = st.text("aZ9_.-@/ =\n\x1b\x00é", max_size=70)


@given(st.dictionaries(st.sampled_from(["LANG", "COLORTERM", "NO_COLOR", "LD_PRELOAD", "HOME", "TERM"]), words))
def test_of_an_environment_only_what_looks_as_it_should_comes_in(environment):
    taken = checked(environment, "xterm")
    assert taken.pop("TERM") == "xterm"
    assert set(taken) <= {"LANG", "COLORTERM", "NO_COLOR"}
    for value in taken.values():
        assert value.isascii()
        assert len(value) <= 64
        assert "/" not in value or value == taken.get("NO_COLOR")
        assert value.isprintable()


def test_the_usual_environment_comes_in():
    usual = {"LANG": "de_AT.UTF-8", "COLORTERM": "truecolor", "NO_COLOR": "1"}
    assert checked(usual, "xterm-kitty") == {**usual, "TERM": "xterm-kitty"}


@given(st.integers(-5, 2**31), st.integers(-5, 2**31))
def test_a_window_is_within_bounds(columns, rows):
    width, height = Limits().clamped(columns, rows)
    assert 1 <= width <= 300
    assert 1 <= height <= 100
    assert width == columns or not 1 <= columns <= 300
    assert (width == 80 or columns > 0) and (height == 24 or rows > 0)


def test_a_seat_is_told_and_heard():
    seat = Seat("/a", "/b", None, {"TERM": "x"}, Limits(idle_s=5, memory=7, window=(90, 30)))
    assert Seat.heard(seat.told()) == seat


# --- what goes out -------------------------------------------------------------------------------


class Paper:
    """A line that keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.code: int | None = None

    def write(self, data: bytes) -> None:
        self.written += data

    def pause(self) -> None:
        pass

    resume = pause

    def close(self, code: int) -> None:
        self.code = code


class Programs:
    """Begins a program in the place of a desk."""

    def __init__(self, *command: str) -> None:
        self.command = command

    async def begin(self, seat: Seat, terminal: int) -> Spawned:
        process = await asyncio.create_subprocess_exec(*self.command, stdin=terminal, stdout=terminal, stderr=terminal)
        return Spawned(process)


async def relayed(limits: Limits, *command: str) -> tuple[Paper, str]:
    """What a visitor sees of a program, and why it ended."""
    paper = Paper()
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    relay = Relay(paper, limits, ended.set_result)
    await relay.begin(Programs(*command), Seat("/", "/", None, {}, limits), (80, 24))
    return paper, await asyncio.wait_for(ended, 20)


async def test_a_visit_paints_so_much_and_no_more():
    paper, reason = await relayed(Limits(bytes_out=1 * MIB), "yes")
    assert reason == "bytes out"
    assert len(paper.written) <= 1 * MIB + 1024
    assert paper.written.endswith(RESTORE + BYTES_OUT.encode() + b"\r\n")
    assert paper.code == 1


async def test_all_that_was_painted_last_is_seen():
    paper, reason = await relayed(Limits(), "sh", "-c", "echo first; echo last")
    assert paper.written == b"first\r\nlast\r\n"
    assert (reason, paper.code) == ("left", 0)


@pytest.mark.parametrize(("command", "reason"), [("exit 3", "code 3"), ("kill -9 $$", "stopped by SIGKILL")])
async def test_what_ends_otherwise_than_a_desk_leaves_the_terminal_clean(command, reason):
    paper, said = await relayed(Limits(), "sh", "-c", command)
    assert said == reason
    assert RESTORE in paper.written
    assert paper.code == 1


async def test_what_does_not_end_with_its_line_is_killed():
    paper, reason = await relayed(Limits(lifetime_s=-5), "sh", "-c", "trap '' HUP; sleep 30 & wait; wait")
    assert reason == "lifetime"
    assert b"its time is over" in paper.written


def test_every_end_has_a_word():
    assert [reason_of(code) for code in (0, 1, 20, 21, 70, -9, 5)] == [
        "left", "fault", "idle", "lifetime", "broken", "stopped by SIGKILL", "code 5",
    ]  # fmt: skip


LIMITS_NOW = f"""
import json, resource, sys
from isocross_tui.serve.child import _keep_to
from {Limits.__module__} import Limits
import os
before = os.nice(0)
_keep_to(Limits(memory=200 * 1024 * 1024, cpu_s=77, size_kept=5, open_files=50))
kinds = "CORE FSIZE NOFILE CPU DATA".split()
print(json.dumps([resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in kinds]))
print(os.nice(0) == min(before + 5, 19))
try:
    bytearray(300 * 1024 * 1024)
except MemoryError:
    print("no more")
"""


def test_a_process_has_given_up_what_a_visit_may_not_take():
    answer = subprocess.run([sys.executable, "-c", LIMITS_NOW], capture_output=True, text=True, cwd=ROOT, check=True)
    limits, nicer, memory = answer.stdout.splitlines()
    assert json.loads(limits) == [[0, 0], [5, 5], [50, 50], [77, 77], [200 * MIB] * 2]
    assert nicer == "True"
    assert memory == "no more"


# --- options -------------------------------------------------------------------------------------

GIVEN = {
    "--visits": ("3", {"visits": 3}),
    "--per-address": ("2", {"visits_of_address": 2}),
    "--connects": ("7", {"connects": 7}),
    "--login": ("5", {"login_s": 5.0}),
    "--idle": ("30", {"idle_s": 30.0}),
    "--lifetime": ("90", {"lifetime_s": 90.0}),
    "--memory": ("200", {"memory": 200 * MIB}),
    "--cpu": ("60", {"cpu_s": 60}),
    "--solve": ("0.5", {"solve_s": 0.5}),
    "--bytes-out": ("3", {"bytes_out": 3 * MIB}),
    "--window": ("120x36", {"window": (120, 36)}),
    "--paste": ("16", {"paste": 16 * 1024}),
    "--files-kept": ("4", {"files_kept": 4}),
    "--size-kept": ("2", {"size_kept": 2 * MIB}),
    "--open-files": ("40", {"open_files": 40}),
}


def limits_given(*arguments: str) -> Limits:
    """What a command with all options of a server is called with."""
    heard: list[Limits] = []

    @click.command()
    @limit_options(*(field.name for field in fields(Limits)))
    def command(limits: Limits) -> None:
        heard.append(limits)

    command.main(arguments, standalone_mode=False)
    return heard[0]


def test_every_limit_has_an_option_and_its_default_is_that_of_the_limits():
    assert limits_given() == Limits()
    assert {name for _, changed in GIVEN.values() for name in changed} == {field.name for field in fields(Limits)}
    for option, (value, changed) in GIVEN.items():
        assert limits_given(option, value) == replace(Limits(), **changed)


@pytest.mark.parametrize("size", ["79x24", "80x23", "80", "x", "80x24x1", "80x-24", "ax30"])
def test_a_window_that_no_desk_fits_in_is_refused(size):
    with pytest.raises(click.BadParameter, match="expected 80x24 to 9999x9999"):
        limits_given("--window", size)


# --- folders -------------------------------------------------------------------------------------


def test_a_visit_has_a_private_folder_with_copies_that_goes_with_it(tmp_path):
    visits = Visits(tmp_path / "visits")
    one, other = (visits.begin({"a.toml": b"a"}) for _ in range(2))
    assert visits.living() == 2
    assert one.folder != other.folder
    assert (one.files / "a.toml").read_bytes() == b"a"
    assert {path.stat().st_mode & 0o777 for path in (one.folder, one.files, one.home)} == {0o700}
    one.end()
    assert visits.sweep() == 0
    assert not one.folder.exists()
    assert (other.files / "a.toml").exists()
    other.end()
    assert visits.living() == 0


def test_what_a_killed_process_has_left_is_swept_and_nothing_else(tmp_path):
    imports = "from isocross_tui.serve.visits import Visits; from pathlib import Path"
    begin = f"{imports}; Visits(Path({str(tmp_path)!r})).begin({{}})"
    subprocess.run([sys.executable, "-c", f"{begin}; import os; os._exit(9)"], cwd=ROOT, check=False)
    (tmp_path / "file").write_text("", encoding="utf-8")
    elsewhere = tmp_path.with_name("elsewhere")
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(elsewhere)
    visits = Visits(tmp_path)
    kept = visits.begin({})
    assert visits.sweep() == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["file", "link", kept.folder.name])
    assert elsewhere.exists()
    kept.end()


def test_what_is_shown_has_short_names_of_its_own(home, monkeypatch):
    monkeypatch.setattr(profiles._Known, "own", True)
    text = shipped()["ladder"].read_bytes()
    (home / "sub").mkdir()
    for path in ("My Book.toml", "sub/my-book.toml"):
        (home / path).write_bytes(text)
    files = shown_files(["guide-cross", "My Book.toml", "sub/my-book.toml", code_of(load_file(shipped()["hedge"]))], 8)
    assert list(files)[:3] == ["guide-cross.toml", "my-book.toml", "my-book-2.toml"]
    assert files["my-book.toml"] == files["my-book-2.toml"] == text
    assert load_bytes(list(files.values())[3]) == load_file(shipped()["hedge"])
