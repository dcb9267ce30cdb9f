"""`isocross venues`, `themes` and `keys`: what there is to choose from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NoReturn

import click

from isocross.errors import IsocrossError
from isocross.regular import reason
from isocross.report.json import FORMAT
from isocross.rules import catalogue as profiles
from isocross.toml.faults import Faults, escaped
from isocross.toml.places import listing
from isocross_tui.cli.common import print_json, refuse


def _shipped_set(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The name of a shipped set of keys."""
    from isocross_tui.keymap import shipped_sets  # noqa: PLC0415 - the commands without keys start faster

    if value is not None and value not in shipped_sets():
        raise click.BadParameter(f"no set of keys is called {value!r}: expected one of {', '.join(shipped_sets())}")
    return value


keys_option = click.option("--keys", callback=_shipped_set, help="A shipped set of keys, such as vim.")


_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _tell(lines: Iterable[str], told: dict[str, Any] | None, said: Iterable[str], *, bad: bool) -> NoReturn:
    """Print a list in lines, or as JSON where that is given, and on standard error what else is to be said."""
    if told is not None:
        print_json({"format": FORMAT} | told)
    for line in lines if told is None else ():
        click.echo(line)
    for words in said:
        click.echo(words, err=True)
    raise SystemExit(1 if bad else 0)


@click.group(invoke_without_command=True)
@_json_option
@click.pass_context
def venues(context: click.Context, as_json: bool) -> None:
    """List the venues, with the kind of cross margin of each.

    `update` reads a newer public answer of a venue.
    """
    if context.invoked_subcommand is not None:
        return
    found, problems = [], []
    for venue in profiles.profile_ids():
        try:
            found.append(profiles.load_profile(venue))
        except profiles.ProfileError as error:
            problems.append(escaped(str(error).replace("\n", "; ")))
    lines = [f"{p.id:<11} {p.title}: {p.cross_machine} cross; its rules: {p.as_of}" for p in found]
    told = [
        {
            "id": p.id,
            "title": p.title,
            "cross": p.cross_machine.value,
            "as_of": p.as_of,
            "sources": p.source.split("; "),
        }
        for p in found
    ]
    _tell(lines, {"venues": told, "problems": problems} if as_json else None, problems, bad=bool(problems))


@venues.command()
@click.argument("venue")
@click.option("--from", "answer", required=True, help="The venue's public answer as JSON: a file, or - .")
@click.option("--as-of", "as_of", help="The day of the answer, where it does not say it. Default: today.")
@click.option("--yes", is_flag=True, help="Save it. Default: only print what would change.")
def update(venue: str, answer: str, as_of: str | None, yes: bool) -> None:
    """Take a public answer of VENUE into a table of your own.

    An answer has weights of collateral, leverage tiers or contract specs. What it changes is printed first. Your table
    has the date of the answer, and replaces the shipped figures.
    """
    from isocross.exchange import read_bytes, renewal  # noqa: PLC0415 - only this command needs it
    from isocross_tui.user.gate import Gate  # noqa: PLC0415 - as above

    known = listing(profiles.shipped_ids(), 20)
    if venue not in profiles.shipped_ids():
        raise click.BadParameter(f"no shipped venue is called {venue!r}: expected one of {known}", param_hint=["VENUE"])
    day = _day(as_of)
    try:
        found = renewal(read_bytes(answer), answer, venue, day)
    except Faults as faults:
        refuse(faults)
    click.echo(escaped(found.title))
    for line in found.changes:
        click.echo(f"  {escaped(line)}")
    for line in found.left_out:
        click.echo(f"  left out {escaped(line)}")
    click.echo(f"  {len(found.changes)} changed or new, {found.same} the same")
    if not yes:
        click.echo("Nothing is saved: --yes saves it.")
        return
    try:
        click.echo(f"Saved in {Gate().keep_table(venue, found.document)}")
    except OSError as error:
        raise click.ClickException(f"your table cannot be saved: {reason(error)}") from None
    except IsocrossError as error:
        raise click.ClickException(f"your table cannot be saved: {error}") from None


def _day(given: str | None) -> str:
    """A day as it is written in tables."""
    if given is None:
        return dt.datetime.now(dt.UTC).date().isoformat()
    try:
        return dt.date.fromisoformat(given).isoformat()
    except ValueError:
        raise click.BadParameter(
            f"{given!r} is not a day: expected one such as 2026-12-01", param_hint=["--as-of"]
        ) from None


@click.command()
@_json_option
def themes(as_json: bool) -> None:
    """List the themes."""
    from isocross_tui.user.themes import load_themes, theme_folders  # noqa: PLC0415 - only this command needs it

    loaded = load_themes(theme_folders())
    lines = [f"{name:<12} {theme.description}" for name, theme in loaded.themes.items()]
    told = [{"name": name, "description": theme.description} for name, theme in loaded.themes.items()]
    problems = list(loaded.problems)
    _tell(lines, {"themes": told, "problems": problems} if as_json else None, problems, bad=bool(problems))


@click.command("keys")
@keys_option
@_json_option
def keys_command(keys: str | None, as_json: bool) -> None:
    """List every command of the desk with its keys."""
    from isocross_tui.keymap import keymap_file, load_keymap  # noqa: PLC0415 - only this command needs it

    keymap = load_keymap(keymap_file(), keys)
    lines = [f"{command.id:<22} {command.shown_keys:<12} {command.help}" for command in keymap.commands]
    told = [{"id": command.id, "keys": list(command.keys), "help": command.help} for command in keymap.commands]
    remarks, problems = list(keymap.remarks), list(keymap.problems)
    whole = {"commands": told, "remarks": remarks, "problems": problems} if as_json else None
    _tell(lines, whole, (*remarks, *problems), bad=bool(problems))
