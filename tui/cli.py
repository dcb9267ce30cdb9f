"""The command line: `isocross` opens the desk, the other commands print and never import Textual."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine import profiles, report, sheet
from engine.scene import Scene, Shock
from engine.shock import ShockError, parse_move, parse_shock
from engine.workspace import Faults, Workspace, book_of, load_bytes, load_file, shipped
from tui.launch import open_desk


class DeskByDefault(click.Group):
    """A group whose first word may also be the file to open on the desk."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the hidden `desk` command before a file name, and where there is nothing at all."""
        if not args or (args[0] not in self.commands and not args[0].startswith("-")) or args == ["-"]:
            args = ["desk", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DeskByDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="isocross")
def main() -> None:
    """A rehearsal room for leveraged futures accounts.

    isocross [FILE] opens the desk on a workspace file, or on a shipped one by its name.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")


@main.command(hidden=True)
@click.argument("file", required=False)
def desk(file: str | None) -> None:
    """Open the desk."""
    raise SystemExit(open_desk(file))


# --- what every headless command takes -----------------------------------------------------------


def _read(source: str) -> Workspace:
    """The workspace of a path, of standard input (`-`) or of a shipped name; ends with 1 when it is bad."""
    try:
        if source == "-":
            return load_bytes(sys.stdin.buffer.read(), "standard input")
        known = shipped()
        path = known[source] if source in known and not Path(source).exists() else Path(source)
        return load_file(path)
    except Faults as faults:
        click.echo(str(faults), err=True)
        raise SystemExit(1) from None


def _scene(source: str, venue: str | None, shock: str | None) -> tuple[Workspace, Scene, Shock]:
    workspace = _read(source)
    if venue is not None and venue not in profiles.profile_ids():
        raise click.BadParameter(f"no venue {venue!r}: expected one of {', '.join(profiles.profile_ids())}")
    try:
        book = book_of(workspace, venue=venue, origin=source)
    except Faults as faults:
        click.echo(str(faults), err=True)
        raise SystemExit(1) from None
    try:
        move: Shock = workspace.scenario.shock if shock is None else parse_shock(shock, book.markets)
    except ShockError as error:
        raise click.BadParameter(str(error), param_hint="--shock") from None
    return workspace, Scene(book, workspace.scenario.betas, workspace.scenario.path), move


def _fraction(_context: click.Context, _option: click.Parameter, value: str | None) -> Decimal:
    try:
        at = Decimal(1) if value is None else parse_move(value)
    except ShockError:
        at = Decimal(-1)
    if not 0 <= at <= 1:
        raise click.BadParameter(f"{value!r} is not a part of the way: expected a number from 0 to 1")
    return at


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("file"),
        click.option("--shock", help="-30%, -0.3, or BTCUSDT=-30%,ETHUSDT=+5%; the file's own without it."),
        click.option("--venue", help="Another venue's rules; what the file changed of its own is left out."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    ):
        command = option(command)
    return command


def _print_json(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


# --- commands ------------------------------------------------------------------------------------


@main.command("report")
@_options
@click.option("--at", callback=_fraction, help="How far along the shock, from 0 to 1; 1 without it.")
def report_command(file: str, shock: str | None, venue: str | None, as_json: bool, at: Decimal) -> None:
    """Every figure of an account at the end of a shock."""
    workspace, scene, move = _scene(file, venue, shock)
    if as_json:
        _print_json(report.frame_json(workspace.name, scene, move, at))
    else:
        click.echo(sheet.frame_sheet(workspace.name, scene, move, at), nl=False)


@main.command("run")
@_options
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def run_command(file: str, shock: str | None, venue: str | None, as_json: bool, as_csv: bool) -> None:
    """Everything that happens on the way to a shock, in order."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv cannot be given together")
    workspace, scene, move = _scene(file, venue, shock)
    if as_json:
        _print_json(report.timeline_json(workspace.name, scene, move))
    elif as_csv:
        click.echo(sheet.timeline_csv(scene, move), nl=False)
    else:
        click.echo(sheet.timeline_sheet(workspace.name, scene, move), nl=False)


@main.command()
@click.argument("files", nargs=-1, required=True)
def check(files: tuple[str, ...]) -> None:
    """Validate workspace files; every fault with its line and what was expected."""
    bad = False
    for source in files:
        try:
            workspace = _read(source)
        except SystemExit:
            bad = True
            continue
        held = len(workspace.positions)
        click.echo(f"{source}: good, {held} position{'' if held == 1 else 's'} at {workspace.venue.profile}")
    raise SystemExit(1 if bad else 0)


@main.command()
def venues() -> None:
    """The venues, and what sets each apart."""
    for profile in map(profiles.load_profile, profiles.profile_ids()):
        click.echo(f"{profile.id:<10} {profile.title}: {profile.cross_machine} cross, as of {profile.as_of}")


@main.command()
def themes() -> None:
    """The themes, and what each is for."""
    from tui.themes import load_themes, theme_folders  # noqa: PLC0415 - only this command needs it

    loaded = load_themes(theme_folders())
    for name, theme in loaded.themes.items():
        click.echo(f"{name:<10} {theme.description}")
    for problem in loaded.problems:
        click.echo(problem, err=True)
    raise SystemExit(1 if loaded.problems else 0)
