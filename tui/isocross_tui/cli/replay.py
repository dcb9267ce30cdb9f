"""`isocross replay`: an account on a history, shipped or the user's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from isocross.account.book import Book
from isocross.history.prices_csv import read_prices
from isocross.paths.bars import CandleOrder, HistoryError, PricesAs
from isocross.rehearsal.kinds.replay import plan_of, shipped_history
from isocross.rehearsal.replay import ReplayRehearsal, replay
from isocross.report.lived import LivedPaper
from isocross.workspace import Faults, PathKind, Scenario
from isocross_tui.cli.common import book_under, print_timeline, read, refuse


@click.command("replay")
@click.argument("file")
@click.option("--window", help="A shipped history, such as 2025-10-10. Default: the file's own.")
@click.option("--prices", help="A CSV of your own: time, symbol, open, high, low, close.")
@click.option(
    "--candle",
    type=click.Choice([o.value for o in CandleOrder]),
    help="Order in a candle. Default: the file's.",
)
@click.option(
    "--prices-as",
    type=click.Choice([p.value for p in PricesAs]),
    help="Prices scaled to the opening marks, or as they are. Default: the file's.",
)
@click.option("--venue", help="Another venue's rules, without the file's own changes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def replay_command(
    file: str,
    window: str | None,
    prices: str | None,
    candle: str | None,
    prices_as: str | None,
    venue: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print every event of an account on a history, bar by bar."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv cannot be given together")
    if window is not None and prices is not None:
        raise click.UsageError("--window and --prices cannot be given together")
    workspace = read(file)
    book = book_under(workspace, file, venue)
    scenario = replace(
        workspace.scenario,
        path=PathKind.REPLAY,
        window=workspace.scenario.window if window is None else window,
        candle=workspace.scenario.candle if candle is None else CandleOrder(candle),
        prices=workspace.scenario.prices if prices_as is None else PricesAs(prices_as),
    )
    if prices is None and scenario.window is None:
        raise click.UsageError("the file names no history: expected --window or --prices")
    try:
        rehearsal = _rehearsal(book, scenario, prices)
    except (Faults, HistoryError) as error:
        refuse(error)
    print_timeline(LivedPaper(workspace.name, rehearsal, rehearsal.path.end), as_json=as_json, as_csv=as_csv)


def _rehearsal(book: Book, scenario: Scenario, prices: str | None) -> ReplayRehearsal:
    """What happens on the history; only the bars in which something does are kept."""
    if prices is None:
        history = shipped_history(scenario.window or "")
        bars, title = history.bars(), history.title
    else:
        bars, title = read_prices(prices), Path(prices).name
    return ReplayRehearsal(replay(book, bars, plan_of(scenario), title=title), scenario)
