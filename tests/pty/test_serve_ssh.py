"""The room over SSH, visited with the real client: a desk, and nothing else whatever is asked for."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pty_terminal import DEADLINE_S, DESK, plain_environment
from ssh_class import seen
from ssh_room import FIRST_WORDS, SshRoom, alive, needs_client, ssh_room

pytestmark = [needs_client, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks into /proc")]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshRoom]:
    """A room for many visitors from one address."""
    limits = ("--per-address", "60", "--visits", "60", "--connects", "1000")
    with ssh_room(tmp_path_factory.mktemp("room"), "guide-cross", "ladder", "--anonymous", *limits) as room:
        yield room


def test_a_visitor_gets_a_desk_moves_and_leaves_and_nothing_of_it_stays(room):
    with room.visitor() as visitor:
        visitor.wait_for(FIRST_WORDS)
        assert len(room.visits) == len(room.desks) == 1
        names = sorted(path.name for path in (room.visits[0] / "files").iterdir())
        assert names == ["guide-cross.toml", "ladder.toml"]
        visitor.type("\x1b[D")
        visitor.wait_for("BTC −31")
        visitor.type("q")
        assert visitor.wait_for_end() == 0
        visitor.assert_left_clean()
    room.wait_until_empty()
    assert "127.0.0.1 - " in room.said
    assert "s, left\n" in room.said


def test_the_desk_has_the_size_of_the_visitors_window_within_bounds(room):
    with room.visitor(size=(50, 20)) as visitor:
        visitor.wait_for("60×16 shows the desk")
        visitor.resize(120, 36)
        os.kill(visitor.process.pid, signal.SIGWINCH)
        visitor.wait_for("worst case")
        before = len(visitor.written)
        visitor.resize(9000, 9000)
        os.kill(visitor.process.pid, signal.SIGWINCH)
        visitor.wait_for(lambda: b"\x1b[100;" in visitor.written[before:])
        for n in range(100):
            visitor.resize(80 + n, 24 + n % 30)
            os.kill(visitor.process.pid, signal.SIGWINCH)
        visitor.resize(50, 20)
        os.kill(visitor.process.pid, signal.SIGWINCH)
        visitor.wait_for("60×16 shows the desk")
        assert b"\x1b[101;" not in visitor.written
        visitor.type("q")
        assert visitor.wait_for_end() == 0


def test_a_window_that_is_of_no_size_has_the_usual_one(room):
    with room.visitor(size=(0, 0)) as visitor:
        visitor.wait_for("worst case")
        visitor.type("q")
        assert visitor.wait_for_end() == 0


@pytest.mark.parametrize("command", [("id",), ("sh", "-c", "id"), ("scp", "-t", "/tmp"), ("isocross",)])
def test_no_command_is_run(room, command):
    answer = room.asked(command=command)
    assert answer.returncode != 0
    assert answer.stdout == ""
    answer = room.asked("-tt", command=command)
    assert answer.returncode != 0
    assert "uid=" not in answer.stdout


def test_without_a_terminal_there_is_one_sentence(room):
    answer = room.asked("-T")
    assert answer.returncode == 1
    assert answer.stdout == "There is only the desk here: connect with a terminal and without a command.\n"


@pytest.mark.parametrize("term", ["dumb", "x" * 65, "../../x", "a;b"])
def test_a_terminal_without_a_proper_name_gets_no_desk(room, term):
    with room.visitor(environment={"TERM": term}) as visitor:
        assert visitor.wait_for_end() != 0
        assert b"\x1b[?1049h" not in visitor.written


@pytest.mark.parametrize("program", ["sftp", "scp"])
def test_no_files_are_carried(room, program, tmp_path):
    tool = shutil.which(program)
    if tool is None:
        pytest.skip(f"{program} is not installed")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    options = ["-F", "/dev/null", "-P", str(room.port), *("-o", "StrictHostKeyChecking=no")]
    options += ["-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes"]
    ends = ["visitor@127.0.0.1"] if program == "sftp" else [str(tmp_path / "file"), "visitor@127.0.0.1:/tmp/"]
    answer = subprocess.run(
        [tool, *options, *ends],
        input="put file\n",
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        cwd=tmp_path,
        env=plain_environment(tmp_path),
        check=False,
    )
    assert answer.returncode != 0


@pytest.fixture
def inside() -> Iterator[socket.socket]:
    """A service of the host, which no visitor may reach."""
    with socket.create_server(("127.0.0.1", 0)) as service:
        service.settimeout(0.2)
        yield service


def test_no_port_is_reached_through_the_room(room, inside):
    port = inside.getsockname()[1]
    answer = room.asked("-W", f"127.0.0.1:{port}")
    assert answer.returncode != 0
    with pytest.raises(TimeoutError):
        inside.accept()


def test_a_local_port_leads_nowhere(room, inside):
    port = inside.getsockname()[1]
    with socket.create_server(("127.0.0.1", 0)) as free:
        here = free.getsockname()[1]
    with room.visitor("-L", f"127.0.0.1:{here}:127.0.0.1:{port}") as visitor:
        visitor.wait_for(FIRST_WORDS)
        with socket.create_connection(("127.0.0.1", here), timeout=DEADLINE_S) as line:
            assert line.recv(10) == b""
        with pytest.raises(TimeoutError):
            inside.accept()
        visitor.type("q")
        visitor.wait_for_end()


def test_the_room_listens_to_nothing_for_a_visitor(room):
    answer = room.asked("-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:9")
    assert answer.returncode != 0
    assert "remote port forwarding failed" in answer.stderr


def test_no_agent_and_nothing_of_the_visitors_environment_comes_along(room, tmp_path):
    agent = tmp_path / "agent"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(agent))
        listening.listen()
        listening.settimeout(0.2)
        environment = {"COLORTERM": "truecolor"}
        sent = [part for name in ("PYTHONPATH=/tmp", "TEXTUAL_DEBUG=1", "HOME=/") for part in ("-o", f"SetEnv={name}")]
        with room.visitor(
            "-X",
            *("-o", f"ForwardAgent={agent}"),
            *("-o", "IdentityAgent=none"),
            *("-o", "SendEnv=COLORTERM"),
            *sent,
            environment=environment,
        ) as visitor:
            visitor.wait_for(FIRST_WORDS)
            # what it sent for colours came along
            assert b"38;2;" in visitor.written
            maps = Path(f"/proc/{room.desks[0]}/maps").read_text("utf-8")
            assert "agent" not in maps
            with pytest.raises(TimeoutError):
                listening.accept()
            visitor.type("q")
            assert visitor.wait_for_end() == 0


def test_visitors_at_the_same_time_see_nothing_of_each_other(room):
    one, other = room.visitor(), room.visitor()
    with one, other:
        for visitor in (one, other):
            visitor.wait_for(FIRST_WORDS)
        one.type("f")
        one.wait_for("isolated now")
        one.type("s")
        one.wait_for("Saved")
        other.type("\x1b[D")
        other.wait_for("BTC −31")
        assert "Saved" not in other.text
        saved = [path for path in room.visits if "isolated" in (path / "files" / "guide-cross.toml").read_text("utf-8")]
        assert len(room.visits) == 2
        assert len(saved) == 1
        one.type("q")
        assert one.wait_for_end() == 0
        other.type("\x1b[D")
        other.wait_for("−32")
        other.type("q")
        assert other.wait_for_end() == 0
    room.wait_until_empty()


def test_twenty_visitors_at_once_all_get_a_desk_and_hold_an_arrow(room):
    visitors = [room.visitor() for _ in range(20)]
    try:
        for visitor in visitors:
            visitor.wait_for(FIRST_WORDS)
        # an arrow held by everybody
        for visitor in visitors:
            visitor.type("\x1b[D" * 30)
        for visitor in visitors:
            seen(visitor, "BTC −60")
            visitor.type("q")
        assert [visitor.wait_for_end() for visitor in visitors] == [0] * 20
    finally:
        for visitor in visitors:
            visitor.__exit__(None, None, None)
    room.wait_until_empty()


def test_only_those_with_a_key_on_the_list_come_in(tmp_path):
    keygen = shutil.which("ssh-keygen")
    if keygen is None:
        pytest.skip("ssh-keygen is not installed")
    for name in ("friend", "stranger"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    keys = tmp_path / "keys"
    keys.write_text(f'command="id",environment="A=b" {(tmp_path / "friend.pub").read_text("utf-8")}', "utf-8")
    mark = subprocess.run([keygen, "-lf", str(tmp_path / "friend.pub")], capture_output=True, text=True, check=True)
    with ssh_room(tmp_path, "--authorized-keys", str(keys)) as room:
        alone = ("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes")
        answer = room.asked(*alone, "-i", str(tmp_path / "stranger"))
        assert answer.returncode == 255
        assert "Permission denied" in answer.stderr
        with room.visitor(*alone, "-i", str(tmp_path / "friend")) as visitor:
            visitor.wait_for(FIRST_WORDS)
            visitor.type("q")
            assert visitor.wait_for_end() == 0
        room.wait_for(lambda: f"127.0.0.1 {mark.stdout.split()[1]} " in room.said)


def test_the_server_is_known_by_one_key_that_only_it_may_read(tmp_path):
    prints = []
    for _ in range(2):
        with ssh_room(tmp_path, "--anonymous") as room:
            prints.append(room.said.rpartition("host key: ")[2].split()[0])
    key = tmp_path / "state" / "isocross" / "host_key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert prints[0] == prints[1]
    assert prints[0].startswith("SHA256:")
    key.chmod(0o644)
    refused = subprocess.run(
        [*DESK, "serve", "ssh", "--port", "0", "--anonymous"],
        capture_output=True,
        text=True,
        env=plain_environment(tmp_path),
        timeout=DEADLINE_S,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr == f"{key}: others may read the key of the server; expected mode 0600.\n"


def test_a_server_that_is_ended_ends_its_visits_politely_and_one_that_is_killed_leaves_no_process(tmp_path):
    with ssh_room(tmp_path, "guide-cross", "--anonymous") as room, room.visitor() as visitor:
        visitor.wait_for(FIRST_WORDS)
        room.end()
        visitor.wait_for("because the room closes")
        visitor.wait_for_end()
        visitor.assert_left_clean()
        assert not room.visits
    with ssh_room(tmp_path, "guide-cross", "--anonymous") as room, room.visitor() as visitor:
        visitor.wait_for(FIRST_WORDS)
        (desk,) = room.desks
        nursery = room.nursery
        room.process.kill()
        room.process.wait()
        room.wait_for(lambda: not alive(desk) and not alive(nursery))
        assert len(room.visits) == 1
    with ssh_room(tmp_path, "--anonymous") as room:
        assert "swept: what 1 earlier visit left" in room.said
        assert not room.visits
