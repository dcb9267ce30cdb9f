"""The views beside the desk: each is made when it is first looked at."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from tui.bridge import View

_WHERE: Final = {
    "twin": "tui.views.twin:TwinView",
    "frontier": "tui.views.frontier:FrontierView",
    "replay": "tui.views.replay:ReplayView",
    "lessons": "tui.views.lesson:LessonView",
    "close-first": "tui.views.close_first:CloseFirstView",
}
"""Where each view is, by its name."""


def view_named(name: str) -> View:
    """Make a view; KeyError for a name there is none of."""
    module, _, view = _WHERE[name].partition(":")
    return cast("View", getattr(import_module(module), view)())
