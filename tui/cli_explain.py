"""`isocross explain`: every figure of a position with its formula and the numbers put in."""

from __future__ import annotations

import click

from engine.explained import explained_json, explained_text
from tui.headless import account_options, print_json, read
from tui.headless_lived import paper_of


@click.command("explain")
@account_options
@click.option("--position", "wanted", help="Id of the position; the only one without it.")
@click.option("--at", help="How far along the shock, from 0 to 1; a place or a time of a lived path.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain_command(
    file: str, shock: str | None, venue: str | None, wanted: str | None, at: str | None, as_json: bool
) -> None:
    """Every figure of a position: formula, numbers put in, result, source."""
    workspace = read(file)
    frame = paper_of(workspace, file, venue, shock, at).frame
    ids = [row.position.id for row in frame.positions]
    if wanted is None and len(ids) == 1:
        wanted = ids[0]
    if wanted not in ids:
        known = ", ".join(ids) or "none: the account has no positions"
        said = "is missing" if wanted is None else f"{wanted!r} is no position of this account"
        raise click.BadParameter(f"{said}: expected one of {known}", param_hint="--position")
    row = frame.positions[ids.index(wanted)]
    if as_json:
        print_json(explained_json(workspace.name, frame, row))
    else:
        click.echo(explained_text(frame, row), nl=False)
