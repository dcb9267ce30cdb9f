"""`isocross serve`: the desk for visitors, who get nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from isocross.toml.faults import cut
from isocross.workspace import Faults
from isocross_tui.cli.common import refuse
from isocross_tui.cli.numbers import PORT, Number, Whole
from isocross_tui.serve.limits import KIB, MIB, Limits

MISSING: Final = "This needs what `pip install 'isocross[serve]'` installs: {}."
NO_POSIX: Final = "This needs a system with pseudo-terminals, such as Linux or macOS."


_SIDE: Final = re.compile(r"[0-9]{1,4}")


class WindowSize(click.ParamType[tuple[int, int]]):
    """Columns and rows, as in 300x100."""

    name = "COLUMNSxROWS"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read them; refuses what is less than the desk needs."""
        columns, _, rows = value.partition("x")
        if not (_SIDE.fullmatch(columns) and _SIDE.fullmatch(rows) and int(columns) >= 80 and int(rows) >= 24):
            self.fail(f"{cut(value)!r} is not a valid size: expected 80x24 to 9999x9999", param, ctx)
        return int(columns), int(rows)


_OPTIONS: Final = (
    ("--visits", "visits", Whole(1, 64), "Visits at the same time"),
    ("--per-address", "visits_of_address", Whole(1), "Visits from one address at the same time"),
    ("--connects", "connects", Whole(1), "Connections from one address in ten seconds"),
    ("--login", "login_s", Number("1"), "Seconds from a connection to its first screen"),
    ("--idle", "idle_s", Number("1"), "Seconds without a key after which a visit ends"),
    ("--lifetime", "lifetime_s", Number("1"), "Seconds after which a visit ends"),
    ("--memory", "memory", Whole(128), "MiB of memory for a visit"),
    ("--cpu", "cpu_s", Whole(5), "Seconds of processor time for a visit"),
    ("--solve", "solve_s", Number("0.1"), "Seconds that one step of a visitor may take"),
    ("--bytes-out", "bytes_out", Whole(1), "MiB that a visit may paint"),
    ("--window", "window", WindowSize(), "Columns and rows that a desk has at most"),
    ("--paste", "paste", Whole(1), "kB of one paste"),
    ("--files-kept", "files_kept", Whole(2), "Files in the folder of a visit"),
    ("--size-kept", "size_kept", Whole(1), "MiB of all files in the folder of a visit"),
    ("--open-files", "open_files", Whole(32), "Files that a visit has open at the same time"),
)
_UNITS: Final = {"memory": MIB, "bytes_out": MIB, "size_kept": MIB, "paste": KIB}


