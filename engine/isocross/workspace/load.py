"""Reading: from a file, bytes, text or a shipped name to a workspace whose book is valid, or to every fault of it.

A file of an older format is brought to the present one before anything else looks at it. A migration is a pure function
from a plain document of format N to one of format N + 1. It moves and renames; it checks nothing, since the schema of
the present format does. What it does not understand it leaves as it is. A document without `format` is of the present
one. On disk nothing changes until the user saves.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from isocross.disk.input import decoded, file_bytes, whole
from isocross.records import dataclass
from isocross.regular import real_path, size_words
from isocross.rules.switches import AccountMode
from isocross.toml.faults import Fault, Faults
from isocross.toml.places import Places, faults_of
from isocross.toml.read import SIZE_LIMIT, parse
from isocross.toml.texts import TEXT_LIMIT
from isocross.workspace.build import Parts, check
from isocross.workspace.model import FORMAT, Workspace
from isocross.workspace.reading import draft_of

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
            message = f"this is not a document of format {step}, so it cannot be brought to format {step + 1}"
            raise Faults(origin, [Fault("format", message, f"a file of format {newest}")]) from None
    return current


def _is_older(found: object, migrations: Mapping[int, Migration], newest: int) -> bool:
    """Whether there is a way from that format to the newest."""
    if isinstance(found, bool) or not isinstance(found, int) or not min(migrations, default=newest) <= found < newest:
        return False
    return all(step in migrations for step in range(found, newest))


FOLDER = Path(__file__).resolve().parent / "shipped"


def shipped() -> dict[str, Path]:
    """The file of each shipped workspace, by name, alphabetical."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


@dataclass(frozen=True)
class Source:
    """A workspace and the file to save it to, if it has one."""

    workspace: Workspace
    path: str | None = None
    digest: str = ""
    """What its content is known by."""
    shipped_as: str = ""
    """The name of a shipped workspace."""
    real: str = ""
    """Where the path led to when it was read."""

    @property
    def key(self) -> str:
        """What changes of it are kept under: one name for every path that leads to the same file."""
        if self.path is not None:
            return f"file:{self.real or real_path(self.path)}"
        return f"shipped:{self.shipped_as}" if self.shipped_as else f"unnamed:{self.workspace.name}"


SUFFIX = ".toml"
DEFAULT_NAME = "Untitled"
"""Of a workspace whose text has no name and is from no file."""


def load_file(path: str | os.PathLike[str]) -> Workspace:
    """The workspace in a file.

    Raises:
        Faults: whatever is wrong with it, from a missing file to a position that its venue would not allow.
    """
    return load_bytes(file_bytes(path, SIZE_LIMIT, "a workspace file", shipped()), os.fspath(path))


def is_workspace(text: str) -> bool:
    """Tell whether a text is meant for a workspace, whatever is wrong with it; for who expects something else."""
    try:
        return "positions" in text and "positions" in parse(text, "")
    except Faults:
        return False


def load_bytes(data: bytes, origin: str = "workspace") -> Workspace:
    """The workspace in the bytes of a file."""
    if len(data) > SIZE_LIMIT:
        raise whole(origin, "the file is too large", size_words(SIZE_LIMIT))
    return load_text(decoded(data, origin), origin)


def load_text(text: str, origin: str = "workspace") -> Workspace:
    """The workspace in a text; a file without a name for it takes the name of `origin` when that is a file."""
    return load_document(parse(text, origin), origin, text)


def load_document(document: Document, origin: str = "workspace", text: str | None = None) -> Workspace:
    """The workspace in a document that is read already; each fault stands where the text has its key, if it has."""
    draft = draft_of(migrated(document, origin))
    problems = list(draft.problems)
    account = AccountMode.STANDARD if draft.head is None else draft.head.account
    currency = None if draft.head is None else draft.head.currency
    strict = draft.head is not None and draft.head.strict
    parts = Parts(
        draft.venue,
        draft.wallet,
        draft.markets,
        draft.positions,
        currency,
        draft.scenario,
        draft.orders,
        strict,
        account,
        draft.assets,
    )
    check(parts, problems)
    if problems:
        raise faults_of(problems, origin, None if text is None else Places(text))
    return draft.workspace(_name_for(origin))


def _name_for(origin: str) -> str:
    stem = Path(origin).stem[:TEXT_LIMIT]
    return stem if origin.endswith(SUFFIX) and stem.isprintable() else DEFAULT_NAME
