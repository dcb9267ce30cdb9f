"""Figures that a table writes in one style down its column: of every position, without the rest of its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from isocross.account.book import Position
from isocross.figures.standings import Standings
from isocross.lazily import Lazily
from isocross.money import exact


def columns_of(
    standings: Standings,
    indexes: Sequence[int],
    told: Callable[[int], Decimal],
    worst: Callable[[Position], Decimal],
) -> Mapping[str, Sequence[Decimal]]:
    """Return the columns of some positions, by the name of the figure, each amount worked out when it is looked at.

    Args:
        standings: the account now.
        indexes: those of the positions, in the order of the rows.
        told: what is written as PnL of a position by index.
        worst: the worst case of a position.
    """

    def column(of: Callable[[int], Decimal]) -> Sequence[Decimal]:
        return Lazily(len(indexes), exact(lambda at: of(indexes[at])))

    return {
        "told_pnl": column(told),
        "margin": column(standings.margin_of),
        "worst_case": column(lambda index: worst(standings.positions[index])),
    }
