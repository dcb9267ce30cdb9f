"""What a shell is offered, asked as the shell asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from isocross_tui.cli.completing import SHELLS
from isocross_tui.cli.main import main

pytestmark = pytest.mark.usefixtures("home")


def offered(line: str) -> list[str]:
    words = line.split()
    if line.endswith(" "):
        words.append("")
    environment = {"_ISOCROSS_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = CliRunner().invoke(main, [], prog_name="isocross", env=environment)
    assert done.exit_code == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("isocross rep", ["replay", "report"]),
        ("isocross report guide-m", ["guide-mixed"]),
        ("isocross guide-m", ["guide-mixed"]),
        ("isocross report guide-cross --ven", ["--venue"]),
        ("isocross report guide-cross --venue co", ["coinex"]),
        ("isocross explain basket --position ", ["btc", "eth", "sol"]),
        ("isocross advise basket --position s", ["sol"]),
        ("isocross price basket --market S", ["SOLUSDT"]),
        ("isocross schema --of rep", ["replay", "report"]),
        ("isocross frontier basket --y E", ["ETHUSDT"]),
        ("isocross explain nothing --position ", []),
        ("isocross replay hedge --window 2025-10-10-m", ["2025-10-10-mark-1h"]),
        ("isocross history 2026", ["2026-02-05"]),
        ("isocross history --kind m", ["mark"]),
        ("isocross lessons the-w", ["the-wick"]),
        ("isocross import x --from hyp", ["hyperliquid"]),
        ("isocross new --template he", ["hedge"]),
        ("isocross report hedge --theme nig", ["night"]),
        ("isocross docs py", ["python"]),
        ("isocross help lesso", ["lessons"]),
        ("isocross help serve s", ["session", "ssh"]),
        ("isocross help report s", []),
        ("isocross completion z", ["zsh"]),
        ("isocross keys --keys v", ["vim"]),
        ("isocross hedge --asc", ["--ascii"]),
    ],
)
def test_a_word_is_completed(line, words):
    assert offered(line) == [f"plain,{word}" for word in words]


@pytest.mark.slow
def test_files_of_the_folder_are_offered_beside_the_shipped_accounts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("hedged.toml", "heard.csv", "help.txt"):
        (tmp_path / name).touch()
    assert offered("isocross report he") == ["plain,hedge", "plain,heard.csv", "plain,hedged.toml"]
    assert offered("isocross replay hedge --prices hea") == ["plain,heard.csv"]
    # what is filmed may be a lesson, what is talked about may not
    assert offered("isocross cast the-w") == ["plain,the-wick"]
    assert offered("isocross talk he") == ["plain,hedge", "plain,heard.csv", "plain,hedged.toml"]
    assert offered("isocross card hedge --theme da") == ["plain,day"]
    # what is elsewhere the shell finds itself
    assert offered("isocross report /tm") == ["file,/tm"]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_a_script(shell):
    done = CliRunner().invoke(main, ["completion", shell], prog_name="isocross")
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"_ISOCROSS_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_with_its_script(tmp_path):
    program = tmp_path / "isocross"
    start = "from isocross_tui.cli.main import main; main(prog_name='isocross')"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{start}" "$@"\n')
    program.chmod(0o755)
    script = """
eval "$(isocross completion bash)"
COMP_WORDS=(isocross report guide-m); COMP_CWORD=2
_isocross_completion isocross
echo "${COMPREPLY[@]}"
"""
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, check=False, env=environment, cwd=tmp_path
    )
    assert done.stdout.split() == ["guide-mixed"], done.stderr
