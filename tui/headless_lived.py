"""What a command prints of an account on its path: a shock, or a place or a time of a lived path."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import click

from engine.lived.bars import HistoryError
from engine.lived.scene import LivedScene, lived_scene
from engine.money import ZERO, text
from engine.papers import GlidePaper, LivedPaper, Paper
from engine.shock import ShockError, parse_part
from engine.workspace import Workspace
from tui.headless import book_under, fraction, print_json, refuse, scene_of


def lived_of(workspace: Workspace, source: str, venue: str | None, shock: str | None) -> LivedScene | None:
    """What happens on a workspace's lived path; None where it has none, or a shock is asked for instead."""
    if shock is not None or not workspace.scenario.path.lived:
        return None
    try:
        return lived_scene(book_under(workspace, source, venue), workspace.scenario)
    except HistoryError as error:
        refuse(error)


def place_on(scene: LivedScene, at: str | None) -> Decimal:
    """A place of a path, or a time of one with a clock; its end without either."""
    if at is None:
        return scene.path.end
    moment = _moment(at)
    asked = None if moment is None else scene.path.place_of(moment)
    if asked is not None:
        return asked
    try:
        place = parse_part(at)
    except ShockError:
        place = Decimal(-1)
    if not 0 <= place <= scene.path.end:
        clock = ", or a time such as 2025-10-10T21:15" if scene.path.time(ZERO) else ""
        expected = f"expected a number from 0 to {text(scene.path.end)}{clock}"
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
    return GlidePaper(workspace.name, *scene_of(workspace, source, venue, shock), part)


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
