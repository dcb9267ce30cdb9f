"""What a machine may open through `isocross mcp`: shipped accounts, codes, texts, and files below one folder."""

from __future__ import annotations

from pathlib import Path

from isocross.disk.input import whole
from isocross.errors import IsocrossError
from isocross.regular import is_absent
from isocross.rules.catalogue import profile_ids
from isocross.toml.faults import Faults
from isocross.toml.places import listing
from isocross.workspace import Workspace, load_file, load_text, shipped
from isocross.workspace.code import is_code, open_code, refuse_local_files
from isocross.workspace.resolve import is_text


class VenueRefusedError(IsocrossError, ValueError):
    """Say that a venue is not one of the known ones."""


class FolderGate:
    """The only way of a machine to files; nothing is ever written."""

    def __init__(self, folder: Path) -> None:
        """Let through what is below a folder, links followed."""
        self._folder = folder.resolve()

    def open(self, name: str) -> Workspace:
        """Open an account by its name, its code, its text or its path; raises Faults."""
        if is_code(name):
            return open_code(name)
        if is_text(name, self._folder):
            refuse_local_files(name.encode("utf-8", "replace"))
            return load_text(name, "this text")
        if name in shipped() and is_absent(self._folder / name):
            return load_file(shipped()[name])
        path = self._below(name)
        try:
            return load_file(path)
        except Faults as faults:
            raise Faults(self._typed(faults.origin, name, path), faults.faults) from None

    def origin(self, name: str) -> str:
        """Say where an account is from; empty where its name is a code or a text."""
        return "" if is_code(name) or is_text(name, self._folder) else name

    def _typed(self, origin: str, name: str, path: Path) -> str:
        """The name of a file as a machine gave it, or from the folder on: where that is, is none of its business."""
        if origin == str(path):
            return name
        return str(Path(origin).relative_to(self._folder)) if Path(origin).is_relative_to(self._folder) else origin

    def _below(self, name: str) -> Path:
        try:
            path = (self._folder / name).resolve()
        except (OSError, ValueError, RuntimeError):
            raise whole(name, "this is not the name of a file") from None
        if not path.is_relative_to(self._folder):
            expected = "a file below that folder, a shipped account, a code, or the text of a workspace"
            raise whole(name, "this is not below the folder that was opened to machines", expected)
        return path

    def venue(self, venue: str | None) -> str | None:
        """Take the id of a venue, and no path of a profile; raises VenueRefusedError."""
        if venue is not None and venue not in profile_ids():
            raise VenueRefusedError(f"no venue is called {venue!r}: expected one of {listing(profile_ids(), 30)}")
        return venue
