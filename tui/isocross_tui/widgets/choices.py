"""Lists of choices, which hold still while they have no room, and where what was clicked is listed no more."""

from __future__ import annotations

from textual import events
from textual.widgets import OptionList


class SteadyList(OptionList):
    """The toolkit's list, in which a click on what is listed no more chooses nothing."""

    def on_click(self, event: events.Click) -> None:
        """Keep from the toolkit what was drawn before the list became shorter."""
        if event.style.meta.get("option", -1) >= self.option_count:
            event.prevent_default()


class ChoiceList(SteadyList):
    """The same, in which a page is nothing to move by before the first drawing, or in no room."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse to move by a page that has no height."""
        if action in ("page_up", "page_down") and not self.scrollable_content_region:
            return False
        return super().check_action(action, parameters)
