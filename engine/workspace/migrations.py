"""Older formats: how the document of one becomes the document of the next, before anything else looks at it.

A migration is a pure function from a plain document of format N to one of format N + 1. It moves and renames; it checks
nothing, since the schema of the present format does. What it does not understand it leaves as it is. A document without
`format` is of the present one. On disk nothing changes until the user saves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from engine.workspace.faults import Fault, Faults
from engine.workspace.model import FORMAT

Document = dict[str, Any]
Migration = Callable[[Document], Document]

MIGRATIONS: Mapping[int, Migration] = {}
"""By the format that each begins with. Format 1 is the first, so there is none yet."""


def migrated(
    document: Document,
    origin: str = "workspace",
    migrations: Mapping[int, Migration] = MIGRATIONS,
    newest: int = FORMAT,
) -> Document:
    """The document in the newest format; one of an unknown or a newer format comes back as it is, to be refused.

    Raises:
        Faults: when a document of an older format is not what its format promised.
    """
    found = document.get("format", newest)
    if not _is_older(found, migrations, newest):
        return document
    current = deepcopy(document)
    for step in range(found, newest):
        try:
            current = {**migrations[step](current), "format": step + 1}
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError):
            message = f"this is no document of format {step}, so it cannot be brought to format {step + 1}"
            raise Faults(origin, [Fault("format", message, f"a file of format {newest}")]) from None
    return current


def _is_older(found: object, migrations: Mapping[int, Migration], newest: int) -> bool:
    """Whether there is a way from that format to the newest."""
    if isinstance(found, bool) or not isinstance(found, int) or not min(migrations, default=newest) <= found < newest:
        return False
    return all(step in migrations for step in range(found, newest))
