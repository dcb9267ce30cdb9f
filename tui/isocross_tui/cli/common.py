"""What many commands take and print: a workspace, a venue, a shock, a place; and how a bad one ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

from isocross.account.book import Book
from isocross.disk.input import STANDARD_INPUT, input_bytes
from isocross.money import ZERO, text
from isocross.paths.bars import HistoryError
from isocross.paths.glide import ReachError
from isocross.paths.shock import Shock, ShockError, parse_part, parse_shock
from isocross.regular import is_absent
from isocross.rehearsal.kinds import LivedType, lived_rehearsal, type_of
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.papers import GlidePaper, LivedPaper, Paper
from isocross.rules import catalogue as profiles
from isocross.work import Work
from isocross.workspace import Faults, Workspace, book_of, load_bytes, load_file, shipped
from isocross.workspace.code import CODE_LIMIT, is_code, open_code


def load(source: str) -> Workspace:
    """The workspace of a path, of a short code, of standard input (`-`) or of a shipped name; raises Faults."""
    if source == "-":
        data = input_bytes(CODE_LIMIT)
        text = data.decode("utf-8", "replace")
        return open_code(text) if is_code(text) else load_bytes(data, STANDARD_INPUT)
    if is_code(source):
        return open_code(source)
    known = shipped()
    return load_file(known[source] if source in known and is_absent(source) else Path(source))


def read(source: str) -> Workspace:
    """The same for a command: it ends with 1 when the workspace is bad."""
    try:
        return load(source)
    except Faults as faults:
        refuse(faults)


def refuse(error: Exception) -> NoReturn:
    """Say what is wrong with the input, and end."""
    click.echo(str(error), err=True)
    raise SystemExit(1) from None


def check_venue(venue: str | None) -> str | None:
    """The id of a venue or the path of a profile, or a usage error."""
    if venue is not None and venue not in profiles.profile_ids() and not venue.endswith(".toml"):
        raise click.BadParameter(f"no venue {venue!r}: expected one of {', '.join(profiles.profile_ids())}")
    return venue


def book_under(workspace: Workspace, source: str, venue: str | None) -> Book:
    """The account of a workspace under a venue's rules."""
    check_venue(venue)
    try:
        return book_of(workspace, venue=venue, origin="" if is_code(source) else source)
    except Faults as faults:
        refuse(faults)


def rehearsal_of(
    workspace: Workspace, source: str, venue: str | None, shock: str | None
) -> tuple[GlideRehearsal, Shock]:
    """An account under a venue's rules, and a shock or the workspace's own."""
    book = book_under(workspace, source, venue)
    rehearsal = replace(type_of(workspace.scenario).what_if(book, workspace.scenario), work=Work())
    try:
        move: Shock = workspace.scenario.shock if shock is None else parse_shock(shock, book.markets)
        rehearsal.refuse_too_far(move)
    except (ShockError, ReachError) as error:
        raise click.BadParameter(str(error), param_hint="--shock") from None
    return rehearsal, move


def fraction(value: str | None) -> Decimal:
    """How far along a shock, from 0 to 1; all of it where nothing is said."""
    try:
        at = Decimal(1) if value is None else parse_part(value)
    except ShockError:
        at = Decimal(-1)
    if not 0 <= at <= 1:
        raise click.BadParameter(
            f"{value!r} is not a part of the way: expected a number from 0 to 1", param_hint="--at"
        )
    return at


def account_options(command: Callable[..., None]) -> Callable[..., None]:
    """The argument and the options of every command that looks at an account under a shock."""
    for option in (
        click.argument("file"),
        click.option("--shock", help="-30%, -0.3, or BTCUSDT=-30%,ETHUSDT=+5%; the file's own without it."),
        click.option("--venue", help="Another venue's rules; what the file changed of its own is left out."),
    ):
        command = option(command)
    return command


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
        refuse(error)


def place_on(rehearsal: LivedRehearsal, at: str | None) -> Decimal:
    """A place of a path, or a time of one with a clock; its end without either."""
    if at is None:
        return rehearsal.path.end
    moment = _moment(at)
    asked = None if moment is None else rehearsal.path.place_of(moment)
    if asked is not None:
        return asked
    try:
        place = parse_part(at)
    except ShockError:
        place = Decimal(-1)
    if not 0 <= place <= rehearsal.path.end:
        clock = ", or a time such as 2025-10-10T21:15" if rehearsal.path.time(ZERO) else ""
        expected = f"expected a number from 0 to {text(rehearsal.path.end)}{clock}"
        raise click.BadParameter(f"{at!r} is not a place on this path: {expected}", param_hint="--at")
    return place


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
        return LivedPaper(workspace.name, lived, place_on(lived, at))
    part = fraction(at)
    return GlidePaper(workspace.name, *rehearsal_of(workspace, source, venue, shock), part)


def print_timeline(paper: Paper, *, as_json: bool, as_csv: bool) -> None:
    """Print all that happens."""
    if as_json:
        print_json(paper.timeline_json())
    elif as_csv:
        click.echo(paper.timeline_csv(), nl=False)
    else:
        click.echo(paper.timeline_text(), nl=False)


def _moment(words: str) -> datetime | None:
    """A time as it is written, of UTC where it does not say; None where it is none."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
