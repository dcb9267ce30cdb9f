"""The heat map of the frontier: the tones of its inks."""

from __future__ import annotations

from typing import ClassVar

from tui.views.frontier_picture import HUES
from tui.widgets.heat import HeatMap
from tui.widgets.prose import Prose

_COLOURS = {
    "blank": "$surface",
    "best": "$desk-profit 50%",
    "calm": "$desk-profit 20%",
    "warm-1": "$warning 26%",
    "warm-2": "$warning 40%",
    "warm-3": "$warning 58%",
    "warm-4": "$desk-loss 60%",
    "gone": "$desk-loss 88%",
    "hue-0": "$desk-isolated 62%",
    "hue-1": "$desk-short 55%",
    "hue-2": "$desk-loss 62%",
    "hue-3": "$desk-own-margin 62%",
    "hue-4": "$warning 70%",
    "hue-5": "$desk-unused 45%",
}
"""What each ink is made of; each strength differs, so that greys tell them apart, too."""
_INKS = "\n".join(
    f"& .drawing--ink-{name} {{ color: {colour}; }}\n& .drawing--ground-{name} {{ background: {colour}; }}"
    for name, colour in _COLOURS.items()
)
_CLASSES = {f"drawing--{part}-{name}" for part in ("ink", "ground") for name in _COLOURS}
_CLASSES |= {"drawing--line", "drawing--label", "drawing--point", "drawing--pin", "drawing--way"}
_LINES = """
    & .drawing--line { color: $foreground; text-style: bold; }
    & .drawing--label { color: $foreground; }
    & .drawing--point { color: $background; background: $accent; text-style: bold; }
    & .drawing--pin { color: $foreground; text-style: bold; }
    & .drawing--way { color: $foreground 60%; }
    &:ansi .drawing--point { color: ansi_default; background: ansi_default; text-style: reverse; }
    &:ansi .drawing--way { color: ansi_default; }
"""
assert len([name for name in _COLOURS if name.startswith("hue")]) == HUES


class FrontierMap(HeatMap):
    """The map."""

    COMPONENT_CLASSES: ClassVar[set[str]] = _CLASSES | {"drawing--cross", "drawing--isolated"}
    DEFAULT_CSS = f"FrontierMap {{ {_INKS} {_LINES} }}"


class FrontierLegend(Prose):
    """What the inks and the lines of the map mean."""

    COMPONENT_CLASSES: ClassVar[set[str]] = _CLASSES | {"drawing--cross", "drawing--isolated"}
    DEFAULT_CSS = f"FrontierLegend {{ height: 1; {_INKS} {_LINES} }}"
