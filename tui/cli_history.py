"""The command about past crashes."""

from __future__ import annotations

import click

from engine import profiles
from tui.headless import check_venue, refuse

KINDS = ("spot", "futures", "mark")


@click.command()
@click.argument("window", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--venue", help="Whose rules apply: to what lived through a WINDOW, or to --file.")
@click.option("--reach", help="How often a move was reached, as BTC=-33%; in place of a WINDOW.")
@click.option("--file", help="How often each position of a workspace would have been; in place of a WINDOW.")
@click.option("--kind", type=click.Choice(KINDS), default=KINDS[0], help="Whose prices --reach and --file count.")
def history(
    window: str | None, as_json: bool, venue: str | None, reach: str | None, file: str | None, kind: str
) -> None:
    """Past crashes: the windows there are, or what fell in one of them.

    Each WINDOW has its prices, where they are from, the largest falls, and the highest isolated leverage that lived
    through them. With --reach and --file it counts hours of past crashes, which is not a probability.
    """
    from engine.history.windows import Kind  # noqa: PLC0415 - only this command needs the prices
    from tui import history_sheet  # noqa: PLC0415

    if sum(given is not None for given in (window, reach, file)) > 1:
        raise click.UsageError("a WINDOW, --reach and --file cannot be given together")
    if reach is not None:
        history_sheet.tell_reach(reach, Kind(kind), as_json)
    elif file is not None:
        history_sheet.tell_account(file, check_venue(venue), Kind(kind), as_json)
    elif window is not None:
        try:
            profile = profiles.load_profile(check_venue(venue) or profiles.DEFAULT_VENUE)
        except profiles.ProfileError as error:
            refuse(error)
        history_sheet.tell_window(window, profile, as_json)
    else:
        history_sheet.tell_windows(as_json)
