"""The kinds of path there are. A kind declares its keys in a file, what it needs, how it is called and how it is lived.

The file's reader and writer, its schema, the commands and the desk ask the kinds: a new one is a module of its own,
a line here, and a member of `PathKind` beside the fields of `Scenario` that it is made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.rehearsal.kinds.glide import GapType, WhatIfType
from isocross.rehearsal.kinds.kind import Histories, Key, LivedType, PathType
from isocross.rehearsal.kinds.replay import ReplayType
from isocross.rehearsal.kinds.walk import WalkType, WickType

if TYPE_CHECKING:
    from isocross.account.book import Book
    from isocross.rehearsal.lived import LivedRehearsal
    from isocross.rehearsal.rehearsal import Rehearsal
    from isocross.rehearsal.scenario import Scenario

GLIDE_TYPES: tuple[PathType, ...] = (WhatIfType(), GapType())
LIVED_TYPES: tuple[LivedType, ...] = (WalkType(), WickType(), ReplayType())
"""The one without needs first."""
PATH_TYPES: tuple[PathType, ...] = (*GLIDE_TYPES, *LIVED_TYPES)
PATH_KEYS: tuple[Key, ...] = tuple(key for kind in PATH_TYPES for key in kind.keys)
"""In the order of a file."""

_BY_KIND = {kind.kind: kind for kind in PATH_TYPES}


def type_of(scenario: Scenario) -> PathType:
    """Return what is known of the kind of a scenario's path."""
    return _BY_KIND[scenario.path]


def rehearse(book: Book, scenario: Scenario, history_of: Histories | None = None) -> Rehearsal:
    """Put an account on the path of a scenario.

    Args:
        book: the account at the opening.
        scenario: how the marks move, and what the user does.
        history_of: where a history is found by its name; the shipped ones without it.

    Raises:
        HistoryError: where a replay has no history, or one without the account's markets.
    """
    return type_of(scenario).rehearse(book, scenario, history_of)


def lived_rehearsal(book: Book, scenario: Scenario, history_of: Histories | None = None) -> LivedRehearsal:
    """Put an account on a path that is lived; ValueError for one that is not."""
    kind = type_of(scenario)
    if not isinstance(kind, LivedType):
        raise ValueError(f"a {kind.kind} path is not lived")
    return kind.rehearse(book, scenario, history_of)


__all__ = [
    "GLIDE_TYPES",
    "LIVED_TYPES",
    "PATH_KEYS",
    "PATH_TYPES",
    "GapType",
    "Histories",
    "Key",
    "LivedType",
    "PathType",
    "ReplayType",
    "WalkType",
    "WhatIfType",
    "WickType",
    "lived_rehearsal",
    "rehearse",
    "type_of",
]
