"""Of which cells it is sure that nothing happens on the way: both ends decide, in floats, all cells at once.

On a glide equity minus maintenance margin is concave as long as a position keeps to lines of its tiers that are never
below its requirement (a certificate needs both ends). So where it is above zero at both ends
by more than floats can be wrong, no scope comes to its liquidation threshold, no margin is drawn and no order is
cancelled. A mark that would be zero is never said to be sure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from isocross.records import dataclass
from isocross.risk.screen import layout as at
from isocross.risk.screen.arrays import Block, Floats, Ints, Table

Flags = NDArray[np.bool_]
CERTAIN = 1e-9
"""How far above zero a scope has to be, as a share of all that is added up: floats are wrong by far less."""
_BORDER = 1 + 1e-9
"""A size this little below a border counts as beyond it."""


@dataclass(frozen=True)
class Ends:
    """Accounts (rows) at the end of each scenario (columns) if nothing happens, and whether that is sure."""

    calm: Flags
    equity: Floats
    error: Floats
    """How far off it may be."""


def calm_cells(block: Block, moves: Floats) -> Ends:
    """Say for each account and scenario whether it is sure that nothing happens.

    Args:
        block: the accounts.
        moves: by position and scenario, how far its market goes.
    """
    accounts, held = block.given.account, block.given.held
    mark, start = held["mark"][:, None], held["start"][:, None]
    ends, size = mark * (1 + moves), (held["sign"] * held["quantity"])[:, None]
    earned, scale = size * (ends - start), np.abs(size) * (ends + (mark + start))
    asked_open, asked_end = _most_asked(block.given, ends)
    surpluses = (size * (mark - start) - asked_open, earned - asked_end)
    pool, apart, every = (_Groups.of(accounts, held, which) for which in (True, False, None))
    own = np.where(held["home"] == at.POOLED, 0.0, held["margin"])[:, None]
    behind, floor = accounts["behind_pool"][:, None], CERTAIN * (scale + np.abs(own))
    safe: Flags = every.each(np.minimum, moves, 0.0) > -1
    pool_floor = CERTAIN * np.abs(behind) + pool.each(np.add, floor, 0.0)
    for surplus in surpluses:
        safe &= (behind + pool.each(np.add, surplus, 0.0) > pool_floor) | pool.empty
        safe &= apart.each(np.minimum, surplus + own - floor, np.inf) > 0
    cash = accounts["cash"][:, None]
    error = at.TINY * (2 * every.each(np.add, scale + np.abs(own), 0.0) + np.abs(cash))
    return Ends(safe, cash + every.each(np.add, own + earned, 0.0), error)


@dataclass(frozen=True)
class _Groups:
    """Some positions of each account."""

    rows: Ints
    firsts: Ints
    """Of those rows, the first of each account that has any."""
    empty: Flags
    """By account, as a column: whether it has none."""

    @classmethod
    def of(cls, accounts: Table, held: Table, pooled: bool | None) -> _Groups:
        """Take those in the pool or those apart; None: all."""
        chosen = np.ones(len(held), dtype=np.bool_) if pooled is None else (held["home"] == at.POOLED) == pooled
        before = np.append(0, np.cumsum(chosen))
        counts = before[accounts["end"]] - before[accounts["begin"]]
        return cls(np.flatnonzero(chosen), before[accounts["begin"]][counts > 0], (counts == 0)[:, None])

    def each(self, add: np.ufunc, values: Floats, nothing: float) -> Floats:
        """Put together the values of each account; `nothing` of one that has none."""
        found = np.full((len(self.empty), values.shape[1]), nothing)
        if len(self.firsts):
            own = values if len(self.rows) == len(values) else values[self.rows]
            found[~self.empty[:, 0]] = add.reduceat(own, self.firsts, axis=0)
        return found


def _most_asked(g: at.Given, ends: Floats) -> tuple[Floats, Floats]:
    """What each position is asked for at the opening and at the end, at most: by the highest line that it can come to.

    Where lines jump, the same ones count at both ends, or the bound would not be concave between them.
    """
    held, mark, quantity = g.held, g.held["mark"][:, None], g.held["quantity"][:, None]
    furthest = np.maximum(ends.max(axis=1, initial=0.0), held["mark"]) * held["quantity"] * _BORDER
    kept = held["quantity"] * np.where(held["size_by"] == at.BY_ENTRY, held["entry"], 1.0) * _BORDER
    # one that keeps its tier does not come to any above it
    sizes = np.where(held["size_by"] == at.BY_NOTIONAL, furthest, kept)
    jumps = (held["jumps"] == 1) & (held["size_by"] == at.BY_NOTIONAL)
    first = g.tier[held["tier"]]
    per, height = _line(first, quantity)
    at_open, at_end = height + per * mark, height + per * ends
    if jumps.any():
        at_open = np.repeat(at_open, ends.shape[1], axis=1)
    counts = held["end_tier"] - held["tier"]
    for step in range(1, int(counts.max(initial=0))):
        has = np.flatnonzero(counts > step)
        has = has[g.tier[held["tier"][has] + step]["start"] <= sizes[has]]
        if not len(has):
            break
        tier = g.tier[held["tier"][has] + step]
        per, height = _line(tier, quantity[has])
        here = np.maximum(ends[has], mark[has]) * quantity[has] * _BORDER >= tier["start"][:, None]
        counts_here = here | ~jumps[has][:, None]
        for most, marks in ((at_open, mark[has]), (at_end, ends[has])):
            line = np.where(counts_here, height + per * marks, -np.inf) if jumps.any() else height + per * marks
            most[has] = np.maximum(most[has], line)
    return at_open, at_end


def _line(tier: Table, quantity: Floats) -> tuple[Floats, Floats]:
    """Slope and height in the mark of what is asked for in a tier, as columns."""
    per = tier["moving"][:, None] + quantity * tier["moving_each"][:, None]
    return per, tier["fixed"][:, None] + quantity * tier["fixed_each"][:, None]
