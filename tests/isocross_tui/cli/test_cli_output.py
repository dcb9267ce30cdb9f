"""What the command line does where its output fails, and where a word is not what it should be."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isocross_tui.cli.main import main

pytestmark = pytest.mark.usefixtures("home")

COMMANDS = (
    ("--help",),
    ("--version",),
    ("advise", "guide-cross", "--shock", "-40%"),
    ("check", "guide-cross"),
    ("code", "guide-cross"),
    ("compare", "guide-cross"),
    ("explain", "guide-cross", "--position", "btc"),
    ("export", "guide-cross"),
    ("frontier", "guide-cross"),
    ("help",),
    ("history",),
    ("keys",),
    ("lessons",),
    ("new",),
    ("report", "guide-cross"),
    ("report", "guide-cross", "--json"),
    ("run", "guide-cross"),
    ("schema",),
    ("themes",),
    ("venues",),
)


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def refused(exit_code: int, *arguments: str, stdin: str | bytes | None = None) -> str:
    result = run(*arguments, stdin=stdin)
    assert isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code, result.stdout) == (exit_code, "")
    return result.stderr.strip().splitlines()[-1]


class Failing:
    """A standard output that takes nothing."""

    encoding = "utf-8"

    def __init__(self, error: OSError) -> None:
        self.error = error

    def write(self, text: object) -> int:
        if not isinstance(text, str):
            raise TypeError
        raise self.error

    def flush(self) -> None:
        """Nothing waits."""


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk_is_one_sentence_and_1_and_a_closed_pipe_is_silent(command, monkeypatch, capsys):
    for error, said, code in (
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "isocross: cannot write: no space left on device\n", 1),
        (BrokenPipeError(errno.EPIPE, "x"), "", 141),
    ):
        monkeypatch.setattr(sys, "stdout", Failing(error))
        with pytest.raises(SystemExit) as ended:
            main(command)
        monkeypatch.undo()
        assert (ended.value.code, capsys.readouterr().err) == (code, said)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["run", "guide-cross", "--json"], ["--version"]], ids=" ".join)
@pytest.mark.parametrize("ending", ["full", "gone", "closed"])
def test_a_process_whose_output_fails_ends_with_one_sentence_or_none_where_a_pipe_closed(ending, arguments):
    reader, writer = os.pipe()
    os.close(reader)
    if ending == "full":
        if not Path("/dev/full").exists():
            pytest.skip("this system has no full device")
        os.dup2(os.open("/dev/full", os.O_WRONLY), writer)
    close = "import os, sys; os.close(1); sys.stdout = None; " if ending == "closed" else ""
    code = f"import sys; sys.argv[1:] = {arguments}; {close}from isocross_tui.cli.start import main; main()"
    with os.fdopen(writer, "wb") as out:
        done = subprocess.run([sys.executable, "-c", code], stdout=out, stderr=subprocess.PIPE, timeout=60, check=False)
    if ending == "gone":
        assert (done.returncode, done.stderr) == (141, b"")
        return
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert done.stderr.startswith(b"isocross: ")


@pytest.mark.slow
def test_nothing_that_a_terminal_would_act_on_is_printed(home):
    strange = "a\x1b[31m\x9b\u202e\u2028\ufeff\U000e0041"
    (home / "config" / "isocross" / "venues").mkdir(parents=True)
    (home / "config" / "isocross" / "venues" / f"{strange}.toml").write_text("x = 1")
    for arguments in (
        ("report", strange),
        ("report", "guide-cross", "--venue", strange),
        ("report", "guide-cross", "--shock", f"{strange}=1%"),
        ("lessons", strange),
        ("new", strange, "--template", strange),
        ("history", strange),
        ("venues",),
        (strange, strange),
        ("report", "guide-cross", f"--{strange}"),
    ):
        result = run(*arguments)
        assert result.exit_code > 0
        assert all(line.isprintable() for line in result.output.splitlines()), arguments
        assert re.search(r"\\(u001b|x1b)\[31m", result.output), arguments


@pytest.mark.slow
def test_names_too_long_for_a_file_are_one_sentence():
    long = "x" * 300
    for command in ("check", "report", "run", "code", "explain", "export", "compare", "advise", "import"):
        assert "file name too long" in refused(1, command, long)
    assert "file name too long" in refused(1, "new", long)
    assert "file name too long" in refused(1, "replay", "guide-cross", "--prices", long)
    assert "cannot be read: file name too long" in refused(1, "report", "guide-cross", "--venue", f"{long}.toml")
    assert "file name too long" in refused(1, "report", "guide-cross", "--svg", long)


ENDLESS = "this is a pipe or a device"


@pytest.mark.parametrize("kind", ["zero", "fifo"])
def test_a_device_and_a_pipe_are_neither_read_nor_waited_for(kind, home):
    path = "/dev/zero"
    if kind == "fifo":
        path = str(home / "pipe.toml")
        os.mkfifo(path)
    for command in ("check", "report", "run", "code", "explain", "export", "compare", "advise", "import", "frontier"):
        assert ENDLESS in refused(1, command, path)
    assert ENDLESS in refused(1, "replay", "guide-cross", "--prices", path)
    assert ENDLESS in refused(1, "history", "--file", path)
    if kind == "fifo":
        assert ENDLESS in refused(1, "report", "guide-cross", "--venue", path)


@pytest.mark.parametrize("folder", ["venues", "themes", "lessons", "."])
def test_a_pipe_among_the_users_own_files_is_told_and_not_waited_for(folder, home):
    own = home / "config" / "isocross" / folder
    own.mkdir(parents=True)
    name = "keys" if folder == "." else "mine"
    os.mkfifo(own / f"{name}.toml")
    # a pipe is no venue, so that it is not even listed
    result = run("keys" if folder == "." else folder)
    assert (ENDLESS in result.stderr) is (folder != "venues")
    assert result.stdout


def test_standard_input_has_a_limit():
    endless = b"#" * (5 * 1024 * 1024)
    for command in ("check", "report", "import"):
        told = refused(1, command, "-", stdin=endless)
        assert told.startswith("standard input: the file is too large (expected at most ")


def test_a_number_whose_per_cent_sign_was_forgotten_is_refused():
    for command in ("report", "run", "compare", "advise"):
        assert "'-30' would be -3,000%: expected -30% or -0.3" in refused(2, command, "guide-cross", "--shock", "-30")


def test_what_was_probably_meant_is_named(home):
    (home / "mine.toml").write_text(run("new").stdout)
    for arguments, meant in (
        (("report", "mien.toml"), "mine.toml"),
        (("check", "guide-corss"), "guide-cross"),
        (("repot", "mine.toml"), "report"),
        (("repot",), "report"),
        (("guide-corss",), "guide-cross"),
        (("help", "repot"), "report"),
        (("import", "mien.toml"), "mine.toml"),
        (("replay", "guide-cross", "--prices", "mien.toml"), "mine.toml"),
    ):
        result = run(*arguments)
        assert result.exit_code in {1, 2}
        assert f'did you mean "{meant}"?' in result.stderr, arguments


def test_help_is_a_command_too():
    assert run("help").stdout == run("--help").stdout
    assert run("help", "report").stdout.startswith("Usage: main report ")
    assert "help" in run("--help").stdout


@pytest.mark.slow
def test_a_new_file_gets_the_ending_by_which_it_is_found(home):
    assert run("new", "mine").stderr == "mine.toml: written\n".replace("mine", str(home / "mine"))
    assert "mine.toml is there already" in refused(1, "new", "mine")
    assert run("new", "other.conf").exit_code == 0
    assert sorted(path.name for path in home.iterdir()) == ["mine.toml", "other.conf"]
    (home / "folder").mkdir()
    assert "folder is a folder" in refused(1, "new", "folder")


def test_prices_beyond_every_calendar_are_one_sentence_with_the_line(home):
    for time, said in (("9999-12-31T23:59:59Z", "is not between 1900 and 2999"), ("0001-01-01", "is not between")):
        (home / "prices.csv").write_text(
            f"time,symbol,open,high,low,close\n2025-01-01,BTCUSDT,1,1,1,1\n{time},BTCUSDT,1,1,1,1\n"
        )
        told = refused(1, "replay", "guide-cross", "--prices", "prices.csv")
        assert told.startswith("prices.csv:3:1: time: ")
        assert said in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "said"), [(("check", "-"), "standard input: it is closed"), ((), "needs a terminal")]
)
def test_streams_that_are_closed_from_the_start_are_one_sentence(command, said):
    closing = f"import os; os.close({0 if command else 1}); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    code = "from isocross_tui.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {closing}", "-c", code, *command],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == (1 if command else 2)
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
