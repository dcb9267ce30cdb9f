"""The command line: `isocross` opens the desk, the other commands print and never import Textual."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from engine import compare, profiles, report, sheet
from engine.lived import report as lived_report
from engine.lived.scene import LivedScene
from engine.workspace import Faults, Workspace
from engine.workspace.faults import escaped
from engine.workspace.short_code import is_code, open_code
from tui.cli_advise import advise
from tui.cli_explain import explain_command
from tui.cli_files import COMMANDS
from tui.cli_frontier import frontier
from tui.cli_history import history
from tui.cli_lessons import checked, lessons
from tui.cli_replay import replay_command
from tui.headless import account_options, fraction, load, print_json, read, refuse, scene_of
from tui.headless_lived import lived_of, place_on
from tui.launch import open_demo, open_desk
from tui.lessons import is_lesson
from tui.picture import Picture, picture_options


class DeskByDefault(click.Group):
    """A group whose first word may also be the file to open on the desk."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the hidden `desk` command before a file name or its flags, and where there is nothing at all."""
        if not args or args[0] not in {*self.commands, "-h", "--help", "--version"}:
            args = ["desk", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DeskByDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="isocross")
def main() -> None:
    """A rehearsal room for leveraged futures accounts.

    isocross [FILE] opens the desk on a workspace file, or on a shipped one by its name. Wherever a FILE is named, the
    short code of a workspace will do. Before the FILE: --keys NAME begins with a shipped set of keys (vim), --ascii
    draws in ASCII only, --no-ascii never does.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")


for command in (*COMMANDS, history, replay_command, advise, frontier, explain_command, lessons):
    main.add_command(command)


def _shipped_set(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The name of a shipped set of keys."""
    from tui.keymap import shipped_sets  # noqa: PLC0415 - the commands without keys start faster

    if value is not None and value not in shipped_sets():
        raise click.BadParameter(f"no set of keys is called {value!r}: expected one of {', '.join(shipped_sets())}")
    return value


_keys_option = click.option("--keys", callback=_shipped_set, help="A shipped set of keys, such as vim.")
_ascii_option = click.option("--ascii/--no-ascii", "ascii_only", default=None, help="Draw in ASCII only, or never.")


@main.command(hidden=True)
@click.argument("file", required=False)
@_keys_option
@_ascii_option
def desk(file: str | None, keys: str | None, ascii_only: bool | None) -> None:
    """Open the desk."""
    if file is not None and is_code(file):
        try:
            open_code(file)
        except Faults as faults:
            refuse(faults)
    raise SystemExit(open_desk(file, keys, ascii_only))


@main.command()
@_ascii_option
def demo(ascii_only: bool | None) -> None:
    """The desk playing by itself, one lesson after the other, until a key is pressed."""
    raise SystemExit(open_demo(ascii_only))


_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@main.command("report")
@account_options
@_json_option
@click.option("--at", help="How far along the shock, from 0 to 1; a place or a time of a lived path.")
@picture_options
def report_command(
    file: str, shock: str | None, venue: str | None, as_json: bool, at: str | None, picture: Picture | None
) -> None:
    """Every figure of an account at the end of a shock or at a place of its lived path, or a picture of the desk."""
    workspace = read(file)
    if picture is not None:
        if as_json or at is not None:
            raise click.UsageError("--svg draws the desk at the end of the shock: leave out --json and --at")
        picture.draw(workspace, venue, scene_of(workspace, file, venue, shock)[1])
        return
    lived = lived_of(workspace, file, venue, shock)
    if lived is not None:
        place = place_on(lived, at)
        if as_json:
            print_json(lived_report.lived_json(workspace.name, lived, place))
        else:
            click.echo(lived_report.lived_sheet(workspace.name, lived, place), nl=False)
        return
    part = fraction(at)
    scene, move = scene_of(workspace, file, venue, shock)
    if as_json:
        print_json(report.frame_json(workspace.name, scene, move, part))
    else:
        click.echo(sheet.frame_sheet(workspace.name, scene, move, part), nl=False)


