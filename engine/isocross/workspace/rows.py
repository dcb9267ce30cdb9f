"""One table of the file against its schema: the checked row, or what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from isocross.toml.faults import shown
from isocross.toml.places import Path, Problem, listing, meant
from isocross.workspace.schema import Row

R = TypeVar("R", bound=Row)


def row_of(model: type[R], data: object, path: Path, problems: list[Problem]) -> R | None:
    """One table, or None and its problems."""
    if not isinstance(data, dict):
        problems.append(Problem(path, f"{shown(data)} is not a table", _one_of(model)))
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems.extend(_problem(model, path, detail, len(problems)) for detail in error.errors(include_url=False))
        return None


@cache
def _keys(model: type[Row]) -> dict[str, str]:
    """The keys of a table as the file spells them, with what each expects."""
    return {info.alias or name: info.description or "" for name, info in model.model_fields.items()}


@cache
def _one_of(model: type[Row]) -> str:
    return f"the keys {listing(_keys(model))}"


def _problem(model: type[Row], path: Path, detail: ErrorDetails, found: int) -> Problem:
    """What a validator found, in words."""
    key = str(detail["loc"][0])
    keys = _keys(model)
    where = (*path, key)
    match detail["type"]:
        case "missing":
            return Problem(where, "is missing", keys[key])
        case "extra_forbidden" if key in model.RESERVED:
            return Problem(where, model.RESERVED[key], at_key=True)
        case "extra_forbidden":
            guess = meant(key, keys, found)
            return Problem(where, f"there is no such key{guess}", _one_of(model), at_key=True)
        case "fault":
            told = detail["ctx"]
            return Problem(where, told["message"], told["expected"] or keys[key])
    return Problem(where, f"{shown(detail['input'])} does not fit here", keys[key])


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
