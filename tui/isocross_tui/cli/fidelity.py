"""`isocross fidelity`: every figure that a venue states beside ours, and why the two differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from isocross.format import MINUS
from isocross.workspace import Faults
from isocross_tui.cli.common import print_json, refuse

if TYPE_CHECKING:
    from isocross.exchange import Imported
    from isocross.figures.agreement import Compared

COLUMNS = ("of", "figure", "venue", "isocross", "difference", "reason")


@click.command()
@click.argument("sources", metavar="FILE...|ADDRESS", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--url", default="", help="Another address of the venue, such as that of isocross venue.")
def fidelity(sources: tuple[str, ...], as_json: bool, url: str) -> None:
    """Print each figure that a venue states beside ours.

    Each difference has its reason; the exit code is 1 where one is unexplained. Several FILES of one moment belong
    together, as in isocross import. An ADDRESS is what isocross live takes.
    """
    from isocross.figures.implied import UNEXPLAINED  # noqa: PLC0415 - the importers are slow to load

    compared = _imported(sources, url).compared
    rows = [_row(of, each) for of, each in compared]
    unexplained = sum(each.why.startswith(UNEXPLAINED) for _, each in compared)
    if as_json:
        figures = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        print_json({"figures": figures, "unexplained": unexplained})
    else:
        _print(rows)
        click.echo(f"{len(rows)} figure{'' if len(rows) == 1 else 's'} compared, {unexplained} unexplained", err=True)
    raise SystemExit(1 if unexplained else 0)


def _imported(sources: tuple[str, ...], url: str) -> Imported:
    from isocross.exchange import import_files, read_bytes  # noqa: PLC0415 - the importers are slow to load
    from isocross.live.asking import AskError  # noqa: PLC0415 - as above
    from isocross.live.sources import SourceError, is_live, source_named  # noqa: PLC0415 - as above

    try:
        if not is_live(sources[0]):
            return import_files([(source, read_bytes(source)) for source in sources])
        if len(sources) > 1:
            raise click.UsageError("an address is read by itself: expected one")
        return source_named(sources[0], url).read().imported
    except SourceError as error:
        raise click.BadParameter(str(error), param_hint=["ADDRESS"]) from None
    except (Faults, AskError) as error:
        refuse(error)


def _row(of: str, each: Compared) -> tuple[str, ...]:
    from isocross.figures.agreement import TITLES  # noqa: PLC0415 - the importers are slow to load
    from isocross.money import text  # noqa: PLC0415 - as above

    apart = "" if each.venue is None or each.ours is None else text(each.ours - each.venue)
    figure = TITLES.get(each.figure, each.figure)
    ours = "none" if each.ours is None else text(each.ours)
    return of, figure, "none" if each.venue is None else text(each.venue), ours, apart, each.why


def _print(rows: list[tuple[str, ...]]) -> None:
    """Print a table; a figure has as many digits as fit a line."""
    shown = [COLUMNS, *[(*row[:2], *map(_short, row[2:5]), row[5]) for row in rows]]
    widths = [max(len(row[column]) for row in shown) for column in range(len(COLUMNS))]
    for row in shown:
        left = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(row[2:5], widths[2:5], strict=True)]
        click.echo("  ".join([*left, *right, row[5]]).rstrip())


def _short(figure: str) -> str:
    """Cut the digits behind the point that nobody compares by eye; JSON has them all."""
    whole, point, part = figure.partition(".")
    cut = f"{whole}{point}{part[:8]}".rstrip(".") if point else figure
    sign, digits = MINUS if cut.startswith("-") else "", cut.removeprefix("-")
    return f"{sign}{digits}" if digits.strip("0.") else digits
