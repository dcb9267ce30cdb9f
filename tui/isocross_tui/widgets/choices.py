"""Lists of choices, which hold still without room and under a late click; what is said of one hangs under itself."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from textual import events
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import OptionList

_BETWEEN: Final = " · "
"""Between the parts of what is said."""


class Hung(Visual):
    """A title of some width, and words beside it whose later rows are set in as far; no part of them is broken."""

    def __init__(self, title: Content, width: int, words: Content) -> None:
        """Draw nothing yet."""
        self._title, self._width, self._words = title, width, words

    def __str__(self) -> str:
        """Both, one after the other."""
        return " ".join(part for part in (self._title.plain, self._words.plain) if part)

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Return the rows: the title stands in the first."""
        left = self._title.render_strips(self._width, 1, style, options)
        room = max(1, width - self._width)
        right = _in_rows(self._words, room).render_strips(room, height, style, options)
        rows = zip_longest(left, right, fillvalue=Strip([]))
        return [Strip.join([one.adjust_cell_length(self._width, style.rich_style), other]) for one, other in rows]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width of one row."""
        return self._width + self._words.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return how many rows the words take."""
        room = max(1, width - self._width)
        return max(1, _in_rows(self._words, room).get_height(rules, room))


def _in_rows(words: Content, width: int) -> Content:
    """The same with a row's end after a whole part, wherever the next one has no room."""
    first, *others = words.split(_BETWEEN) or [words]
    rows = [first]
    for part in others:
        longer = rows[-1] + _BETWEEN + part
        if longer.cell_length + len(_BETWEEN.rstrip()) <= width:
            rows[-1] = longer
        else:
            rows[-1] += _BETWEEN.rstrip()
            rows.append(part)
    return Content("\n").join(rows)


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
