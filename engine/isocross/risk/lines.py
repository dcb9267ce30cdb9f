"""Lines of JSON: each line one account, with the keys of a workspace file; a line may be a short code too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from isocross.disk.input import whole
from isocross.regular import size_words
from isocross.risk.named import Named, Reader
from isocross.toml.faults import Faults
from isocross.workspace.code import open_code
from isocross.workspace.load import load_document
from isocross.workspace.model import Workspace
from isocross.workspace.texts import number_or_text


def readers_of_lines(lines: Iterable[bytes], origin: str, limit: int) -> Iterator[Reader]:
    """Yield what reads the account of every line that is not blank; a line of more bytes than the limit is a fault."""
    number, begun = 0, False
    for line in lines:
        # a line that is too long comes in pieces, of which the first is told
        rest, begun = begun, not line.endswith(b"\n")
        if rest:
            continue
        number += 1
        if line.strip():
            yield partial(_account, line, f"{origin}:{number}", limit)


def _account(line: bytes, place: str, limit: int) -> Named:
    name = place.rpartition(":")[2]
    try:
        if len(line) > limit + 1:
            raise whole(place, "this line is too long", size_words(limit))
        from isocross.exchange.payload import parse  # noqa: PLC0415 - one file needs no reader of lines

        document = _plain(parse(line.rstrip(), place).value)
        if isinstance(document, dict):
            name = document["name"] if isinstance(document.get("name"), str) else f"line {name}"
        workspace = _workspace(document, place, name)
    except Faults as faults:
        # the place has the number of the line in it already
        return Named(name, place, faults=Faults(place, [replace(fault, line=None) for fault in faults.faults]))
    return Named(workspace.name, place, workspace)


def _workspace(document: Any, place: str, name: str) -> Workspace:
    if isinstance(document, str):
        return open_code(document)
    if not isinstance(document, dict):
        raise whole(place, "this is not an account", "an object with the keys of a workspace, or a short code")
    return load_document({"name": name} | document, place)


def _plain(value: Any, key: str = "") -> Any:
    """A value of JSON as the one of TOML that says the same: no null, whole numbers as such, and texts of numbers."""
    if isinstance(value, dict):
        return {name: _plain(inside, name) for name, inside in value.items() if inside is not None}
    if isinstance(value, list):
        return [_plain(inside, key) for inside in value]
    found = number_or_text(value, key) if isinstance(value, str) else value
    if isinstance(found, Decimal) and found.as_tuple().exponent == 0:
        return int(found)
    return found
