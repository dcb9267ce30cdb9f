"""Draws of random examples that cost little: a strategy that is made anew for each example is checked anew too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import EnumType
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
up_to = cache(lambda most: st.integers(0, most))


def composite(function: Callable[..., T]) -> Callable[..., st.SearchStrategy[T]]:
    """As the composite of hypothesis, and made once for each of what it is called with, which can be hashed."""
    return cache(st.composite(function))


def pick(draw, options: Sequence[T]) -> T:
    """One of some, the first where it can be; as `draw(st.sampled_from(options))`, without a strategy of its own."""
    options = tuple(options) if isinstance(options, EnumType) else options
    return options[draw(up_to(len(options) - 1))]
