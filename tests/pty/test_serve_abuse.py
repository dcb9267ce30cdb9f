"""What visitors do to a room: each is told in one sentence and shown out, and nobody else feels it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from pty_terminal import DEADLINE_S, DESK, Terminal, plain_environment
from ssh_room import FIRST_WORDS, SshRoom, alive, end_of_line, needs_client, ssh_room

from isocross_tui.cli.main import main
from isocross_tui.serve.desk import VisitorDesk

pytestmark = [needs_client, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks into /proc")]
SMALL = ("--visits", "3", "--per-address", "2", "--connects", "1000")
MORE = 8 * 1024
"""KiB by which a server may grow that holds nothing back for anybody."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshRoom]:
    """A small room."""
    with ssh_room(tmp_path_factory.mktemp("room"), "guide-cross", "--anonymous", *SMALL) as room:
        yield room


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshRoom]:
    """A room that waits only a while for somebody to ask for a desk."""
    with ssh_room(tmp_path_factory.mktemp("hasty"), "--anonymous", *SMALL, "--login", "10") as room:
        yield room


@pytest.fixture(autouse=True)
def empty(room: SshRoom) -> Iterator[None]:
    """Nobody is left in it."""
    yield
    room.wait_until_empty()


def test_one_address_has_so_many_visits_and_no_more(room):
    with room.visitor() as one, room.visitor() as other:
        for visitor in (one, other):
            visitor.wait_for(FIRST_WORDS)
        with room.visitor() as third:
            assert third.wait_for_end() == 1
            assert third.text.strip() == (
                "There are as many visits from your address as one may have; please end one first."
            )
        one.type("\x1b[D")
        one.wait_for("BTC −31")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_client_that_is_gone_takes_its_desk_with_it(room, number):
    with room.visitor() as visitor:
        visitor.wait_for(FIRST_WORDS)
        (desk,) = room.desks
        visitor.process.send_signal(number)
        room.wait_for(lambda: not alive(desk))
        room.wait_until_empty()
    room.wait_for(lambda: "line gone" in room.said)


def test_a_desk_that_is_stopped_is_gone_soon_after_its_line_too(room):
    with room.visitor() as visitor:
        visitor.wait_for(FIRST_WORDS)
        (desk,) = room.desks
        os.kill(desk, signal.SIGSTOP)
        visitor.process.kill()
        room.wait_for(lambda: not alive(desk))


def test_the_terminal_of_a_visitor_whose_desk_is_killed_is_as_before(room):
    with room.visitor() as visitor:
        visitor.wait_for(FIRST_WORDS)
        os.kill(room.desks[0], signal.SIGKILL)
        assert visitor.wait_for_end() == 1
        visitor.assert_left_clean()
        assert "needed more memory or time than a visit has" in visitor.text
    room.wait_for(lambda: "stopped by SIGKILL" in room.said)


def test_a_client_that_reads_nothing_costs_the_server_nothing(room):
    with room.visitor() as frozen, room.visitor() as other:
        for visitor in (frozen, other):
            visitor.wait_for(FIRST_WORDS)
        before = room.memory
        frozen.type("t")
        frozen.wait_for("Theme")
        end = time.monotonic() + 2
        os.set_blocking(frozen.master, False)
        # nobody reads what the theme paints each time
        while time.monotonic() < end:
            try:
                os.write(frozen.master, b"\x1b[B\x1b[A" * 20)
            except BlockingIOError:
                break
            other.read(0.01)
        other.type("\x1b[D")
        other.wait_for("BTC −31")
        assert room.memory - before < MORE


def test_a_paste_without_an_end_is_cut_off_with_a_sentence(room):
    before = room.memory
    with room.visitor() as visitor:
        visitor.wait_for(FIRST_WORDS)
        os.set_blocking(visitor.master, True)
        visitor.type("\x1b[200~")
        for _ in range(40):
            if "a paste was longer" in visitor.text or visitor.process.poll() is not None:
                break
            visitor.type("x" * 2000)
            visitor.read(0.02)
        visitor.wait_for("a paste was longer than 64 kB")
        assert visitor.wait_for_end() == 1
        visitor.assert_left_clean()
    assert room.memory - before < MORE


