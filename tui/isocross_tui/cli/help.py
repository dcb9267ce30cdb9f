"""`isocross help`: all commands, or what one of them takes."""

from __future__ import annotations

import click

from isocross.disk.input import neighbours
from isocross.toml.faults import shown
from isocross.toml.places import meant
from isocross.workspace.load import shipped


@click.command("help")
@click.argument("command", required=False)
@click.pass_context
def help_command(context: click.Context, command: str | None) -> None:
    """List all commands, or the options of a COMMAND."""
    group = context.parent
    if group is None or not isinstance(group.command, click.Group):
        return
    if command is None:
        click.echo(group.get_help())
        return
    known = group.command.get_command(group, command)
    if known is None:
        refuse_unknown(command, group.command.list_commands(group), files=False)
        return
    with click.Context(known, info_name=command, parent=group) as own:
        click.echo(known.get_help(own))


def refuse_unknown(word: str, names: list[str], files: bool = True) -> None:
    """Raise a usage error on a word that nothing is called, with what was probably meant.

    Args:
        word: what was given.
        names: of the commands.
        files: whether the name of a shipped workspace or of a file would do too.
    """
    known = [*names, *shipped(), *neighbours(word)] if files else names
    if word in known:
        return
    guess = meant(word, known) or "; isocross help lists the commands"
    raise click.UsageError(f"no command {'and no file ' if files else ''}is called {shown(word)}{guess}")
