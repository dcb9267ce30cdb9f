"""The views: what fills the screen below the title, the desk itself and what is looked at beside it.

A view puts panes together and has keys of its own: the twin of an account in other modes, the frontier of two markets,
a replay of a crash, a lesson, which position to close first, and every venue's rules. Each is imported and made when it
is first looked at, so that a start pays for the desk alone.

In: the name of a view. Out: the view, which draws the same store as all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from isocross.faces import found, handed_on
from isocross_tui.bridge import View

if TYPE_CHECKING:
    from isocross_tui.views.lesson import show_card
else:
    __getattr__ = handed_on(__name__)

_WHERE: Final = {
    "twin": "isocross_tui.views.twin:TwinView",
    "frontier": "isocross_tui.views.frontier.view:FrontierView",
    "replay": "isocross_tui.views.replay.view:ReplayView",
    "lessons": "isocross_tui.views.lesson:LessonView",
    "close-first": "isocross_tui.views.close_first.view:CloseFirstView",
    "venues": "isocross_tui.views.venues.view:VenuesView",
}
"""Where each view is, by its name."""


def view_named(name: str) -> View:
    """Make a view; KeyError for a name there is none of."""
    return cast("View", found(_WHERE[name])())


__all__ = ["show_card", "view_named"]
