"""Pictures of a desk: of the screen as it stands, and of a workspace without any terminal."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from platformdirs import user_pictures_path
from textual.app import App

from engine.workspace import Workspace
from tui.face import Face
from tui.sources import Source

NAME_LENGTH = 40
"""Characters of a workspace's name in the name of its picture."""


def svg_of(app: App[Any], title: str) -> str:
    """The screen as an SVG; blanks count in it, whatever draws it."""
    picture = app.export_screenshot(title=title, simplify=True)
    return picture.replace("<text ", '<text xml:space="preserve" ')


def text_of(app: App[Any]) -> str:
    """The screen as plain text, a line a row."""
    strips = app.screen._compositor.render_strips()
    return "".join("".join(segment.text for segment in strip).rstrip() + "\n" for strip in strips)


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


def render(workspace: Workspace, size: tuple[int, int], theme: str | None) -> str:
    """The desk on a workspace as an SVG, drawn without a terminal and the same every time.

    Args:
        workspace: what is on the desk, its shock included.
        size: columns and rows.
        theme: the name of a theme; None: the workspace's, or the program's.
    """
    from tui.app import Desk  # noqa: PLC0415 - the app takes pictures, too

    seen = workspace if theme is None else replace(workspace, view=replace(workspace.view, theme=theme))
    desk = Desk(Source(seen), colours=True, face=Face())

    async def drawn() -> str:
        async with desk.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.pause(0.05)
            return svg_of(desk, workspace.name)

    return asyncio.run(drawn())
