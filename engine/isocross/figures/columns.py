"""Figures that a table writes in one style down its column: of every position, without the rest of its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from isocross.account.book import Position
from isocross.figures.standings import Standings
from isocross.lazily import Lazily
from isocross.money import ZERO, exact


def columns_of(
    standings: Standings, indexes: Sequence[int], worst: Callable[[Position], Decimal]
) -> Mapping[str, Sequence[Decimal]]:
    """Return the columns of some positions, by the name of the figure, each amount worked out when it is looked at.

    Args:
        standings: the account now.
        indexes: those of the positions, in the order of the rows.
        worst: the worst case of a position.
    """

    def column(of: Callable[[int], Decimal]) -> Sequence[Decimal]:
        return Lazily(len(indexes), exact(lambda at: of(indexes[at])))

    return {
        "told_pnl": column(lambda index: told_pnl(standings, index)),
        "margin": column(standings.margin_of),
        "worst_case": column(lambda index: worst(standings.positions[index])),
    }


def told_pnl(standings: Standings, index: int) -> Decimal:
    """Return what is written as PnL: what is unrealised; of a position that is open no more, what its end brought."""
    ledger = standings.ledger
    if index in ledger.deaths:
        return -ledger.deaths[index].amount
    if not ledger.is_open[index] and index in ledger.closings:
        closed = ledger.closings[index].figures
        return closed.pnl - closed.fee
    return standings.pnl.get(index, ZERO)
