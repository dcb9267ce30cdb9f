"""Top-up buckets in all cells at once: at its line each draws from unused cash, or is taken over (design §4.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.book import Book
from engine.cascade.ledger import Ledger
from engine.frontier.alone import EDGE
from engine.frontier.cells import MOST_ROUNDS, Compact, Record, Returns
from engine.frontier.lines import Flags, Floats, Ints, Lines
from engine.frontier.pooled import TINY

_SAME_PLACE = 1e-13
"""Places nearer than this are one: they were worked out from the same figures."""


@dataclass
class Buckets(Compact):
    """The accounts that are still running; rows are positions, columns cells."""

    cell: Ints
    slope: Floats
    place: Floats
    unused: Floats
    margin: Floats
    is_open: Flags
    due_at: Floats
    """Where each bucket next comes to its line; infinite where it does not."""
    waiting: Flags
    """Those at their line here and not yet seen to."""


class BucketRun:
    """The buckets of an account along every glide of a grid."""

    def __init__(self, book: Book, ledger: Ledger, lines: Lines, slopes: Floats, returns: Returns) -> None:
        """Stand at the opening, after what was due there; the arguments are those of `PooledRun`."""
        self.book, self.lines, self.returns = book, lines, returns
        cells = slopes.shape[1]
        self.record = Record.blank(cells)
        at_stake = (lines.quantity * np.maximum(lines.mark, lines.entry)).sum() * 4 + abs(float(ledger.pool))
        self.tiny = TINY * float(at_stake)
        margins = np.array([float(ledger.margins[int(i)]) for i in lines.index])
        self._now = Buckets(
            cell=np.arange(cells),
            slope=slopes[lines.axis],
            place=np.zeros(cells),
            unused=np.full(cells, float(ledger.pool)),
            margin=np.repeat(margins[:, None], cells, axis=1),
            is_open=np.ones((lines.count, cells), dtype=np.bool_),
            due_at=np.full((lines.count, cells), np.inf),
            waiting=np.zeros((lines.count, cells), dtype=np.bool_),
        )
        every = np.arange(cells)
        for row in range(lines.count):
            self._look_ahead(np.full(cells, row), every)

    def run(self) -> Record:
        """Everything that happens in every cell."""
        for _ in range(MOST_ROUNDS):
            now = self._now
            if not len(now.cell):
                return self.record
            acting = now.waiting.any(axis=0)
            if acting.any():
                self._see_to(np.flatnonzero(acting))
            idle = ~now.waiting.any(axis=0)
            if idle.any():
                self._advance(np.flatnonzero(idle))
        self.record.doubtful[self._now.cell] = True
        return self.record

    # --- moving ------------------------------------------------------------------------------

    def _advance(self, at: Ints) -> None:
        """Take each of these cells to where the next bucket is due, or cash comes back."""
        now = self._now
        first = now.due_at[:, at].min(axis=0, initial=np.inf)
        back = self.returns.next_place()[now.cell[at]]
        place = np.minimum(first, back)
        self._doubt(at, first)
        going = place <= 1
        now.place[at] = np.minimum(place, 1)
        due = going & (first <= back)
        ready = at[due]
        now.waiting[:, ready] = now.due_at[:, ready] <= first[due] + _SAME_PLACE
        returning = at[going & ~due]
        if len(returning):
            now.unused[returning] += self.returns.take(now.cell[returning])
        self._finish(at[~going])

    def _doubt(self, at: Ints, first: Floats) -> None:
        """Note the cells where floats cannot tell whether, or in which order, something happens."""
        now = self._now
        due = now.due_at[:, at]
        near = (np.abs(due - first) < EDGE) & (due > first + _SAME_PLACE)
        unsure = near.any(axis=0) | (np.abs(due - 1) < EDGE).any(axis=0)
        if len(self.returns.amounts):
            unsure |= self.returns.at_edge(now.cell[at], np.minimum(first, 2.0))
        # of several at one place, those that are not the same may be at two after all
        together = due <= first + _SAME_PLACE
        twins = np.where(together, self.lines.twin[:, None], -1)
        least = np.where(together, self.lines.twin[:, None], np.iinfo(np.int64).max).min(axis=0, initial=0)
        unsure |= (first <= 1) & (twins.max(axis=0, initial=-1) != least) & (together.sum(axis=0) > 1)
        self.record.doubtful[now.cell[at[unsure]]] = True

    def _finish(self, done: Ints) -> None:
        """Write down the cells that have come to their end, and forget them."""
        if not len(done):
            return
        now, lines = self._now, self.lines
        mark = lines.mark[:, None] * (1 + now.slope[:, done])
        pnl = (lines.sign * lines.quantity)[:, None] * (mark - lines.entry[:, None])
        held = np.where(now.is_open[:, done], now.margin[:, done] + pnl, 0.0).sum(axis=0)
        self.record.equity[now.cell[done]] = now.unused[done] + held
        kept = np.ones(len(now.cell), dtype=np.bool_)
        kept[done] = False
        now.keep(kept)

    # --- at the line -------------------------------------------------------------------------

    def _see_to(self, at: Ints) -> None:
        """The neediest of each of these cells draws what is unused, or is taken over."""
        now, lines = self._now, self.lines
        mark = lines.mark[:, None] * (1 + now.slope[:, at] * now.place[at])
        size = lines.sign * lines.quantity
        equity = now.margin[:, at] + size[:, None] * (mark - lines.entry[:, None])
        need = np.where(now.waiting[:, at], equity / (lines.quantity * lines.entry)[:, None], np.inf)
        rows, every = need.argmin(axis=0), np.arange(len(at))
        mark, equity = mark[rows, every], equity[rows, every]
        target = np.maximum(lines.initial_margin[rows], lines.quantity[rows] * mark / lines.leverage[rows])
        drawn = np.maximum(0.0, np.minimum(now.unused[at], target - equity))
        draws = drawn > self.tiny
        self.record.doubtful[now.cell[at[~draws & (now.unused[at] > 0) & (drawn > 0) & (target - equity > self.tiny)]]] = (
            True
        )
        self._draw(rows[draws], at[draws], drawn[draws], equity[draws], mark[draws])
        self._take_over(rows[~draws], at[~draws])

    def _draw(self, rows: Ints, at: Ints, drawn: Floats, equity: Floats, mark: Floats) -> None:
        now, lines = self._now, self.lines
        now.margin[rows, at] += drawn
        now.unused[at] -= drawn
        quantity = lines.quantity[rows]
        base, slope = lines.requirement(rows, quantity, lines.tier(rows, quantity, mark, self.book))
        need = base + slope * (mark / lines.mark[rows] - 1)
        surplus = equity + drawn - need
        self.record.doubtful[now.cell[at[np.abs(surplus) < self.tiny]]] = True
        saved = surplus > 0
        now.waiting[rows[saved], at[saved]] = False
        self._look_ahead(rows[saved], at[saved])

    def _take_over(self, rows: Ints, at: Ints) -> None:
        now = self._now
        now.waiting[rows, at] = False
        now.is_open[rows, at] = False
        now.due_at[rows, at] = np.inf
        now.margin[rows, at] = 0.0
        self.record.fell(now.cell[at], self.lines.index[rows], now.place[at])

    def _look_ahead(self, rows: Ints, at: Ints) -> None:
        """Find where these buckets next come to their line: the first root, tier by tier."""
        if not len(rows):
            return
        now, lines = self._now, self.lines
        slope, quantity = now.slope[rows, at], lines.quantity[rows]
        size = lines.sign[rows] * quantity
        place = now.place[at].copy()
        cash = now.margin[rows, at] + size * (lines.mark[rows] - lines.entry[rows])
        tier = lines.tier(rows, quantity, lines.mark[rows] * (1 + slope * place), self.book)
        found = np.full(len(rows), np.inf)
        going = (slope != 0) & np.isfinite(place)
        for piece in range(lines.starts.shape[1]):
            base, need_slope = lines.requirement(rows, quantity, tier)
            height, slant = cash - base, (size * lines.mark[rows] - need_slope) * slope
            jumped = going & (height + slant * place <= 0) & (piece > 0)
            found = np.where(jumped, place, found)
            going &= ~jumped
            root = np.where(slant < 0, np.maximum(-height / slant, place), np.inf)
            start = lines.starts[rows, np.where(slope > 0, tier + 1, tier)]
            border = (start / (quantity * lines.mark[rows]) - 1) / slope
            leaves = ((slope > 0) | (tier > 0)) & lines.through_tiers
            border = np.where(leaves, border, np.inf)
            here = going & (root <= border)
            found = np.where(here, root, found)
            going &= ~here & np.isfinite(border)
            place = np.where(going, np.maximum(border, place), place)
            tier = np.where(going, tier + np.where(slope > 0, 1, -1), tier)
        now.due_at[rows, at] = found
