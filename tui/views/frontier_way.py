"""The way of the desk's common shock across the map, and where on it the desk stands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.frontier.looking import HIGHEST, LOWEST, Point, Window
from engine.frontier.plane import common_point
from tui.views.frontier_picture import Canvas

Pin = tuple[float, float, str, str]
_STEPS = 240


def way(
    betas: Mapping[str, Decimal],
    markets: tuple[str, str | None],
    window: Window,
    desk: Point,
    canvas: Canvas,
) -> tuple[Pin, ...]:
    """Points of the common move as shares of both axes, none twice in a cell; the desk's own is the last."""
    if markets[1] is None:
        return ()
    pins: list[Pin] = []
    seen: set[tuple[int, int]] = set()
    glyph = "·" if canvas.glyphs.braille else "'"
    for n in range(_STEPS + 1):
        move = LOWEST + (HIGHEST - LOWEST) * n / _STEPS
        x, y = _share(common_point(*markets, betas, move), window)
        place = round(x * canvas.columns) // 3, round(y * canvas.rows)
        if 0 <= x <= 1 and 0 <= y <= 1 and place not in seen:
            seen.add(place)
            pins.append((x, y, glyph, "way"))
    return (*pins, (*_share(desk, window), "◇" if canvas.glyphs.braille else "o", "pin"))


def _share(at: Point, window: Window) -> tuple[float, float]:
    x = (at[0] - window.x_low) / (window.x_high - window.x_low)
    y = (at[1] - window.y_low) / (window.y_high - window.y_low)
    return float(x), float(y)
