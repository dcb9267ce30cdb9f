"""What many commands take and print: a workspace, a venue, a shock, a place; and how a bad one ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from isocross.disk.input import whole
from isocross.paths.bars import HistoryError
from isocross.paths.glide import ReachError
from isocross.paths.shock import Shock, ShockError, parse_shock
from isocross.paths.together import ApartError
from isocross.regular import reason
from isocross.rehearsal.cursor import CursorError, fraction, place_on
from isocross.rehearsal.kinds import LivedType, lived_rehearsal, type_of
from isocross.report.papers import GlidePaper, Paper
from isocross.rules import catalogue as profiles
from isocross.toml.faults import Faults
from isocross.toml.places import meant
from isocross.workspace.build import book_of
from isocross.workspace.resolve import load, origin_of
from isocross_tui.cli.progress import work_of_command

if TYPE_CHECKING:
    from isocross.account.book import Book
    from isocross.rehearsal.lived import LivedRehearsal
    from isocross.rehearsal.rehearsal import GlideRehearsal
    from isocross.workspace.model import Workspace


def read(source: str) -> Workspace:
    """The workspace of a path, a shipped name, a short code or standard input; ends with 1 when it is bad."""
    try:
        return load(source)
    except Faults as faults:
        refuse(faults)


class Refusal(click.ClickException):
    """The end of a command whose input is bad: what is wrong is said as it is, and the exit code is 1."""

    exit_code = 1

    def __init__(self, error: Exception) -> None:
        """Keep the error."""
        super().__init__(str(error))
        self.error = error

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it."""
        click.echo(self.message, file=file, err=file is None)


def refuse(error: Exception) -> NoReturn:
    """Say what is wrong with the input, and end."""
    raise Refusal(error) from None


def taken(path: object) -> Refusal:
    """Say that a file is there, which only --force replaces, as the end of a command."""
    return Refusal(ValueError(f"{path} is there already (expected another name, or --force to replace it)"))


def unwritten(path: object, error: OSError) -> Refusal:
    """Say why a file could not be written, as the end of a command."""
    why = "there is no such folder" if isinstance(error, FileNotFoundError) else reason(error)
    return Refusal(ValueError(f"could not write {path}: {why}"))


def check_venue(venue: str | None) -> str | None:
    """The id of a venue or the path of a profile, or a usage error."""
    if venue is not None and venue not in profiles.profile_ids() and not venue.endswith(".toml"):
        known = profiles.profile_ids()
        told = f"no venue is called {venue!r}{meant(venue, known)} (expected one of {', '.join(known)})"
        raise click.BadParameter(told, param_hint=["--venue"])
    return venue


def book_under(workspace: Workspace, source: str, venue: str | None) -> Book:
    """The account of a workspace under a venue's rules."""
    check_venue(venue)
    try:
        return book_of(workspace, venue=venue, origin=origin_of(source))
    except Faults as faults:
        refuse(faults)


def rehearsal_of(
    workspace: Workspace, source: str, venue: str | None, shock: str | None
) -> tuple[GlideRehearsal, Shock]:
    """An account under a venue's rules, and a shock or the workspace's own."""
    book = book_under(workspace, source, venue)
    rehearsal = replace(type_of(workspace.scenario).what_if(book, workspace.scenario), work=work_of_command())
    try:
        move: Shock = workspace.scenario.shock if shock is None else parse_shock(shock, book.markets)
        rehearsal.refuse_too_far(move)
    except (ShockError, ReachError, ApartError) as error:
        raise click.BadParameter(str(error), param_hint=["--shock"]) from None
    return rehearsal, move


def at_option(read: Callable[[], Decimal]) -> Decimal:
    """What --at says, or a usage error."""
    try:
        return read()
    except CursorError as error:
        raise click.BadParameter(str(error), param_hint=["--at"]) from None


_SHOCK = click.option("--shock", help="-30%, -0.3, or BTCUSDT=-30%,ETHUSDT=+5%. Default: the file's own.")
_VENUE = click.option("--venue", help="Another venue's rules, without the file's own changes.")


def account_options(command: Callable[..., None]) -> Callable[..., None]:
    """The argument and the options of every command that looks at an account under a shock."""
    return _VENUE(_SHOCK(click.argument("file")(command)))


def accounts_options(command: Callable[..., None]) -> Callable[..., None]:
    """The same of a command that looks at many accounts."""
    return _VENUE(_SHOCK(click.argument("files", nargs=-1, required=True)(command)))


def print_json(value: dict[str, Any]) -> None:
    """Print a JSON object, readable."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def lived_of(workspace: Workspace, source: str, venue: str | None, shock: str | None) -> LivedRehearsal | None:
    """What happens on a workspace's lived path; None where it has none, or a shock is asked for instead."""
    if shock is not None or not isinstance(type_of(workspace.scenario), LivedType):
        return None
    try:
        return lived_rehearsal(book_under(workspace, source, venue), workspace.scenario)
    except HistoryError as error:
        refuse(whole(origin_of(source) or workspace.name, str(error)))


def paper_of(workspace: Workspace, source: str, venue: str | None, shock: str | None, at: str | None = None) -> Paper:
    """What can be printed of an account on its own path, or under the shock that is asked for.

    Args:
        workspace: the account.
        source: where it is from.
        venue: another venue's rules.
        shock: the shock that is asked for; None: the workspace's own path.
        at: a place or a time of a lived path, or how far along a shock; the end of either without it.
    """
    lived = lived_of(workspace, source, venue, shock)
    if lived is not None:
        from isocross.report.lived import LivedPaper  # noqa: PLC0415 - only a lived path pays for this import

        return LivedPaper(workspace.name, lived, at_option(lambda: place_on(lived, at)))
    part = at_option(lambda: fraction(at))
    return GlidePaper(workspace.name, *rehearsal_of(workspace, source, venue, shock), part)


def print_timeline(paper: Paper, *, as_json: bool, as_csv: bool) -> None:
    """Print all that happens."""
    if as_json:
        print_json(paper.timeline_json())
    elif as_csv:
        click.echo(paper.timeline_csv(), nl=False)
    else:
        click.echo(paper.timeline_text(), nl=False)
