"""`isocross adl`: a crowd of accounts on one market, its fund, and who is deleveraged under which policy."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import click

from isocross.account.book import Book
from isocross.paths.shock import ShockError, parse_shock
from isocross.records import dataclass
from isocross.report.adl import adl_csv, adl_json, adl_text, adl_view
from isocross.report.check import faults_json
from isocross.risk.crowd import POLICIES, Crowd, CrowdError, Depth, DepthError, parse_depth, unfold
from isocross.risk.named import Named, Reader, told_in_a_line
from isocross.risk.sources import Input, readers
from isocross.studies.first_price import MarketError, UnknownMarketError, market_named
from isocross.toml.faults import Fault
from isocross.work import TooMuchWork
from isocross.workspace import Faults, book_of
from isocross.workspace.resolve import origin_of
from isocross_tui.cli.common import check_venue, print_json, refuse
from isocross_tui.cli.numbers import Number

ALL = "all"


def _shock(_context: click.Context, _option: click.Parameter, value: str) -> Decimal:
    try:
        move = parse_shock(value, ())
    except ShockError as error:
        raise click.BadParameter(str(error)) from None
    if not isinstance(move, Decimal) or not move:
        raise click.BadParameter(f"{value!r} is not a move: expected one like -30%")
    return move


def _depth(_context: click.Context, _option: click.Parameter, value: str | None) -> Depth:
    try:
        return Depth() if value is None else parse_depth(value)
    except DepthError as error:
        raise click.BadParameter(str(error)) from None


@click.command()
@click.argument("policy", metavar="POLICY", type=click.Choice([*POLICIES, ALL]))
@click.argument("files", nargs=-1, required=True)
@click.option("--market", required=True, help="The market that moves, such as BTC or BTCUSDT.")
@click.option("--shock", required=True, callback=_shock, help="Its move from outside, such as -30%.")
@click.option("--fund", type=Number("0"), help="Cash in the insurance fund. Default: it is unlimited.")
@click.option("--depth", callback=_depth, help="How far sales move the price: 1%=5000000,5%=30000000. Default: none.")
@click.option("--jump", is_flag=True, help="Liquidate at the price of each round. Default: each position at its own.")
@click.option("--venue", help="Another venue's rules, without the files' own changes.")
@click.option("--view", "as_view", is_flag=True, help="Draw the rounds and the policies as bars.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, a line for each round.")
def adl(  # noqa: PLR0913, PLR0917 - one for each option
    policy: str,
    files: tuple[str, ...],
    market: str,
    shock: Decimal,
    fund: Decimal | None,
    depth: Depth,
    jump: bool,
    venue: str | None,
    as_view: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Let one market move a crowd, and see who is deleveraged.

    Liquidations move the price by the DEPTH that you give, round after round. Once the fund is empty, winners pay
    under the POLICY: queue, pro-rata, min-max, leverage, or all of them. It is a model, not a forecast.
    """
    if as_view + as_json + as_csv > 1:
        raise click.UsageError("only one of --view, --json and --csv can be given")
    check_venue(venue)
    crowd, bad = _crowd(files, _Asked(market, shock, jump), venue)
    for named in bad:
        click.echo(told_in_a_line(named.faults) if named.faults else named.source, err=True)
    if crowd is None or not crowd.members:
        refuse(ValueError(f"no account holds {market} (expected a market of one of these accounts, for --market)"))
    outcome = unfold(crowd, shock, depth, fund, POLICIES if policy == ALL else (policy,))
    if as_json:
        told = [{"source": n.source or None, "name": n.name, "faults": faults_json(n.faults)} for n in bad if n.faults]
        print_json(adl_json(outcome, depth, told))
    else:
        written = adl_csv if as_csv else adl_view if as_view else adl_text
        click.echo(written(outcome), nl=False)
    raise SystemExit(1 if bad else 0)


@dataclass(frozen=True)
class _Asked:
    """What a crowd is about."""

    market: str
    shock: Decimal
    jumps: bool


def _crowd(files: Sequence[str], asked: _Asked, venue: str | None) -> tuple[Crowd | None, list[Named]]:
    """The accounts that are named as a crowd, and those that cannot be of it; None: nobody holds the market."""
    crowd: Crowd | None = None
    waiting: list[tuple[Named, Book]] = []
    bad: list[Named] = []
    for reader in readers(files, Input()):
        named = reader()
        if named.workspace is None:
            bad.append(named)
            continue
        try:
            book = _book(named, venue)
            crowd = crowd or _begun(book, asked)
            if crowd is None:
                waiting.append((named, book))
            else:
                _check_same(book, asked.market, crowd)
                crowd.add(named.name, book, partial(_again, reader, venue))
        except Faults as faults:
            bad.append(Named(named.name, named.source, faults=faults))
        except (CrowdError, MarketError, TooMuchWork) as error:
            bad.append(_refused(named, error))
    if crowd is not None:
        bad += [refused for named, book in waiting if (refused := _stood_by(crowd, named, book))]
    return crowd, bad


def _book(named: Named, venue: str | None) -> Book:
    """The account; raises Faults."""
    if named.workspace is None:
        raise ValueError(named.source)
    return book_of(named.workspace, venue=venue, origin=origin_of(named.source))


def _again(reader: Reader, venue: str | None) -> Book:
    """The account, read once more; one that was taken away meanwhile ends the command."""
    named = reader()
    try:
        return _book(named, venue)
    except (Faults, ValueError):
        refuse(named.faults or ValueError(f"{named.source} has changed meanwhile: begin again"))


def _stood_by(crowd: Crowd, named: Named, book: Book) -> Named | None:
    """Add an account without the market; gives it back with its fault where it cannot be of the crowd."""
    try:
        crowd.add(named.name, book)
    except (CrowdError, TooMuchWork) as error:
        return _refused(named, error)
    return None


def _refused(named: Named, error: Exception) -> Named:
    source = named.source or named.name
    return Named(named.name, named.source, faults=Faults(source, [Fault("", str(error), "")]))


def _begun(book: Book, asked: _Asked) -> Crowd | None:
    """A crowd on the market of the first account that holds it."""
    try:
        return Crowd(market_named(book, asked.market), 1 if asked.shock > 0 else -1, jumps=asked.jumps)
    except UnknownMarketError:
        return None


def _check_same(book: Book, market: str, crowd: Crowd) -> None:
    """Refuse an account that means another market by the same name."""
    try:
        own = market_named(book, market)
    except UnknownMarketError:
        return
    if own != crowd.market:
        raise CrowdError(f"its market of {market} is {own}, and {crowd.market} in the accounts before it")
