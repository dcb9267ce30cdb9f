"""The way of the desk's common shock across the map, and where on it the desk stands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.frontier.looking import HIGHEST, LOWEST, Point, Window
from engine.frontier.plane import common_point
from tui.views.frontier_picture import Canvas

Pin = tuple[float, float, str, str]
_APART = 3
"""Columns, or half rows, from one point of the way to the next."""


def way(
    betas: Mapping[str, Decimal],
    markets: tuple[str, str | None],
    window: Window,
    desk: Point,
    canvas: Canvas,
) -> tuple[Pin, ...]:
    """Points of the common move as shares of both axes; the desk's own is the last."""
    if markets[1] is None:
        return ()
    low, high = (_share(common_point(*markets, betas, move), window) for move in (LOWEST, HIGHEST))
    across, up = (high[0] - low[0]) * canvas.columns, (high[1] - low[1]) * canvas.rows * 2
    steps = max(1, round(max(abs(across), abs(up)) / _APART))
    glyph = "·" if canvas.glyphs.braille else "'"
    line = [
        (low[0] + (high[0] - low[0]) * n / steps, low[1] + (high[1] - low[1]) * n / steps) for n in range(steps + 1)
    ]
    pins = [(x, y, glyph, "way") for x, y in line if 0 <= x <= 1 and 0 <= y <= 1]
    return (*pins, (*_share(desk, window), "◇" if canvas.glyphs.braille else "o", "pin"))


def _share(at: Point, window: Window) -> tuple[float, float]:
    x = (at[0] - window.x_low) / (window.x_high - window.x_low)
    y = (at[1] - window.y_low) / (window.y_high - window.y_low)
    return float(x), float(y)
