"""Pictures of the screen as it stands."""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from textual.app import App


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


def pictures_of(app: App[Any], title: str) -> dict[str, str]:
    """Both pictures of the screen, by the endings of their files."""
    return {".svg": svg_of(app, title), ".txt": text_of(app)}
