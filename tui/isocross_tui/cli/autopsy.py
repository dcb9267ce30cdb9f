"""`isocross autopsy`: what a venue's record says of a liquidation, and the account from before walked through it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isocross.account.book import Mode
from isocross.history.prices_csv import read_prices
from isocross.paths.bars import Bar, HistoryError
from isocross.report.autopsy import autopsy_json, record_lines, walk_lines
from isocross.workspace import Faults, Workspace
from isocross.workspace.resolve import resolve
from isocross_tui.cli.common import print_json, read, refuse
from isocross_tui.cli.numbers import Number

if TYPE_CHECKING:
    from isocross.exchange.before import Before
    from isocross.exchange.liquidations import Record

MODES = tuple(mode.value for mode in Mode)
AMOUNT = Number(above="0")


def _levels(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, Decimal]:
    found = {}
    for value in values:
        name, sign, level = value.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{value!r} is not a stop: expected one like BTC=105000")
        found[name] = AMOUNT.convert(level, option, context)
    return found


@click.command()
@click.argument("file")
@click.option("--account", help="The account from before: a workspace, a shipped name or a code.")
@click.option("--wallet", type=AMOUNT, help="Rebuild it from the fills: all cash that it had.")
@click.option("--mode", type=click.Choice(MODES), help="With --wallet: the mode of its positions.")
@click.option("--leverage", type=AMOUNT, help="With --wallet: the leverage of its positions.")
@click.option("--window", help="A shipped history, such as 2025-10-10. Default: the one it was in.")
@click.option("--prices", help="A CSV of candles: time, symbol, open, high, low, close.")
@click.option("--stop", "stops", multiple=True, callback=_levels, help="What a stop would have changed: BTC=105000.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def autopsy(file: str, account: str | None, window: str | None, prices: str | None, as_json: bool, **how: Any) -> None:
    """Tell what liquidated an account, and what would have held it.

    FILE is a venue's record: fills of Hyperliquid or OKX, forced orders of Binance, executions of Bybit, or a CSV.
    The account from before is a file, or is rebuilt from fills of Hyperliquid or Bybit. It then goes through the
    candles of that time. What the record lacks is named.
    """
    from isocross.exchange.importing import read_bytes  # noqa: PLC0415 - the importers are slow to load
    from isocross.exchange.liquidations import read_record  # noqa: PLC0415 - as above
    from isocross.studies.autopsy import walked  # noqa: PLC0415 - as above

    _check(account, how, window, prices)
    try:
        record = read_record(read_bytes(os.fspath(resolve(file)[0])), file)
        before = _before(account, record, how, file)
        found = None if before is None else walked(before, record, *_candles(record, window, prices), how["stops"])
    except (Faults, HistoryError) as error:
        refuse(error)
    name = "" if before is None else (before if isinstance(before, Workspace) else before.workspace).name
    if as_json:
        print_json(autopsy_json(name, record, found))
        return
    click.echo("\n".join(record_lines(record)))
    if found is None:
        click.echo("\nNo account was given, so nothing is rehearsed: expected --account or --wallet, and candles.")
    else:
        click.echo("\n".join(["\nThe account from before, walked through it", *walk_lines(name, found)]))


def _check(account: str | None, how: Mapping[str, Any], window: str | None, prices: str | None) -> None:
    """Refuse what does not go together."""
    rebuilds = [name for name in ("wallet", "mode", "leverage") if how[name] is not None]
    if account is not None and rebuilds:
        raise click.UsageError(f"--account has its own {rebuilds[0]}: expected one of --account and --{rebuilds[0]}")
    if rebuilds and len(rebuilds) < 3:
        raise click.UsageError("fills do not hold wallet, mode and leverage: expected --wallet, --mode and --leverage")
    if (window is not None or prices is not None) and account is None and not rebuilds:
        raise click.UsageError("candles are for an account that is walked through them: expected --account, too")
    if window is not None and prices is not None:
        raise click.UsageError("--window and --prices cannot be given together")


def _before(account: str | None, record: Record, how: Mapping[str, Any], file: str) -> Workspace | Before | None:
    from isocross.exchange.before import Unrecorded, rebuilt  # noqa: PLC0415 - the importers are slow to load

    if account is not None:
        return read(account)
    if how["wallet"] is None:
        return None
    return rebuilt(record, Unrecorded(how["wallet"], Mode(how["mode"]), how["leverage"]), file)


def _candles(record: Record, window: str | None, prices: str | None) -> tuple[tuple[Bar, ...], str]:
    from isocross.studies.autopsy import candles_of  # noqa: PLC0415 - the importers are slow to load

    return candles_of(record, window) if prices is None else (tuple(read_prices(prices)), Path(prices).name)
