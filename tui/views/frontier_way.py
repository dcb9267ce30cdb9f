"""The way of the desk's common shock across the map."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.frontier.looking import HIGHEST, LOWEST, Point, Window
from engine.frontier.plane import common_point
from tui.views.frontier_picture import Canvas

_APART = 3
"""Columns, or half rows, from one point of the way to the next."""


def way(
    betas: Mapping[str, Decimal],
    markets: tuple[str, str | None],
    window: Window,
    canvas: Canvas,
) -> tuple[tuple[float, float], ...]:
    """Points of the common move that are in sight, evenly spread, as shares of both axes."""
    if markets[1] is None:
        return ()
    low, high = (share_of(common_point(*markets, betas, move), window) for move in (LOWEST, HIGHEST))
    across, up = (high[0] - low[0]) * canvas.columns, (high[1] - low[1]) * canvas.rows * 2
    steps = max(1, round(max(abs(across), abs(up)) / _APART))
    line = [
        (low[0] + (high[0] - low[0]) * n / steps, low[1] + (high[1] - low[1]) * n / steps) for n in range(steps + 1)
    ]
    return tuple((x, y) for x, y in line if 0 <= x <= 1 and 0 <= y <= 1)


def share_of(at: Point, window: Window) -> tuple[float, float]:
    """A point as a share of both axes."""
    x = (at[0] - window.x_low) / (window.x_high - window.x_low)
    y = (at[1] - window.y_low) / (window.y_high - window.y_low)
    return float(x), float(y)
