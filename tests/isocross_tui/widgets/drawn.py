"""A bare app around one widget, and what is to be read in it."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message

from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import UNICODE, Glyphs


class Stage(App[None]):
    """Mounts one widget and keeps the messages and the repaints that come from it."""

    def __init__(self, widget: Drawing, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.widget = widget
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def hear(self, message: Message) -> None:
        self.heard.append(message)

    on_line_table_row_picked = on_track_moved = on_dominoes_picked = hear


def text_lines(widget: Drawing) -> list[str]:
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def watch_repaints(widget: Drawing) -> list[Region]:
    """Collect the regions the widget asks to repaint from now on; the whole of it as its own region."""
    regions: list[Region] = []
    refresh = widget.refresh

    def refreshed(*asked: Region, **options: bool) -> Drawing:
        regions.extend(asked or (widget.size.region,))
        return refresh(*asked, **options)

    widget.refresh = refreshed
    return regions
