"""A workspace document written in Python: dictionaries and lists, their numbers made exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from isocross.library.numbers import exact_number
from isocross.workspace.texts import number_or_text


def plain(value: Any, key: str = "") -> Any:
    """Make a value what the reader of a workspace file expects: a text that is a number becomes one, "-30%" a share."""
    if isinstance(value, Mapping):
        return {str(name): plain(part, str(name)) for name, part in value.items() if part is not None}
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return number_or_text(value, key)
    if isinstance(value, Sequence):
        return [plain(part, key) for part in value]
    return exact_number(value, key or "a number")
