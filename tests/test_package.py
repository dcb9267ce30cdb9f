"""The wheel: two names and no more; it works read-only, beside files of others with the names of our folders."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[1]
RAISES = 'raise ImportError("this is somebody else\'s")\n'
FILE = 'name = "mine"\nwallet = 100\npositions = []\n'


def put_hostile(folder):
    """What others may have: modules and a folder that are called as the folders of this project are."""
    for name in ("engine.py", "tui.py", "themes.py", "engine/__init__.py", "tui/__init__.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(RAISES)
    (folder / "themes").mkdir()
    (folder / "themes" / "night.toml").write_text("this is no theme")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel unpacked where nothing can be written, beside somebody else's files."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    put_hostile(folder)
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(folder.rglob("*"))
    yield folder
    assert sorted(folder.rglob("*")) == before
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """Where somebody works: a workspace, and files with the names of our folders."""
    folder = tmp_path_factory.mktemp("work")
    put_hostile(folder)
    (folder / "mine.toml").write_text(FILE)
    return folder


@pytest.fixture
def run(installed, workplace):
    """Run Python with the installed wheel before everything else; returns what it printed."""

    def run_python(*arguments):
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "PYTHON"))},
            "PYTHONPATH": str(installed),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(workplace / "home"),
        }
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=workplace,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run_python


def test_the_wheel_puts_two_names_and_its_own_record_beside_other_packages(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        record = next(name.partition("/")[0] for name in names if ".dist-info/" in name)
        scripts = archive.read(f"{record}/entry_points.txt").decode()
    assert {name.partition("/")[0] for name in names} == {"isocross", "isocross_tui", record}
    assert {"isocross/py.typed", "isocross_tui/py.typed", "isocross_tui/themes/night.toml"} <= set(names)
    assert "isocross = isocross_tui.cli.start:main" in scripts
    for root in ("engine", "tui"):
        ours = {path.relative_to(PROJECT / root).as_posix() for path in (PROJECT / root).rglob("*.*") if path.is_file()}
        assert {name for name in ours if "__pycache__" not in name} <= set(names)


def test_the_modules_are_those_of_the_wheel(run, installed):
    told = run(
        "-c", "import isocross, isocross_tui.user.themes as t; print(isocross.__file__); print(t.shipped_folder())"
    )
    assert [Path(line) for line in told.splitlines()] == [
        installed / "isocross" / "__init__.py",
        installed / "isocross_tui" / "themes",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--version", "isocross, version"),
        ("report guide-cross --shock -40%", "unused"),
        ("report mine.toml --json", '"wallet"'),
        ("check mine.toml", "mine.toml"),
        ("themes", "night"),
        ("venues", "guide"),
        ("lessons", "cross"),
    ],
)
def test_a_command_works_among_files_of_others(run, arguments, told):
    assert told in run("-m", "isocross", *arguments.split())


def test_the_desk_is_drawn_among_files_of_others(run, workplace):
    run("-m", "isocross", "report", "guide-cross", "--shock", "-40%", "--svg", "desk.svg")
    assert "Pool" in (workplace / "desk.svg").read_text(encoding="utf-8")
