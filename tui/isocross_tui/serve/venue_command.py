"""`isocross venue`: a venue on loopback to try programs against."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from decimal import Decimal
from importlib.util import find_spec

import click

from isocross.live.walking import walk_of
from isocross.paths.bars import HistoryError
from isocross.workspace import Faults
from isocross_tui.cli.common import read, refuse
from isocross_tui.cli.numbers import PORT, Number
from isocross_tui.serve.port import unheard

NAMES = ("hyperliquid", "dydx", "binance", "bybit")
FAULTS = ("429", "half", "stale", "drop", "trading-key")
NO_SERVER = "a venue needs aiohttp, which is not installed: pip install 'isocross[live]'"


@click.command()
@click.argument("name", metavar="NAME", type=click.Choice(NAMES))
@click.option("--account", "file", required=True, help="The account: a file, a shipped name or a code.")
@click.option("--path", "window", help="A shipped history, such as crash-2025-10-10. Default: the file's own path.")
@click.option("--speed", default="1", type=Number("0", "100000"),
              help="Seconds of the path that pass in a second, 0 to 100,000. Default: 1.")  # fmt: skip
@click.option("--port", default=8720, type=PORT, help="Where it listens; 0 takes a free port. Default: 8720.")
@click.option("--fault", "faults", multiple=True, type=click.Choice(FAULTS), help="What goes wrong from the start.")
def venue(name: str, file: str, window: str | None, speed: Decimal, port: int, faults: tuple[str, ...]) -> None:
    """Answer on this machine as a venue does.

    NAME is hyperliquid, dydx, binance or bybit. The account walks through a crash. Programs read account, positions,
    marks and margin calls as from the venue itself.
    """
    if find_spec("aiohttp") is None:
        raise click.ClickException(NO_SERVER)
    from isocross_tui.serve.venue import VENUES, serve  # noqa: PLC0415 - the server is an extra

    workspace = read(file)
    try:
        walk = walk_of(workspace, name, window, speed)
    except (Faults, HistoryError) as error:
        refuse(error)
    for symbol, other in walk.rehearsal.scenario.stand_in.items() if window else ():
        click.echo(f"{symbol} follows {other} of the history", err=True)
    try:
        door = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise click.ClickException(unheard(port, error)) from None

    def ready(address: str) -> None:
        click.echo(f"listening to this machine only: {address}", err=True)

    with suppress(KeyboardInterrupt):
        asyncio.run(serve(VENUES[name](walk, faults), door, ready))
