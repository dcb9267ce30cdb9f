"""The face of a room: the names that its `__init__` hands on, each imported when somebody first asks for it (PEP 562).

A start pays only for what it uses: a list of themes does not wait for the solver because some room names it. Where a
name comes from is said once, by the imports under `TYPE_CHECKING`, which type checkers and editors read as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def found(where: str) -> Any:
    """Import what stands at "module:name" and return it."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


def handed_on(room: str) -> Callable[[str], Any]:
    """Make the `__getattr__` of a room's `__init__`; a name that was asked for is an ordinary one from then on."""
    homes: dict[str, str] = {}

    def look_up(name: str) -> Any:
        if not homes:
            homes.update(_homes(room))
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        value = found(homes[name])
        setattr(sys.modules[room], name, value)
        return value

    return look_up


def _homes(room: str) -> dict[str, str]:
    """Where each name that the room's `__init__` imports for type checkers comes from."""
    import ast  # noqa: PLC0415 - only who asks a room by its face pays for it

    loader = getattr(sys.modules[room].__spec__, "loader", None)
    tree = ast.parse(loader.get_source(room) or "") if loader else ast.Module([], [])
    return {
        alias.name: f"{node.module}:{alias.name}"
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
