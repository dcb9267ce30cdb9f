"""`isocross price`: the price of a market that first liquidates anything."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import click

from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.price import NONE, no_market_json, price_json, price_number
from isocross.risk.sources import Input, alone
from isocross.studies.first_price import MarketError, UnknownMarketError, first_price, market_named
from isocross.workspace import Workspace
from isocross_tui.cli.common import rehearsal_of
from isocross_tui.cli.many import Answer, tell
from isocross_tui.cli.ways import Ways, ways_options


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
    """Print the price of a market that first liquidates a position.

    It is one number, or none. Where both a drop and a rise liquidate, it is the nearer price.
    """
    given = Input()
    by_itself = alone(files, given)

    def answers(workspace: Workspace, source: str) -> Iterator[Answer]:
        rehearsal, _ = rehearsal_of(workspace, source, venue, "0")
        try:
            yield _price(workspace, rehearsal, market, position, joint)
        except UnknownMarketError as error:
            if by_itself:
                raise click.BadParameter(str(error), param_hint=["--market"]) from None
            nothing = partial(no_market_json, workspace.name, rehearsal.book, market, joint=joint)
            yield Answer(nothing, lambda: f"{NONE}\n", line=lambda: NONE)
        except MarketError as error:
            raise click.UsageError(str(error)) from None

    tell(files, ways, "price", answers, given)


def _price(workspace: Workspace, rehearsal: GlideRehearsal, market: str, position: str | None, joint: bool) -> Answer:
    found = first_price(rehearsal, market_named(rehearsal.book, market), position, joint=joint)
    number = price_number(rehearsal.book, found)
    told = partial(price_json, workspace.name, rehearsal.book, found)
    return Answer(told, lambda: f"{number}\n", line=lambda: number)
