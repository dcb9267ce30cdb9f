"""The frontier on the command line: the outcome of every cell of two markets' moves, as a map, JSON or CSV."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any

import click

from isocross.desk.state import Lens
from isocross.format import percent
from isocross.money import text
from isocross.paths.shock import ShockError, parse_move
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import FORMAT
from isocross.studies.frontier.plane import HIGHEST, LOWEST, Plane, axis, two_markets
from isocross_tui.cli.common import print_json, read, refuse, rehearsal_of

if TYPE_CHECKING:
    from isocross.studies.frontier.grid import Grid

_CELLS = 101
_SHEET = (65, 23)
"""Columns and rows of the map that is printed."""
_COARSE = 25
"""The most columns and rows that the exact engine works out by itself."""


@click.command()
@click.argument("file")
@click.option("--x", help="The market of the columns; the selected position's, or the largest, without it.")
@click.option("--y", help="The market of the rows; the largest other one without it.")
@click.option("--range", "ends", nargs=2, default=("-95%", "+100%"), help="Both ends of the axes, at most +300%.")
@click.option("--cells", type=click.IntRange(2, 401), help=f"Cells of each axis; {_CELLS} without it.")
@click.option("--venue", help="Another venue's rules; what the file changed of its own is left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: a line for each cell.")
def frontier(
    file: str,
    x: str | None,
    y: str | None,
    ends: tuple[str, str],
    cells: int | None,
    venue: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """What is left of an account when two of its markets move: each cell is the end of a straight glide."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv cannot be given together")
    workspace = read(file)
    rehearsal, _ = rehearsal_of(workspace, file, venue, None)
    if not rehearsal.book.positions:
        refuse(ValueError(f"{file}: a frontier needs a position, and this account has none"))
    selected = next((p.market for p in workspace.positions if p.id == workspace.view.selected), None)
    markets = _markets(rehearsal, x, y, selected)
    size = (cells or _CELLS,) * 2 if as_json or as_csv or cells else _SHEET
    grid, exact = _solve(rehearsal, _plane(markets, ends, size))
    if as_json:
        print_json(_json(workspace.name, rehearsal, grid, exact))
    elif as_csv:
        _print_csv(rehearsal, grid)
    else:
        click.echo(_sheet(workspace.name, rehearsal, grid), nl=False)


def _markets(rehearsal: GlideRehearsal, x: str | None, y: str | None, selected: str | None) -> tuple[str, str | None]:
    held = {position.market for position in rehearsal.book.positions}
    for option, symbol in (("--x", x), ("--y", y)):
        if symbol is not None and symbol not in held:
            raise click.BadParameter(
                f"no position in {symbol!r}: expected one of {', '.join(sorted(held))}", param_hint=option
            )
    if x is not None and x == y:
        raise click.BadParameter(f"{y} is in the columns already: expected another market", param_hint="--y")
    return two_markets(rehearsal.book, x or (selected if selected != y else None), y)


def _plane(markets: tuple[str, str | None], ends: tuple[str, str], size: tuple[int, int]) -> Plane:
    try:
        low, high = max(LOWEST, parse_move(ends[0])), min(HIGHEST, parse_move(ends[1]))
    except ShockError as error:
        raise click.BadParameter(str(error), param_hint="--range") from None
    if low >= high:
        raise click.BadParameter(f"{' '.join(ends)}: expected the lower end first", param_hint="--range")
    xs = axis(low, high, size[0])
    return Plane(markets[0], None, xs) if markets[1] is None else Plane(*markets, xs, axis(low, high, size[1]))


def _solve(rehearsal: GlideRehearsal, plane: Plane) -> tuple[Grid, bool]:
    """The grid, and whether the exact engine had to work out every cell."""
    from isocross.studies.frontier.grid import (  # noqa: PLC0415 - numpy
        Unmodelled,
        settle_doubts,
        settled_grid,
        unsolved_grid,
    )

    try:
        return settled_grid(rehearsal.book, plane, rehearsal.work), False
    except Unmodelled as reason:
        click.echo(f"The grid does not model {reason}: coarse cells by the exact engine.", err=True)
        grid = unsolved_grid(rehearsal.book, plane.coarser(_COARSE, _COARSE))
        for _ in settle_doubts(rehearsal.book, grid, rehearsal.work):
            pass
        return grid, True


def _json(name: str, rehearsal: GlideRehearsal, grid: Grid, exact: bool) -> dict[str, Any]:
    """Rows of cells; figures of the grid are floats, and written with twelve digits."""
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
        "exact": exact,
        "survivors": grid.survivors.tolist(),
        "first": [[ids[n] if n >= 0 else None for n in row] for row in grid.first.tolist()],
        "whole": grid.whole.tolist(),
        "equity": [[_figure(value) for value in row] for row in grid.equity.tolist()],
    }


def _figure(value: float) -> str:
    return format(value + 0.0, ".12g")


def _print_csv(rehearsal: GlideRehearsal, grid: Grid) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("x_move", "y_move", "survivors", "first", "whole", "equity"))
    for row, y_move in enumerate(grid.plane.ys):
        for column, x_move in enumerate(grid.plane.xs):
            first = int(grid.first[row, column])
            writer.writerow(
                (
                    text(x_move),
                    text(y_move),
                    int(grid.survivors[row, column]),
                    rehearsal.book.positions[first].id if first >= 0 else "",
                    "yes" if grid.whole[row, column] else "no",
                    _figure(float(grid.equity[row, column])),
                )
            )


def _sheet(name: str, rehearsal: GlideRehearsal, grid: Grid) -> str:
    """A map in characters: how many positions are left."""
    plane = grid.plane
    lines = [
        f"{name}   {rehearsal.book.profile.id}   {Lens.LEFT}: {plane.x} across" + (f", {plane.y} up" if plane.y else "")
    ]
    lines.append("")
    for row in range(len(plane.ys) - 1, -1, -1):
        label = percent(plane.ys[row], 0, plus="+") if plane.y and row % 4 == (len(plane.ys) - 1) % 4 else ""
        cells = "".join(_mark(grid, row, column) for column in range(len(plane.xs)))
        lines.append(f"{label:>7} |{cells}".rstrip())
    low, high = (percent(move, 0, plus="+") for move in (plane.xs[0], plane.xs[-1]))
    lines.append(" " * 8 + "+" + "-" * len(plane.xs))
    lines.append(" " * 9 + low + high.rjust(len(plane.xs) - len(low)))
    lines += [
        "",
        f"A blank: nothing falls. A digit: so many of {grid.held} are left. x: none. r: reduced, and all left.",
    ]
    return "\n".join(lines) + "\n"


def _mark(grid: Grid, row: int, column: int) -> str:
    left = int(grid.survivors[row, column])
    if grid.whole[row, column]:
        return " "
    return "x" if not left else "r" if left == grid.held else str(left) if left < 10 else "+"
