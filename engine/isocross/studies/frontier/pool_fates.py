"""How many positions of a pool are liquidated on a whole glide, and where the last one is, of many pools at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from isocross.account.book import Book, Mode
from isocross.cascade.ledger import Ledger
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.studies.frontier.cells import Returns
from isocross.studies.frontier.closing import CLOSING_NOTHING
from isocross.studies.frontier.grid import unmodelled
from isocross.studies.frontier.halts import Start
from isocross.studies.frontier.lines import Flags, Floats, lines_of
from isocross.studies.frontier.pooled import PooledRun

_TOGETHER = 200_000
"""Positions times pools that are worked out together."""
_SHORT_OF_ZERO = 1 - 1e-6
"""So much of the way to the first mark of zero is gone: there marks stop, and lines end."""


def tells_fates(book: Book) -> bool:
    """Whether floats can work out the pool of an account, and a position that is liquidated there ends whole."""
    steps = (step.kind for step in book.profile.steps)
    return not book.top_up and all(kind in CLOSING_NOTHING for kind in steps) and unmodelled(book) is None


@dataclass(frozen=True)
class PoolFates:
    """What becomes of some pools of one account."""

    fallen: Floats
    last: Floats
    """The place of the last liquidation; 0 where there is none."""
    stays: Flags
    """Whether a position is left at the end."""
    doubtful: Flags
    """Whether floats cannot tell."""


class ManyPools:
    """Works out pools that hold some of the cross positions of an account, on its whole glide one way."""

    @exact
    def __init__(self, book: Book, path: Glide) -> None:
        """Take the account and its glide."""
        self._book, self._ledger = book, Ledger(book)
        cross = [i for i in book.in_turn(range(len(book.positions))) if book.positions[i].mode is Mode.CROSS]
        axes = {symbol: row for row, symbol in enumerate(book.markets)}
        self._lines = lines_of(book, {i: book.positions[i] for i in cross}, axes)
        slopes = {book.positions[i].market: path.slopes[book.positions[i].market] for i in cross}
        self._end = float(path.end)
        zero = min((-ONE / slope for slope in slopes.values() if slope < ZERO), default=path.end + ONE)
        self._until = self._end if zero > path.end else float(zero) * _SHORT_OF_ZERO
        self._slopes = np.array([float(path.slopes[symbol]) for symbol in axes])

    @property
    def order(self) -> list[int]:
        """The cross positions in the order of the rows, by index."""
        return [int(index) for index in self._lines.index]

    def fates(self, members: Flags, cash: Sequence[Decimal]) -> PoolFates:
        """What becomes of pools with these positions (rows, in `order`) and this cash, one in each column."""
        most = max(1, _TOGETHER // max(1, len(members)))
        amounts = np.array([float(amount) for amount in cash])
        starts = range(0, len(cash), most)
        parts = [self._some(members[:, at : at + most], amounts[at : at + most]) for at in starts]
        return PoolFates(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _some(self, members: Flags, cash: Floats) -> tuple[Floats, Floats, Flags, Flags]:
        slopes = np.repeat((self._slopes * self._until)[:, None], len(cash), axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            start = Start(cash, members)
            run = PooledRun(self._book, self._ledger, self._lines, slopes, Returns([], slopes), start)
            doubtful = run.at_its_line() & members.any(axis=0)
            record = run.run()
        stays: Flags = np.asarray(run.left.any(axis=0))
        doubtful |= record.doubtful
        if self._until < self._end:
            doubtful |= stays & ~self._safe_beyond(run.left, record.equity, run.tiny)
        return record.fallen, record.last_at * self._until, stays, doubtful

    def _safe_beyond(self, left: Flags, equity: Floats, tiny: float) -> Flags:
        """Whether nothing more happens to what is left of pools where marks come to zero.

        What a long loses below a mark of zero is counted on, what a short gains there is not: so g is no more than it
        is, and concave, and above the line all the way where it is at the end.
        """
        lines, rows = self._lines, np.arange(self._lines.count)
        if not lines.convex:
            return np.zeros(len(equity), dtype=np.bool_)
        slopes = self._slopes[lines.axis]
        moved, end = slopes * self._until, slopes * self._end
        end = np.where(lines.sign < 0, np.maximum(end, -1), end)
        gain = lines.sign * lines.quantity * lines.mark * (end - moved)
        tier = lines.tier(rows, lines.quantity, lines.mark * np.maximum(1 + end, 0), self._book)
        base, slope = lines.requirement(rows, lines.quantity, tier)
        safe: Flags = equity + (gain - base - slope * end) @ left > tiny
        return safe
