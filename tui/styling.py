"""Styles everything once at the start: colours and size are known before there is a screen to style.

Left to the toolkit, a start styles every widget four times: in its own colours, in those of the theme, for the size
of the terminal, and when its screen is shown.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from textual import events
from textual.screen import Screen
from textual.theme import Theme

from tui.pacing import PacedApp, PacedScreen


class StyledScreen(PacedScreen):
    """A screen whose widgets are styled when they are mounted, and not again when it is first shown."""

    _shown = False

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Leave the styles alone the first time."""
        event.refresh_styles = event.refresh_styles and self._shown
        self._shown = True

    def action_copy_text(self) -> None:
        """Copy what is marked, once: the next ctrl+c is for the desk again."""
        super().action_copy_text()
        self.clear_selection()


class StyledApp(PacedApp):
    """An app whose first screen is styled once."""

    def get_default_screen(self) -> Screen[Any]:
        """The screen under all others, with the classes of its size."""
        screen = StyledScreen(id="_default")
        screen.add_class(
            *screen._get_breakpoint_classes(self.size.width, self.HORIZONTAL_BREAKPOINTS or []),
            *screen._get_breakpoint_classes(self.size.height, self.VERTICAL_BREAKPOINTS or []),
            update=False,
        )
        return screen

    @property
    def current_theme(self) -> Theme:
        """The theme that is worn. The toolkit asks for it at each row it paints, and would copy all of them."""
        return self._registered_themes.get(self.theme) or super().current_theme

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything anew; before there is a screen it is enough to know the colours."""
        if self._screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())


def plain_terminal() -> bool:
    """Whether to keep to the terminal's own colours: NO_COLOR is set, or it has only sixteen."""
    if "NO_COLOR" in os.environ:
        return True
    if os.environ.get("COLORTERM", "") in {"truecolor", "24bit"}:
        return False
    if os.environ.get("TEXTUAL_COLOR_SYSTEM", "auto") in {"256", "truecolor"}:
        return False
    return "256" not in os.environ.get("TERM", "") and sys.platform != "win32"