@main.command("run")
@account_options
@_json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def run_command(file: str, shock: str | None, venue: str | None, as_json: bool, as_csv: bool) -> None:
    """Everything that happens on the way to a shock, or on the file's lived path, in order."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv cannot be given together")
    workspace = read(file)
    lived = lived_of(workspace, file, venue, shock)
    if lived is not None:
        _run_lived(workspace, lived, as_json=as_json, as_csv=as_csv)
        return
    scene, move = scene_of(workspace, file, venue, shock)
    if as_json:
        print_json(report.timeline_json(workspace.name, scene, move))
    elif as_csv:
        click.echo(sheet.timeline_csv(scene, move), nl=False)
    else:
        click.echo(sheet.timeline_sheet(workspace.name, scene, move), nl=False)


def _run_lived(workspace: Workspace, lived: LivedScene, *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json(lived_report.lived_timeline_json(workspace.name, lived))
    elif as_csv:
        click.echo(lived_report.lived_csv(lived), nl=False)
    else:
        click.echo(lived_report.lived_timeline_sheet(workspace.name, lived), nl=False)


@main.command("compare")
@account_options
@_json_option
def compare_command(file: str, shock: str | None, venue: str | None, as_json: bool) -> None:
    """The same account as it is, all cross, all isolated, and under every other venue."""
    workspace = read(file)
    scene, move = scene_of(workspace, file, venue, shock)
    known = profiles.profile_ids()
    if as_json:
        print_json(compare.compare_json(workspace, scene, move, known))
    else:
        click.echo(compare.compare_sheet(workspace, scene, move, known), nl=False)


@main.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for editors.")
def check(files: tuple[str, ...], as_json: bool) -> None:
    """Validate workspace and lesson files; every fault with its line and what was expected."""
    told: list[dict[str, Any]] = []
    for source in files:
        try:
            lesson = checked(Path(source)) if is_lesson(Path(source)) else None
            workspace = None if lesson else load(source)
        except Faults as faults:
            told.append(_faults_json(source, faults))
            if not as_json:
                click.echo(str(faults), err=True)
            continue
        told.append({"file": source, "ok": True, "faults": []})
        if not as_json and lesson is not None:
            steps = f"{len(lesson.steps)} step{'' if len(lesson.steps) == 1 else 's'}"
            click.echo(f"{escaped(source)}: good, a lesson of {steps}")
        elif not as_json and workspace is not None:
            held = len(workspace.positions)
            positions = f"{held} position{'' if held == 1 else 's'}"
            click.echo(f"{escaped(source)}: good, {positions} at {workspace.venue.profile}")
    if as_json:
        print_json({"format": report.FORMAT, "files": told})
    raise SystemExit(0 if all(file["ok"] for file in told) else 1)


def _faults_json(source: str, faults: Faults) -> dict[str, Any]:
    """One file's faults as an editor wants them: a key, words, and where to put the mark."""
    keys = ("key", "message", "expected", "line", "column")
    found = [{key: getattr(fault, key) for key in keys} for fault in faults.faults]
    return {"file": source, "ok": False, "faults": found}


@main.command()
def venues() -> None:
    """The venues, and what sets each apart."""
    bad = False
    for venue in profiles.profile_ids():
        try:
            profile = profiles.load_profile(venue)
        except profiles.ProfileError as error:
            click.echo(escaped(str(error).replace("\n", "; ")), err=True)
            bad = True
        else:
            click.echo(f"{profile.id:<11} {profile.title}: {profile.cross_machine} cross, as of {profile.as_of}")
    raise SystemExit(1 if bad else 0)


@main.command()
def themes() -> None:
    """The themes, and what each is for."""
    from tui.themes import load_themes, theme_folders  # noqa: PLC0415 - only this command needs it

    loaded = load_themes(theme_folders())
    for name, theme in loaded.themes.items():
        click.echo(f"{name:<12} {theme.description}")
    for problem in loaded.problems:
        click.echo(problem, err=True)
    raise SystemExit(1 if loaded.problems else 0)


@main.command("keys")
@_keys_option
def keys_command(keys: str | None) -> None:
    """Every command with the keys it has, after the user's own keys.toml."""
    from tui.keymap import keymap_file, load_keymap  # noqa: PLC0415 - only this command needs it

    keymap = load_keymap(keymap_file(), keys)
    for command in keymap.commands:
        click.echo(f"{command.id:<22} {command.shown_keys:<12} {command.help}")
    for told in (*keymap.remarks, *keymap.problems):
        click.echo(told, err=True)
    raise SystemExit(1 if keymap.problems else 0)
