"""The columns of the positions: which there is room for, and how wide they are.

That follows from the room and the names alone, so no column comes, goes or moves at a flip, a venue or a price.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rich.cells import cell_len

from isocross.records import dataclass
from isocross_tui.widgets.table import GUTTER, Column

BAR_SCALE: Final = "0–50%"
"""The title of the bar: it is full from there on."""
COLUMNS: Final = (
    Column("market", "market", "left", 4, 30),
    Column("position", "name", "left", 4, 29),
    Column("side", "L/S", "left", 3, 28),
    Column("mode", "X/I", "left", 3, 27),
    Column("leverage", "lev", "right", 4, 20),
    Column("size", "size", "right", 6, 22),
    Column("entry", "entry", "right", 8, 21),
    Column("mark", "mark", "right", 8, 23),
    Column("margin", "margin", "right", 8, 11),
    Column("ratio", "ratio", "right", 7, 8),
    Column("pnl", "PnL", "right", 8, 26),
    Column("liquidation", "liq", "right", 8, 25),
    Column("joint", "joint", "right", 8, 12),
    Column("worst", "worst", "right", 8, 10),
    Column("adl", "ADL", "left", 5, 9),
    Column("distance", "away", "right", 8, 24),
    Column("bar", BAR_SCALE, "left", 5, 19),
)
"""From left to right; those whose figures do not move with the price first."""
_SMALL: Final = {"pnl": 7, "distance": 7}
"""Widths where there is room for little else."""
_ROOMY: Final = {
    "side": ("side", 5), "mode": ("mode", 9), "leverage": ("lev", 5), "size": ("size", 8), "entry": ("entry", 10),
    "mark": ("mark", 10), "margin": ("margin", 10), "ratio": ("ratio", 12), "pnl": ("PnL", 11),
    "liquidation": ("liq", 10), "joint": ("joint", 10), "worst": ("worst", 10), "bar": (BAR_SCALE, 6),
}  # fmt: skip
"""Titles and widths where words and figures can be written out."""
_ROOMY_FROM: Final = 110
_LEAST_BAR: Final = 3
_SHORT_TITLES: Final = {"market": "mkt"}
"""Where a column is narrower than its title; others have none there."""
_SMALL_UP_TO: Final = 60
_LONGEST_NAME: Final = {False: 8, True: 14}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that are shown, and whether there is room to write words and figures out."""

    columns: tuple[Column, ...]
    roomy: bool
    names_only: bool = False
    """Whether one column has to say which position a row is."""

    def sorted_by(self, key: str) -> tuple[Column, ...]:
        """The columns, the one that leads marked."""
        return tuple(replace(column, leads=True) if column.key == key else column for column in self.columns)


def layout(width: int, markets: Iterable[str], ids: Sequence[str]) -> Layout:
    """Choose the columns.

    Args:
        width: the cells that the table has, the scrollbar's not counted.
        markets: what the markets are called.
        ids: what the positions are called; empty: each market has one only, whose name says it all.
    """
    room, roomy, small = width - GUTTER + 1, width >= _ROOMY_FROM, width < _SMALL_UP_TO
    apart = bool(ids) and not small
    asked = [_sized(column, roomy, small) for column in COLUMNS if apart or column.key != "position"]
    kept: dict[str, Column] = {}
    longest = {"market": _longest(ids if small and ids else markets), "position": _longest(ids)}
    for column in sorted(asked, key=lambda column: -column.priority):
        least = _LEAST_BAR if column.key == "bar" else column.width
        if least < room:
            kept[column.key] = replace(column, width=min(column.width, room - 1))
            room -= kept[column.key].width + 1
        if column.key == "bar":
            # names are written out before there are more figures
            room -= _grown(kept, longest, room, _LONGEST_NAME[roomy])
    kept = {key: _titled(column) for key, column in kept.items()}
    placed = tuple(kept[column.key] for column in asked if column.key in kept)
    return Layout(placed, roomy, names_only=small)


def _sized(column: Column, roomy: bool, small: bool) -> Column:
    if roomy and column.key in _ROOMY:
        title, width = _ROOMY[column.key]
        return replace(column, title=title, width=width, fixed=True)
    return replace(column, width=_SMALL.get(column.key, column.width) if small else column.width, fixed=True)


def _titled(column: Column) -> Column:
    """The same with a title that fits."""
    return column if len(column.title) <= column.width else replace(column, title=_SHORT_TITLES.get(column.key, ""))


def _grown(kept: dict[str, Column], longest: Mapping[str, int], room: int, most: int) -> int:
    """Make columns of names as wide as the names, as far as there is room; return how much that takes."""
    taken = 0
    for key in (key for key in longest if key in kept):
        more = max(0, min(room - taken, min(longest[key], most) - kept[key].width))
        kept[key] = replace(kept[key], width=kept[key].width + more)
        taken += more
    return taken


def _longest(names: Iterable[str]) -> int:
    return max(map(cell_len, names), default=0)
