"""`isocross venues`, `themes` and `keys`: what there is to choose from."""

from __future__ import annotations

import click

from isocross.rules import catalogue as profiles
from isocross.toml.faults import escaped


def _shipped_set(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The name of a shipped set of keys."""
    from isocross_tui.keymap import shipped_sets  # noqa: PLC0415 - the commands without keys start faster

    if value is not None and value not in shipped_sets():
        raise click.BadParameter(f"no set of keys is called {value!r}: expected one of {', '.join(shipped_sets())}")
    return value


keys_option = click.option("--keys", callback=_shipped_set, help="A shipped set of keys, such as vim.")


@click.command()
def venues() -> None:
    """List the venues, with the kind of cross margin of each."""
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


@click.command()
def themes() -> None:
    """List the themes."""
    from isocross_tui.user.themes import load_themes, theme_folders  # noqa: PLC0415 - only this command needs it

    loaded = load_themes(theme_folders())
    for name, theme in loaded.themes.items():
        click.echo(f"{name:<12} {theme.description}")
    for problem in loaded.problems:
        click.echo(problem, err=True)
    raise SystemExit(1 if loaded.problems else 0)


@click.command("keys")
@keys_option
def keys_command(keys: str | None) -> None:
    """List every command of the desk with its keys."""
    from isocross_tui.keymap import keymap_file, load_keymap  # noqa: PLC0415 - only this command needs it

    keymap = load_keymap(keymap_file(), keys)
    for command in keymap.commands:
        click.echo(f"{command.id:<22} {command.shown_keys:<12} {command.help}")
    for told in (*keymap.remarks, *keymap.problems):
        click.echo(told, err=True)
    raise SystemExit(1 if keymap.problems else 0)
