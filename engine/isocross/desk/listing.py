"""The table of positions: in which order they are listed, and which of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, NamedTuple

from isocross.account.book import Position
from isocross.figures.frame import PositionFrame
from isocross.records import dataclass
from isocross.rules.market import base_of


@dataclass(frozen=True, slots=True)
class Listing:
    """How the positions are listed."""

    by: str = ""
    """One of `ORDERS`; empty: as the account has them."""
    turned: bool = False
    """Whether the last comes first."""
    words: str = ""
    """What is listed: positions with all of these words; empty: every one."""

    def sorted_by(self, by: str) -> Listing:
        """By another figure; by the same turned round, and then as the account has them."""
        if by != self.by:
            return replace(self, by=by, turned=False)
        return replace(self, turned=True) if not self.turned else replace(self, by="", turned=False)

    def next_order(self) -> Listing:
        """By the next of the usual orders; after the last as the account has them."""
        at = USUAL.index(self.by) if self.by in USUAL else -1
        return replace(self, by=USUAL[(at + 1) % len(USUAL)], turned=False)

    @property
    def told(self) -> str:
        """The order in words; empty: as the account has them."""
        order = ORDERS.get(self.by)
        return "" if order is None else order.turned if self.turned else order.told


AS_HELD: Final = Listing()
"""Every position, as the account has them."""
Figure = Decimal | str | None


class Order(NamedTuple):
    """One way to list positions: the smallest figure first; a position without one is last either way."""

    figure: Callable[[PositionFrame], Figure]
    told: str
    turned: str


def _largest(figure: Callable[[PositionFrame], Decimal | None]) -> Callable[[PositionFrame], Decimal | None]:
    """The same figure, the largest first."""

    def negative(row: PositionFrame) -> Decimal | None:
        found = figure(row)
        return None if found is None else -found

    return negative


_NEAREST: Final = Order(lambda row: row.distance, "nearest first", "farthest first")

ORDERS: Final[Mapping[str, Order]] = {
    "market": Order(lambda row: row.position.market, "by market", "by market, Z first"),
    "position": Order(lambda row: row.position.id, "by name", "by name, Z first"),
    "side": Order(lambda row: row.position.side.value, "longs first", "shorts first"),
    "mode": Order(lambda row: row.position.mode.value, "cross first", "isolated first"),
    "leverage": Order(_largest(lambda row: row.position.leverage), "highest leverage first", "lowest leverage first"),
    "size": Order(_largest(lambda row: row.notional), "largest first", "smallest first"),
    "entry": Order(_largest(lambda row: row.position.entry), "highest entry first", "lowest entry first"),
    "mark": Order(_largest(lambda row: row.mark), "highest mark first", "lowest mark first"),
    "pnl": Order(lambda row: row.told_pnl, "largest loss first", "largest profit first"),
    "margin": Order(_largest(lambda row: row.margin), "most margin first", "least margin first"),
    "ratio": Order(_largest(lambda row: row.margin_ratio), "highest ratio first", "lowest ratio first"),
    "liquidation": _NEAREST,
    "joint": _NEAREST,
    "distance": _NEAREST,
    "bar": _NEAREST,
    "worst": Order(_largest(lambda row: row.worst_case), "largest worst case first", "smallest worst case first"),
    "adl": Order(
        lambda row: None if row.adl is None else Decimal(-row.adl.lights), "first of the queue", "last of the queue"
    ),
}
"""By the column of the table that shows the figure."""
USUAL: Final = ("", "distance", "pnl", "size", "market")
"""Those that one key goes through."""


def listed(listing: Listing, rows: Iterable[PositionFrame], currency: str) -> tuple[int, ...]:
    """Return the places of the positions that are listed, in their order; those alike stay as the account has them."""
    found = [(place, row) for place, row in enumerate(rows) if matches(listing.words, row.position, currency)]
    order = ORDERS.get(listing.by)
    if order is None:
        return tuple(place for place, _ in found)
    figures: dict[int, Any] = {place: order.figure(row) for place, row in found}
    known = [place for place, figure in figures.items() if figure is not None]
    known.sort(key=figures.__getitem__, reverse=listing.turned)
    return (*known, *(place for place, figure in figures.items() if figure is None))


def matches(words: str, position: Position, currency: str) -> bool:
    """Tell whether a position has all of some words: in its name, its market, its side or its mode."""
    base = base_of(position.market, currency)
    told = f"{position.id} {position.market} {base} {position.side} {position.mode}".lower()
    return all(word in told for word in words.lower().split())
