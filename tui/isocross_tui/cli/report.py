"""`isocross report`, `run`, `compare`, `explain` and `price`: accounts under a shock or on their own paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from isocross.report import rows
from isocross.risk.sources import Input, alone
from isocross_tui.cli.common import accounts_options, lived_of, paper_of, read, rehearsal_of
from isocross_tui.cli.many import Answer, tell
from isocross_tui.cli.picture import Picture, picture_options
from isocross_tui.cli.ways import Ways, ways_options

if TYPE_CHECKING:
    from isocross.figures.frame import Frame
    from isocross.rehearsal.rehearsal import GlideRehearsal
    from isocross.workspace import Workspace

# What only one command needs is imported by it: no report waits for the studies.


@click.command("report")
@accounts_options
@ways_options
@click.option("--at", help="How far along the shock, from 0 to 1; a place or a time of a lived path. Default: the end.")
@picture_options
def report_command(
    files: tuple[str, ...], shock: str | None, venue: str | None, ways: Ways, at: str | None, picture: Picture | None
) -> None:
    """Print every figure of accounts under a shock or on their paths."""
    if picture is not None:
        if at is not None or ways != Ways(force=ways.force) or not alone(files, Input()):
            others = "--json, --jsonl, --csv, --parquet and --at"
            raise click.UsageError(f"--svg draws one FILE at the end of the shock: leave out {others}")
        workspace = read(files[0])
        picture.draw(workspace, venue, rehearsal_of(workspace, files[0], venue, shock)[1])
        return

    def answers(workspace: Workspace, source: str) -> Iterator[Answer]:
        paper = paper_of(workspace, source, venue, shock, at)
        yield Answer(paper.frame_json, paper.frame_text, rows.report_rows)

    tell(files, ways, rows.REPORT, answers)


@click.command("run")
@accounts_options
@ways_options
def run_command(files: tuple[str, ...], shock: str | None, venue: str | None, ways: Ways) -> None:
    """Print every event on the way to a shock, or on a lived path."""

    def answers(workspace: Workspace, source: str) -> Iterator[Answer]:
        paper = paper_of(workspace, source, venue, shock)
        yield Answer(paper.timeline_json, paper.timeline_text, rows.run_rows, csv=paper.timeline_csv)

    tell(files, ways, rows.RUN, answers)


@click.command("compare")
@accounts_options
@ways_options
def compare_command(files: tuple[str, ...], shock: str | None, venue: str | None, ways: Ways) -> None:
    """Compare modes and venues.

    Each account as it is, all cross, all isolated, and under every other venue: under a shock, or through the file's
    lived path.
    """
    from isocross.report import compare, through  # noqa: PLC0415
    from isocross.rules.catalogue import profile_ids  # noqa: PLC0415

    known = profile_ids()

    def answers(workspace: Workspace, source: str) -> Iterator[Answer]:
        lived = lived_of(workspace, source, venue, shock)
        if lived is not None:
            as_json = partial(through.compare_lived_json, workspace, lived, known)
            as_text = partial(through.compare_lived_text, workspace, lived, known)
        else:
            rehearsal, move = rehearsal_of(workspace, source, venue, shock)
            as_json = partial(compare.compare_json, workspace, rehearsal, move, known)
            as_text = partial(compare.compare_sheet, workspace, rehearsal, move, known)
        yield Answer(as_json, as_text, rows.compare_rows)

    tell(files, ways, rows.COMPARE, answers)


@click.command("explain")
@accounts_options
@click.option("--position", "wanted", help="Id of the position. Default: the only one; of many accounts, all.")
@click.option("--at", help="How far along the shock, from 0 to 1; a place or a time of a lived path. Default: the end.")
@ways_options
def explain_command(
    files: tuple[str, ...], shock: str | None, venue: str | None, wanted: str | None, at: str | None, ways: Ways
) -> None:
    """Explain every figure of a position: formula, numbers, source."""
    from isocross.report.explain import explained_json, explained_text  # noqa: PLC0415

    given = Input()
    by_itself = alone(files, given)

    def answers(workspace: Workspace, source: str) -> Iterator[Answer]:
        frame = paper_of(workspace, source, venue, shock, at).frame
        every = wanted is None and not by_itself
        for index in range(len(frame.positions)) if every else _chosen(frame, wanted):
            row = frame.positions[index]
            as_json = partial(explained_json, workspace.name, frame, row)
            yield Answer(as_json, partial(explained_text, frame, row), rows.explain_rows)

    tell(files, ways, rows.EXPLAIN, answers, given)


def _chosen(frame: Frame, wanted: str | None) -> Sequence[int]:
    """The position that is asked for, or the only one."""
    ids = [row.position.id for row in frame.positions]
    if wanted is None and len(ids) == 1:
        return [0]
    if wanted not in ids:
        known = ", ".join(ids) or "none: the account has no positions"
        said = "is missing" if wanted is None else f"{wanted!r} is not a position of this account"
        raise click.BadParameter(f"{said}: expected one of {known}", param_hint="--position")
    return [ids.index(wanted)]


@click.command("price")
@click.argument("files", nargs=-1, required=True)
@click.option("--market", required=True, help="The market, such as BTC or BTCUSDT.")
@click.option("--position", help="Id of the position that is asked about. Default: the first that is liquidated.")
@click.option("--joint", is_flag=True, help="Move all markets together. Default: this one alone.")
@click.option("--venue", help="Another venue's rules, without the file's own changes.")
@ways_options
def price_command(
    files: tuple[str, ...], market: str, position: str | None, joint: bool, venue: str | None, ways: Ways
) -> None:
    """Print the price of a market that first liquidates anything.

    One number, or none where no price does. Of the way down and the way up it is the nearer one.
    """
    from isocross.report.price import NONE, no_market_json  # noqa: PLC0415
    from isocross.studies.first_price import MarketError, UnknownMarketError  # noqa: PLC0415

    given = Input()
    by_itself = alone(files, given)

    def answers(workspace: Workspace, source: str) -> Iterator[Answer]:
        rehearsal, _ = rehearsal_of(workspace, source, venue, "0")
        try:
            yield _price(workspace, rehearsal, market, position, joint)
        except UnknownMarketError as error:
            if by_itself:
                raise click.BadParameter(str(error), param_hint="--market") from None
            nothing = partial(no_market_json, workspace.name, rehearsal.book, market, joint=joint)
            yield Answer(nothing, lambda: f"{NONE}\n", rows.price_rows, line=lambda: NONE)
        except MarketError as error:
            raise click.UsageError(str(error)) from None

    tell(files, ways, rows.PRICE, answers, given)


def _price(workspace: Workspace, rehearsal: GlideRehearsal, market: str, position: str | None, joint: bool) -> Answer:
    from isocross.report.price import price_json, price_number  # noqa: PLC0415
    from isocross.studies.first_price import first_price, market_named  # noqa: PLC0415

    found = first_price(rehearsal, market_named(rehearsal.book, market), position, joint=joint)
    number = price_number(rehearsal.book, found)
    told = partial(price_json, workspace.name, rehearsal.book, found)
    return Answer(told, lambda: f"{number}\n", rows.price_rows, line=lambda: number)
