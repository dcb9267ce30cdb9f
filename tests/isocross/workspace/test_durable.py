"""Saves that are killed, and disks that are full or closed: the file is the old one or the new one, whole."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KILLING = str(Path(__file__).with_name("killing.py"))
SMALL, LARGE = 40, 20_000


def run(*command, folder=ROOT):
    """What a process of its own prints, as JSON."""
    places = os.pathsep.join([str(ROOT), *sys.path])
    environment = {**os.environ, "PYTHONPATH": places, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def more(request):
    """How many times as much is tried."""
    return 10 if request.config.getoption("--long") else 1


# --- kill −9 -----------------------------------------------------------------------------------------


def killed(way, writer, folder, size, *numbers):
    return run(sys.executable, KILLING, way, writer, str(folder / "desk.toml"), str(size), *map(str, numbers))


@pytest.mark.slow
def test_a_plain_write_does_not_survive_being_killed(tmp_path, more):
    """Without this the next two would prove nothing."""
    assert killed("random", "naive", tmp_path, LARGE, 100 * more, 1)["broken"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(("writer", "times"), [("plain", 200), ("merging", 50)])
def test_a_save_survives_being_killed_at_any_time(tmp_path, more, writer, times):
    found = killed("random", writer, tmp_path, LARGE, times * more, 2)
    assert sum(found.values()) == times * more
    assert found.keys() <= {"whole", "whole, swept"}
    assert writer != "plain" or found["whole, swept"] > 0


@pytest.mark.slow
def test_a_save_survives_being_killed_before_each_of_its_instructions(tmp_path, more):
    found = killed("counted", "merging", tmp_path, SMALL, 5 if more == 1 else 1)
    assert found.pop("last") == 0
    assert found.keys() == {"whole", "whole, swept"}
    assert sum(found.values()) > 100


# --- folders and files of others ------------------------------------------------------------------

REFUSED = """
import json, os, sys
from pathlib import Path
from isocross.workspace import SaveError, load_text, save_workspace

NOBODY = 65534
new = load_text('name = "new"\\nwallet = 2\\npositions = []\\n')
save_workspace(new, Path(sys.argv[1], "warm.toml"))  # whatever is loaded late is loaded now
save_workspace(load_text('name = "warm"\\nwallet = 3\\npositions = []\\n'), Path(sys.argv[1], "warm.toml"))
os.unlink(Path(sys.argv[1], "warm.toml"))
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
told = {}
for place in ("open", "closed", "kept"):
    path = Path(sys.argv[1], place, "desk.toml")
    try:
        save_workspace(new, path)
        told[place] = "saved"
    except SaveError as error:
        told[place] = str(error).partition(": ")[2]
print(json.dumps(told))
"""


@pytest.mark.slow
def test_a_folder_or_a_file_that_may_not_be_changed_is_left_as_it_is():
    old = 'name = "old"\nwallet = 1\npositions = []\n'
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for place, folder_mode, file_mode in (("open", 0o777, 0o666), ("closed", 0o555, 0o444), ("kept", 0o777, 0o444)):
            path = folder / place / "desk.toml"
            path.parent.mkdir()
            path.write_text(old)
            path.chmod(file_mode)
            path.parent.chmod(folder_mode)
        told = run(sys.executable, "-c", REFUSED, name)
        texts = {path.parent.name: path.read_text() for path in folder.glob("*/desk.toml")}
        names = {path.name for path in folder.glob("*/*")}
        (folder / "closed").chmod(0o755)
    if told["open"] != "saved":
        pytest.skip(f"another user cannot reach the folder for temporary files: {told['open']}")
    refusal = "permission denied; the file on disk is unharmed"
    assert told == {"open": "saved", "closed": refusal, "kept": refusal}
    assert texts == {"open": old.replace("old", "new").replace("1", "2"), "closed": old, "kept": old}
    assert names == {"desk.toml"}


# --- disks ----------------------------------------------------------------------------------------

DISK = """
import json, os, subprocess, sys
from pathlib import Path
from isocross.workspace import SaveError, save

def text(wallet, size):
    return f'name = "desk"\\nwallet = {wallet}\\npositions = []\\n'.ljust(size, "#")

def attempt(wallet, size):
    try:
        save(text(wallet, size), desk)
        return "saved"
    except SaveError as error:
        return str(error).partition(": ")[2]

desk = Path(sys.argv[1], "desk.toml")
told = {"first": attempt(1, 40_000)}
if sys.argv[2] == "closed":
    subprocess.run(["mount", "-o", "remount,bind,ro", sys.argv[1]], check=True)
told["second"] = attempt(2, 50_000)
told["whole"] = desk.read_text() == text(1, 40_000)
told["names"] = os.listdir(sys.argv[1])
if sys.argv[2] == "full":
    told["small"] = attempt(3, 10_000)
    told["replaced"] = desk.read_text() == text(3, 10_000)
    try:
        desk.write_text(text(4, 90_000))
    except OSError:
        told["torso"] = len(desk.read_text())
print(json.dumps(told))
"""
MOUNT = 'mount -t tmpfs -o size=64k isocross "$1" && shift && exec "$@"'


def on_a_small_disk(folder, what):
    """What the script tells of a file system of 64 kB, mounted where nobody else sees it."""
    for alone in (["unshare", "-m"], ["unshare", "-rm"]):
        mounted = [*alone, "sh", "-c", MOUNT, "sh", str(folder)]
        try:
            works = subprocess.run([*mounted, "true"], capture_output=True, check=False).returncode == 0
        except OSError:
            works = False
        if works:
            return run(*mounted, sys.executable, "-c", DISK, str(folder), what)
    return pytest.skip("nothing can be mounted here: it needs unshare(1), and root or user namespaces")


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_file(tmp_path):
    told = on_a_small_disk(tmp_path, "full")
    assert 0 < told.pop("torso") < 90_000  # what a plain write leaves
    assert told == {
        "first": "saved",
        "second": "no space left on device; the file on disk is unharmed",
        "whole": True,
        "names": ["desk.toml"],
        "small": "saved",
        "replaced": True,
    }


@pytest.mark.slow
def test_a_disk_that_can_only_be_read_leaves_the_old_file(tmp_path):
    assert on_a_small_disk(tmp_path, "closed") == {
        "first": "saved",
        "second": "read-only file system; the file on disk is unharmed",
        "whole": True,
        "names": ["desk.toml"],
    }