def test_who_only_holds_a_line_is_shown_out(hasty):
    before = hasty.memory
    lines = []
    refused = 0
    for _ in range(100):
        line = socket.create_connection(("127.0.0.1", hasty.port), timeout=DEADLINE_S)
        lines.append(line)
    for line in lines[4:]:
        said = end_of_line(line)
        refused += said.startswith(b"There are as many visits from your address")
        line.close()
    assert refused == 96
    assert hasty.memory - before < MORE
    for line in lines[:4]:
        # these were listened to, and said nothing until the end of the login
        assert end_of_line(line).startswith(b"SSH-2.0-isocross")
        line.close()
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=DEADLINE_S) as line:
        assert line.recv(200).startswith(b"SSH-2.0-isocross")


def test_who_comes_in_and_asks_for_nothing_is_shown_out(hasty):
    client = subprocess.Popen(hasty.client("-N", terminal=False), env=plain_environment(hasty.home))
    try:
        assert client.wait(DEADLINE_S) != 0
    finally:
        client.kill()


def test_knocking_too_fast_is_told(tmp_path):
    with ssh_room(tmp_path, "--anonymous", "--connects", "3") as room:
        said = []
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", room.port), timeout=DEADLINE_S) as line:
                line.settimeout(DEADLINE_S)
                said.append(line.recv(200))
        assert [words.startswith(b"SSH-2.0-") for words in said] == [True, True, True, False, False]
        assert said[4] == b"That were many connections in a short time; please wait ten seconds.\r\n"


def test_who_is_idle_is_told_before_and_then_shown_out(tmp_path):
    with ssh_room(tmp_path, "guide-cross", "--anonymous", "--idle", "4") as room, room.visitor() as visitor:
        visitor.wait_for("unless a key is pressed")
        visitor.wait_for("because no key was pressed")
        assert visitor.wait_for_end() == 1
        visitor.assert_left_clean()
        room.wait_for(lambda: "s, idle" in room.said)


@pytest.mark.parametrize("failing", ["raise ValueError('in /a/secret/place')", "desk.panic('in /a/secret/place')"])
def test_a_fault_of_the_programs_own_is_told_to_the_host_and_not_to_the_visitor(tmp_path, failing):
    broken = (
        f"from {VisitorDesk.__module__} import VisitorDesk; from {main.__module__} import main\n"
        f"def fails(desk): {failing}\n"
        "VisitorDesk.look_at_clock = fails; main()"
    )
    program = (sys.executable, "-c", broken)
    with ssh_room(tmp_path, "guide-cross", "--anonymous", program=program) as room, room.visitor() as visitor:
        visitor.wait_for("over a fault of the program's own")
        assert visitor.wait_for_end() == 1
        visitor.assert_left_clean()
        assert "secret" not in visitor.text
        assert "Traceback" not in visitor.text
        room.wait_for(lambda: "s, fault" in room.said and "in /a/secret/place" in room.said)


def test_a_server_whose_nursery_is_gone_goes_on_with_fresh_interpreters(tmp_path):
    with ssh_room(tmp_path, "guide-cross", "--anonymous") as room:
        os.kill(room.nursery, signal.SIGKILL)
        with room.visitor() as visitor:
            visitor.wait_for(FIRST_WORDS)
            visitor.type("q")
            assert visitor.wait_for_end() == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "expected who may come: --authorized-keys FILE, or --anonymous"),
        (("--anonymous", "--authorized-keys", "x"), "expected who may come"),
        (("--authorized-keys", "nowhere"), "nowhere: these keys cannot be read: no such file or directory."),
        (("--anonymous", "nowhere.toml"), "nowhere.toml: there is no such file"),
        (("--anonymous", *["guide-cross"] * 8), "8 workspaces are too many to show: expected at most 7."),
    ],
)
def test_a_server_that_cannot_begin_says_why_in_one_line(tmp_path, options, words):
    answer = subprocess.run(
        [*DESK, "serve", "ssh", "--port", "0", *options],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=plain_environment(tmp_path),
        timeout=DEADLINE_S,
        check=False,
    )
    assert answer.returncode in {1, 2}
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with Terminal((*DESK, "serve", "ssh", "--anonymous", "--port", port), tmp_path) as terminal:
            assert terminal.wait_for_end() == 1
            assert f"port {port} cannot be listened to: address already in use." in terminal.text
