import errno
import os
import stat
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.workspace import SaveError, dump, load_file, load_text, save, save_workspace
from engine.workspace.sweep import sweep

ROOT = Path(__file__).resolve().parents[3]
OLD = 'name = "old"\nwallet = 1\npositions = []\n'
NEW = 'name = "new"\nwallet = 2\npositions = []\n'
CALLS = ("lstat", "access", "scandir", "open", "read", "write", "fchmod", "fsync", "close", "replace", "unlink")
STRAY = ".isocross.0123456789abcdef.tmp"


@pytest.fixture
def desk(tmp_path):
    path = tmp_path / "desk.toml"
    path.write_text(OLD)
    return path


def only(folder, *names):
    assert sorted(os.listdir(folder)) == sorted(names)  # noqa: PTH208 - hidden files too


def test_a_save_replaces_the_text(desk):
    saved = save(NEW, desk)
    assert (desk.read_text(), saved.path, saved.durable) == (NEW, desk, True)
    only(desk.parent, "desk.toml")


def test_a_new_workspace_is_saved_in_its_canonical_form(tmp_path):
    workspace = load_text(NEW)
    saved = save_workspace(workspace, tmp_path / "fresh.toml")
    assert (tmp_path / "fresh.toml").read_text() == dump(workspace)
    assert load_file(tmp_path / "fresh.toml") == workspace
    assert not saved.rewritten


def test_a_workspace_is_saved_into_the_text_that_is_there(desk):
    desk.write_text(f"# mine\n{OLD}")
    assert not save_workspace(load_text(NEW), desk).rewritten
    assert desk.read_text() == f"# mine\n{NEW}"


@pytest.mark.parametrize(
    "old", [b"", b"wallet = -1", b"\xff", b"\xef\xbb\xbf" + OLD.encode(), OLD.encode() + b"#" * 1024 * 1024]
)
def test_a_text_that_cannot_be_kept_is_written_anew_and_it_is_said(desk, old):
    desk.write_bytes(old)
    workspace = load_text(NEW)
    assert save_workspace(workspace, desk).rewritten
    assert desk.read_text() == dump(workspace)


def test_a_margin_that_needs_not_be_said_is_not(desk):
    text = """wallet = 900
positions = [{ market = "BTCUSDT", side = "long", mode = "cross", quantity = 0.01, entry = 60000, leverage = 3 }]
"""
    desk.write_text(text)
    workspace = load_file(desk)
    said = tuple(replace(p, given_margin=p.initial_margin) for p in workspace.positions)
    save_workspace(replace(workspace, positions=said), desk)
    assert desk.read_text() == text


def test_a_file_that_may_not_be_changed_is_not(desk, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    opened = os.open

    def refusing(path, flags, *rest):
        if flags & os.O_WRONLY and path == desk:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path, flags, *rest)

    monkeypatch.setattr(os, "open", refusing)
    refused(NEW, desk, "permission denied")
    assert desk.read_text() == OLD


def test_what_a_killed_save_left_goes_with_the_next_one(desk):
    (desk.parent / STRAY).write_text("torso")
    os.utime(desk.parent / STRAY, (1, 1))
    save(NEW, desk)
    only(desk.parent, "desk.toml")


def test_the_permissions_of_the_file_are_kept(desk):
    desk.chmod(0o640)
    save(NEW, desk)
    assert stat.S_IMODE(desk.stat().st_mode) == 0o640


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path, umask):
    before = os.umask(umask)
    try:
        save(NEW, tmp_path / "fresh.toml")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "fresh.toml").stat().st_mode) == 0o666 & ~umask
    only(tmp_path, "fresh.toml")


def test_a_link_stays_and_its_target_is_replaced(desk, tmp_path):
    link = tmp_path / "link.toml"
    link.symlink_to("desk.toml")
    assert save(NEW, link).path == desk
    assert link.is_symlink()
    assert desk.read_text() == NEW


def test_a_dangling_link_gets_its_target(tmp_path):
    link = tmp_path / "link.toml"
    link.symlink_to("later.toml")
    save(NEW, link)
    assert (tmp_path / "later.toml").read_text() == NEW


def refused(text, path, why):
    with pytest.raises(SaveError) as caught:
        save(text, path)
    told = str(caught.value)
    assert why in told
    assert "the file on disk is unharmed" in told
    assert told.splitlines()[0].isprintable()


def test_what_is_not_a_regular_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    refused(NEW, tmp_path, "it is not a regular file")
    refused(NEW, tmp_path / "pipe", "it is not a regular file")
    refused(NEW, tmp_path / "loop", "could not save")
    refused(NEW, "/dev/null", "it is not a regular file")
    refused(NEW, tmp_path / "none" / "desk.toml", "no such file or directory")
    refused(NEW, "a\0\x1bb", "not a name of a file")
    only(tmp_path, "loop", "pipe")


def test_a_text_that_does_not_read_back_is_never_written(desk):
    refused("wallet = -1\npositions = []", desk, "wallet: -1 is below 0")
    refused("name = '\udcff'", desk, "cannot be written as UTF-8")
    refused(NEW.ljust(1024 * 1024 + 1, "#"), desk, "too large")
    assert desk.read_text() == OLD