def limit_options(*of_server: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of the limits, which it gets as one `limits`.

    Args:
        of_server: the limits that only a server of many visits has; without them they are left out.
    """

    def options(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_limits(**given: Any) -> None:
            chosen = {name: given.pop(name) for name in [field.name for field in fields(Limits)] if name in given}
            chosen |= {name: chosen[name] * unit for name, unit in _UNITS.items() if name in chosen}
            chosen |= {name: float(value) for name, value in chosen.items() if isinstance(value, Decimal)}
            command(limits=Limits(**chosen), **given)

        decorated: Callable[..., None] = with_limits
        for flag, name, kind, help_text in reversed(_OPTIONS):
            if name in of_server or name not in _OF_SERVER:
                default = getattr(Limits, name)
                default = (
                    "x".join(map(str, default)) if name == "window" else format(default / _UNITS.get(name, 1), "g")
                )
                bounds = "" if isinstance(kind, WindowSize) else f", {kind.bounds}"
                told = f"{help_text}{bounds}. Default: {default}."
                decorated = click.option(flag, name, type=kind, default=default, help=told)(decorated)
        return decorated

    return options


_OF_SERVER: Final = ("visits", "visits_of_address", "connects", "login_s")


_room_option = click.option(
    "--room",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the folders of the visits are. Default: the program's state folder.",
)


@click.group()
def serve() -> None:
    """Show the desk to visitors, and nothing else of this machine."""
    if os.name != "posix":
        refuse(ValueError(NO_POSIX))


@serve.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--port", type=PORT, default=2222, help="Where it listens; 0 takes a free port. Default: 2222.")
@click.option("--public", is_flag=True, help="Listen to every address. Default: only to this machine.")
@click.option("--authorized-keys", type=click.Path(path_type=Path), help="Who may come, as OpenSSH writes it.")
@click.option("--anonymous", is_flag=True, help="Everybody may come.")
@click.option("--follow", is_flag=True, help="Present on this terminal; visitors follow live, or try for themselves.")
@_room_option
@limit_options(*_OF_SERVER)
def ssh(
    files: tuple[str, ...],
    port: int,
    public: bool,
    authorized_keys: Path | None,
    anonymous: bool,
    follow: bool,
    room: Path | None,
    limits: Limits,
) -> None:
    """Show workspaces over SSH.

    Each visitor gets a copy of each FILE, and a desk on the first one.
    """
    if anonymous is (authorized_keys is not None):
        raise click.UsageError("expected who may come: --authorized-keys FILE, or --anonymous")
    _need("asyncssh")
    shown = _shown(files, limits)

    def run(hub: Path | None = None, began: Callable[[str], None] = lambda _: None) -> None:
        from isocross_tui.serve.nursery import can_fork, found  # noqa: PLC0415 - only this command needs it

        # before anything has begun a thread
        nursery = found() if can_fork() else None
        from isocross_tui.serve.ssh_command import Entrance, run  # noqa: PLC0415 - loads the library of the extra

        run(shown, limits, room, nursery, Entrance(port, public, authorized_keys), hub, began)

    if follow:
        from isocross_tui.serve.presenting import present  # noqa: PLC0415 - only this command needs it

        raise SystemExit(present(files[0] if files else None, run))
    try:
        run()
    except ValueError as error:
        refuse(error)


@serve.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@_room_option
@limit_options("visits")
def session(files: tuple[str, ...], room: Path | None, limits: Limits) -> None:
    """Show workspaces to one visitor, on this terminal.

    Give it as the forced command of a user account for visitors.
    """
    from isocross_tui.serve.session import REFUSED, refusal, run  # noqa: PLC0415 - only this command needs it
    from isocross_tui.serve.visits import Visits  # noqa: PLC0415

    why = refusal(os.environ)
    if why:
        click.echo(why, err=True)
        raise SystemExit(REFUSED)
    raise SystemExit(run(_shown(files, limits), limits, Visits(room), dict(os.environ)))


@serve.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--port", type=PORT, default=8000, help="Where it listens; 0 takes a free port. Default: 8000.")
@_room_option
@limit_options("visits", "visits_of_address", "connects")
def web(files: tuple[str, ...], port: int, room: Path | None, limits: Limits) -> None:
    """Show workspaces in a browser of this machine.

    The address is printed.
    """
    _need("textual_serve")
    from isocross_tui.serve.nursery import can_fork, found  # noqa: PLC0415 - only this command needs it

    shown = _shown(files, limits)
    # before anything has begun a thread
    nursery = found() if can_fork() else None
    from isocross_tui.serve.web_command import run  # noqa: PLC0415 - loads the libraries of the extra

    try:
        run(shown, limits, room, nursery, port)
    except ValueError as error:
        refuse(error)


def _shown(files: tuple[str, ...], limits: Limits) -> dict[str, bytes]:
    """What is shown; ends the command when one of the files is bad."""
    from isocross_tui.serve.shown import ShownError, shown_files  # noqa: PLC0415 - only these commands need it

    try:
        return shown_files(files, limits.files_kept)
    except (Faults, ShownError) as error:
        refuse(error)


def _need(module: str) -> None:
    """End with a sentence where an extra is not installed."""
    from importlib.util import find_spec  # noqa: PLC0415 - only these commands need it

    if find_spec(module) is None:
        refuse(ValueError(MISSING.format(module)))
