"""Top-up buckets in all cells at once: at its line each draws from unused cash, or is taken over."""

from __future__ import annotations

import numpy as np

from isocross.account.book import Book
from isocross.cascade.ledger import Ledger
from isocross.records import dataclass
from isocross.studies.frontier.cells import MOST_ROUNDS, TINY, Compact, Record, Returns
from isocross.studies.frontier.lines import EDGE, Flags, Floats, Ints, Lines

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
    tied: Flags
    """Whether floats cannot tell who of them is first: no matter, unless cash runs short."""


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
            tied=np.zeros(cells, dtype=np.bool_),
        )
        self._look_ahead_from_the_opening()

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
        self._look_for_ties(at, first)
        going = place <= 1
        now.place[at] = np.minimum(place, 1)
        due = going & (first <= back)
        ready = at[due]
        now.waiting[:, ready] = now.due_at[:, ready] <= first[due] + _SAME_PLACE
        returning = at[going & ~due]
        if len(returning):
            now.unused[returning] += self.returns.take(now.cell[returning])
        self._finish(at[~going])

    def _look_for_ties(self, at: Ints, first: Floats) -> None:
        """Note where floats cannot tell whether, or in which order, something happens."""
        now = self._now
        unsure = np.abs(first - 1) < EDGE
        if len(self.returns.amounts):
            unsure |= self.returns.at_edge(now.cell[at], np.minimum(first, 2.0))
        self.record.doubtful[now.cell[at[unsure]]] = True
        several = (now.due_at[:, at] <= first + EDGE).sum(axis=0) > 1
        tied, since = at[several], first[several]
        together = now.due_at[:, tied] <= since + EDGE
        same_place = (now.due_at[:, tied] <= since + _SAME_PLACE) == together
        twins = np.where(together, self.lines.twin[:, None], -1)
        alike = ((twins == twins.max(axis=0, initial=-1)) | ~together).all(axis=0) & same_place.all(axis=0)
        now.tied[at] = False
        now.tied[tied] = ~alike

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
        rows = self._neediest(at)
        quantity = lines.quantity[rows]
        mark = lines.mark[rows] * (1 + now.slope[rows, at] * now.place[at])
        equity = now.margin[rows, at] + lines.sign[rows] * quantity * (mark - lines.entry[rows])
        target = np.maximum(lines.initial_margin[rows], quantity * mark / lines.leverage[rows])
        wanted = target - equity
        drawn = np.maximum(0.0, np.minimum(now.unused[at], wanted))
        draws = drawn > self.tiny
        short = drawn < wanted - self.tiny
        unsure = (short & now.tied[at]) | (~draws & (drawn > 0) & (wanted > self.tiny))
        self.record.doubtful[now.cell[at[unsure]]] = True
        self._draw(rows[draws], at[draws], drawn[draws], equity[draws], mark[draws])
        self._take_over(rows[~draws], at[~draws])

    def _neediest(self, at: Ints) -> Ints:
        """Of those at their line the one with the smallest equity ÷ (quantity × entry); of equal ones the first."""
        now, lines = self._now, self.lines
        rows: Ints = now.waiting[:, at].argmax(axis=0)
        several = np.flatnonzero(now.waiting[:, at].sum(axis=0) > 1)
        these = at[several]
        mark = lines.mark[:, None] * (1 + now.slope[:, these] * now.place[these])
        equity = now.margin[:, these] + (lines.sign * lines.quantity)[:, None] * (mark - lines.entry[:, None])
        need = equity / (lines.quantity * lines.entry)[:, None]
        rows[several] = np.where(now.waiting[:, these], need, np.inf).argmin(axis=0)
        return rows

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

    def _look_ahead_from_the_opening(self) -> None:
        """At the opening all cells in which a market moves one way are alike."""
        now, lines = self._now, self.lines
        margins, nowhere = now.margin[:, 0], np.zeros(lines.count)
        down, up = (
            first_touch(self.book, lines, np.arange(lines.count), np.full(lines.count, way), margins, nowhere)
            for way in (-1.0, 1.0)
        )
        move = np.where(now.slope < 0, down[:, None], up[:, None])
        now.due_at[:] = np.where(now.slope != 0, move / np.abs(now.slope), np.inf)

    def _look_ahead(self, rows: Ints, at: Ints) -> None:
        """Find where these buckets next come to their line."""
        now = self._now
        slope = np.abs(now.slope[rows, at])
        direction = np.where(now.slope[rows, at] < 0, -1.0, 1.0)
        move = first_touch(self.book, self.lines, rows, direction, now.margin[rows, at], slope * now.place[at])
        now.due_at[rows, at] = np.where(slope > 0, np.maximum(move / slope, now.place[at]), np.inf)


def first_touch(book: Book, lines: Lines, rows: Ints, direction: Floats, margin: Floats, since: Floats) -> Floats:
    """The size of the move at which a bucket comes to its line: the first root, tier by tier; infinite: none.

    Args:
        book: the account.
        lines: its cross positions.
        rows: which of them.
        direction: −1 or +1, the way its market moves.
        margin: the cash in the bucket.
        since: the size of the move from which to look.
    """
    quantity = lines.quantity[rows]
    size, mark = lines.sign[rows] * quantity, lines.mark[rows]
    place = since.copy()
    cash = margin + size * (mark - lines.entry[rows])
    tier = lines.tier(rows, quantity, mark * (1 + direction * place), book)
    found, going = np.full(len(rows), np.inf), np.ones(len(rows), dtype=np.bool_)
    for piece in range(lines.starts.shape[1]):
        base, need_slope = lines.requirement(rows, quantity, tier)
        height, slant = cash - base, (size * mark - need_slope) * direction
        jumped = going & (height + slant * place <= 0) & (piece > 0)
        root = np.where(slant < 0, np.maximum(-height / slant, place), np.inf)
        start = lines.starts[rows, np.where(direction > 0, tier + 1, tier)]
        leaves = ((direction > 0) | (tier > 0)) & lines.through_tiers
        border = np.where(leaves, (start / (quantity * mark) - 1) * direction, np.inf)
        here = going & ~jumped & (root <= border)
        found = np.where(jumped, place, np.where(here, root, found))
        going &= ~jumped & ~here & np.isfinite(border)
        if not going.any():
            break
        place = np.where(going, np.maximum(border, place), place)
        tier = np.where(going, tier + direction.astype(np.int64), tier)
    return found
