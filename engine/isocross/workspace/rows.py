"""One table of the file against its schema: the checked row, or what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from isocross.toml.faults import shown
from isocross.toml.places import Path, Problem, listing, meant
from isocross.toml.tables import Flaw, FlawKind, read
from isocross.workspace.schema import Row

R = TypeVar("R", bound=Row)


def row_of(model: type[R], data: object, path: Path, problems: list[Problem]) -> R | None:
    """One table, or None and its problems."""
    if not isinstance(data, dict):
        problems.append(Problem(path, f"{shown(data)} is not a table", _one_of(model)))
        return None
    values, flaws = read(model, data)
    for flaw in flaws:
        problems.append(_problem(model, path, flaw, len(problems)))
    return None if flaws else model(values)


def _expected(model: type[Row]) -> dict[str, str]:
    """The keys of a table as the file spells them, with what each expects."""
    return {own.name: own.expected for own in model.keys.values()}


def _one_of(model: type[Row]) -> str:
    return f"the keys {listing(_expected(model))}"


def _problem(model: type[Row], path: Path, flaw: Flaw, found: int) -> Problem:
    """What is wrong with a key, in words."""
    where = (*path, flaw.name)
    if flaw.kind is FlawKind.MISSING:
        return Problem(where, "is missing", _expected(model)[flaw.name])
    if flaw.why is not None:
        return Problem(where, flaw.why.message, flaw.why.expected or _expected(model)[flaw.name])
    if flaw.name in model.RESERVED:
        return Problem(where, model.RESERVED[flaw.name], at_key=True)
    guess = meant(flaw.name, _expected(model), found)
    return Problem(where, f"there is no such key{guess}", _one_of(model), at_key=True)


def rows_of(document: Mapping[str, Any], key: str, problems: list[Problem]) -> list[tuple[int, object]]:
    """The numbered tables of a list, which may be absent."""
    rows = document.get(key, [])
    if not isinstance(rows, list):
        problems.append(Problem((key,), f"{shown(rows)} is not a list", f"tables [[{key}]]"))
        return []
    return list(enumerate(rows))


def repeats(rows: list[tuple[int, object]], key: str) -> list[tuple[int, int, str]]:
    """Where a text that must be the row's own stands again: the row, the first row that has it, and the text."""
    first: dict[str, int] = {}
    found = []
    for i, row in rows:
        own = row.get(key) if isinstance(row, dict) else None
        if isinstance(own, str) and first.setdefault(own, i) != i:
            found.append((i, first[own], own))
    return found
