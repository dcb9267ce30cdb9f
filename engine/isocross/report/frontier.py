"""The outcome of every cell of two markets' moves as a JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from isocross.money import text
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import FORMAT

if TYPE_CHECKING:
    from isocross.studies.frontier.asked import SolvedPlane


def frontier_json(name: str, rehearsal: GlideRehearsal, solved: SolvedPlane) -> dict[str, Any]:
    """Rows of cells; figures of the grid are floats, and written with twelve digits."""
    grid = solved.grid
    plane, ids = grid.plane, [position.id for position in rehearsal.book.positions]
    return {
        "format": FORMAT,
        "name": name,
        "venue": rehearsal.book.profile.id,
        "x": plane.x,
        "y": plane.y,
        "x_moves": [text(move) for move in plane.xs],
        "y_moves": [text(move) for move in plane.ys],
        "positions": ids,
        "exact": bool(solved.unmodelled),
        "survivors": grid.survivors.tolist(),
        "first": [[ids[n] if n >= 0 else None for n in row] for row in grid.first.tolist()],
        "whole": grid.whole.tolist(),
        "equity": [[figure(value) for value in row] for row in grid.equity.tolist()],
    }


def figure(value: float) -> str:
    """Write a figure of the grid, a float, with twelve digits."""
    return format(value + 0.0, ".12g")
