"""What the README promises is run as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import isocross as ix
from isocross_tui.cli import docs
from isocross_tui.cli.main import main

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests" / "pty"))

from pty_terminal import Terminal  # noqa: E402 - beside the other tests of real terminals

README = (PROJECT / "README.md").read_text(encoding="utf-8")
INSTALL_S = 600.0
_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_NETWORK = {*_PROXIES, "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}
HEADLESS = {
    "report",
    "price",
    "run",
    "advise",
    "check",
    "venues",
    "themes",
    "compare",
    "lessons",
    "explain",
    "schema",
    "history",
    "frontier",
}


def blocks(text: str) -> list[list[str]]:
    """The lines of every fenced block of shell, without empty lines and comments."""
    found = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [[line for line in block.splitlines() if line.strip() and not line.startswith("#")] for block in found]


def two_commands() -> list[str]:
    (section,) = re.findall(r"^## Two commands\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    return blocks(section)[0]


def examples() -> list[str]:
    """The example lines that can be run as they are: no desk, no file of the reader's own."""
    lines = [line.partition("  #")[0].strip() for block in blocks(README) for line in block]
    return [line for line in lines if line.startswith("isocross ") and line.split()[1] in HEADLESS]


def files() -> list[Path]:
    """What a checkout has: the tracked files and those about to be; without a repository, all but what is made."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
        text=True,
    )
    names = [name for name in listed.stdout.split("\0") if name and (PROJECT / name).is_file()]
    if listed.returncode == 0 and names:
        return [Path(name) for name in names]
    made = {".venv", ".git", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
    paths = (path.relative_to(PROJECT) for path in PROJECT.rglob("*") if path.is_file())
    return [path for path in paths if not made & set(path.parts)]


def pip_reaches_an_index(folder: Path) -> bool:
    """Whether pip finds the smallest of the dependencies where it looks for packages."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-cache-dir", "--retries", "0"]
    try:
        done = subprocess.run(
            [*command, "--timeout", "5", "-d", str(folder), "tomli-w"], capture_output=True, check=False, timeout=20
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def test_two_commands_are_two():
    assert len(two_commands()) == 2
    assert two_commands()[0].endswith("isocross")
    assert two_commands()[1].endswith("pytest")


@pytest.mark.longest
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_the_first_command_leads_from_a_fresh_copy_to_a_painted_desk(tmp_path):
    if not pip_reaches_an_index(tmp_path / "reach"):
        pytest.skip("pip cannot reach a package index from here")
    copy, home = tmp_path / "copy", tmp_path / "home"
    home.mkdir()
    for name in files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, copy / name)
    environment = {key: value for key, value in os.environ.items() if key.upper().startswith("PIP_") or key in _NETWORK}
    environment |= {"PYTHONPATH": "", "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"}
    # pip compiles every module of every package beforehand, the desk only those that it loads
    environment |= {"PIP_COMPILE": "0"}
    with Terminal(("sh", "-c", two_commands()[0]), home, folder=copy, environment=environment) as terminal:
        terminal.wait_for("? help", INSTALL_S)
        assert "Pool" in terminal.text
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        terminal.assert_left_clean()


def test_it_is_short_and_its_doors_lead_somewhere():
    assert len(README.splitlines()) <= 150
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert len(links) > 10
    for link in links:
        assert (PROJECT / link).is_file(), link
    pages = {Path(link).stem for link in links if "/docs/" in link}
    assert pages == set(docs.ORDER)


def test_its_sample_of_python_runs(capsys):
    (sample,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    exec(compile(sample, "README.md", "exec"), {})
    assert capsys.readouterr().out.split() == ["730.0000", "None", "700"]


def test_its_sample_of_a_workspace_is_good():
    (sample,) = re.findall(r"^```toml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert ix.load(sample).rehearse().frame().account.equity == 730


@pytest.mark.parametrize("line", examples() or ["isocross report guide-cross --shock -40%"])
def test_every_example_does_what_it_says(line, monkeypatch):
    monkeypatch.chdir(PROJECT)
    done = CliRunner().invoke(main, shlex.split(line)[1:], prog_name="isocross")
    assert done.exit_code == 0, done.stderr
    assert done.stdout
