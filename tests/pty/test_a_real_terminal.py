"""The desk in a real terminal: it paints, it ends, and it leaves the terminal as it was."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pty_terminal import DEADLINE_S, DESK, PROJECT, Terminal, plain_environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
FIRST_WORDS = "who pays"


def desk(tmp_path: Path, **options) -> Terminal:
    return Terminal((*DESK, "guide-cross"), tmp_path, **options)


def test_it_starts_moves_and_quits_and_the_terminal_is_as_before(tmp_path):
    with desk(tmp_path) as terminal:
        terminal.wait_for(FIRST_WORDS)
        terminal.wait_for("? help")
        terminal.type("\x1b[D")
        terminal.wait_for("BTC −31.0 %")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        terminal.assert_left_clean()
        assert "Traceback" not in terminal.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_and_the_terminal_is_as_before(tmp_path, number):
    with desk(tmp_path) as terminal:
        terminal.wait_for(FIRST_WORDS)
        os.kill(terminal.process.pid, number)
        terminal.wait_for_end()
        terminal.assert_left_clean()
        assert "Traceback" not in terminal.text


@pytest.mark.parametrize("controlling", [True, False])
def test_it_ends_when_its_terminal_goes_away(tmp_path, controlling):
    with desk(tmp_path, controlling=controlling) as terminal:
        terminal.wait_for(FIRST_WORDS)
        terminal.hang_up()
        terminal.wait_for_end()


def test_it_ends_at_a_signal_although_nobody_reads_what_it_writes(tmp_path):
    with desk(tmp_path) as terminal:
        terminal.wait_for(FIRST_WORDS)
        terminal.wait_for("? help")
        end = time.monotonic() + 3
        os.set_blocking(terminal.master, False)
        while time.monotonic() < end:
            try:
                os.write(terminal.master, b"t\x1b[B\x1b[B\x1b\x1b[D\x1b[D")
            except BlockingIOError:
                break
        os.kill(terminal.process.pid, signal.SIGHUP)
        terminal.process.wait(DEADLINE_S)


def test_an_idle_desk_writes_nothing(tmp_path):
    with desk(tmp_path) as terminal:
        terminal.wait_for("? help")
        quiet_since = [time.monotonic(), len(terminal.written)]

        def quiet() -> bool:
            if len(terminal.written) != quiet_since[1]:
                quiet_since[:] = [time.monotonic(), len(terminal.written)]
            return time.monotonic() - quiet_since[0] > 2

        terminal.wait_for(quiet)


@pytest.mark.parametrize("answers", [True, False], ids=["answering", "mute"])
def test_over_a_slow_line_a_held_key_skips_frames_and_never_falls_behind(tmp_path, answers):
    rate = 20_000
    with desk(tmp_path, answers=answers) as terminal:
        terminal.wait_for("? help")
        terminal.read(0.5)
        before = len(terminal.written)
        # it takes a full queue to learn how slow a mute line is
        presses = 45 if answers else 90
        for press in range(presses):
            terminal.type("\x1b[D" if press < presses * 5 // 9 else "\x1b[C")
            terminal.read_slowly(rate, 1 / 30)
        held = len(terminal.written) - before
        terminal.read_slowly(rate, 1.0)
        # what was still on its way is less than half a second of the line: a few frames, not a queue
        assert len(terminal.written) - before - held < rate / 2
        assert held > rate / 4
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        terminal.assert_left_clean()
        # every answer was heard by the desk, and none is left for the shell
        assert not select.select([terminal.slave], [], [], 0)[0]


def test_a_fault_of_its_own_ends_it_with_a_sentence_and_leaves_the_terminal_clean(tmp_path):
    broken = (
        "import isocross_tui.controllers.pages; from isocross_tui.cli.main import main\n"
        "def fails(self): raise ValueError('made to fail')\n"
        "isocross_tui.controllers.pages.Pages.show_help = fails; main()"
    )
    with Terminal((sys.executable, "-c", broken, "guide-cross"), tmp_path) as terminal:
        terminal.wait_for("? help")
        terminal.type("f?")
        assert terminal.wait_for_end() == 1
        terminal.assert_left_clean()
        assert "stopped because of a fault of its own: ValueError: made to fail" in terminal.text
        assert "Traceback" not in terminal.text
    assert "in fails\nValueError" in (tmp_path / "state" / "isocross" / "crash.log").read_text(encoding="utf-8")
    assert list((tmp_path / "state" / "isocross" / "journals").iterdir())


STRANGE = {
    "an é in Latin-1": b"\xe9",
    "8-bit meta": b"\xe1\xf8",
    "a report of an old mouse": b"\x1b[M \xff\xfe",
    "half a character": b"\xe2\x82",
    "a key of no character": b"\x1b[99999999999u",
    "a size that is typed, and a mouse on it": b"\x1b[48;24;80;0;0t\x1b[<0;5;5M\x1b[<0;5;5m",
}


def test_bytes_that_mean_nothing_leave_the_desk_as_it_is(tmp_path):
    with desk(tmp_path) as terminal:
        terminal.wait_for("? help")
        for dropped, noise in enumerate(STRANGE.values(), 31):
            os.write(terminal.master, noise)
            terminal.type("\x1b[D")
            terminal.wait_for(f"BTC −{dropped}")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        terminal.assert_left_clean()
        assert "Traceback" not in terminal.text


def test_input_that_cannot_be_read_ends_it_with_a_sentence(tmp_path):
    broken = (
        "import isocross_tui.terminal.keys; from isocross_tui.cli.main import main\n"
        "def fails(self, data): raise OSError('made to fail')\n"
        "isocross_tui.terminal.keys.KeyReader.read = fails; main()"
    )
    with Terminal((sys.executable, "-c", broken, "guide-cross"), tmp_path) as terminal:
        terminal.wait_for("? help")
        terminal.type("f")
        assert terminal.wait_for_end() == 1
        terminal.assert_left_clean()
        assert "stopped because of a fault of its own: OSError: made to fail" in terminal.text
        assert "Traceback" not in terminal.text


@pytest.mark.parametrize("number", [None, signal.SIGTERM], ids=["ctrl+c", "SIGTERM"])
def test_a_desk_that_is_at_work_without_end_can_be_left(tmp_path, number):
    busy = (
        "import isocross_tui.controllers.pages; from isocross_tui.cli.main import main\n"
        "def works(self):\n open('at-work', 'x')\n while True: pass\n"
        "isocross_tui.controllers.pages.Pages.show_help = works; main()"
    )
    with Terminal((sys.executable, "-c", busy, "guide-cross"), tmp_path) as terminal:
        terminal.wait_for("? help")
        terminal.type("f?")
        terminal.wait_for((tmp_path / "at-work").exists)
        terminal.type("\x03") if number is None else os.kill(terminal.process.pid, number)
        assert terminal.wait_for_end() == 128 + (number or signal.SIGINT)
        terminal.assert_left_clean()
        assert "isocross was stopped while it was at work." in terminal.text
    assert list((tmp_path / "state" / "isocross" / "journals").iterdir())


def test_a_resized_terminal_gets_a_desk_of_its_size_whatever_columns_and_lines_say(tmp_path):
    with desk(tmp_path, environment={"COLUMNS": "200", "LINES": "60"}) as terminal:
        terminal.wait_for(FIRST_WORDS)
        terminal.resize(50, 20)
        os.kill(terminal.process.pid, signal.SIGWINCH)
        terminal.wait_for("60×16 shows the desk")
        terminal.resize(120, 36)
        os.kill(terminal.process.pid, signal.SIGWINCH)
        terminal.wait_for("worst case")
        terminal.type("q")
        assert terminal.wait_for_end() == 0


def test_columns_and_lines_do_not_make_a_small_terminal_large(tmp_path):
    with desk(tmp_path, size=(50, 20), environment={"COLUMNS": "200", "LINES": "60"}) as terminal:
        terminal.wait_for("60×16 shows the desk")
        terminal.type("q")
        assert terminal.wait_for_end() == 0


def test_a_dumb_terminal_gets_one_line_and_no_codes(tmp_path):
    with desk(tmp_path, environment={"TERM": "dumb"}) as terminal:
        assert terminal.wait_for_end() == 2
        assert b"\x1b" not in terminal.written
        assert terminal.written.count(b"\n") == 1
        assert "isocross report FILE" in terminal.text


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_one_stream_that_is_no_terminal_is_enough_to_say_so_in_one_line(tmp_path, stream):
    log = tmp_path / "log"
    redirect = {"stdin": "</dev/null", "stdout": f">{log}", "stderr": f"2>{log}"}[stream]
    with Terminal(("sh", "-c", f'"$@" {redirect}', "sh", *DESK, "guide-cross"), tmp_path) as terminal:
        assert terminal.wait_for_end() == 2
        said = terminal.text if stream != "stderr" else log.read_text(encoding="utf-8")
        assert said.count("\n") == 1
        assert "isocross report FILE" in said
        if stream == "stdout":
            assert log.read_bytes() == b""


@pytest.mark.parametrize(
    "environment",
    [
        {"TEXTUAL_COLOR_SYSTEM": "bogus"},
        {"TERM": "xterm"},
        {"NO_COLOR": "1"},
        {"LANG": "C", "LC_ALL": "C"},
        {"TERM": ""},
    ],
    ids=lambda environment: "-".join(f"{k}={v}" for k, v in environment.items()),
)
def test_it_starts_under_poor_settings(tmp_path, environment):
    with desk(tmp_path, environment=environment) as terminal:
        terminal.wait_for(FIRST_WORDS)
        assert "USDT" in terminal.text
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        if "NO_COLOR" in environment:
            assert b"38;2;" not in terminal.written
            assert b"48;2;" not in terminal.written


def test_a_bad_file_is_told_before_anything_is_painted(tmp_path):
    (tmp_path / "bad.toml").write_text("wallet = -1", encoding="utf-8")
    with Terminal((*DESK, "bad.toml"), tmp_path) as terminal:
        assert terminal.wait_for_end() == 1
        assert "bad.toml:1" in terminal.text
        assert b"\x1b[?1049h" not in terminal.written


def test_it_runs_inside_tmux_and_leaves_the_pane_as_it_was(tmp_path):
    tmux = shutil.which("tmux")
    if tmux is None:
        pytest.skip("tmux is not installed")
    environment = plain_environment(tmp_path) | {"TMUX_TMPDIR": str(tmp_path)}
    script = tmp_path / "desk.sh"
    desk = f'{sys.executable} -c "from isocross_tui.cli.main import main; main()" guide-cross'
    script.write_text(f'cd {PROJECT}\n{desk}\necho "ended with $?"\nsleep 30\n', encoding="utf-8")

    def call(*arguments: str) -> str:
        command = (tmux, "-f", "/dev/null", "-S", str(tmp_path / "s"), *arguments)
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=DEADLINE_S
        ).stdout

    def wait_for(words: str) -> str:
        end = time.monotonic() + DEADLINE_S
        while words not in (seen := call("capture-pane", "-p", "-t", "desk")):
            assert time.monotonic() < end, seen
            time.sleep(0.05)
        return seen

    call("new-session", "-d", "-s", "desk", "-x", "80", "-y", "24", f"sh {script}")
    try:
        seen = wait_for("? help")
        assert "Pool" in seen
        assert "Cascade" in seen
        call("send-keys", "-t", "desk", "Left")
        wait_for("−31.0 %")
        call("resize-window", "-t", "desk", "-x", "120", "-y", "36")
        wait_for("worst case")
        call("send-keys", "-t", "desk", "q")
        wait_for("ended with 0")
        state = call("display-message", "-p", "-t", "desk", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}")
        assert state.strip() == "0 0 1"
    finally:
        call("kill-server")
