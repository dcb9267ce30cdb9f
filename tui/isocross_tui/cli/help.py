"""`isocross help`: all commands, or what one of them takes, such as `isocross help serve ssh`."""

from __future__ import annotations

import click

from isocross.disk.input import neighbours
from isocross.toml.faults import shown
from isocross.toml.places import meant
from isocross.workspace.load import shipped


@click.command("help")
@click.argument("command", metavar="[COMMAND]...", nargs=-1)
@click.pass_context
def help_command(context: click.Context, command: tuple[str, ...]) -> None:
    """List all commands, or the options of a COMMAND."""
    asked = context.find_root()
    for word in command:
        known = below(asked, word)
        if known is None:
            _refuse_below(asked, word)
            return
        asked = known
    click.echo(asked.get_help())


def below(context: click.Context, word: str) -> click.Context | None:
    """Return the context of the command that a word calls after those of another one; None where there is none."""
    group = context.command
    known = group.get_command(context, word) if isinstance(group, click.Group) else None
    return None if known is None else click.Context(known, info_name=word, parent=context)


def _refuse_below(context: click.Context, word: str) -> None:
    """Raise a usage error on a word that calls nothing."""
    group = context.command
    if not isinstance(group, click.Group):
        raise click.UsageError(f"{context.info_name} has no commands of its own, so none is called {shown(word)}")
    refuse_unknown(word, group.list_commands(context), files=False)


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
