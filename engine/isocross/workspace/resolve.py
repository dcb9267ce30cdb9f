"""What a source means, everywhere it is named: a path, a shipped name, a short code, a text, `-`."""

from __future__ import annotations

import os
from pathlib import Path

from isocross.disk.input import STANDARD_INPUT, input_bytes, whole
from isocross.regular import is_absent, is_regular
from isocross.workspace.code import CODE_LIMIT, is_code, open_code
from isocross.workspace.load import load_bytes, load_file, load_text, shipped
from isocross.workspace.model import Workspace


def resolve(name: str) -> tuple[Path, bool]:
    """Find the path of a file or of a shipped workspace, and whether it is a shipped one; a file goes first.

    Raises Faults for an empty name, which as a path would be the folder that one is in.
    """
    if not name:
        raise whole('""', "this is not the name of a file", "a workspace file")
    known = shipped()
    if name in known and is_absent(name):
        return known[name], True
    try:
        return Path(name).expanduser(), False
    except RuntimeError:
        # as a shell does with the home of somebody it does not know
        return Path(name), False


def load(source: str | os.PathLike[str]) -> Workspace:
    """Load a workspace from wherever it is; raises Faults.

    Args:
        source: a path, the name of a shipped workspace, a short code, the text of a workspace file, or `-` for standard
            input.
    """
    name = os.fspath(source)
    if name == "-":
        return of_input(input_bytes(CODE_LIMIT))
    if is_code(name):
        return open_code(name)
    if is_text(name):
        return load_text(name, "this text")
    return load_file(resolve(name)[0])


def of_input(data: bytes) -> Workspace:
    """Read what came from standard input: a code or a workspace; raises Faults."""
    text = data.decode("utf-8", "replace")
    return open_code(text) if is_code(text) else load_bytes(data, STANDARD_INPUT)


def origin_of(source: str | os.PathLike[str]) -> str:
    """Say where a workspace is from, for a message about it; empty where a source is no name."""
    name = os.fspath(source)
    if name == "-":
        return STANDARD_INPUT
    return "" if is_code(name) or is_text(name) else name


def is_text(name: str, folder: Path | None = None) -> bool:
    """Whether a source is the text of a file, and no path: it has lines and keys, and no file has it as its name.

    Args:
        name: what was given.
        folder: where a file of that name would be; None: where the program runs.
    """
    return "\n" in name and "=" in name and not is_regular((folder or Path()) / name)
