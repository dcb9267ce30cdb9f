"""`isocross report`, `run`, `compare` and `explain`: an account at a shock or on its lived path, in any form."""

from __future__ import annotations

import click

from isocross.rules.catalogue import profile_ids
from isocross_tui.cli.common import account_options, lived_of, paper_of, print_json, print_timeline, read, rehearsal_of
from isocross_tui.cli.picture import Picture, picture_options

_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("report")
@account_options
@_json_option
@click.option("--at", help="How far along the shock, from 0 to 1; a place or a time of a lived path. Default: the end.")
@picture_options
def report_command(
    file: str, shock: str | None, venue: str | None, as_json: bool, at: str | None, picture: Picture | None
) -> None:
    """Print every figure of an account under its shock or on its path."""
    workspace = read(file)
    if picture is not None:
        if as_json or at is not None:
            raise click.UsageError("--svg draws the desk at the end of the shock: leave out --json and --at")
        picture.draw(workspace, venue, rehearsal_of(workspace, file, venue, shock)[1])
        return
    paper = paper_of(workspace, file, venue, shock, at)
    if as_json:
        print_json(paper.frame_json())
    else:
        click.echo(paper.frame_text(), nl=False)


@click.command("run")
@account_options
@_json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def run_command(file: str, shock: str | None, venue: str | None, as_json: bool, as_csv: bool) -> None:
    """Print every event on the way to a shock, or on a lived path."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv cannot be given together")
    workspace = read(file)
    print_timeline(paper_of(workspace, file, venue, shock), as_json=as_json, as_csv=as_csv)


@click.command("compare")
@account_options
@_json_option
def compare_command(file: str, shock: str | None, venue: str | None, as_json: bool) -> None:
    """Compare modes and venues.

    The account as it is, all cross, all isolated, and under every other venue: under a shock, or through the file's
    lived path.
    """
    from isocross.report import compare, through  # noqa: PLC0415 - the studies, which no report waits for

    workspace = read(file)
    known = profile_ids()
    lived = lived_of(workspace, file, venue, shock)
    if lived is not None:
        if as_json:
            print_json(through.compare_lived_json(workspace, lived, known))
        else:
            click.echo(through.compare_lived_text(workspace, lived, known), nl=False)
        return
    rehearsal, move = rehearsal_of(workspace, file, venue, shock)
    if as_json:
        print_json(compare.compare_json(workspace, rehearsal, move, known))
    else:
        click.echo(compare.compare_sheet(workspace, rehearsal, move, known), nl=False)


@click.command("explain")
@account_options
@click.option("--position", "wanted", help="Id of the position. Default: the only one.")
@click.option("--at", help="How far along the shock, from 0 to 1; a place or a time of a lived path. Default: the end.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain_command(
    file: str, shock: str | None, venue: str | None, wanted: str | None, at: str | None, as_json: bool
) -> None:
    """Explain every figure of a position: formula, numbers, source."""
    from isocross.report.explain import explained_json, explained_text  # noqa: PLC0415 - its words are many

    workspace = read(file)
    frame = paper_of(workspace, file, venue, shock, at).frame
    ids = [row.position.id for row in frame.positions]
    if wanted is None and len(ids) == 1:
        wanted = ids[0]
    if wanted not in ids:
        known = ", ".join(ids) or "none: the account has no positions"
        said = "is missing" if wanted is None else f"{wanted!r} is not a position of this account"
        raise click.BadParameter(f"{said}: expected one of {known}", param_hint="--position")
    row = frame.positions[ids.index(wanted)]
    if as_json:
        print_json(explained_json(workspace.name, frame, row))
    else:
        click.echo(explained_text(frame, row), nl=False)
