"""The heat map of the frontier: the tones of its inks."""

from __future__ import annotations

from typing import ClassVar

from tui.widgets.heat import HeatMap
from tui.widgets.prose import Prose

_COLOURS = {
    "blank": "$surface",
    "best": "$desk-profit 50%",
    "calm": "$desk-profit 20%",
    "warm-1": "$warning 22%",
    "warm-2": "$warning 38%",
    "warm-3": "$warning 54%",
    "warm-4": "$desk-loss 66%",
    "gone": "$desk-loss 86%",
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
_OVER = ("line", "label", "point", "pin", "way", "cross", "isolated")
_CLASSES |= {f"drawing--{name}" for name in _OVER}
_LINES = """
    & .drawing--line { color: $foreground; text-style: bold; }
    & .drawing--label { color: $foreground; background: $background; text-style: bold; }
    & .drawing--point { color: $background; background: $accent; text-style: bold; }
    & .drawing--pin { color: $foreground; text-style: bold; }
    & .drawing--way { color: $foreground 60%; }
    &:ansi .drawing--point { color: ansi_default; background: ansi_default; text-style: reverse; }
    &:ansi .drawing--label { color: ansi_default; background: ansi_default; text-style: bold; }
    &:ansi .drawing--way { color: ansi_default; }
"""


class FrontierMap(HeatMap):
    """The map."""

    COMPONENT_CLASSES: ClassVar[set[str]] = _CLASSES
    DEFAULT_CSS = f"FrontierMap {{ {_INKS} {_LINES} }}"


class FrontierLegend(Prose):
    """What the inks and the lines of the map mean."""

    COMPONENT_CLASSES: ClassVar[set[str]] = _CLASSES
    DEFAULT_CSS = f"FrontierLegend {{ height: 1; {_INKS} {_LINES} }}"
