import errno
import os
import random
from itertools import pairwise
from zlib import crc32

import pytest

from isocross.disk import journal
from isocross.disk.journal import Journal, Reading, line_of, read, scan

RECORDS = [
    {"k": "line", "v": 1, "w": 'name = "büro"\nwallet = 1000\n', "s": "0"},
    {"k": "step", "s": "-0.3"},
    {"k": "joined", "s": "-0.31"},
    {"k": "undone"},
]


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def text_of(records):
    return b"".join(line_of(n, record) for n, record in enumerate(records, 1))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def book(tmp_path, clock):
    made = Journal(tmp_path / "state" / "a.journal", clock)
    yield made
    made.close()


# ---- lines


def test_a_line_is_checksum_sequence_and_record():
    line = line_of(7, {"k": "step", "s": "-0.3"})
    assert line == b'%08x 7 {"k":"step","s":"-0.3"}\n' % crc32(b'7 {"k":"step","s":"-0.3"}')


def test_a_move_of_the_shock_is_a_short_line():
    assert len(line_of(12345, {"k": "joined", "s": "-0.31"})) < 45


def test_what_was_written_is_read():
    data = text_of(RECORDS)
    assert scan(data) == Reading(tuple(RECORDS), len(data), False)
    assert scan(b"") == Reading()


def test_every_truncation_reads_as_the_lines_that_are_whole():
    data = text_of(RECORDS)
    for end in range(len(data)):
        whole = data[:end].count(b"\n")
        reading = scan(data[:end])
        assert reading.records == tuple(RECORDS[:whole])
        assert not reading.damaged


@pytest.mark.slow
def test_no_single_flipped_bit_is_misread():
    records = [*RECORDS, *({"k": "joined", "s": f"-0.{n:03}"} for n in range(1, 25))]
    data = bytearray(text_of(records))
    assert len(data) * 8 > 8000
    for bit in range(len(data) * 8):
        at, mask = bit >> 3, 1 << (bit & 7)
        bent = data[:at].count(b"\n")
        data[at] ^= mask
        assert scan(bytes(data)).records == tuple(records[:bent])
        data[at] ^= mask


def test_a_line_left_out_repeated_or_swapped_ends_the_reading():
    lines = [line_of(n, record) for n, record in enumerate(RECORDS, 1)]
    for order in ([0, 2, 3], [0, 0, 1], [0, 2, 1, 3], [1, 2]):
        good = next(i for i, n in enumerate([*order, None]) if i != n)
        reading = scan(b"".join(lines[n] for n in order))
        assert reading.records == tuple(RECORDS[:good])
        assert reading.damaged


@pytest.mark.parametrize(
    "body",
    [b"1 [1]", b"1 nonsense", b"1", b"", b"01 {}", b"1 {} ", b"1 \xff", b"2 {}", b"1 " + b"[" * 100_000],
)
def test_a_line_with_a_good_checksum_must_still_be_a_record(body):
    reading = scan(b"%08x %s\n" % (crc32(body), body))
    assert reading.records in ((), ({},))
    assert reading.records == () or body == b"1 {} "


def test_a_checksum_is_what_it_is_to_the_letter():
    line = next(line for n in range(99) if (line := line_of(1, {"n": n}))[:8].upper() != line[:8])
    assert scan(line[:8].upper() + line[8:]).records == ()


# ---- the file


def test_a_journal_begins_anew_and_goes_on(book):
    book.rewrite(RECORDS[:2])
    for record in RECORDS[2:]:
        book.append(record)
    assert read(book.path).records == tuple(RECORDS)
    assert book.size == book.path.stat().st_size
    book.rewrite(RECORDS[:1])
    book.append(RECORDS[3])
    assert read(book.path).records == (RECORDS[0], RECORDS[3])
    assert [path.name for path in book.path.parent.iterdir()] == ["a.journal"]


def test_a_journal_is_its_owners_only(book):
    book.rewrite(RECORDS)
    assert book.path.stat().st_mode & 0o777 == 0o600
    assert book.path.parent.stat().st_mode & 0o777 == 0o700


def test_what_cannot_be_read_is_empty(tmp_path):
    assert read(tmp_path / "none") == read(tmp_path) == Reading()


def test_a_record_without_a_beginning_is_a_mistake(book):
    with pytest.raises(ValueError, match="begins with"):
        book.append({})


def test_the_disk_is_asked_at_most_once_a_second_and_not_without_need(book, clock, monkeypatch):
    asked = []
    monkeypatch.setattr(journal, "_flush", lambda _: asked.append(clock.now))
    book.rewrite(RECORDS[:1])
    for _ in range(80):
        clock.now += 1 / 16
        book.append({"k": "undone"})
    assert len(asked) == 5
    assert all(b - a >= journal.SYNC_S for a, b in pairwise(asked))
    clock.now += 0.5
    book.append({"k": "undone"})
    book.sync_if_due()
    assert len(asked) == 5
    book.sync()
    book.sync()
    assert len(asked) == 6


def test_a_full_disk_raises_and_leaves_what_was_there(book, monkeypatch):
    book.rewrite(RECORDS[:2])
    write = os.write

    def half(descriptor, data):
        if len(data) > 5:
            return write(descriptor, data[:5])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="No space"):
        book.append({"k": "step", "s": "0"})
    assert not book.whole
    assert read(book.path) == Reading(tuple(RECORDS[:2]), book.path.stat().st_size)
    with pytest.raises(OSError, match="No space"):
        book.rewrite(RECORDS)
    assert [path.name for path in book.path.parent.iterdir()] == ["a.journal"]
    monkeypatch.undo()
    book.rewrite(RECORDS)
    assert book.whole
    assert read(book.path).records == tuple(RECORDS)


def test_a_disk_that_does_not_confirm_raises_and_the_journal_has_to_begin_anew(book, clock, monkeypatch):
    book.rewrite(RECORDS[:1])

    def broken(_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(journal, "_flush", broken)
    clock.now += 2
    with pytest.raises(OSError, match="Input/output"):
        book.append({"k": "undone"})
    assert not book.whole


def test_a_planted_link_is_not_followed(book, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    book.path.parent.mkdir(parents=True)
    book.path.with_name("a.journal.new").symlink_to(victim)
    with pytest.raises(OSError, match="symbolic link"):
        book.rewrite(RECORDS)
    assert victim.read_text() == "mine"


def test_random_garbage_is_never_read():
    chance = random.Random(7)
    good = text_of(RECORDS)
    for _ in range(500):
        noise = chance.randbytes(chance.randrange(1, 60))
        assert scan(noise).records == ()
        reading = scan(good + noise)
        assert (reading.records, reading.length) == (tuple(RECORDS), len(good))
