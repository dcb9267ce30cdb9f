"""The queue for deleveraging as it stands at one set of marks: what is behind each winner, and its rank."""

from __future__ import annotations

from engine.adl import Rank, Winner, ranks
from engine.triggers import Standings


def queue_of(standings: Standings) -> dict[int, Rank]:
    """Score and rank of every position with open profit, by index; none where the venue has no known queue."""
    return ranks(_winners(standings), standings.book.profile.adl_formula)


def _winners(standings: Standings) -> dict[int, Winner]:
    """The positions with open profit, and what stands behind each."""
    ledger = standings.ledger
    pool_cash, pool_equity = ledger.pool, standings.pool_equity
    found: dict[int, Winner] = {}
    for index, pnl in standings.pnl.items():
        if pnl <= 0:
            continue
        position, need = standings.positions[index], standings.maintenance_margin[index]
        mark, pooled = standings.marks[position.market], standings.pooled(index)
        cash = pool_cash if pooled else ledger.margins[index]
        equity = pool_equity if pooled else cash + pnl
        behind = standings.pool_maintenance_margin if pooled else need
        found[index] = Winner(position, mark, pnl, cash, equity, behind, need)
    return found