def test_a_text_that_says_something_else_is_never_written(desk):
    with pytest.raises(SaveError, match="says something else"):
        save(NEW, desk, expected=replace(load_text(NEW), wallet=Decimal(3)))
    assert desk.read_text() == OLD


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_leaves_the_old_file_and_no_litter(desk, monkeypatch, call):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    refused(NEW, desk, "no space left on device")
    assert desk.read_text() == OLD
    only(desk.parent, "desk.toml")


def test_a_disk_that_takes_a_little_at_a_time_gets_everything(desk, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:7]))
    save(NEW, desk)
    assert desk.read_text() == NEW


LIMITED = """
import resource, sys
from engine.workspace import SaveError, save
resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
try:
    save(sys.argv[2], sys.argv[1])
except SaveError as error:
    sys.stdout.write(str(error))
"""


def test_a_limit_of_the_system_leaves_the_old_file(desk):
    run = subprocess.run(
        [sys.executable, "-B", "-c", LIMITED, str(desk), NEW], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "file too large; the file on disk is unharmed" in run.stdout
    assert desk.read_text() == OLD
    only(desk.parent, "desk.toml")


class PowerCut(BaseException):
    """Nothing that the program does after it has any effect."""


class Faulty:
    """Counts the calls to the system and makes one of them fail."""

    def __init__(self, monkeypatch, failing, error):
        self.count = 0
        self.failing = failing
        self.error = error
        self.done = []
        self.dead = False
        for name in CALLS:
            monkeypatch.setattr(os, name, self.wrapped(name, getattr(os, name)))

    def wrapped(self, name, call):
        def faulty(*args, **kwargs):
            self.count += 1
            if self.count == self.failing:
                self.dead = isinstance(self.error, PowerCut)
                if name == "close":
                    call(*args, **kwargs)
                raise self.error
            if self.dead and name != "close":
                raise self.error
            result = call(*args, **kwargs)
            self.done.append(name)
            return result

        return faulty


def save_new(path):
    return save(NEW, path)


def save_new_workspace(path):
    return save_workspace(load_text(NEW), path)


@pytest.fixture(params=[save_new, save_new_workspace])
def saving(request, tmp_path):
    request.param(tmp_path / "desk.toml")  # whatever is loaded late is loaded now
    return request.param


def saves_until_one_gets_through(monkeypatch, saving, path, error):
    """One save for each call to the system, that call failing: what was raised, and which calls were done."""
    for failing in range(1, 60):
        path.write_text(OLD)
        (path.parent / STRAY).write_text("torso")
        os.utime(path.parent / STRAY, (1, 1))
        with monkeypatch.context() as patch:
            system = Faulty(patch, failing, error)
            raised = saved = None
            try:
                saved = saving(path)
            except (SaveError, PowerCut) as caught:
                raised = caught
        yield raised, saved, system.done
        if system.count < failing:
            return
    pytest.fail("a save makes far too many calls")


CODES = pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])


@CODES
def test_whichever_call_fails_the_file_is_old_or_new(desk, saving, monkeypatch, code):
    error = OSError(code, os.strerror(code))
    outcomes = list(saves_until_one_gets_through(monkeypatch, saving, desk, error))
    assert len(outcomes) > 12
    assert outcomes[-1][0] is None
    assert outcomes[-1][1].durable


@CODES
def test_a_failure_is_reported_exactly_when_nothing_changed(desk, saving, monkeypatch, code):
    error = OSError(code, os.strerror(code))
    for raised, _, done in saves_until_one_gets_through(monkeypatch, saving, desk, error):
        assert ("replace" in done) == (raised is None)
        assert desk.read_text() == (OLD if raised else NEW)
        sweep(desk.parent)
        only(desk.parent, "desk.toml")


def test_a_failure_after_the_replacement_is_saved_but_not_confirmed(desk, saving, monkeypatch):
    outcomes = saves_until_one_gets_through(monkeypatch, saving, desk, OSError(errno.EIO, ""))
    assert len([saved for _, saved, _ in outcomes if saved and not saved.durable]) == 2


def test_a_failure_costs_no_comment(desk, saving, monkeypatch):
    outcomes = saves_until_one_gets_through(monkeypatch, saving, desk, OSError(errno.EIO, ""))
    assert not any(saved.rewritten for _, saved, _ in outcomes if saved)


def test_a_power_cut_at_any_call_leaves_the_old_file_or_the_new_one_and_no_litter(desk, saving, monkeypatch):
    strays = set()
    for _, _, done in saves_until_one_gets_through(monkeypatch, saving, desk, PowerCut()):
        assert desk.read_text() == (NEW if "replace" in done else OLD)
        strays.add(len(list(desk.parent.iterdir())) - 1)
        sweep(desk.parent, patience=-1)
        only(desk.parent, "desk.toml")
    assert strays == {0, 1}


def test_the_content_is_on_the_disk_before_it_takes_the_place(desk, monkeypatch):
    system = Faulty(monkeypatch, 0, None)
    save(NEW, desk)
    order = [name for name in system.done if name in ("write", "fchmod", "fsync", "replace")]
    assert order == ["write", "fchmod", "fsync", "replace", "fsync"]
