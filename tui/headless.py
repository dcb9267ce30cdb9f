"""What the headless commands take: workspaces, venues, shocks; and how they end when one is bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

from engine import profiles
from engine.book import Book
from engine.path import ReachError
from engine.regular import is_absent
from engine.scene import Scene, Shock
from engine.shock import ShockError, parse_part, parse_shock
from engine.workspace import Faults, Workspace, book_of, load_bytes, load_file, shipped
from engine.workspace.input import STANDARD_INPUT, input_bytes
from engine.workspace.short_code import CODE_LIMIT, is_code, open_code


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


def scene_of(workspace: Workspace, source: str, venue: str | None, shock: str | None) -> tuple[Scene, Shock]:
    """An account under a venue's rules, and a shock or the workspace's own."""
    book = book_under(workspace, source, venue)
    scene = Scene(book, workspace.scenario.betas, workspace.scenario.path)
    try:
        move: Shock = workspace.scenario.shock if shock is None else parse_shock(shock, book.markets)
        scene.refuse_too_far(move)
    except (ShockError, ReachError) as error:
        raise click.BadParameter(str(error), param_hint="--shock") from None
    return scene, move


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
