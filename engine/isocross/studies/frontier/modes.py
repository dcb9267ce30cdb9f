"""The pool of one account in many combinations of modes at once, along the common move both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from isocross.account.book import Book, Mode
from isocross.cascade.ledger import Ledger
from isocross.money import ONE
from isocross.records import dataclass
from isocross.studies.frontier.cells import Returns
from isocross.studies.frontier.grid import unmodelled
from isocross.studies.frontier.halts import Start
from isocross.studies.frontier.lines import Flags, Floats, lines_of
from isocross.studies.frontier.pooled import PooledRun


def ranks_modes(book: Book, betas: Mapping[str, Decimal], shocks: Sequence[Decimal]) -> bool:
    """Whether floats can work out the pool of an account, whichever of its positions are in it."""
    ends = [betas.get(p.market, ONE) * shock for p in book.positions for shock in shocks]
    modelled = unmodelled(book) is None and unmodelled(all_cross(book)) is None
    return not book.top_up and modelled and min(ends, default=ONE) > -1


def all_cross(book: Book) -> Book:
    """The account with every position in its pool."""
    return replace(book, positions=tuple(replace(p, mode=Mode.CROSS) for p in book.positions))


@dataclass(frozen=True)
class Pooled:
    """What the pool of each combination (columns) has left at each shock (rows)."""

    equity: Floats
    whole: Flags
    """Nothing happened to it by then."""
    wiped: Flags
    """It holds no position and no cash any more."""
    doubtful: Flags
    """Of each combination: floats cannot tell what happens to it."""


class ModePools:
    """Works out the pools of combinations of one account's modes, for one set of shocks."""

    def __init__(self, book: Book, betas: Mapping[str, Decimal], shocks: Sequence[Decimal]) -> None:
        """Take the account, and the shocks in rising order."""
        self._book = all_cross(book)
        self._ledger = Ledger(self._book)
        self._shocks = shocks
        axes = {symbol: row for row, symbol in enumerate(self._book.markets)}
        self._betas = np.array([float(betas.get(symbol, ONE)) for symbol in axes])
        turn = self._book.in_turn(range(len(book.positions)))
        self._order = np.array(turn, dtype=np.int64)
        self._lines = lines_of(self._book, {index: self._book.positions[index] for index in turn}, axes)
        self.tiny = 0.0
        """What cannot be told from zero, in the account's currency."""

    def left(self, members: Flags, cash: Floats) -> Pooled:
        """What is left of pools with these positions (rows, as in the book) and this cash, one in each column."""
        found: dict[Decimal, tuple[Floats, Flags, Flags, Flags]] = {}
        for direction in (-1, 1):
            asked = sorted((s for s in self._shocks if (s > 0) is (direction > 0)), key=abs)
            if asked:
                found |= self._glide(asked, members[self._order], cash)
        rows = [found[shock] for shock in self._shocks]
        equity, whole, wiped, doubtful = (np.stack(part) for part in zip(*rows, strict=True))
        return Pooled(equity, whole, wiped, np.asarray(doubtful.any(axis=0)))

    def _glide(
        self, asked: Sequence[Decimal], members: Flags, cash: Floats
    ) -> dict[Decimal, tuple[Floats, Flags, Flags, Flags]]:
        end = asked[-1]
        stops = [float(shock / end) for shock in asked[:-1]]
        slopes = np.repeat((self._betas * float(end))[:, None], len(cash), axis=1)
        start, nothing = Start(cash, members), Returns([], slopes)
        with np.errstate(divide="ignore", invalid="ignore"):
            run = PooledRun(self._book, self._ledger, self._lines, slopes, nothing, start, stops)
            self.tiny = run.tiny
            unsure = run.at_its_line()
            record = run.run()
        halts, doubtful = run.halts, record.doubtful | unsure
        equity = [*halts.equity, record.equity]
        return {
            shock: (left, place < halts.acted_at, halts.wiped_at <= place, doubtful)
            for shock, place, left in zip(asked, [*stops, 1.0], equity, strict=True)
        }
