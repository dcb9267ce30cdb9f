"""Reading from outside: the bytes of a file or of standard input, their text, the document in it; or Faults."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from isocross.regular import Name, UnfitFileError, reason, regular_bytes, stream_bytes
from isocross.toml.faults import FAULTS_SHOWN, Fault, Faults
from isocross.toml.places import listing, meant
from isocross.toml.read import Bounds, parse

STANDARD_INPUT = "standard input"
_BOM = b"\xef\xbb\xbf"
_NEIGHBOURS = 1000
"""Names of a folder that are compared with one that is not there."""


def file_bytes(path: Name, limit: int, wanted: str, known: Iterable[str] = ()) -> bytes:
    """Read a regular file; raises Faults.

    Args:
        path: of the file.
        limit: how many bytes it may have.
        wanted: what it should have been, such as "a workspace file".
        known: names that would do beside those of files, for a guess at what was meant.
    """
    try:
        return regular_bytes(path, limit)
    except OSError as error:
        raise unreadable(path, error, wanted, known) from None


def unreadable(path: Name, error: OSError, wanted: str, known: Iterable[str] = ()) -> Faults:
    """Say why a file cannot be read; the arguments are those of `file_bytes`."""
    origin = os.fspath(path)
    match error:
        case FileNotFoundError():
            guess = _guess(path, known)
            return whole(origin, f"there is no such file{guess}", "" if guess else _offer(path, wanted, known))
        case PermissionError():
            return whole(origin, "this file may not be read", "a file that you have the right to read")
        case UnfitFileError():
            return whole(origin, str(error.strerror), error.expected or wanted)
    return whole(origin, f"this file cannot be read: {reason(error)}", wanted)


def input_bytes(limit: int) -> bytes:
    """Read standard input to its end, within the same limit as a file; raises Faults."""
    # a program can be started with its input closed
    stream: TextIO | None = sys.stdin
    if stream is None:
        raise whole(STANDARD_INPUT, "it is closed", "a file")
    try:
        return stream_bytes(stream.buffer, limit)
    except UnfitFileError as error:
        raise whole(STANDARD_INPUT, str(error.strerror), error.expected) from None
    except OSError as error:
        raise whole(STANDARD_INPUT, f"it cannot be read: {reason(error)}") from None


def decoded(data: bytes, origin: str) -> str:
    """The text of bytes that are UTF-8 without a byte order mark; raises Faults that say where they are not."""
    if data.startswith(_BOM):
        raise whole(origin, "the file begins with a byte order mark (BOM)", "UTF-8 without one", 1, 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8")) + 1
        message = f"the byte 0x{data[error.start]:02x} (number {error.start + 1}) is not UTF-8"
        raise whole(origin, message, "a text in UTF-8", line, column) from None


def document_of(path: Name, bounds: Bounds, wanted: str) -> dict[str, Any]:
    """The document in a TOML file; raises Faults."""
    origin = os.fspath(path)
    return parse(decoded(file_bytes(path, bounds.size, wanted), origin), origin, bounds)


def whole(origin: str, message: str, expected: str = "", line: int | None = None, column: int | None = None) -> Faults:
    """A fault of a file as a whole."""
    return Faults(origin, [Fault("", message, expected, line, column)])


def many(problems: list[str]) -> tuple[str, ...]:
    """The first problems of one file, and how many more there are: nobody reads a thousand of them."""
    more = len(problems) - FAULTS_SHOWN
    return (*problems[:FAULTS_SHOWN], f"and {more} more") if more > 0 else tuple(problems)


def neighbours(path: Name) -> list[str]:
    """Names of the files in the folder of a file that may not be there; of a large folder, some of them."""
    names: list[str] = []
    with suppress(OSError, ValueError), os.scandir(Path(os.fspath(path)).parent) as entries:
        names += [entry.name for entry in islice(entries, _NEIGHBOURS) if entry.is_file()]
    return names


def _offer(path: Name, wanted: str, known: Iterable[str]) -> str:
    """What would do in place of a name that is not there, where it may have been meant for one of the known names."""
    names = listing(known)
    return f"{wanted}, or one that is shipped: {names}" if names and Path(os.fspath(path)).parent == Path() else ""


def _guess(path: Name, known: Iterable[str]) -> str:
    """What was probably meant: another file of the same folder, or one of the known names."""
    place = Path(os.fspath(path))
    return meant(place.name, [*(known if place.parent == Path() else ()), *neighbours(path)])
