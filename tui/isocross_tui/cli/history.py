"""`isocross history`: the shipped windows, what fell in one, and how often a trigger was reached."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import click

from isocross.format import percent
from isocross.history.collateral import every_window
from isocross.history.windows import Kind, UnknownWindowError, load_window
from isocross.money import text
from isocross.paths.shock import ShockError, parse_move
from isocross.report.history import account_odds_json, crash_json, market_rows, odds_json, windows_json
from isocross.report.walked import walked_json
from isocross.rules import catalogue as profiles
from isocross.rules.profile import Profile
from isocross.studies.odds import Odds, account_odds, odds, shown_leverage, source_words
from isocross.studies.walked_odds import walked_odds
from isocross_tui.cli.common import check_venue, print_json, read, refuse, rehearsal_of

KINDS = ("spot", "futures", "mark")


@click.command()
@click.argument("window", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--venue", help="The venue whose rules apply, to a WINDOW or to --file.")
@click.option("--reach", help="Count how often a move such as BTC=-33% was reached. In place of a WINDOW.")
@click.option("--file", help="Count the same for each position of a workspace. In place of a WINDOW.")
@click.option("--kind", type=click.Choice(KINDS), help="The prices to count. Default: mark, else futures.")
def history(
    window: str | None, as_json: bool, venue: str | None, reach: str | None, file: str | None, kind: str | None
) -> None:
    """List past crashes, or show how far prices dropped in one.

    A WINDOW is shown with its largest drops, and the highest isolated leverage that survived each. It also says where
    its prices are from. --reach and --file count hours of past crashes. That is not a probability.
    """
    from isocross.history.windows import Kind  # noqa: PLC0415 - only this command needs the prices

    whose = None if kind is None else Kind(kind)
    if sum(given is not None for given in (window, reach, file)) > 1:
        raise click.UsageError("a WINDOW, --reach and --file cannot be given together")
    if reach is not None:
        tell_reach(reach, whose, as_json)
    elif file is not None:
        tell_account(file, check_venue(venue), whose, as_json)
    elif window is not None:
        try:
            profile = profiles.load_profile(check_venue(venue) or profiles.DEFAULT_VENUE)
        except profiles.ProfileError as error:
            refuse(error)
        tell_window(window, profile, as_json)
    else:
        tell_windows(as_json)


_MINUTE = "%Y-%m-%d %H:%M"


# --- one window ----------------------------------------------------------------------------------


def tell_windows(as_json: bool) -> None:
    """Print every shipped window, a line each."""
    if as_json:
        print_json(windows_json())
        return
    for info in every_window():
        held = "market" if len(info.symbols) == 1 else "markets"
        click.echo(
            f"{info.id:<24}{info.kind:<9}{info.interval_words:>3}  {len(info.symbols):>2} {held:<7}  {info.title}"
        )


def tell_window(window_id: str, profile: Profile, as_json: bool) -> None:
    """Print the falls of one window, what lived through them, and where its prices are from."""
    try:
        window = load_window(window_id)
    except UnknownWindowError as error:
        refuse(error)
    if as_json:
        print_json(crash_json(window, profile))
        return
    click.echo(f"{window.id}  {window.title}")
    span = f"{window.start.strftime(_MINUTE)} to {window.end.strftime(_MINUTE)} UTC"
    click.echo(f"{window.kind.words}, {window.length} bars of {window.interval_words}, {span}\n")
    click.echo(
        f"{'market':<10}{'drop':>9}{'from':>12}  {'at (UTC)':<12}{'to':>12}  {'at (UTC)':<12}"
        f"{'× BTC':>6}{'long':>8}{'rise':>10}{'short':>8}"
    )
    for row in market_rows(window, profile):
        click.echo(_row_line(row))
    click.echo(
        f"\nlong, short: the highest isolated leverage that survived the drop from the high, the rise from the "
        f"low.\nWithout fees, at the first maintenance margin rate of venue {profile.id}, rounded down."
    )
    for words in (*window.remarks, window.provenance, window.licence):
        click.echo(words)


def _row_line(row: dict[str, Any]) -> str:
    fall, rise, relative = row["fall"], row["rise"], row["relative"]
    line = f"{row['symbol']:<10}"
    if fall is None:
        line += f"{'none':>9}{'':>52}"
    else:
        line += f"{percent(fall.move):>9}{text(fall.start):>12}  {_short(fall.start_at):<12}"
        line += f"{text(fall.end):>12}  {_short(fall.end_at):<12}"
    line += f"{'none' if relative is None else f'{relative:.2f}':>6}{_lived(row['long']):>8}"
    return line + f"{'none' if rise is None else percent(rise.move, plus='+'):>10}{_lived(row['short']):>8}"


def _lived(leverage: Decimal | None) -> str:
    return "none" if leverage is None else shown_leverage(leverage)


def _short(time: datetime) -> str:
    return time.strftime("%m-%d %H:%M")


# --- counts --------------------------------------------------------------------------------------


def _reach(given: str, kind: Kind | None) -> Odds:
    symbol, equals, move = (part.strip() for part in given.partition("="))
    if not equals or not symbol:
        raise click.BadParameter(f"{given!r} is not a move of a coin: expected BTC=-33%", param_hint=["--reach"])
    try:
        found = odds(symbol, parse_move(move), kind)
    except ShockError as error:
        raise click.BadParameter(str(error), param_hint=["--reach"]) from None
    if found is None:
        raise click.BadParameter(
            f"no shipped window has prices of {symbol} ({source_words(kind)}): isocross history lists them",
            param_hint=["--reach"],
        )
    return found


def tell_reach(given: str, kind: Kind | None, as_json: bool) -> None:
    """Print how often a move such as BTC=-33% was reached."""
    found = _reach(given, kind)
    if as_json:
        print_json(odds_json(found))
    else:
        click.echo(found.sentence())


def tell_account(file: str, venue: str | None, kind: Kind | None, as_json: bool) -> None:
    """Print how often an account was hit as a whole, then how often each market alone came to a liquidation price."""
    workspace = read(file)
    rehearsal, _ = rehearsal_of(workspace, file, venue, None)
    frame = rehearsal.frame(Decimal(0))
    if as_json:
        print_json(account_odds_json(workspace.name, frame, kind))
        return
    click.echo(f"{walked_json(walked_odds(rehearsal.book, kind, rehearsal.work))['text']}\n\nOne market alone:")
    for name, words in account_odds(frame, kind):
        click.echo(f"  {name}: {words}")
