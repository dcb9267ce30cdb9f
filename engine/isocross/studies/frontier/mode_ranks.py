"""Combinations of modes ranked in floats; the exact engine weighs those that floats cannot tell apart.

What a combination leaves is what its pool leaves and what each isolated position leaves by itself. The latter is exact
from the start, and so is a pool to which nothing happens, or which is left with nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from isocross.account.book import Mode
from isocross.money import ZERO
from isocross.moves.judge import FlipJudge, Sums
from isocross.studies.climb import Flips, Worth
from isocross.studies.frontier.lines import Flags, Floats
from isocross.studies.frontier.modes import ModePools, Pooled
from isocross.work import Work

_TOGETHER = 20_000
"""Positions times combinations that are worked out together."""
_A_STEP = 10_000
"""Positions squared, times combinations, that take about as long as one event of the exact engine."""
_CLEARLY = 1e-9
"""The share of all that is at stake from which a margin is beyond doubt."""


class _Weight(NamedTuple):
    total: float
    doubtful: bool
    """Whether floats cannot tell what happens to its pool, so that the total may be another."""
    wiped: Flags | None
    """At which shocks its pool has nothing left, untouched at all others; None where that is not so."""


class FloatRanks:
    """Ranks the combinations of one account's modes for one set of shocks."""

    def __init__(
        self,
        judge: FlipJudge,
        order: Sequence[str],
        pools: ModePools,
        figures: tuple[Sequence[Sequence[Decimal]], Sequence[Sequence[Decimal]]],
        weigh_exactly: Callable[[Flips], Worth],
        *,
        settles_all: bool,
    ) -> None:
        """Know nothing yet.

        Args:
            judge: of the account.
            order: ids in the order in which they are flipped.
            pools: works out the pools.
            figures: of each position at each shock, its PnL, and what it leaves isolated.
            weigh_exactly: asks the exact engine.
            settles_all: whether every combination is settled of which floats cannot tell what happens; else only one
                that is the best by what floats say.
        """
        book = judge.book
        self._judge, self._pools = judge, pools
        self._weigh_exactly, self._settles_all = weigh_exactly, settles_all
        self._pnl, self._alone = figures
        self._rows = {position.id: row for row, position in enumerate(book.positions)}
        self._order = np.array([self._rows[p] for p in order], dtype=np.int64)
        self._cross = np.array([p.mode is Mode.CROSS for p in book.positions])
        self._margins = [judge.in_mode(row, Mode.ISOLATED).margin for row in self._rows.values()]
        self._held = np.array(self._margins, dtype=np.float64)
        self._left_alone = np.array(self._alone, dtype=np.float64)
        self._slacks = np.array([float(judge.slack_alone(row)) for row in self._order])[:, None]
        self._begin = _columns([judge.sums])[:, 0, None, None]
        self._changes = _columns([judge.change(int(row)) for row in self._order])[:, :, None]
        self._weights: dict[Flips, _Weight] = {}
        self._worths: dict[Flips, Worth] = {}
        self.at_once = max(1, _TOGETHER // len(self._rows))
        """How many combinations are weighed together."""

    def weigh(self, combinations: Sequence[Flips], work: Work) -> None:
        """Work out what these leave."""
        work.spend(1 + len(combinations) * len(self._rows) ** 2 // _A_STEP)
        cross = self._cross[:, None] ^ self._flipped(combinations)
        left = self._pools.left(cross, float(self._judge.book.wallet) - self._held @ ~cross)
        totals = left.equity.sum(axis=0) + (self._left_alone.T @ ~cross).sum(axis=0)
        for column, flips in enumerate(combinations):
            self._weights[flips] = self._weight(flips, left, column, float(totals[column]))

    def _weight(self, flips: Flips, left: Pooled, column: int, total: float) -> _Weight:
        if left.doubtful[column] and self._settles_all:
            return self._settled(flips)
        certain = bool((left.whole[:, column] | left.wiped[:, column]).all())
        return _Weight(total, bool(left.doubtful[column]), left.wiped[:, column] if certain else None)

    def _settled(self, flips: Flips) -> _Weight:
        """Have the exact engine weigh a combination of which floats cannot tell what happens."""
        self._worths[flips] = self._weigh_exactly(flips)
        return _Weight(float(self._worths[flips][0]), False, None)

    def _flipped(self, combinations: Sequence[Flips]) -> Flags:
        """Which positions (rows) each combination flips (columns)."""
        rows = [self._rows[position] for flips in combinations for position in flips]
        flipped = np.zeros((len(self._rows), len(combinations)), dtype=np.bool_)
        flipped[rows, np.repeat(np.arange(len(combinations)), [len(flips) for flips in combinations])] = True
        return flipped

    def best(self, combinations: Sequence[Flips]) -> Flips:
        """The best of some that were weighed; of equal ones the first.

        One of which floats cannot tell what happens is weighed by the exact engine before it is the best.
        """
        while True:
            near = self._nearly_best(combinations)
            doubtful = [flips for flips in near if self._weights[flips].doubtful]
            if not doubtful:
                return near[0] if len(near) == 1 else max(near, key=self._worth)
            self._weights |= {flips: self._settled(flips) for flips in doubtful}

    def _nearly_best(self, combinations: Sequence[Flips]) -> list[Flips]:
        """Those that floats cannot tell from the best."""
        totals = {flips: self._weights[flips].total for flips in combinations}
        least = max(totals.values()) - self._pools.tiny * len(self._pnl[0])
        return [flips for flips, total in totals.items() if total >= least]

    def _worth(self, flips: Flips) -> Worth:
        if flips not in self._worths:
            wiped = self._weights[flips].wiped
            self._worths[flips] = self._weigh_exactly(flips) if wiped is None else self._summed(flips, wiped)
        return self._worths[flips]

    def _summed(self, flips: Flips, wiped: Flags) -> Worth:
        """The exact worth where every pool is untouched or empty."""
        pooled = {row: bool(self._cross[row]) is not (position in flips) for position, row in self._rows.items()}
        cross, alone = (
            [row for row, is_in in pooled.items() if is_in],
            [row for row, is_in in pooled.items() if not is_in],
        )
        cash = self._judge.book.wallet - sum((self._margins[row] for row in alone), ZERO)
        left = [
            sum((self._alone[row][n] for row in alone), ZERO)
            + (ZERO if gone else cash + sum((self._pnl[row][n] for row in cross), ZERO))
            for n, gone in enumerate(wiped)
        ]
        return sum(left, ZERO), min(left), -len(flips)

    def clearly_allows(self, combinations: Sequence[Flips]) -> list[bool]:
        """Whether each flip of each of these, done in order, is allowed beyond doubt."""
        if not self._judge.by_sums:
            return [False] * len(combinations)
        flips = self._flipped(combinations)[self._order]
        sums, leaving = self._running(flips), self._cross[self._order][:, None]
        cash, pnl, initial, maintenance, members = sums
        clearly = _CLEARLY * float(np.abs(sums).max(initial=1.0))
        leaves = (cash > clearly) & (cash + pnl - initial > clearly) & (self._slacks > clearly)
        backed = (members < 1) | (cash + pnl - maintenance > clearly)
        allowed: Flags = (~flips | (backed & (leaves | ~leaving))).all(axis=0)
        return [bool(each) for each in allowed]

    def _running(self, flips: Flags) -> Floats:
        """The sums of an account after each flip, as `_columns` has them."""
        sums: Floats = np.cumsum(self._changes * flips, axis=1)
        return sums + self._begin


def _columns(sums: Sequence[Sums]) -> Floats:
    """Cash, PnL, initial and maintenance margin, and members of the pool (rows) of some sums (columns)."""
    figures = [(each.cash, each.pnl, each.initial, each.maintenance, each.members) for each in sums]
    return np.array(figures, dtype=np.float64).T
