"""The screen: of which cells it is sure, in floats, that nothing happens on the way; only numpy, a pass an account.

On a glide equity minus maintenance margin is concave as long as a position keeps to lines of its tiers that are never
below its requirement (`solver.md` of the engine: a certificate needs both ends). So where it is above zero at both ends
by more than floats can be wrong, no scope comes to its liquidation threshold, no margin is drawn and no order is
cancelled. What is not of this kind (coin-margined markets, rates that rise with the size, a mark that would be zero)
is never said to be sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from isocross.account.book import Book, Position
from isocross.account.margin import moves_through_tiers, requirement_in_tier, tier_at
from isocross.cascade.ledger import Ledger
from isocross.money import ONE, exact
from isocross.risk.sweep.grid import Glided

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
CERTAIN = 1e-9
"""How far above zero a scope has to be, as a share of all that is added up: floats are wrong by far less."""
_BORDER = 1 + 1e-9
"""A size this little below a border counts as beyond it."""


@dataclass(frozen=True)
class Slopes:
    """By scenario and market: how far each market goes, as a share of its mark."""

    markets: tuple[str, ...]
    named: Floats
    """The moves that do not depend on an account's betas."""
    common: Floats
    """The common moves that do; 0 where a scenario has none."""

    def of(self, betas: Mapping[str, Decimal]) -> Floats:
        """The moves of an account."""
        return self.named + np.outer(self.common, [float(betas.get(market, ONE)) for market in self.markets])


def slopes_of(scenarios: Sequence[Glided], book: Book) -> Slopes:
    """Put scenarios to the markets of an account."""
    markets = tuple(book.markets)
    named = np.zeros((len(scenarios), len(markets)))
    common = np.zeros(len(scenarios))
    for n, scenario in enumerate(scenarios):
        moves = scenario.moves
        if moves.common is not None and moves.shape is None:
            common[n] = float(moves.common)
            continue
        ends = moves.market_ends(book, {})
        named[n] = [float(ends.get(market, 0)) for market in markets]
    return Slopes(markets, named, common)


@dataclass(frozen=True)
class _Lines:
    """A position: what it gains, and the lines of its tiers, as floats."""

    mark: float
    quantity: float
    exposure: float
    pnl: float
    """At the opening."""
    starts: Floats
    """The notional from which each line counts; the first 0."""
    constants: Floats
    slopes: Floats

    def surplus(self, moves: Floats, opening: Floats) -> tuple[Floats, Floats]:
        """A lower bound of PnL − MM at the opening and at the end of each scenario."""
        ends = self.mark * (1 + moves)
        highest = np.maximum(ends, opening) * self.quantity * _BORDER
        need_open = np.full(moves.shape, -np.inf)
        need_end = np.full(moves.shape, -np.inf)
        for start, constant, slope in zip(self.starts, self.constants, self.slopes, strict=True):
            reached = highest >= start
            need_open = np.where(reached, np.maximum(need_open, constant + slope * self.mark), need_open)
            need_end = np.where(reached, np.maximum(need_end, constant + slope * ends), need_end)
        return self.pnl - need_open, self.pnl + self.exposure * (ends - self.mark) - need_end


def knows(book: Book) -> bool:
    """Whether the screen can be sure of anything of an account."""
    tiers = (tier for market in book.markets.values() for tier in market.ladder.tiers)
    return not book.inverse_markets and not any(tier.factor for tier in tiers)


@exact
def sure(book: Book, moves: Floats, markets: Sequence[str]) -> Flags:
    """Say for each scenario whether it is sure that nothing happens on the way.

    Args:
        book: the account, one that `knows` says yes to.
        moves: by scenario and market, how far each goes.
        markets: the markets, in the order of the columns.
    """
    ledger, place = Ledger(book), {market: n for n, market in enumerate(markets)}
    safe: Flags = np.all(moves > -1, axis=1)
    pool_open, pool_end = np.zeros(len(moves)), np.zeros(len(moves))
    scale, pooled = np.full(len(moves), abs(float(ledger.behind_pool))), False
    for index, position in enumerate(book.positions):
        lines = _lines(book, position)
        own = moves[:, place[position.market]]
        at_open, at_end = lines.surplus(own, np.full(len(moves), lines.mark))
        size = lines.mark * lines.quantity * (1 + np.abs(own)) + abs(lines.pnl)
        if book.has_bucket(position):
            cash = float(ledger.margins[index])
            margin = CERTAIN * (size + abs(cash))
            safe = safe & (cash + at_open > margin) & (cash + at_end > margin)
        else:
            pooled = True
            pool_open, pool_end, scale = pool_open + at_open, pool_end + at_end, scale + size
    if pooled:
        cash = float(ledger.behind_pool)
        safe = safe & (cash + pool_open > CERTAIN * scale) & (cash + pool_end > CERTAIN * scale)
    return safe


def _lines(book: Book, position: Position) -> _Lines:
    """The lines of every tier that a position can be in."""
    market = book.market_of(position)
    ladder, profile = market.ladder, book.profile
    if moves_through_tiers(profile, position.kind):
        tiers = list(range(len(ladder.tiers)))
        starts = [float(tier.start) for tier in ladder.tiers]
    else:
        tiers, starts = [tier_at(book, position, market.mark)], [0.0]
    lines = [requirement_in_tier(position, profile, ladder, tier) for tier in tiers]
    return _Lines(
        float(market.mark),
        float(position.quantity),
        float(position.exposure),
        float(position.exposure * (market.mark - position.counts_from)),
        np.array(starts),
        np.array([float(line.constant) for line in lines]),
        np.array([float(line.per_worth) for line in lines]),
    )
