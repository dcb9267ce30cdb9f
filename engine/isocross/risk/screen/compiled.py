"""Compile functions over plain arrays where numba is there; without it they are the same functions of Python."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

try:
    _njit = importlib.import_module("numba").njit
except ModuleNotFoundError:
    _njit = None

HAS_NUMBA = _njit is not None
"""Whether what is marked here is compiled."""
NO_NUMBA = "Without numba cascades took longer: pip install 'isocross[batch]'. The figures are the same."


def compiled(function: F) -> F:
    """Compile a function when it is first called, and keep it on disk where there is a place for it."""
    if _njit is None:
        return function
    try:
        made: F = _njit(cache=True, error_model="numpy")(function)
    except RuntimeError:
        # no folder for it can be written
        made = _njit(error_model="numpy")(function)
    return made
