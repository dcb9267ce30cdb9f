"""What the desk does when a command is more than one action: each controller is one part of its conduct.

A `Controller` has the desk and offers handlers for commands by their ids; the app collects them all, and a test holds
them against the table of commands. They ask (a form, a choice), then dispatch an action or call the library. What
they decide is order and manners: nothing unsaved is let go of unasked, a lesson gives the desk back as it was.

In: a command. Out: actions on the store, or a screen that asks. No margin is worked out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.controllers.account import Account
    from isocross_tui.controllers.controller import Controller, handlers_of
    from isocross_tui.controllers.lessons import Lessons
    from isocross_tui.controllers.looks import Looks
    from isocross_tui.controllers.opening import Opening
    from isocross_tui.controllers.pages import Pages
    from isocross_tui.controllers.price import Price
    from isocross_tui.controllers.saving import Saving
    from isocross_tui.controllers.steps import Steps
    from isocross_tui.controllers.tour import Tour
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Account",
    "Controller",
    "Lessons",
    "Looks",
    "Opening",
    "Pages",
    "Price",
    "Saving",
    "Steps",
    "Tour",
    "handlers_of",
]
