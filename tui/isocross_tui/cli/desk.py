"""`isocross [FILE]` and `isocross demo`: the desk, and what has to hold before it starts.

That there is a terminal which can show it is found out before Textual is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping

import click

from isocross.workspace import Faults
from isocross.workspace.code import is_code, open_code
from isocross_tui.cli.common import refuse
from isocross_tui.cli.lists import keys_option

_COLOUR_SYSTEMS = ("auto", "standard", "256", "truecolor", "windows")


def no_terminal(environment: MutableMapping[str, str]) -> str | None:
    """One sentence on why the desk cannot start here, or None when it can."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return "The desk needs a terminal for input and output; without one use: isocross report FILE"
    if environment.get("TERM", "") == "dumb":
        return "This terminal (TERM=dumb) cannot show the desk; use: isocross report FILE"
    return None


def prepare(environment: MutableMapping[str, str]) -> None:
    """Set what Textual reads when it is imported.

    COLUMNS and LINES would freeze the size; an unknown colour system would end in a traceback;
    smooth scrolling and animations cost bytes that a slow line does not have.
    """
    for name in ("COLUMNS", "LINES"):
        environment.pop(name, None)
    if environment.get("TEXTUAL_COLOR_SYSTEM", "auto") not in _COLOUR_SYSTEMS:
        environment.pop("TEXTUAL_COLOR_SYSTEM")
    environment["TEXTUAL_SMOOTH_SCROLL"] = "0"
    environment.setdefault("TEXTUAL_ANIMATIONS", "none")


def open_desk(
    source: str | None, keys: str | None = None, ascii_only: bool | None = None, first: str | None = None
) -> int:
    """Open the desk on a workspace and return the exit code.

    Args:
        source: a file, a shipped name or a code; None: what was open last.
        keys: a shipped set of keys; None: the user's own.
        ascii_only: whether to draw in ASCII only; None asks the settings, then the locale.
        first: id of a command that is done at once.
    """
    if not _ready():
        return 2
    from isocross_tui.app import run_desk  # noqa: PLC0415 - Textual is imported only once the terminal can show it
    from isocross_tui.user.settings import face_of_user  # noqa: PLC0415

    return run_desk(source, face_of_user(os.environ, keys, ascii_only), first)


def open_demo(ascii_only: bool | None = None) -> int:
    """Play the lessons until a key is pressed, and return the exit code."""
    if not _ready():
        return 2
    from isocross.lessons.play import playlist  # noqa: PLC0415
    from isocross_tui.demo import run_demo  # noqa: PLC0415 - as above
    from isocross_tui.user.gate import Gate  # noqa: PLC0415
    from isocross_tui.user.settings import face_of_user  # noqa: PLC0415

    return run_demo(playlist(Gate().lessons().lessons.values()), face_of_user(os.environ, None, ascii_only))


def _ready() -> bool:
    """Whether the terminal can show a desk; says why it cannot."""
    said = no_terminal(os.environ)
    if said is not None:
        print(said, file=sys.stderr)
        return False
    prepare(os.environ)
    return True


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
    """Play the lessons on the desk until a key is pressed."""
    raise SystemExit(open_demo(ascii_only))
