"""`isocross [FILE]` and `isocross demo`: the desk."""

from __future__ import annotations

import click

from engine.workspace import Faults
from engine.workspace.short_code import is_code, open_code
from tui.cli_lists import keys_option
from tui.headless import refuse
from tui.launch import open_demo, open_desk

_ascii_option = click.option("--ascii/--no-ascii", "ascii_only", default=None, help="Draw in ASCII only, or never.")


@click.command(hidden=True)
@click.argument("file", required=False)
@keys_option
@_ascii_option
def desk(file: str | None, keys: str | None, ascii_only: bool | None) -> None:
    """Open the desk."""
    if file is not None and is_code(file):
        try:
            open_code(file)
        except Faults as faults:
            refuse(faults)
    raise SystemExit(open_desk(file, keys, ascii_only))


@click.command()
@_ascii_option
def demo(ascii_only: bool | None) -> None:
    """The desk playing by itself, one lesson after the other, until a key is pressed."""
    raise SystemExit(open_demo(ascii_only))
