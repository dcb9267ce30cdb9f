import os
import time
from pathlib import Path

import pytest

from isocross.disk.atomic import sweep, temporary_name

OURS = ".isocross.0123456789abcdef.tmp"
LONG_AGO = time.time() - 61


def put(path, changed=LONG_AGO):
    path.write_text("half of a wor")
    os.utime(path, (changed, changed))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_save_left_is_removed(tmp_path):
    put(tmp_path / OURS)
    put(tmp_path / temporary_name())
    assert sweep(tmp_path) == 2
    assert names(tmp_path) == []


@pytest.mark.parametrize("ahead", [0, 9999])
def test_what_may_still_be_written_stays(tmp_path, ahead):
    put(tmp_path / OURS, time.time() + ahead)
    assert sweep(tmp_path) == 0
    assert names(tmp_path) == [OURS]


@pytest.mark.parametrize(
    "name",
    [
        "desk.toml",
        "desk.toml~",
        ".isocross.tmp",
        ".isocross.0123456789abcde.tmp",
        ".isocross.0123456789abcdef0.tmp",
        ".isocross.0123456789ABCDEF.tmp",
        ".isocross.0123456789abcdeg.tmp",
        ".isocross.0123456789abcdef.tmp\n",
        "isocross.0123456789abcdef.tmp",
        "x.isocross.0123456789abcdef.tmp",
        ".desk.0123456789abcdef.tmp",
    ],
)
def test_any_other_name_stays(tmp_path, name):
    put(tmp_path / name)
    assert sweep(tmp_path) == 0
    assert names(tmp_path) == [name]


def test_what_is_no_plain_file_stays(tmp_path):
    (tmp_path / OURS).mkdir()
    (tmp_path / OURS.replace("0", "1")).symlink_to("desk.toml")
    os.mkfifo(tmp_path / OURS.replace("0", "2"))
    put(tmp_path / "desk.toml")
    before = names(tmp_path)
    assert sweep(tmp_path, patience=-9) == 0
    assert names(tmp_path) == before


def test_the_files_of_others_stay(tmp_path, monkeypatch):
    put(tmp_path / OURS)
    someone = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: someone)
    assert sweep(tmp_path) == 0
    assert names(tmp_path) == [OURS]


@pytest.mark.parametrize("folder", [Path("/nowhere/at/all"), Path("a\0b")])
def test_a_folder_that_cannot_be_read_is_no_fault(folder):
    assert sweep(folder) == 0


def test_nothing_below_the_folder_is_looked_at(tmp_path):
    (tmp_path / "sub").mkdir()
    put(tmp_path / "sub" / OURS)
    assert sweep(tmp_path) == 0
    assert names(tmp_path / "sub") == [OURS]
