import os
import time

import pytest

from isocross.disk.watch import GONE, YOUNG_NS, Watch, digest_of, look_at


class Clock:
    """Stands still at the real time, unless it is moved on."""

    def __init__(self):
        self.now = time.time_ns()

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "desk.toml"
    path.write_text("one")
    return path


@pytest.fixture
def watch(file, clock):
    clock.now += 2 * YOUNG_NS
    return Watch(str(file), digest_of(b"one"), clock)


def difference(watch):
    """The file as it is now, None where it is the known one."""
    seen = watch.look()
    return None if watch.is_known(seen) else seen


def counting(monkeypatch):
    opened = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda *args, **kwargs: opened.append(args[0]) or real(*args, **kwargs))
    return opened


def test_nothing_happened_and_nothing_is_told(watch, monkeypatch):
    opened = counting(monkeypatch)
    assert [watch.news() for _ in range(5)] == [None] * 5
    assert len(opened) == 1


def test_young_marks_are_not_trusted(watch, clock, monkeypatch):
    clock.now -= 2 * YOUNG_NS
    opened = counting(monkeypatch)
    assert [watch.news() for _ in range(3)] == [None] * 3
    assert len(opened) == 3


def test_a_change_is_told_once(watch, file):
    file.write_text("two")
    assert watch.news().data == b"two"
    assert watch.news() is None
    file.write_text("three")
    assert watch.news().data == b"three"
    assert difference(watch).data == b"three"


def test_a_difference_that_was_asked_for_is_no_news(watch, file):
    file.write_text("two")
    assert difference(watch).data == b"two"
    assert watch.news() is None


def test_a_change_that_goes_back_is_told_again_when_it_comes_again(watch, file):
    file.write_text("two")
    assert watch.news()
    file.write_text("one")
    assert watch.news() is None
    assert difference(watch) is None
    file.write_text("two")
    assert watch.news()


def test_a_touched_file_is_the_same(watch, file):
    file.touch()
    assert watch.news() is difference(watch) is None


def test_the_same_size_and_the_same_time_hide_nothing(watch, file):
    watch.news()
    status = file.stat()
    file.write_text("two")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert watch.news().data == b"two"


def test_a_replaced_file_is_noticed_through_its_link(tmp_path, file, clock):
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    watch = Watch(str(link), digest_of(b"one"), clock)
    assert watch.news() is None
    assert watch.is_of(str(file))
    fresh = tmp_path / "fresh"
    fresh.write_text("two")
    fresh.replace(file)
    assert watch.news().data == b"two"


def test_a_link_that_leads_elsewhere_is_a_difference_even_to_the_same_content(tmp_path, file, clock):
    link, other = tmp_path / "link.toml", tmp_path / "other.toml"
    link.symlink_to(file)
    clock.now += 2 * YOUNG_NS
    watch = Watch(str(link), digest_of(b"one"), clock)
    assert watch.news() is None
    other.write_text("one")
    link.unlink()
    link.symlink_to(other)
    assert watch.is_of(str(other))
    assert not watch.is_of(str(file))
    assert watch.news().real == str(other)
    assert watch.news() is None
    assert not watch.may_be_written(watch.look())
    other.unlink()
    assert not watch.may_be_written(watch.look())
    watch.knows(GONE, str(other))
    assert watch.may_be_written(watch.look())


def test_a_file_that_is_gone_for_a_moment_is_not_told(watch, file):
    file.unlink()
    assert watch.news() is None
    file.write_text("two")
    assert watch.news().data == b"two"
    file.unlink()
    assert watch.news() is None
    assert watch.news().digest == GONE
    assert watch.news() is None
    file.write_text("two")
    assert watch.news().data == b"two"


def test_what_is_saved_is_known(watch, file):
    file.write_text("two")
    watch.knows(digest_of(b"two"), str(file))
    assert watch.news() is difference(watch) is None
    file.write_text("one")
    assert watch.news().data == b"one"


def test_what_is_no_file_to_read_is_a_difference_without_content(tmp_path, watch, file):
    file.unlink()
    file.mkdir()
    assert difference(watch).data is None
    assert look_at(tmp_path / "no" / "such").digest == GONE
    assert look_at("a\0b").data is None
    os.mkfifo(tmp_path / "pipe")
    assert look_at(tmp_path / "pipe").data is None
    (tmp_path / "large").write_bytes(b"#" * (1024 * 1024 + 1))
    assert look_at(tmp_path / "large").data is None
