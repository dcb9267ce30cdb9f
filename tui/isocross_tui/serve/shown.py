"""What is shown to visitors: workspaces read and checked once, before the first of them comes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from isocross.rules.catalogue import know_only_shipped
from isocross.workspace import dump
from isocross_tui.user.files import file_name
from isocross_tui.user.gate import Gate

NAMES: Final = 99
"""Files of the same name that are told apart by a number."""


class ShownError(ValueError):
    """Something that cannot be shown, in words."""


def shown_files(names: Sequence[str], most: int) -> dict[str, bytes]:
    """Read what is shown, by the short names it gets; raises Faults, ShownError or OSError.

    From now on this process knows no venue but the shipped ones, as the desks of the visitors do.

    Args:
        names: files, shipped workspaces and codes.
        most: files that a visit may have, of which one at least is the visitor's own.
    """
    if len(names) >= most:
        raise ShownError(f"{len(names)} workspaces are too many to show: expected at most {most - 1}.")
    know_only_shipped()
    gate = Gate()
    files: dict[str, bytes] = {}
    for name in names:
        source = gate.open(name)
        data = None if source.path is None else gate.look_at(source.path).data
        stem = PurePath(source.path).stem if source.path is not None else source.shipped_as or source.workspace.name
        files[_free(file_name(stem), files)] = dump(source.workspace).encode() if data is None else data
    return files


def _free(name: str, taken: dict[str, bytes]) -> str:
    """A name that is not taken yet."""
    stem = PurePath(name).stem
    names = (name, *(f"{stem}-{number}.toml" for number in range(2, NAMES)))
    return next(each for each in names if each not in taken)
