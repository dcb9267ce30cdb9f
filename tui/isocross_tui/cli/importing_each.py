"""Many accounts as a folder of workspaces, a payload each or all in a table: `isocross import FILES --each FOLDER`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import click

from isocross.disk.input import STANDARD_INPUT
from isocross.exchange import Imported, Kind
from isocross.format import counted
from isocross.regular import is_folder, reason
from isocross.workspace import Faults, SaveError, dump
from isocross.workspace.templates import TemplateError, write_new
from isocross_tui.cli.common import refuse

_SAME = "the same"
"""How a figure that agrees is told: of many accounts only what was guessed, left out or differs is."""
PAYLOADS = (".json", ".csv")
"""Of a folder, the files that are read."""


def import_each(files: Sequence[str], folder: str, force: bool, read: Callable[[str], Imported]) -> NoReturn:
    """Write a workspace for each file; one that cannot be read is told, and the others go on. Ends with 1 then.

    Args:
        files: payloads, and folders of them.
        folder: where the workspaces go, each by the name of its file.
        force: whether files that are there already are replaced.
        read: imports one file.
    """
    every = [name for given in files for name in _in(given)]
    done: set[str] = set()
    _made(folder)
    for name in every:
        try:
            imported = read(name)
            for note in imported.notes:
                if note.kind is not Kind.TAKEN and not note.message.endswith(_SAME):
                    click.echo(note.told(with_origin=True), err=True)
            stem = "standard-input" if name == STANDARD_INPUT else Path(name).stem
            # a file of the same name in another folder never replaces one that was just written
            write_new(dump(imported.workspace), str(Path(folder, f"{stem}.toml")), force and stem not in done)
            done.add(stem)
        except (Faults, SaveError, TemplateError) as error:
            click.echo(str(error), err=True)
    raise _ended(folder, len(done), len(every))


def write_each(table: str, folder: str, force: bool) -> NoReturn:
    """Write a workspace for each account of a table, each by its name; ends with 1 where one could not be written."""
    from isocross.risk import Input, named_accounts  # noqa: PLC0415 - most imports are of one account

    done: set[str] = set()
    found = 0
    _made(folder)
    for named in named_accounts([table], Input()):
        found += 1
        try:
            if named.workspace is None:
                click.echo(str(named.faults), err=True)
                continue
            # a name with a stroke in it would be a file elsewhere
            stem = named.name.replace("/", "-").replace("\\", "-").lstrip(".")
            write_new(dump(named.workspace), str(Path(folder, f"{stem}.toml")), force and stem not in done)
            done.add(stem)
        except (Faults, SaveError, TemplateError) as error:
            click.echo(str(error), err=True)
    raise _ended(folder, len(done), found)


def _made(folder: str) -> None:
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        refuse(ValueError(f"{folder} is a file (expected a folder)"))
    except OSError as error:
        refuse(ValueError(f"{folder} cannot be made: {reason(error)}"))


def _ended(folder: str, written: int, found: int) -> SystemExit:
    click.echo(f"{folder}: {written} of {counted(found, 'account')} written", err=True)
    return SystemExit(0 if found and written == found else 1)


def _in(given: str) -> Iterator[str]:
    """The payloads of a folder, in the order of their names; a file is itself."""
    if not is_folder(given):
        yield given
        return
    yield from sorted(str(path) for path in Path(given).rglob("*") if path.suffix.lower() in PAYLOADS)
