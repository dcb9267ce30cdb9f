"""A list of choices, which holds still while it has no room to be drawn in."""

from __future__ import annotations

from textual.widgets import OptionList


class ChoiceList(OptionList):
    """The toolkit's list, in which a page is nothing to move by before the first drawing, or in no room."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse to move by a page that has no height."""
        if action in ("page_up", "page_down") and not self.scrollable_content_region:
            return False
        return super().check_action(action, parameters)
