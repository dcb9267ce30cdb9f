"""`isocross report`, `run`, `compare` and `explain`: accounts under a shock or on their own paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING

import click

from isocross.money import ZERO
from isocross.risk.sources import Input, alone
from isocross.toml.amounts import bounded
from isocross.toml.faults import BadValue
from isocross_tui.cli.common import accounts_options, lived_of, paper_of, read, rehearsal_of
from isocross_tui.cli.many import Answer, tell
from isocross_tui.cli.picture import Picture, picture_options
from isocross_tui.cli.ways import Ways, ways_options

if TYPE_CHECKING:
    from isocross.account.book import Book
    from isocross.figures.frame import Frame
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
    """Print every figure of an account, under a shock or on a path."""
    if picture is not None:
        if at is not None or ways != Ways(force=ways.force) or not alone(files, Input()):
            others = "--json, --jsonl, --csv, --parquet and --at"
            raise click.UsageError(f"--svg draws one FILE at the end of the shock: leave out {others}")
        workspace = read(files[0])
        picture.draw(workspace, venue, rehearsal_of(workspace, files[0], venue, shock)[1])
        return

    def answers(workspace: Workspace, source: str) -> Iterator[Answer]:
        paper = paper_of(workspace, source, venue, shock, at)
        yield Answer(paper.frame_json, paper.frame_text)

    tell(files, ways, "report", answers)


@click.command("run")
@accounts_options
@ways_options
def run_command(files: tuple[str, ...], shock: str | None, venue: str | None, ways: Ways) -> None:
    """Print every event on the way to a shock, or on a lived path."""

    def answers(workspace: Workspace, source: str) -> Iterator[Answer]:
        paper = paper_of(workspace, source, venue, shock)
        yield Answer(paper.timeline_json, paper.timeline_text, csv=paper.timeline_csv)

    tell(files, ways, "run", answers)


@click.command("compare")
@accounts_options
@click.option("--stop", "stopped", metavar="POSITION=PRICE", help="Under a shock, compare it with a stop, too.")
@ways_options
def compare_command(
    files: tuple[str, ...], shock: str | None, venue: str | None, stopped: str | None, ways: Ways
) -> None:
    """Compare modes and venues.

    An account is shown as it is, all cross, all isolated, and under every other venue's rules. It is put under a shock,
    or goes through the file's lived path.
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
            stop = None if stopped is None else _stop_of(stopped, rehearsal.book)
            as_json = partial(compare.compare_json, workspace, rehearsal, move, known, stop)
            as_text = partial(compare.compare_sheet, workspace, rehearsal, move, known, stop)
        yield Answer(as_json, as_text)

    tell(files, ways, "compare", answers)


def _stop_of(words: str, book: Book) -> tuple[str, Decimal]:
    """Read `eth=1900`: the id of a position, and the price of its stop."""
    position, _, at = words.rpartition("=")
    known = [held.id for held in book.positions]
    if not position and len(known) == 1:
        position = known[0]
    if position not in known:
        asked = f"{position!r} is not a position of this account" if position else "of which position is the stop"
        expected = f"expected a price of one of {', '.join(known) or 'none'}, such as eth=1900"
        raise click.BadParameter(f"{asked}: {expected}", param_hint=["--stop"])
    try:
        return position, bounded(Decimal(at), above=ZERO)
    except (InvalidOperation, BadValue):
        expected = "expected a price above 0, such as eth=1900"
        raise click.BadParameter(f"{at!r} is not a price: {expected}", param_hint=["--stop"]) from None


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
            yield Answer(as_json, partial(explained_text, frame, row))

    tell(files, ways, "explain", answers, given)


def _chosen(frame: Frame, wanted: str | None) -> Sequence[int]:
    """The position that is asked for, or the only one."""
    ids = [row.position.id for row in frame.positions]
    if wanted is None and len(ids) == 1:
        return [0]
    if wanted not in ids:
        known = ", ".join(ids) or "none: the account has no positions"
        said = "is missing" if wanted is None else f"{wanted!r} is not a position of this account"
        raise click.BadParameter(f"{said}: expected one of {known}", param_hint=["--position"])
    return [ids.index(wanted)]
