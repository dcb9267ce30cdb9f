"""`isocross live`: a real account by address or with a key, on the desk as it moves or once as a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from isocross.workspace import Faults, SaveError, dump
from isocross.workspace.templates import TemplateError, with_suffix, write_new
from isocross_tui.cli.common import refuse
from isocross_tui.cli.desk import no_terminal, prepare

if TYPE_CHECKING:
    from isocross.exchange import Imported

FASTEST_S = 2
SLOWEST_S = 3600


def seconds(_context: click.Context, _option: click.Parameter, value: str) -> int:
    """Read a time between two questions, such as 10s or 2m."""
    number, unit = (value[:-1], value[-1]) if value[-1:] in ("s", "m") else (value, "s")
    found = int(number) * (60 if unit == "m" else 1) if number.isdecimal() and len(number) < 6 else 0
    if not FASTEST_S <= found <= SLOWEST_S:
        raise click.BadParameter(f"{value!r} is not a time between questions: expected 2s to 60m")
    return found


@click.command()
@click.argument("source")
@click.option("--every", default="10s", callback=seconds, help="The time between two questions. Default: 10s.")
@click.option("--once", is_flag=True, help="Read it once and write a workspace.")
@click.option("-o", "--output", help="The workspace file to write, with --once. Default: print it.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option("--url", default="", help="Another address of the venue, such as that of isocross venue.")
def live(source: str, every: int, once: bool, output: str | None, force: bool, url: str) -> None:
    """Follow a real account by its address, or with a read-only key.

    SOURCE is hyperliquid:0x… or dydx:dydx1…; with a key binance, bybit, okx, gate, kraken, coinex or bitmex. The key
    of bybit comes from ISOCROSS_BYBIT_KEY and ISOCROSS_BYBIT_SECRET, or from the system's keyring. The desk shows the
    account as it moves. What you do there is a what-if. The venue is sent nothing but questions.
    """
    from isocross.live.asking import AskError  # noqa: PLC0415 - the importers are slow to load
    from isocross.live.following import Following  # noqa: PLC0415 - as above
    from isocross.live.marks import stream_of  # noqa: PLC0415 - as above
    from isocross.live.sources import SourceError, source_named  # noqa: PLC0415 - as above

    if output is not None and not once:
        raise click.UsageError("-o writes what --once reads: expected both")
    try:
        found = source_named(source, url)
    except SourceError as error:
        raise click.BadParameter(str(error), param_hint=["SOURCE"]) from None
    said = None if once else no_terminal(os.environ)
    if said is not None:
        raise click.UsageError("The desk needs a terminal; without one: isocross live SOURCE --once")
    try:
        reading = found.read()
    except AskError as error:
        refuse(error)
    if not once:
        prepare(os.environ)
        from isocross_tui.app import run_live  # noqa: PLC0415 - Textual is imported only for a desk
        from isocross_tui.user.settings import face_of_user  # noqa: PLC0415 - as above

        following = Following(found, every, stream=stream_of(found.name.partition(":")[0], url))
        following.reading = reading
        raise SystemExit(run_live(following, face_of_user(os.environ, None, None)))
    _tell(reading.imported, output, force)


def _tell(imported: Imported, output: str | None, force: bool) -> None:
    """Print the workspace or write it, with what was taken, guessed and left out."""
    for note in imported.notes:
        click.echo(note.told(), err=True)
    text = dump(imported.workspace)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        click.echo(f"{write_new(text, with_suffix(output), force).path}: written", err=True)
    except (Faults, SaveError, TemplateError) as error:
        refuse(error)
