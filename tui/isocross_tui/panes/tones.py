"""The widgets of the panes with the tones that mean something on this desk; their colours are in desk.tcss."""

from __future__ import annotations

from typing import ClassVar

from isocross_tui.widgets.curve import Curve
from isocross_tui.widgets.gauge import Waterfall
from isocross_tui.widgets.table import LineTable


class BookTable(LineTable):
    """A table whose cells can be of a side or a mode."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "drawing--long",
        "drawing--short",
        "drawing--cross",
        "drawing--isolated",
    }


class PayersWaterfall(Waterfall):
    """A waterfall whose steps are the payers of a loss."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "drawing--own-margin",
        "drawing--unused",
        "drawing--others",
        "drawing--fund",
    }


class ModesCurve(Curve):
    """A chart with a line for each mode."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawing--cross", "drawing--isolated"}
