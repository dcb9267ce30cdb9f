"""A screen that is painted where it changed; below something else only when it changed, and not over and over."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import Screen

from isocross_tui.screens.stretches import StretchCompositor

R = TypeVar("R")


class CalmBelow(Screen[R]):
    """A screen that has what stands over it painted once for each change below, and of itself what changed."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        """Draw by stretches."""
        super().__init__(name=name, id=id, classes=classes)
        self._compositor = StretchCompositor()

    def _compositor_refresh(self) -> None:
        """Paint, or hand on what changed.

        Left to the toolkit, a screen that has handed it on asks at once to be painted again: below a dialog the whole
        desk would be drawn and tinted at each key, though nothing on it changed.
        """
        due = self._repaint_required
        super()._compositor_refresh()
        if self is not self.app.screen:
            self._repaint_required = due
