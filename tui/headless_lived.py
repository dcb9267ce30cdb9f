"""Lived paths on the command line: the scene of a file, and a place or a time on it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import click

from engine.lived import report
from engine.lived.bars import HistoryError
from engine.lived.scene import LivedScene, lived_scene
from engine.money import ZERO, text
from engine.shock import ShockError, parse_part
from engine.workspace import Workspace
from tui.headless import book_under, print_json, refuse


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


def print_timeline(name: str, scene: LivedScene, *, as_json: bool, as_csv: bool) -> None:
    """Print all that happens on a lived path."""
    if as_json:
        print_json(report.lived_timeline_json(name, scene))
    elif as_csv:
        click.echo(report.lived_csv(scene), nl=False)
    else:
        click.echo(report.lived_timeline_sheet(name, scene), nl=False)


def _moment(words: str) -> datetime | None:
    """A time as it is written, of UTC where it does not say; None where it is none."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
