import errno
import os
import stat
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from isocross.disk.atomic import sweep, write_atomically
from isocross.disk.watch import look_at
from isocross.workspace import SaveError, dump, load_file, load_text, save, save_workspace
from isocross.workspace.saving import ChangedError

ROOT = Path(__file__).resolve().parents[3]
OLD = 'name = "old"\nwallet = 1\npositions = []\n'
NEW = 'name = "new"\nwallet = 2\npositions = []\n'
CALLS = ("lstat", "access", "scandir", "open", "read", "write", "fchmod", "fsync", "close", "replace", "unlink")
THIRD = 'name = "third"\nwallet = 3\npositions = []\n'
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
    assert ("the file on disk is unharmed" if os.path.lexists(path) else "no file was made") in told
    assert told.splitlines()[0].isprintable()


def test_what_is_not_a_regular_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    refused(NEW, tmp_path, "it is not a regular file")
    refused(NEW, tmp_path / "pipe", "it is not a regular file")
    refused(NEW, tmp_path / "loop", "could not save")
    refused(NEW, "/dev/null", "it is not a regular file")
    refused(NEW, tmp_path / "none" / "desk.toml", "no such file or directory")
    refused(NEW, "a\0\x1bb", "not the name of a file")
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
from isocross.workspace import SaveError, save
resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
try:
    save(sys.argv[2], sys.argv[1])
except SaveError as error:
    sys.stdout.write(str(error))
"""


@pytest.mark.slow
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


@pytest.mark.slow
@CODES
def test_whichever_call_fails_the_file_is_old_or_new(desk, saving, monkeypatch, code):
    error = OSError(code, os.strerror(code))
    outcomes = list(saves_until_one_gets_through(monkeypatch, saving, desk, error))
    assert len(outcomes) > 12
    assert outcomes[-1][0] is None
    assert outcomes[-1][1].durable


@pytest.mark.slow
@CODES
def test_a_failure_is_reported_exactly_when_nothing_changed(desk, saving, monkeypatch, code):
    error = OSError(code, os.strerror(code))
    for raised, _, done in saves_until_one_gets_through(monkeypatch, saving, desk, error):
        assert ("replace" in done) == (raised is None)
        assert desk.read_text() == (OLD if raised else NEW)
        sweep(desk.parent)
        only(desk.parent, "desk.toml")


@pytest.mark.slow
def test_a_failure_after_the_replacement_is_saved_but_not_confirmed(desk, saving, monkeypatch):
    outcomes = saves_until_one_gets_through(monkeypatch, saving, desk, OSError(errno.EIO, ""))
    assert len([saved for _, saved, _ in outcomes if saved and not saved.durable]) == 2


@pytest.mark.slow
def test_a_failure_costs_no_comment(desk, saving, monkeypatch):
    outcomes = saves_until_one_gets_through(monkeypatch, saving, desk, OSError(errno.EIO, ""))
    assert not any(saved.rewritten for _, saved, _ in outcomes if saved)


@pytest.mark.slow
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


# ---- what is kept of the old file, and what is said


def test_a_rename_that_happened_although_it_was_reported_otherwise_is_a_save(desk, monkeypatch):
    rename = os.replace

    def lying(*names):
        rename(*names)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "replace", lying)
    saved = save(NEW, desk)
    assert (desk.read_text(), saved.durable) == (NEW, False)
    only(desk.parent, "desk.toml")


def test_a_second_name_keeps_the_old_text_and_it_is_said(desk):
    os.link(desk, desk.with_name("other.toml"))
    assert save(NEW, desk).lost == ("its other name keeps the old text",)
    assert desk.with_name("other.toml").read_text() == OLD
    assert save(NEW, desk).lost == ()


def test_extended_attributes_are_kept_or_it_is_said(desk, monkeypatch):
    try:
        os.setxattr(desk, "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    assert save(NEW, desk).lost == ()
    assert os.getxattr(desk, "user.note") == b"mine"

    def refusing(*_):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "setxattr", refusing)
    assert save(OLD, desk).lost == ("its extended attributes are gone (user.note)",)


def test_the_owner_is_kept_or_it_is_said(desk, monkeypatch):
    given = []
    mine = os.geteuid()
    other = os.lstat(desk)
    lstat = os.lstat

    def of_somebody_else(path):
        found = lstat(path)
        return found if Path(path) != desk else os.stat_result((*found[:4], mine + 1, *found[5:]), _times(found))

    monkeypatch.setattr(os, "lstat", of_somebody_else)
    monkeypatch.setattr(os, "fchown", lambda _, *ids: given.append(ids))
    assert save(NEW, desk).lost == ()
    assert given == [(mine + 1, other.st_gid)]

    def refusing(_, uid, __):
        if uid >= 0:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "fchown", refusing)
    assert save(OLD, desk).lost == ("its owner is you now",)


def _times(found):
    """What a made-up status needs beside its ten numbers."""
    return {name: getattr(found, name) for name in ("st_atime_ns", "st_mtime_ns", "st_ctime_ns")}


# ---- nothing is written that nobody agreed to


def test_a_file_that_changed_after_it_was_looked_at_is_left_alone(desk):
    agreed = look_at(desk)
    desk.write_text(THIRD)
    with pytest.raises(ChangedError, match="it was changed just now; the file on disk is unharmed"):
        save_workspace(load_text(NEW), desk, agreed)
    assert desk.read_text() == THIRD
    save_workspace(load_text(NEW), desk, look_at(desk))
    assert load_file(desk) == load_text(NEW)


def test_a_new_name_that_was_taken_meanwhile_is_left_alone(tmp_path):
    path = tmp_path / "fresh.toml"
    agreed = look_at(path)
    path.write_text(THIRD)
    with pytest.raises(ChangedError):
        save_workspace(load_text(NEW), path, agreed)
    assert path.read_text() == THIRD


@pytest.mark.parametrize("what", ["written", "replaced", "repointed"])
def test_what_happens_to_the_file_while_it_is_being_saved_is_left_alone(tmp_path, monkeypatch, what):
    first, second, link = (tmp_path / name for name in ("first.toml", "second.toml", "link.toml"))
    first.write_text(OLD)
    second.write_text(THIRD)
    link.symlink_to(first)
    agreed = look_at(link)
    fsync = os.fsync

    def meanwhile(descriptor):
        fsync(descriptor)
        if what == "repointed":
            link.unlink()
            link.symlink_to(second)
        elif what == "replaced":
            second.replace(first)
        else:
            first.write_text(THIRD)

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(ChangedError):
        save_workspace(load_text(NEW), link, agreed)
    assert link.read_text() == THIRD
    assert not list(tmp_path.glob(".isocross*"))


def test_a_file_of_the_programs_own_is_never_seen_half_written(tmp_path, monkeypatch):
    path = tmp_path / "memory.json"
    write_atomically(path, b"old")
    write = os.write

    def looking(descriptor, data):
        written = write(descriptor, data[:1])
        assert path.read_bytes() == b"old"
        return written

    monkeypatch.setattr(os, "write", looking)
    write_atomically(path, b"new!")
    assert path.read_bytes() == b"new!"
    only(tmp_path, "memory.json")
