"""The views beside the desk: each is made when it is first looked at."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from isocross_tui.bridge import View

_WHERE: Final = {
    "twin": "isocross_tui.views.twin:TwinView",
    "frontier": "isocross_tui.views.frontier.view:FrontierView",
    "replay": "isocross_tui.views.replay.view:ReplayView",
    "lessons": "isocross_tui.views.lesson:LessonView",
    "close-first": "isocross_tui.views.close_first.view:CloseFirstView",
}
"""Where each view is, by its name."""


def view_named(name: str) -> View:
    """Make a view; KeyError for a name there is none of."""
    module, _, view = _WHERE[name].partition(":")
    return cast("View", getattr(import_module(module), view)())
