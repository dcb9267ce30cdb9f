"""`isocross talk`: the desk in plain sentences, one line in, for screen readers, logs and scripts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress

import click

from isocross.workspace import Faults
from isocross_tui.cli.common import refuse


@click.command("talk")
@click.argument("file", required=False)
def talk(file: str | None) -> None:
    """Use the desk in words: one line in, sentences out.

    There is no colour, and nothing that was printed changes. Lines may come from a pipe. Then the exit code is 1
    where a line could not be done. `help` tells every verb.
    """
    from isocross_tui.cli.desk import prepare  # noqa: PLC0415

    prepare(os.environ)
    from isocross_tui.talk import Talk, converse, hear  # noqa: PLC0415 - loads the forms of the desk
    from isocross_tui.user.gate import Gate  # noqa: PLC0415
    from isocross_tui.user.settings import face_of_user  # noqa: PLC0415

    gate, there = Gate(), sys.stdin.isatty()
    try:
        source = gate.open(file)
    except Faults as faults:
        refuse(faults)
    desk = Talk(source, gate, face_of_user(os.environ, None, None), asks=there)
    # the account first, so that a listener knows where it begins
    for told in hear(desk, "account") if desk.answer is None else ():
        click.echo(told)
    good = converse(desk, _typed() if there else sys.stdin, click.echo)
    if not desk.over and desk.state.unsaved:
        click.echo(f"“{desk.state.workspace.name}” has changes that were not saved.")
    raise SystemExit(0 if good or there else 1)


def _typed() -> Iterator[str]:
    """What is typed at a terminal, with the line editing of the system; its end asks like `quit`, twice ends it."""
    with suppress(ImportError):
        import readline  # noqa: PLC0415 - where it is there, lines can be edited and called back

        # it would else switch the terminal to another way of pasting
        readline.parse_and_bind("set enable-bracketed-paste off")
    ended = False
    while True:
        try:
            line = input("> ")
        except KeyboardInterrupt:
            click.echo("")
            continue
        except EOFError:
            click.echo("")
            if ended:
                return
            ended = True
            yield "quit"
        else:
            ended = False
            yield line
