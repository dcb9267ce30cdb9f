"""The screen: of which cells it is sure, in floats, that nothing happens on the way; only numpy, a pass an account.

On a glide equity minus maintenance margin is concave as long as a position keeps to lines of its tiers that are never
below its requirement (`solver.md` of the engine: a certificate needs both ends). So where it is above zero at both ends
by more than floats can be wrong, no scope comes to its liquidation threshold, no margin is drawn and no order is
cancelled. What is not of this kind (coin-margined markets, rates that rise with the size, a mark that would be zero)
is never said to be sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from isocross.account.book import Book, Position
from isocross.account.margin import moves_through_tiers, requirement_in_tier, tier_at
from isocross.cascade.ledger import Ledger
from isocross.money import ONE, ZERO, exact
from isocross.risk.plain import is_plain
from isocross.risk.sweep.grid import Glided

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
CERTAIN = 1e-9
"""How far above zero a scope has to be, as a share of all that is added up: floats are wrong by far less."""
_BORDER = 1 + 1e-9
"""A size this little below a border counts as beyond it."""


@dataclass(frozen=True)
class _Named:
    """The moves of scenarios on the markets of an account, as far as they do not depend on its betas."""

    ends: tuple[Mapping[str, Decimal], ...]
    moves: Floats
    """The same as floats, by scenario and market."""


class Screen:
    """Scenarios, asked of one account after the other; what accounts of the same markets share is kept."""

    def __init__(self, scenarios: Sequence[Glided]) -> None:
        """Take the scenarios."""
        self._scenarios = scenarios
        own = [s.moves.common if s.moves.shape is None else None for s in scenarios]
        self._common = tuple(ZERO if move is None else move for move in own)
        self._floats = np.array([float(move) for move in self._common])
        self._named: dict[tuple[str, ...], _Named] = {}

    def sure(self, book: Book, betas: Mapping[str, Decimal]) -> Iterator[tuple[int, Mapping[str, Decimal]]]:
        """Yield each scenario on which it is sure that nothing happens, by number, with the move of every market."""
        if not self._scenarios or not _knows(book):
            return
        named, markets = self._on(book), tuple(book.markets)
        own = {market: betas.get(market, ONE) for market in markets}
        moves = named.moves + np.outer(self._floats, [float(beta) for beta in own.values()])
        for n in np.flatnonzero(_sure(book, moves, markets)).tolist():
            common = self._common[n]
            yield n, {market: common * beta for market, beta in own.items()} if common else named.ends[n]

    def _on(self, book: Book) -> _Named:
        key = (book.currency, *book.markets)
        if key not in self._named:
            ends = tuple(
                s.moves.market_ends(book, {}) if s.moves.common is None or s.moves.shape is not None else {}
                for s in self._scenarios
            )
            moves = np.array([[float(end.get(market, ZERO)) for market in book.markets] for end in ends])
            self._named[key] = _Named(ends, moves)
        return self._named[key]


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

    def surplus(self, moves: Floats) -> tuple[Floats, Floats]:
        """A lower bound of PnL − MM at the opening and at the end of each scenario.

        The requirement is at most the largest of the lines of all tiers that the position comes to.
        """
        ends = self.mark * (1 + moves)
        beyond = np.maximum(ends, self.mark)[:, None] * (self.quantity * _BORDER) < self.starts
        at_open = np.where(beyond, -np.inf, self.constants + self.slopes * self.mark).max(axis=1)
        at_end = np.where(beyond, -np.inf, self.constants + self.slopes * ends[:, None]).max(axis=1)
        return self.pnl - at_open, self.pnl + self.exposure * (ends - self.mark) - at_end


def _knows(book: Book) -> bool:
    """Whether the screen can be sure of anything of an account."""
    tiers = (tier for market in book.markets.values() for tier in market.ladder.tiers)
    return is_plain(book) and not book.inverse_markets and not any(tier.factor for tier in tiers)


@exact
def _sure(book: Book, moves: Floats, markets: Sequence[str]) -> Flags:
    """Say for each scenario whether it is sure that nothing happens on the way.

    Args:
        book: the account, one that `_knows` says yes to.
        moves: by scenario and market, how far each goes.
        markets: the markets, in the order of the columns.
    """
    ledger, place = Ledger(book), {market: n for n, market in enumerate(markets)}
    safe: Flags = np.all(moves > -1, axis=1)
    pool_open, pool_end = np.zeros(len(moves)), np.zeros(len(moves))
    scale, pooled = np.full(len(moves), abs(float(ledger.behind_pool))), False
    for index, position in enumerate(book.positions):
        own = moves[:, place[position.market]]
        lines = _lines(book, position, max(0.0, float(own.max())))
        at_open, at_end = lines.surplus(own)
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


def _lines(book: Book, position: Position, highest: float) -> _Lines:
    """The lines of every tier that a position can be in while its market rises by so much at most."""
    market = book.market_of(position)
    ladder, profile = market.ladder, book.profile
    if moves_through_tiers(profile, position.kind):
        most = float(position.quantity * market.mark) * (1 + highest) * _BORDER
        starts = [float(start) for start in ladder.starts if start <= most] or [0.0]
        tiers = list(range(len(starts)))
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
