"""Many accounts by their names: files, folders, patterns, tables of positions, lines of JSON, standard input."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from functools import partial
from glob import glob, has_magic
from itertools import chain
from pathlib import Path

from isocross.disk.input import STANDARD_INPUT, unreadable, whole
from isocross.records import dataclass
from isocross.regular import is_absent, is_folder, open_regular, size_words, too_large
from isocross.risk.named import Named, Reader, read_as, unread
from isocross.toml.read import SIZE_LIMIT
from isocross.workspace.code import CODE_LIMIT, is_code
from isocross.workspace.load import shipped
from isocross.workspace.model import Workspace
from isocross.workspace.resolve import is_text, load, of_input, origin_of

LINES = (".jsonl", ".ndjson")
CSV = ".csv"
PARQUET = ".parquet"
LINE_LIMIT = SIZE_LIMIT
"""Bytes of a line, as of a file."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
FILE_LIMIT = 4 * 1024 * 1024 * 1024
"""Bytes of a file of lines or a table."""


@dataclass
class Input:
    """Standard input, of which the first line that is not blank tells what it is; it is read once."""

    _begun: list[bytes] = field(default_factory=list)
    """What was read to tell."""

    def is_lines(self) -> bool:
        """Whether it is lines of JSON, and not one workspace or code."""
        if sys.stdin is None:
            raise whole(STANDARD_INPUT, "it is closed", "a file")
        if not self._begun:
            line = sys.stdin.buffer.readline(LINE_LIMIT + 2)
            self._begun.append(line)
            while line and not line.strip() and sum(map(len, self._begun)) < CODE_LIMIT:
                line = sys.stdin.buffer.readline(LINE_LIMIT + 2)
                self._begun.append(line)
        return self._begun[-1].lstrip()[:1] == b"{"

    def lines(self) -> Iterator[bytes]:
        """Its lines, each read when it is asked for."""
        return chain(self._begun, iter(lambda: sys.stdin.buffer.readline(LINE_LIMIT + 2), b""))

    def workspace(self) -> Workspace:
        """The one workspace in it; raises Faults."""
        return of_input(self.bytes())

    def bytes(self) -> bytes:
        """All of it, where it is no lines; raises Faults."""
        self.is_lines()
        data = b"".join(self._begun)
        data += sys.stdin.buffer.read(max(0, CODE_LIMIT + 1 - len(data)))
        if len(data) > CODE_LIMIT:
            raise whole(STANDARD_INPUT, str(too_large(CODE_LIMIT).strerror), size_words(CODE_LIMIT))
        return data


def alone(names: Sequence[str], given: Input) -> bool:
    """Whether these names are one account by itself: a file, a shipped one, a code, or standard input with one."""
    if len(names) != 1:
        return False
    (name,) = names
    if name == "-":
        return not given.is_lines()
    many = is_remote(name) or _holds_many(name) or is_folder(name) or _is_pattern(name)
    return is_code(name) or is_text(name) or not many


def named_accounts(names: Iterable[str], given: Input) -> Iterator[Named]:
    """Yield every account that is named, in order; one that cannot be read comes with its faults.

    Args:
        names: paths, folders, patterns, addresses, names of shipped accounts, codes, tables, files of lines, `-`.
        given: standard input.
    """
    return (read() for read in readers(names, given))


def path_of(reader: Reader) -> str | None:
    """The file that is read when an account is asked for; None: the reader holds all that it needs."""
    read = reader.args[1] if isinstance(reader, partial) and reader.func is read_as else None
    return str(read.args[0]) if isinstance(read, partial) and read.func is load else None


def readers(names: Iterable[str], given: Input) -> Iterator[Reader]:
    """Yield what reads each account that is named, in order; a reader can be handed to another process."""
    return chain.from_iterable(_readers(name, given) for name in names)


def is_remote(name: str) -> bool:
    """Whether a name is an address such as `s3://bucket/books`, and no path."""
    return _ADDRESS.match(name) is not None


def _holds_many(name: str) -> bool:
    return Path(name).suffix.lower() in (*LINES, CSV, PARQUET)


def _is_pattern(name: str) -> bool:
    return has_magic(name) and not is_remote(name) and is_absent(name)


def _readers(name: str, given: Input) -> Iterator[Reader]:
    if name == "-":
        if given.is_lines():
            return _lines(given.lines(), STANDARD_INPUT)
        return iter((partial(read_as, STANDARD_INPUT, partial(of_input, given.bytes())),))
    if is_code(name) or is_text(name) or (name in shipped() and is_absent(name)):
        return iter((partial(read_as, origin_of(name), partial(load, name)),))
    if name and is_folder(name):
        inside = _files_in(name)
        return readers(inside, given) if inside else _nothing(name, "there is no workspace file in this folder")
    if _is_pattern(name):
        found = sorted(glob(os.path.expanduser(name), recursive=True))  # noqa: PTH111, PTH207 - a pattern is no path
        return readers(found, given) if found else _nothing(name, "no file has a name of this pattern")
    return _of_file(name)


def _files_in(folder: str) -> list[str]:
    """The workspace files in a folder and the folders in it, in the order of their paths; no hidden ones."""
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [os.path.join(parent, name) for name in files if name.endswith(".toml") and name[:1] != "."]  # noqa: PTH118
    return sorted(found)


def _nothing(name: str, message: str) -> Iterator[Reader]:
    return iter((partial(unread, name, whole(name, message, "a workspace file")),))


def _of_file(name: str) -> Iterator[Reader]:
    if is_remote(name):
        from isocross.risk.remote import remote_readers  # noqa: PLC0415 - most accounts are on this machine

        return remote_readers(name)
    ending = Path(name).suffix.lower()
    if ending in (CSV, PARQUET):
        from isocross.risk.tables import csv_readers, parquet_readers  # noqa: PLC0415 - one workspace needs none

        return (csv_readers if ending == CSV else parquet_readers)(name)
    if ending in LINES:
        return _lines_of_file(name)
    return iter((partial(read_as, name, partial(load, name)),))


def _lines_of_file(name: str) -> Iterator[Reader]:
    try:
        descriptor, _ = open_regular(Path(name).expanduser(), FILE_LIMIT)
    except OSError as error:
        yield partial(unread, name, unreadable(name, error, "a file of lines of JSON"))
        return
    with os.fdopen(descriptor, "rb") as file:
        yield from _lines(iter(lambda: file.readline(LINE_LIMIT + 2), b""), name)


def _lines(lines: Iterable[bytes], origin: str) -> Iterator[Reader]:
    from isocross.risk.lines import readers_of_lines  # noqa: PLC0415 - only lines need it

    return readers_of_lines(lines, origin, LINE_LIMIT)
