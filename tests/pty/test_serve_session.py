"""One visit as the only command of an account: with a real OpenSSH server, under the recipe of the documentation."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pty_terminal import DEADLINE_S, DESK, PATIENT, PROJECT, Terminal, plain_environment
from ssh_room import CLIENT, FIRST_WORDS, OPTIONS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
SESSION = (*DESK, "serve", "session", "guide-cross", *PATIENT, "--room")
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
SEPARATE = Path("/run/sshd")
"""The empty folder that the server of root wants."""


# --- on a terminal -------------------------------------------------------------------------------


def test_it_is_one_visit_with_a_folder_that_goes_with_it(tmp_path):
    with Terminal((*SESSION, str(tmp_path / "room")), tmp_path) as terminal:
        terminal.wait_for(FIRST_WORDS)
        (visit,) = (tmp_path / "room").iterdir()
        assert [path.name for path in (visit / "files").iterdir()] == ["guide-cross.toml"]
        terminal.type("\x1b[D")
        terminal.wait_for("BTC −31")
        terminal.resize(50, 20)
        terminal.process.send_signal(signal.SIGWINCH)
        terminal.wait_for("60×16 shows the desk")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        terminal.assert_left_clean()
    assert not list((tmp_path / "room").iterdir())
    # nothing is written but there
    assert [path.name for path in tmp_path.iterdir()] == ["room"]


def test_a_long_paste_ends_it_and_the_terminal_is_as_before(tmp_path):
    with Terminal((*SESSION, str(tmp_path / "room")), tmp_path) as terminal:
        terminal.wait_for(FIRST_WORDS)
        os.set_blocking(terminal.master, True)
        terminal.type("\x1b[200~")
        for _ in range(40):
            terminal.type("x" * 2000)
            terminal.read(0.01)
        terminal.wait_for("a paste was longer than 64 kB")
        assert terminal.wait_for_end() == 1
        terminal.assert_left_clean()


def test_a_terminal_that_goes_away_ends_it(tmp_path):
    with Terminal((*SESSION, str(tmp_path / "room")), tmp_path) as terminal:
        terminal.wait_for(FIRST_WORDS)
        terminal.hang_up()
        terminal.wait_for_end()
    assert not list((tmp_path / "room").iterdir())


def test_a_killed_one_leaves_a_folder_which_the_next_one_sweeps(tmp_path):
    with Terminal((*SESSION, str(tmp_path / "room")), tmp_path) as terminal:
        terminal.wait_for(FIRST_WORDS)
        (left,) = (tmp_path / "room").iterdir()
        terminal.process.kill()
        terminal.process.wait()
    with Terminal((*SESSION, str(tmp_path / "room")), tmp_path) as terminal:
        terminal.wait_for(FIRST_WORDS)
        assert left not in (tmp_path / "room").iterdir()
        terminal.type("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": ""}, {"SSH_ORIGINAL_COMMAND": "id"}], ids=str)
def test_what_is_not_a_desk_is_refused_in_one_sentence(tmp_path, environment):
    with Terminal((*SESSION, str(tmp_path / "room")), tmp_path, environment=environment) as terminal:
        assert terminal.wait_for_end() == 2
        assert terminal.text == "There is only the desk here: connect with a terminal and without a command.\r\n"


# --- under OpenSSH -------------------------------------------------------------------------------


def recipe(command: str) -> str:
    """The block of the page for this account, with the command as it is called here."""
    readme = (PROJECT / "tui/isocross_tui/docs/room.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```text\n(Match User .*?)^```", readme, re.MULTILINE | re.DOTALL)
    block = block.replace("Match User visitor", f"Match User {getpass.getuser()}")
    return re.sub(r"ForceCommand .*", lambda _: f"ForceCommand {command}", block)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A server on this machine only that lets one key in; its folder and its port."""
    if SSHD is None or CLIENT is None:
        pytest.skip("openssh's server and client are needed")
    if os.geteuid() == 0:
        SEPARATE.mkdir(mode=0o755, exist_ok=True)
    home = tmp_path_factory.mktemp("sshd")
    for name in ("host", "visitor"):
        keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / name)]
        subprocess.run(keygen, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ("env", f"PYTHONPATH={PROJECT}", f"HOME={home}", *SESSION, str(home / "room"))
    settings = (
        f"ListenAddress 127.0.0.1:{port}\nHostKey {home / 'host'}\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {home / 'visitor.pub'}\nPermitRootLogin prohibit-password\nLogLevel ERROR\n"
        f"PermitUserEnvironment no\n{recipe(shlex.join(words))}"
    )
    (home / "config").write_text(settings, encoding="utf-8")
    server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(home / "config")], stderr=(home / "log").open("wb"))
    try:
        end = time.monotonic() + DEADLINE_S
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            assert server.poll() is None, (home / "log").read_text(encoding="utf-8")
            assert time.monotonic() < end
            time.sleep(0.05)
        yield home, port
    finally:
        server.terminate()
        server.wait(DEADLINE_S)


def client(sshd: tuple[Path, int], *arguments: str) -> list[str]:
    home, port = sshd
    options = [part for option in (*OPTIONS, "IdentitiesOnly=yes", "BatchMode=yes") for part in ("-o", option)]
    who = f"{getpass.getuser()}@127.0.0.1"
    return [CLIENT, "-F", "/dev/null", *options, "-i", str(home / "visitor"), "-p", str(port), *arguments, who]


def test_a_visitor_gets_a_desk_and_its_colours(sshd, tmp_path):
    home, _ = sshd
    command = client(sshd, "-tt", "-o", "SendEnv=COLORTERM", "-o", "SetEnv=LD_PRELOAD=/x")
    with Terminal(command, tmp_path, environment={"COLORTERM": "truecolor"}) as visitor:
        visitor.wait_for(FIRST_WORDS)
        assert b"38;2;" in visitor.written
        visitor.type("\x1b[D")
        visitor.wait_for("BTC −31")
        visitor.type("q")
        assert visitor.wait_for_end() == 0
        visitor.assert_left_clean()
    assert not list((home / "room").iterdir())


@pytest.mark.parametrize("arguments", [("id",), ("sh", "-c", "id")])
def test_no_command_is_run(sshd, tmp_path, arguments):
    for options in ((), ("-tt",)):
        answer = subprocess.run(
            [*client(sshd, *options), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            env=plain_environment(tmp_path),
            check=False,
        )
        assert answer.returncode == 2
        assert "There is only the desk here" in answer.stdout + answer.stderr
        assert "uid=" not in answer.stdout


def test_nothing_is_forwarded(sshd, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0.2)
        port = inside.getsockname()[1]
        for options in (("-W", f"127.0.0.1:{port}"), ("-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:9")):
            answer = subprocess.run(
                client(sshd, *options),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=DEADLINE_S,
                env=plain_environment(tmp_path),
                check=False,
            )
            assert answer.returncode != 0
        with pytest.raises(TimeoutError):
            inside.accept()
