"""The workspaces that come with isocross, opened by name: `isocross guide-cross`."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "workspaces"


def shipped() -> dict[str, Path]:
    """The file of each shipped workspace, by name, alphabetical."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
