"""A page for `man`, made of the same tree of commands that runs."""

from __future__ import annotations

from collections.abc import Iterator

import click

from isocross import __version__


def man_page(group: click.Group, context: click.Context) -> str:
    """Write the page: what isocross is, and every command with its options."""
    return "\n".join(_lines(group, context)) + "\n"


def _lines(group: click.Group, context: click.Context) -> Iterator[str]:
    yield f'.TH ISOCROSS 1 "" "isocross {__version__}" "User Commands"'
    yield from (".SH NAME", "isocross \\- rehearse leveraged futures accounts in the terminal")
    yield from (".SH SYNOPSIS", ".B isocross", "[FILE] | COMMAND [ARGUMENTS]")
    yield ".SH DESCRIPTION"
    yield from _paragraphs(group.help or "")
    yield ".SH COMMANDS"
    for own in commands(context):
        called = own.command_path.removeprefix(f"{context.command_path} ")
        yield f".SS {_plain(' '.join((called, *own.command.collect_usage_pieces(own))))}"
        yield from _paragraphs(own.command.help or "")
        for written, said in _options(own.command, own):
            yield from (".TP", f".B {_plain(written)}", _plain(said))
    yield from (".SH EXIT STATUS", "0 done, 1 the input is bad, 2 wrong usage, 130 stopped by ctrl+c.")
    yield from (".SH SEE ALSO", "isocross docs lists the pages that come with it.")


def commands(context: click.Context) -> Iterator[click.Context]:
    """List every command below this one that is not hidden, each before those below it."""
    group = context.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and not command.hidden:
            own = click.Context(command, info_name=name, parent=context)
            yield own
            yield from commands(own)


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for param in command.get_params(context):
        record = param.get_help_record(context) if isinstance(param, click.Option) else None
        if record is not None:
            yield record


def _paragraphs(words: str) -> Iterator[str]:
    for paragraph in words.split("\n\n"):
        yield from (".PP", _plain(" ".join(paragraph.split())))


def _plain(words: str) -> str:
    """Text as roff takes it: no dash is a hyphen, and no line begins a request."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
