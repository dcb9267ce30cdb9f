"""`isocross cast`: the desk on a lesson or an account as a recording, made without a terminal."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

from isocross.lessons.files import Lesson, load_lessons
from isocross.lessons.play import LessonError
from isocross.paths.bars import HistoryError
from isocross.regular import is_absent
from isocross.rehearsal.kinds.replay import shipped_history
from isocross.rehearsal.scenario import PathKind
from isocross.workspace import Faults, Workspace
from isocross.workspace.load import Source, shipped
from isocross.workspace.model import VenueChoice
from isocross_tui.cli.common import check_venue, lived_of, read, refuse, rehearsal_of
from isocross_tui.cli.numbers import Number
from isocross_tui.cli.picture import expect_room, force_option, put, size_option, theme_option

if TYPE_CHECKING:
    from isocross_tui.cast import Script

_ENDINGS = (".cast", ".svg")


def _output(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if PurePath(value).suffix.lower() not in _ENDINGS:
        raise click.BadParameter(f"{value!r} names no recording: expected a name with the ending .cast or .svg")
    return value


@click.command("cast")
@click.argument("played", metavar="LESSON|FILE")
@click.option("-o", "--output", required=True, callback=_output,
              help="Where to: .cast for terminal players, .svg for a picture that moves.")  # fmt: skip
@click.option("--shock", help="The common move to play to, such as -30%. Default: the file's own path.")
@click.option("--venue", help="Another venue's rules, without the file's own changes.")
@click.option("--window", help="A past crash to play it through, such as 2025-10-10.")
@click.option("--lesson", "as_lesson", is_flag=True, help="Play the lesson, not the account of the same name.")
@size_option("100x30")
@theme_option
@click.option("--pace", default="1", type=Number("0.1", "20"),
              help="How slow it is, 0.1 to 20: 2 takes twice as long. Default: 1.")  # fmt: skip
@click.option(
    "--asciicast", "version", default="3", type=click.Choice(["3", "2"]), help="Version of a .cast. Default: 3."
)
@force_option
def cast(  # noqa: PLR0913 - one for each option
    *, played: str, output: str, shock: str | None, venue: str | None, window: str | None, as_lesson: bool,
    size: tuple[int, int], theme: str | None, pace: Decimal, version: str, force: bool,
) -> None:  # fmt: skip
    """Film the desk: a lesson, an account, or a past crash.

    It needs no terminal, and the film is the same every time. Each event has a marker.
    """
    expect_room(output, force=force)
    asked = {"--shock": shock, "--venue": venue, "--window": window}
    lesson = _lesson(played, [name for name, value in asked.items() if value is not None], as_lesson)
    workspace = None if lesson else _workspace(played, shock, venue, window)
    from isocross_tui.cli.desk import prepare  # noqa: PLC0415

    prepare(os.environ)
    from isocross_tui.cast import animated, asciicast_of, filmed  # noqa: PLC0415 - loads the toolkit

    try:
        source, script = _script(lesson, workspace, pace)
    except LessonError as error:
        refuse(ValueError(f"{played}: {error}"))
    seen = source.workspace
    if theme is not None:
        source = replace(source, workspace=replace(seen, view=replace(seen.view, theme=theme)))
    film = filmed(source, script, size)
    moving = PurePath(output).suffix.lower() == ".svg"
    put(output, animated(film) if moving else asciicast_of(film, int(version)), force=force)


def _lesson(played: str, options: list[str], as_lesson: bool) -> Lesson | None:
    """The lesson that is meant; an account of the same name goes before it, unless a lesson is asked for."""
    lessons = load_lessons().lessons
    if as_lesson and played not in lessons:
        raise click.UsageError(f"no lesson is called {played!r}: isocross lessons lists them")
    account = played in shipped() or not is_absent(played)
    if played not in lessons or (account and not as_lesson):
        if played in lessons:
            click.echo(f"{played} is the account here; the lesson of that name is played with --lesson.", err=True)
        return None
    if options:
        raise click.UsageError(f"a lesson goes its own way: leave out {', '.join(options)}")
    return lessons[played]


def _workspace(played: str, shock: str | None, venue: str | None, window: str | None) -> Workspace:
    """The account with the path that it is to be played on; ends the command where it cannot go there."""
    if shock is not None and window is not None:
        raise click.UsageError("--shock and --window cannot be given together")
    check_venue(venue)
    workspace = read(played)
    scenario = workspace.scenario
    if window is not None:
        try:
            shipped_history(window)
        except (Faults, HistoryError) as error:
            refuse(error)
        workspace = replace(workspace, scenario=replace(scenario, path=PathKind.REPLAY, window=window, moves=()))
    elif shock is not None:
        _, move = rehearsal_of(workspace, played, venue, shock)
        if not isinstance(move, Decimal):
            raise click.UsageError("the desk's slider has a common shock: expected one such as --shock -30%")
        kind = scenario.path if scenario.path is PathKind.GAP else PathKind.WHAT_IF
        workspace = replace(workspace, scenario=replace(scenario, path=kind, shock=move))
    lived_of(workspace, played, venue, None)
    return workspace if venue is None else replace(workspace, venue=VenueChoice(venue))


def _script(lesson: Lesson | None, workspace: Workspace | None, pace: Decimal) -> tuple[Source, Script]:
    from isocross_tui.cast import of_lesson, of_workspace  # noqa: PLC0415 - as above

    if lesson is not None:
        return of_lesson(lesson, pace)
    assert workspace is not None
    source = Source(workspace)
    return source, of_workspace(source, pace)
