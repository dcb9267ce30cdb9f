"""Reading: from a file, bytes or text to a workspace whose book is valid, or to every fault of it."""

from __future__ import annotations

import os
from pathlib import Path

from engine.regular import size_words
from engine.workspace.build import Parts, check
from engine.workspace.guard import SIZE_LIMIT
from engine.workspace.input import decoded, file_bytes, whole
from engine.workspace.locate import Places
from engine.workspace.migrations import migrated
from engine.workspace.model import NAME_LIMIT, Workspace
from engine.workspace.problems import faults_of
from engine.workspace.shipped import shipped
from engine.workspace.syntax import parse

SUFFIX = ".toml"
DEFAULT_NAME = "Untitled"
"""Of a workspace whose text has no name and is from no file."""


def load_file(path: str | os.PathLike[str]) -> Workspace:
    """The workspace in a file.

    Raises:
        Faults: whatever is wrong with it, from a missing file to a position that its venue would not allow.
    """
    return load_bytes(file_bytes(path, SIZE_LIMIT, "a workspace file", shipped()), os.fspath(path))


def load_bytes(data: bytes, origin: str = "workspace") -> Workspace:
    """The workspace in the bytes of a file."""
    if len(data) > SIZE_LIMIT:
        raise whole(origin, "the file is too large", size_words(SIZE_LIMIT))
    return load_text(decoded(data, origin), origin)


def load_text(text: str, origin: str = "workspace") -> Workspace:
    """The workspace in a text; a file without a name for it takes the name of `origin` when that is a file."""
    from engine.workspace.draft import draft_of  # noqa: PLC0415 - pydantic is slow to import

    draft = draft_of(migrated(parse(text, origin), origin))
    problems = list(draft.problems)
    wallet = None if draft.head is None else draft.head.wallet
    currency = None if draft.head is None else draft.head.currency
    strict = draft.head is not None and draft.head.strict
    check(
        Parts(draft.venue, wallet, draft.markets, draft.positions, currency, draft.scenario, draft.orders, strict),
        problems,
    )
    if problems:
        raise faults_of(problems, origin, Places(text))
    return draft.workspace(_name_for(origin))


def _name_for(origin: str) -> str:
    stem = Path(origin).stem[:NAME_LIMIT]
    return stem if origin.endswith(SUFFIX) and stem.isprintable() else DEFAULT_NAME
