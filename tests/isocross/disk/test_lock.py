import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from isocross.disk import lock as locking
from isocross.disk.lock import Holder, Lock

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys, time
from pathlib import Path
from isocross.disk.lock import Lock
assert isinstance(Lock.take(Path(sys.argv[1]), 5.0), Lock)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "a.lock"


@pytest.fixture
def other(path):
    command = [sys.executable, "-B", "-c", HOLD, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_is_told_of_the_first(path):
    first = Lock.take(path, 12.5)
    second = Lock.take(path, 13)
    assert second == Holder(os.getpid(), socket.gethostname(), 12.5, str(path))
    assert second.holds
    first.release()
    assert not path.exists()
    assert not second.holds
    third = Lock.take(path, 14)
    assert isinstance(third, Lock)
    third.release()


@pytest.mark.slow
def test_another_process_holds_it_until_it_is_killed(path, other):
    found = Lock.take(path, 6)
    assert (found.pid, found.since) == (other.pid, 5.0)
    assert found.holds
    other.kill()
    other.wait()
    assert not found.holds
    assert path.exists()
    mine = Lock.take(path, 7)
    assert isinstance(mine, Lock)
    assert json.loads(path.read_text())["pid"] == os.getpid()
    mine.release()


def test_a_lock_left_to_a_child_by_a_holder_that_is_gone_is_no_lock(path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    held = Lock.take(path, 1)
    path.write_text(json.dumps({"pid": gone.pid, "host": socket.gethostname(), "since": 1}))
    assert isinstance(Lock.take(path, 2), Lock)
    path.write_text(json.dumps({"pid": gone.pid, "host": "elsewhere", "since": 1}))
    assert isinstance(Lock.take(path, 2), Holder)
    held.release()


@pytest.mark.parametrize("word", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}', '{"pid": -1, "host": "", "since": 0}'])
def test_a_holder_that_did_not_say_who_it_is_still_holds(path, word):
    held = Lock.take(path, 1)
    path.write_text(word)
    found = Lock.take(path, 2)
    assert isinstance(found, Holder)
    assert found.alive
    held.release()


def test_where_there_are_no_locks_everybody_gets_one(path, monkeypatch):
    monkeypatch.setattr(locking, "fcntl", None)
    both = [Lock.take(path, 1), Lock.take(path, 1)]
    assert all(isinstance(each, Lock) for each in both)
    for each in both:
        each.release()
    assert not path.exists()


def test_a_file_system_without_locks_is_no_obstacle(path, monkeypatch):
    def refuse(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(locking.fcntl, "flock", refuse)
    assert isinstance(Lock.take(path, 1), Lock)


def test_a_folder_that_cannot_be_made_is_no_obstacle(tmp_path):
    (tmp_path / "state").write_text("a file")
    Lock.take(tmp_path / "state" / "a.lock", 1).release()


def test_a_lock_taken_on_a_file_that_was_just_removed_is_taken_again(path, monkeypatch):
    flock = locking.fcntl.flock
    calls = []

    def removed_first(descriptor, operation):
        flock(descriptor, operation)
        calls.append(1)
        if len(calls) == 1:
            path.unlink()

    monkeypatch.setattr(locking.fcntl, "flock", removed_first)
    held = Lock.take(path, 1)
    monkeypatch.undo()
    assert len(calls) == 2
    assert isinstance(Lock.take(path, 1), Holder)
    held.release()
