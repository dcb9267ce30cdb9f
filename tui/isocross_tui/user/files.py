"""Where a workspace comes from: a path, a shipped name, or the one that was open last; and where one can be written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

from platformdirs import user_documents_path, user_pictures_path, user_state_path

from isocross.disk.atomic import sweep, write_atomically, write_new
from isocross.disk.watch import Seen, look_at
from isocross.paths.together import ApartError
from isocross.regular import is_absent, is_folder, is_regular, real_path, reason, regular_bytes
from isocross.work import TooMuchWork
from isocross.workspace import Fault, Faults, Workspace, load_bytes, load_file
from isocross.workspace.code import is_code, open_code
from isocross.workspace.feasible import refuse_endless
from isocross.workspace.load import Source
from isocross.workspace.resolve import resolve
from isocross.workspace.templates import with_suffix
from isocross_tui.screens.form import Verdict

RECENT_KEPT = 9
_MEMORY_LIMIT = 64 * 1024
_MARK = "toured"
FIRST = "guide-cross"
"""What a desk opens that was never opened before."""


def state_folder() -> Path:
    """Where the program keeps what it remembers of a user."""
    return user_state_path("isocross")


def open_source(name: str | None) -> Source:
    """Open what was named; raises Faults. Shipped workspaces have no file to save to."""
    if name is None:
        return _last() or open_source(FIRST)
    if is_code(name):
        return Source(_rehearsable(open_code(name), "this code"))
    path, is_shipped = resolve(name)
    return _read(path, name if is_shipped else "")


def _read(path: Path, shipped_as: str = "") -> Source:
    """The workspace in a file, and what exactly was read."""
    seen = look_at(path)
    workspace = _rehearsable(workspace_of(seen, str(path)), str(path))
    if not shipped_as:
        # what a killed save may have left beside it
        sweep(Path(seen.real).parent)
    return Source(workspace, None if shipped_as else str(path), seen.digest, shipped_as, seen.real)


def _rehearsable(workspace: Workspace, origin: str) -> Workspace:
    """The same workspace; Faults for one that no desk could keep up with."""
    try:
        refuse_endless(workspace)
    except (TooMuchWork, ApartError) as error:
        raise Faults(origin, [Fault("", str(error), "")]) from None
    return workspace


def workspace_of(seen: Seen, path: str) -> Workspace:
    """The workspace in what was seen of a file; raises Faults."""
    return load_file(path) if seen.data is None else load_bytes(seen.data, path)


def remember(path: str) -> None:
    """Note a file as the one to open next time; not being able to is no fault."""
    newest = real_path(path)
    kept = [newest, *(known for known in recent() if known != newest)][:RECENT_KEPT]
    with suppress(OSError):
        _memory().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(_memory(), json.dumps({"recent": kept}).encode("utf-8"))


def recent() -> list[str]:
    """The files that were open before, the last one first."""
    try:
        known = json.loads(regular_bytes(_memory(), _MEMORY_LIMIT))["recent"]
        return [path for path in known if isinstance(path, str)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _last() -> Source | None:
    """The file that was open last, if it can still be read."""
    try:
        return _read(Path(recent()[0]))
    except (IndexError, OSError, ValueError, Faults):
        return None


def _memory() -> Path:
    return state_folder() / "desk.json"


def first_start(folder: Path) -> bool:
    """Whether the desk was never started before without a file; from now on it was.

    Args:
        folder: where the program keeps what it remembers; where it cannot write, every start is the first;
            where it cannot even look, none is.
    """
    mark = folder / _MARK
    if not is_absent(mark):
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError:
        return True
    return True


NAME_LENGTH = 40
"""Characters of a workspace's name in the name of its picture."""


def file_name(name: str) -> str:
    """A file name made of a workspace's name."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")
    return f"{plain[:60] or 'workspace'}.toml"


def target(text: str) -> str:
    """The file to save to: with an ending, and the home folder spelled out."""
    # a folder has no ending, and what is still being typed may be one
    return with_suffix(str(Path(text).expanduser()))


def judge_target(text: str) -> Verdict:
    """Whether there is a name to save under, and whether that file is there already."""
    if not text or "\0" in text:
        return Verdict("A file name is missing.", False)
    try:
        return _judged_place(Path(target(text)))
    except (OSError, RuntimeError) as error:
        return Verdict(f"That cannot be a file: {reason(error) if isinstance(error, OSError) else error}.", False)


def _judged_place(path: Path) -> Verdict:
    if is_folder(path):
        return Verdict(f"{path} is a folder.", False)
    folder = path.absolute().parent
    if not is_folder(folder):
        return Verdict(f"There is no folder {folder}; make it first, or take another.", False)
    if not is_absent(path):
        # what cannot be looked at says why
        path.stat()
        return Verdict(f"{path} is there already and will be replaced.", True)
    return Verdict(f"Writes {path.name} into {folder}.", True)


def workspaces_folder() -> Path:
    """Where this platform keeps a user's documents: a folder of workspaces there is offered when opening."""
    return user_documents_path() / "isocross"


def workspaces_in(folder: Path) -> list[Path]:
    """The TOML files of a folder, by name, at most fifty."""
    try:
        return sorted(path for path in folder.glob("*.toml") if is_regular(path) and path.name != "pyproject.toml")[:50]
    except OSError:
        return []


def keep_pictures(title: str, pictures: Mapping[str, str]) -> tuple[Path, ...]:
    """Write pictures to new files: here, or in the folder for pictures where that cannot be.

    Raises OSError when neither folder takes them.

    Args:
        title: the files are named after it.
        pictures: what to write, by the endings of the files.
    """
    try:
        return _written(Path.cwd(), title, pictures)
    except OSError:
        folder = user_pictures_path()
        folder.mkdir(parents=True, exist_ok=True)
        return _written(folder, title, pictures)


def _written(folder: Path, title: str, pictures: Mapping[str, str]) -> tuple[Path, ...]:
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:NAME_LENGTH].strip("-")
    stem = f"isocross-{slug}" if slug else "isocross"
    for number in count(1):
        paths = tuple(folder / f"{stem}-{number}{kind}" for kind in pictures)
        if any(os.path.lexists(path) for path in paths):
            continue
        for path, picture in zip(paths, pictures.values(), strict=True):
            write_new(path, picture.encode())  # whoever writes at the same moment is not overwritten either
        return paths
    raise AssertionError
