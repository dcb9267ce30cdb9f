"""The frontier on the command line: the outcome of every cell of two markets' moves, as a map, JSON or CSV."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

import click

from isocross.desk.state import Lens
from isocross.format import percent
from isocross.money import text
from isocross.rehearsal.cursor import place_on
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.frontier import figure, frontier_json
from isocross.workspace import Workspace
from isocross_tui.cli.common import at_option, lived_of, print_json, read, refuse, rehearsal_of
from isocross_tui.cli.numbers import Whole

if TYPE_CHECKING:
    from isocross.studies.frontier.asked import SolvedPlane
    from isocross.studies.frontier.grid import Grid

CELLS = 101
"""Of each axis, where nobody says how many."""
_SHEET = (65, 23)
"""Columns and rows of the map that is printed."""


@click.command()
@click.argument("file")
@click.option("--x", help="The market of the columns. Default: the selected position's, or the largest.")
@click.option("--y", help="The market of the rows. Default: the largest other one.")
@click.option("--range", "ends", nargs=2, default=("-95%", "+100%"), help="Both ends of the axes. Default: -95% +100%.")
@click.option("--cells", type=Whole(2, 401), help=f"Cells of each axis, 2 to 401. Default: {CELLS}.")
@click.option("--venue", help="Another venue's rules, without the file's own changes.")
@click.option("--at", help="A place or a time of the file's lived path, from whose marks the map is drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, one row per cell.")
def frontier(  # noqa: PLR0913, PLR0917 - one for each option
    file: str,
    x: str | None,
    y: str | None,
    ends: tuple[str, str],
    cells: int | None,
    venue: str | None,
    at: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print a map of two markets' moves.

    Each cell is the outcome at the end of a straight glide."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv cannot be given together")
    workspace = read(file)
    rehearsal = _rehearsal(workspace, file, venue, at)
    selected = next((p.market for p in workspace.positions if p.id == workspace.view.selected), None)
    size = (cells or CELLS,) * 2 if as_json or as_csv or cells else _SHEET
    solved = _solve(rehearsal, file, (x, y, selected), ends, size)
    if as_json:
        print_json(frontier_json(workspace.name, rehearsal, solved))
    elif as_csv:
        _print_csv(rehearsal, solved.grid)
    else:
        click.echo(_sheet(workspace.name, rehearsal, solved.grid), nl=False)


def _rehearsal(workspace: Workspace, file: str, venue: str | None, at: str | None) -> GlideRehearsal:
    """The account at the opening, or as it stands at a place of its lived path."""
    lived = lived_of(workspace, file, venue, None)
    if lived is not None and at is not None:
        return lived.from_here(at_option(lambda: place_on(lived, at)))
    if lived is not None:
        kind = workspace.scenario.path.value
        raise click.UsageError(
            f"this file has a lived path ({kind}), and a frontier is a map of glides from one moment: say which, "
            f"such as --at 0 for the opening; compare goes through the path"
        )
    if at is not None:
        raise click.BadParameter("this file has no lived path: leave it out", param_hint=["--at"])
    return rehearsal_of(workspace, file, venue, None)[0]


def _solve(
    rehearsal: GlideRehearsal,
    file: str,
    markets: tuple[str | None, str | None, str | None],
    ends: tuple[str, str],
    size: tuple[int, int],
) -> SolvedPlane:
    """The outcome of every cell; ends the command where there is no such frontier."""
    from isocross.studies.frontier.asked import FrontierError, plane_of, solve_plane  # noqa: PLC0415 - numpy

    x, y, selected = markets
    try:
        solved = solve_plane(rehearsal.book, plane_of(rehearsal.book, x, y, ends, size, selected), rehearsal.work)
    except FrontierError as error:
        if not error.about:
            refuse(ValueError(f"{file}: {error}"))
        raise click.BadParameter(str(error), param_hint=[f"--{error.about}"]) from None
    if solved.unmodelled:
        click.echo(f"The grid does not model {solved.unmodelled}: coarse cells by the exact engine.", err=True)
    return solved


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
                    figure(float(grid.equity[row, column])),
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
        f"Blank: none is liquidated. Digit: so many of {grid.held} are left. x: none left. r: reduced, all left.",
    ]
    return "\n".join(lines) + "\n"


def _mark(grid: Grid, row: int, column: int) -> str:
    left = int(grid.survivors[row, column])
    if grid.whole[row, column]:
        return " "
    return "x" if not left else "r" if left == grid.held else str(left) if left < 10 else "+"
