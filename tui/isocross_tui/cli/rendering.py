"""The desk on a workspace as a picture, without any terminal."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from isocross.workspace import Workspace
from isocross.workspace.load import Source
from isocross_tui.app import Desk
from isocross_tui.terminal.capture import svg_of
from isocross_tui.user.settings import Face


def render(workspace: Workspace, size: tuple[int, int], theme: str | None) -> str:
    """The desk on a workspace as an SVG, drawn without a terminal and the same every time.

    Args:
        workspace: what is on the desk, its shock included.
        size: columns and rows.
        theme: the name of a theme; None: the workspace's, or the program's.
    """
    seen = workspace if theme is None else replace(workspace, view=replace(workspace.view, theme=theme))
    desk = Desk(Source(seen), colours=True, face=Face())

    async def drawn() -> str:
        async with desk.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.pause(0.05)
            return svg_of(desk, workspace.name)

    return asyncio.run(drawn())
