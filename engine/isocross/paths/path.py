"""What marks move along: a path has a place for every moment, with all marks there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Protocol

Marks = Mapping[str, Decimal]
"""The mark of each market."""
Courses = Mapping[str, tuple[Decimal, Decimal]]
"""(a, b) by market with mark = a + b × place, until the mark is zero."""


class Path(Protocol):
    """How all marks move, from place 0 to the end."""

    @property
    def is_common(self) -> bool:
        """Whether a place is the size of a common move."""

    @property
    def opening(self) -> Marks:
        """The marks where it begins."""

    @property
    def end(self) -> Decimal:
        """The last place."""

    def marks(self, place: Decimal) -> dict[str, Decimal]:
        """All marks at a place."""

    def along(self, places: Iterable[Decimal]) -> Iterator[tuple[Decimal, Marks]]:
        """The places, which are in order, each with all marks there."""

    def straight(self) -> Courses | None:
        """The course of every market, where all of the path is one straight way; None: it turns."""

    def moves(self, symbol: str) -> bool:
        """Whether a market ever moves."""

    def move(self, place: Decimal) -> Decimal | None:
        """The signed common move at a place; None where the markets go ways of their own."""

    def cursor(self, place: Decimal) -> Decimal:
        """The cursor that stands at a place: the common move of a glide, the place itself of a lived path."""

    def time(self, place: Decimal) -> datetime | None:
        """When a place is; None on a path without a clock."""

    def known_time(self, place: Decimal) -> datetime | None:
        """When a place is, no finer than its history tells; None on a path without a clock."""

    def words(self, place: Decimal) -> str:
        """A place in words."""

    def at_words(self, place: Decimal) -> str:
        """A place in words of a sentence: at a move or a time, in a candle."""

    def short(self, place: Decimal) -> str:
        """A place in a word or two."""
