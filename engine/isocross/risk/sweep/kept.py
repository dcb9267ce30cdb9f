"""Finished parts of a sweep, kept beside its file until all are there: what was ended goes on where it was.

A part takes its place in one step, so a sweep that is killed loses at most the parts that were being worked out. The
head of a part says what it is of (the grid, its accounts with all their bytes, the version), and what its
lines are known by; a part of anything else is worked out again.
"""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from isocross import __version__
from isocross.disk.atomic import write_atomically
from isocross.records import dataclass
from isocross.regular import regular_bytes
from isocross.risk.named import Reader
from isocross.risk.sources import FILE_LIMIT, path_of
from isocross.risk.sweep.part import Part, Task

_COUNTS = ("cells", "sure", "checked")


def key_of(task: Task, readers: Sequence[Reader]) -> str:
    """Work out what a part is known by: all that its lines depend on."""
    known = sha256(f"{__version__}\n{task.grid!r}\n{task.seed}\n{task.screened}\n{task.totals}\n".encode())
    for reader in readers:
        path = path_of(reader)
        known.update(pickle.dumps(reader) if path is None else path.encode("utf-8", "surrogateescape"))
        if path is not None:
            with suppress(OSError):
                known.update(regular_bytes(path, FILE_LIMIT))
    return known.hexdigest()


@dataclass(frozen=True)
class Kept:
    """The folder of the parts of one file."""

    folder: Path

    @classmethod
    def beside(cls, path: Path) -> Kept:
        """Name the folder of a file that is to be."""
        return cls(path.with_name(f"{path.name}.parts"))

    def begin(self) -> None:
        """Make the folder; raises OSError."""
        self.folder.mkdir(exist_ok=True)

    def keep(self, part: Part, key: str) -> None:
        """Keep a finished part; raises OSError."""
        body = "".join(part.lines).encode("utf-8")
        head = {"key": key, "lines": sha256(body).hexdigest(), "faults": part.faults}
        head |= {count: getattr(part, count) for count in _COUNTS}
        write_atomically(self._path(part.number), json.dumps(head).encode("ascii") + b"\n" + body)

    def found(self, number: int, key: str) -> Part | None:
        """Find a part that was finished before, without its lines; None: none is whole and of this key."""
        read = self._read(number)
        if read is None or read[0].get("key") != key:
            return None
        head = read[0]
        return Part(number, [], head["faults"], *(head[count] for count in _COUNTS))

    def texts(self, count: int) -> Iterator[str]:
        """Yield the lines of all parts in their order; raises OSError where one has gone."""
        for number in range(count):
            read = self._read(number)
            if read is None:
                raise OSError(f"{self._path(number)} has gone")
            yield read[1].decode("utf-8")

    def drop(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06}.part"

    def _read(self, number: int) -> tuple[dict[str, Any], bytes] | None:
        try:
            head, _, body = self._path(number).read_bytes().partition(b"\n")
            told = json.loads(head)
        except (OSError, ValueError):
            return None
        whole = isinstance(told, dict) and told.get("lines") == sha256(body).hexdigest()
        return (told, body) if whole else None
