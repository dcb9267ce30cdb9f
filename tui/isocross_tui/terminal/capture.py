"""Pictures of the screen as it stands, and the files they go to."""

from __future__ import annotations

import os
import re
from itertools import count
from pathlib import Path
from typing import Any

from platformdirs import user_pictures_path
from rich.segment import Segment
from textual.app import App

NAME_LENGTH = 40
"""Characters of a workspace's name in the name of its picture."""


def svg_of(app: App[Any], title: str) -> str:
    """The screen as an SVG; blanks count in it, whatever draws it."""
    picture = app.export_screenshot(title=title, simplify=True)
    return picture.replace("<text ", '<text xml:space="preserve" ')


def rows_of(app: App[Any]) -> list[list[Segment]]:
    """Read the rows of the screen as they are drawn, in pieces of one style."""
    return [list(strip) for strip in app.screen._compositor.render_strips()]


def text_of(app: App[Any]) -> str:
    """The screen as plain text, a line a row."""
    return "".join("".join(segment.text for segment in row).rstrip() + "\n" for row in rows_of(app))


def keep(app: App[Any], title: str) -> tuple[Path, Path]:
    """Write both pictures of the screen to new files: here, or in the folder for pictures where that cannot be.

    Raises OSError when neither folder takes them.
    """
    pictures = {".svg": svg_of(app, title), ".txt": text_of(app)}
    try:
        return _written(Path.cwd(), title, pictures)
    except OSError:
        folder = user_pictures_path()
        folder.mkdir(parents=True, exist_ok=True)
        return _written(folder, title, pictures)


def _written(folder: Path, title: str, pictures: dict[str, str]) -> tuple[Path, Path]:
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:NAME_LENGTH].strip("-")
    stem = f"isocross-{slug}" if slug else "isocross"
    for number in count(1):
        svg, text = (folder / f"{stem}-{number}{kind}" for kind in pictures)
        if os.path.lexists(svg) or os.path.lexists(text):
            continue
        for path, picture in zip((svg, text), pictures.values(), strict=True):
            # "x": whoever writes at the same moment is not overwritten either
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(picture)
        return svg, text
    raise AssertionError
