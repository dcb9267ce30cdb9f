"""A journal of small records: a line each, proven by its checksum, so that no crash and no bad disk is misread.

    crc32 sequence json

The checksum covers the sequence and the record. Reading goes to the first line that is not the one expected there:
a line that was torn, bent, left out or repeated ends it, and nothing after it is believed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

from isocross.records import dataclass
from isocross.regular import open_regular

SYNC_S = 1.0
"""Seconds between two confirmations by the disk. A crash loses nothing at all, a power cut at most these."""
READ_LIMIT = 16 * 1024 * 1024
"""Bytes that are read of a journal; far more than it ever has."""
_MORE = os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NEW = _MORE | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
_PRIVATE = 0o600
_flush = getattr(os, "fdatasync", os.fsync)

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a journal has to say."""

    records: tuple[dict[str, Any], ...] = ()
    length: int = 0
    """Bytes of the lines that were read."""
    damaged: bool = False
    """Whether more follows them than the one line that a crash can tear."""


def line_of(sequence: int, record: Record) -> bytes:
    """The line of a record; sequences count from 1."""
    body = b"%d %s" % (sequence, json.dumps(record, separators=(",", ":")).encode("ascii"))
    return b"%08x %s\n" % (crc32(body), body)


def scan(data: bytes) -> Reading:
    """The records of a journal's bytes, up to the first line that is not good."""
    records: list[dict[str, Any]] = []
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        record = _record(data[start:end], len(records) + 1)
        if record is None:
            break
        records.append(record)
        start = end + 1
    return Reading(tuple(records), start, b"\n" in data[start:])


def _record(line: bytes, sequence: int) -> dict[str, Any] | None:
    """The record of a line, if it is that line to the last bit."""
    checksum, _, body = line.partition(b" ")
    number, _, text = body.partition(b" ")
    if checksum != b"%08x" % crc32(body) or number != b"%d" % sequence:
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def read(path: Path) -> Reading:
    """The records of a journal; none where there is no file, or none that can be read."""
    try:
        with os.fdopen(open_regular(path, sys.maxsize)[0], "rb") as file:
            return scan(file.read(READ_LIMIT))
    except OSError:
        return Reading()


class Journal:
    """The writing end of a journal. A call that cannot write raises OSError, and what was written before stays good.

    It begins with `rewrite`, and has to again after an error: a record makes sense only after all those before it.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self.size = 0
        """Bytes of all its lines."""
        self._clock = clock
        self._descriptor: int | None = None
        self._sequence = 0
        self._synced = 0.0
        self._dirty = False

    @property
    def whole(self) -> bool:
        """Whether the file has everything, so that the next record can be appended."""
        return self._descriptor is not None

    def rewrite(self, records: Iterable[Record]) -> None:
        """Put these records in the place of all those before, in one step, confirmed by the disk."""
        self.close()
        lines = [line_of(number, record) for number, record in enumerate(records, 1)]
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_name(self.path.name + ".new")
        try:
            self.size = _written(fresh, b"".join(lines))
            fresh.replace(self.path)
        except BaseException:
            with suppress(OSError):
                fresh.unlink()
            raise
        _flush_folder(self.path.parent)
        # some systems replace no file that is open
        self._descriptor = os.open(self.path, _MORE)
        self._sequence = len(lines)
        self._synced, self._dirty = self._clock(), False

    def append(self, record: Record) -> None:
        """Write a record at once; the disk is asked to confirm at most once a second."""
        if self._descriptor is None:
            raise ValueError("a journal begins with all that was before")
        try:
            self.size += _write(self._descriptor, line_of(self._sequence + 1, record))
        except OSError:
            # half a line would end every later reading
            with suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
            self.close()
            raise
        self._sequence += 1
        self._dirty = True
        self.sync_if_due()

    def sync_if_due(self) -> None:
        """Have the disk confirm what is not confirmed yet, unless it just did."""
        if self._dirty and self._clock() - self._synced >= SYNC_S:
            self.sync()

    def sync(self) -> None:
        """Have the disk confirm everything now."""
        if self._descriptor is None or not self._dirty:
            return
        self._synced, self._dirty = self._clock(), False
        try:
            _flush(self._descriptor)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Write no more; the file stays."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def remove(self) -> None:
        """Write no more, and leave nothing."""
        self.close()
        self.path.unlink(missing_ok=True)


def _written(path: Path, data: bytes) -> int:
    """Make a file of these bytes and have the disk confirm it; how many there were."""
    descriptor = os.open(path, _NEW, _PRIVATE)
    try:
        size = _write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return size


def _write(descriptor: int, data: bytes) -> int:
    """Write all of it; how much that was."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    return len(data)


def _flush_folder(folder: Path) -> None:
    """Ask the disk to keep the new name; it is as good without where that cannot be asked."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
