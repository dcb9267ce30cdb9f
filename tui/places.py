"""Files on the desk: what they are called, and whether one can be written or opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_documents_path

from engine.regular import is_absent, is_folder, is_regular
from engine.workspace import Faults
from engine.workspace.templates import with_suffix
from tui.screens.form import Verdict
from tui.sources import open_source


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
        return Verdict(f"That cannot be a file: {getattr(error, 'strerror', None) or error}.", False)


def _judged_place(path: Path) -> Verdict:
    if is_folder(path):
        return Verdict(f"{path} is a folder.", False)
    folder = path.absolute().parent
    if not is_folder(folder):
        return Verdict(f"There is no folder {folder}; make it first, or take another.", False)
    if not is_absent(path):
        return Verdict(f"{path} is there already and will be replaced.", True)
    return Verdict(f"Writes {path.name} into {folder}.", True)


def judge_source(values: Mapping[str, str]) -> Verdict:
    """Whether a file can be opened, and what is wrong with it if not."""
    if not values["path"]:
        return Verdict("A file name is missing.", False)
    try:
        workspace = open_source(values["path"]).workspace
    except Faults as faults:
        return Verdict(str(faults), False)
    return Verdict(f"Opens “{workspace.name}” with {len(workspace.positions)} positions.", True)


def workspaces_folder() -> Path:
    """Where this platform keeps a user's documents: a folder of workspaces there is offered when opening."""
    return user_documents_path() / "isocross"


def workspaces_in(folder: Path) -> list[Path]:
    """The TOML files of a folder, by name, at most fifty."""
    try:
        return sorted(path for path in folder.glob("*.toml") if is_regular(path) and path.name != "pyproject.toml")[:50]
    except OSError:
        return []
