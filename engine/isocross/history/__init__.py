"""What markets did: past crashes hour by hour, shipped, or a user's own prices from a CSV.

A `PriceWindow` is a span of bars of several markets, packed into a few bytes, equal to the last digit of what was
published (`windows`). `crashes` finds the falls and rises inside one: from a running high to a later low, alone and
against bitcoin. `shapes` turns a crash into the betas of a shock: how far each market went for one step of bitcoin.
`prices_csv` reads a user's own candles and tells every fault at its line.

In: a window's name or a file. Out: bars that a path can be made of. Nothing here forecasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.history.crashes import BASE, Crash, Swing, largest_falls, largest_rises, relative_falls
    from isocross.history.prices_csv import read_prices
    from isocross.history.shapes import Family, Shape, ShapeChoice, shape_choices
    from isocross.history.windows import Kind, PriceWindow, UnknownWindowError, WindowInfo, load_window, window_ids
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "BASE",
    "Crash",
    "Family",
    "Kind",
    "PriceWindow",
    "Shape",
    "ShapeChoice",
    "Swing",
    "UnknownWindowError",
    "WindowInfo",
    "largest_falls",
    "largest_rises",
    "load_window",
    "read_prices",
    "relative_falls",
    "shape_choices",
    "window_ids",
]
