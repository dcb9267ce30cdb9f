"""`isocross autopsy`: what a venue's record says of a liquidation, and the account from before walked through it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isocross.account.book import Book
from isocross.format import percent
from isocross.history.prices_csv import read_prices
from isocross.money import text
from isocross.paths.bars import HistoryError
from isocross.rehearsal.kinds.replay import plan_of, shipped_history
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.replay import ReplayRehearsal, replay
from isocross.report.autopsy import autopsy_json, cash_said
from isocross.report.lived import lived_timeline_sheet
from isocross.workspace import Faults, PathKind, Workspace, book_of
from isocross_tui.cli.common import print_json, read, refuse

if TYPE_CHECKING:
    from isocross.exchange.liquidations import Liquidated, Record
    from isocross.studies.autopsy import Autopsy, Otherwise


@click.command()
@click.argument("file")
@click.option("--account", help="The account from before: a workspace, a shipped name or a code.")
@click.option("--window", help="A shipped history, such as 2025-10-10.")
@click.option("--prices", help="A CSV of candles: time, symbol, open, high, low, close.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def autopsy(file: str, account: str | None, window: str | None, prices: str | None, as_json: bool) -> None:
    """Tell what happened to an account that was liquidated, and what would have held it.

    FILE is a venue's record: fills of Hyperliquid or OKX, forced orders of Binance, executions of Bybit, or a CSV.
    With the account from before and candles it is walked through what happened. What the record lacks is named.
    """
    from isocross.exchange.importing import read_bytes  # noqa: PLC0415 - the importers are slow to load
    from isocross.exchange.liquidations import read_record  # noqa: PLC0415 - as above

    if (window is not None or prices is not None) and account is None:
        raise click.UsageError("candles are for an account that is walked through them: expected --account, too")
    if window is not None and prices is not None:
        raise click.UsageError("--window and --prices cannot be given together")
    if account is not None and window is None and prices is None:
        raise click.UsageError("an account is walked through candles: expected --window or --prices")
    try:
        record = read_record(read_bytes(file), file)
    except Faults as faults:
        refuse(faults)
    workspace = None if account is None else read(account)
    try:
        found = None if workspace is None else walked(workspace, record, window, prices)
    except (Faults, HistoryError) as error:
        refuse(error)
    name = "" if workspace is None else workspace.name
    if as_json:
        print_json(autopsy_json(name, record, found))
        return
    _print_record(record)
    if found is None:
        click.echo("\nNo account was given, so nothing is rehearsed: expected --account and --window or --prices.")
    else:
        _print_walk(name, found)


def walked(workspace: Workspace, record: Record, window: str | None, prices: str | None) -> Autopsy:
    """Walk an account through what happened; raises Faults or HistoryError.

    Args:
        workspace: the account from before.
        record: what the venue says of it.
        window: a shipped history.
        prices: a CSV of candles in place of one.
    """
    from isocross.studies.autopsy import autopsy as study  # noqa: PLC0415 - the importers are slow to load

    scenario = replace(workspace.scenario, path=PathKind.REPLAY, window=window)
    if prices is None:
        history = shipped_history(window or "")
        bars, title = tuple(history.bars()), history.title
    else:
        bars, title = tuple(read_prices(prices)), Path(prices).name

    def replaying(book: Book) -> LivedRehearsal:
        return ReplayRehearsal(replay(book, bars, plan_of(scenario), title=title), scenario)

    return study(book_of(workspace), record, replaying, (bars[0].time, bars[-1].time))


def _print_record(record: Record) -> None:
    click.echo(f"The record of {record.title}")
    for fill in record.fills:
        click.echo(f"  {_fill(fill)}")
    if record.others:
        click.echo(f"  {record.others} other row{'s were' if record.others > 1 else ' was'} left out.")
    click.echo(f"It does not hold {', '.join(record.lacks)}.")


def _fill(fill: Liquidated) -> str:
    unit = f" {fill.unit}" if fill.unit else ""
    done = "was deleveraged" if fill.deleveraged else "was liquidated"
    mark = "" if fill.mark is None else f", mark {text(fill.mark)}"
    lost = "" if fill.lost is None else f", lost {text(fill.lost)}"
    head = f"{fill.moment:%Y-%m-%d %H:%M:%S}  {fill.market} {fill.side} {text(fill.quantity)}{unit}"
    return f"{head} {done} at {text(fill.price)}{mark}{lost}"


def _print_walk(name: str, found: Autopsy) -> None:
    click.echo(f"\nThe account from before, walked through it\n{lived_timeline_sheet(name, found.rehearsal).rstrip()}")
    click.echo("\nThe record beside it")
    for each in found.beside:
        told = "nothing is liquidated here in that market and on that side"
        if each.mark is not None:
            stated = each.recorded.mark or each.recorded.price
            apart = percent(abs(each.mark - stated) / stated)
            told = f"{text(each.mark)} here, {apart} apart"
        click.echo(f"  {each.recorded.market} {each.recorded.side}: {text(each.recorded.price)} there; {told}")
    if found.outside:
        click.echo(f"  {found.outside} of {len(found.beside)} in the record were before these candles or after them")
    if found.unrecorded:
        click.echo(f"  liquidated here and not in the record: {', '.join(found.unrecorded)}")
    click.echo("\nHad it been otherwise")
    for each_other in found.otherwise:
        click.echo(f"  {each_other.title}: {_ended(each_other)}")
    click.echo(f"  {cash_said(found)}")


def _ended(other: Otherwise) -> str:
    if other.refusal:
        return f"it could not have been so: {other.refusal}"
    gone = f"{', '.join(other.liquidated)} liquidated" if other.liquidated else "nothing is liquidated"
    return f"{gone}; equity at the end {text(other.equity)}"
