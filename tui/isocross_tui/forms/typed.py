"""A row of an account as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.account.book import Position
from isocross.records import dataclass
from isocross_tui.forms.sheet_words import COLUMNS


@dataclass(frozen=True)
class Line:
    """A row as it was typed."""

    texts: tuple[str, ...] = ("",) * len(COLUMNS)
    origin: Position | None = None
    """The position that it was filled from; what a row has no cell for stays as it is there."""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not any(self.texts)


def with_text(texts: tuple[str, ...], column: int, text: str) -> tuple[str, ...]:
    """Put another text into a cell."""
    return (*texts[:column], text, *texts[column + 1 :])


def line_of(position: Position, marks: Mapping[str, Decimal | None]) -> Line:
    """Write a position as it would have been typed."""
    mark = marks.get(position.market)
    words = (position.market, position.side.value, position.mode.value)
    figures = (position.quantity, position.entry, mark, position.leverage)
    return Line((*words, *("" if figure is None else f"{figure:f}" for figure in figures)), position)
