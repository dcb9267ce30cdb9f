"""One pool in all cells at once: at the line it closes victims until it is healthy or empty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isocross.account.book import Book
from isocross.cascade.ledger import Ledger
from isocross.rules.profile import FeeCap, PoolResidual, Victim
from isocross.studies.frontier.cells import MOST_ROUNDS, TINY, Pools, Record, Returns
from isocross.studies.frontier.closing import CLOSING_NOTHING, lacks, part_to_close
from isocross.studies.frontier.halts import Halts, Start
from isocross.studies.frontier.lines import EDGE, Flags, Floats, Ints, Lines


class PooledRun:
    """The pool of an account along every glide of a grid."""

    def __init__(
        self,
        book: Book,
        ledger: Ledger,
        lines: Lines,
        slopes: Floats,
        returns: Returns,
        start: Start | None = None,
        stops: Sequence[float] = (),
    ) -> None:
        """Stand at the opening, after what was due there.

        Args:
            book: the account.
            ledger: its cash after the opening.
            lines: the open cross positions.
            slopes: the moves of x, y and of what stands still (rows) in each cell (columns).
            returns: what comes back from isolated positions on the way.
            start: the members and the cash of each cell's pool, where they are not those of the ledger.
            stops: places before the end at which the equity is wanted, too.
        """
        self.book, self.lines, self.returns = book, lines, returns
        self.record, self.halts = Record.blank(slopes.shape[1]), Halts.blank(stops, slopes.shape[1])
        at_stake = (lines.quantity * np.maximum(lines.mark, lines.entry)).sum() * 4 + abs(float(ledger.pool))
        self.tiny = TINY * float(at_stake)
        self._closes_parts = any(step.kind not in CLOSING_NOTHING for step in book.profile.steps)
        self.left = np.zeros((lines.count, slopes.shape[1]), dtype=np.bool_)
        """Which positions (rows) are open at the end in each cell."""
        self._pools = self._open(ledger, slopes, start or Start.of(ledger, lines, slopes.shape[1]))

    def run(self) -> Record:
        """Everything that happens in every cell."""
        if not self.lines.count:
            every = np.arange(len(self.record.equity))
            self.halts.read(self._pools, every, np.full(len(every), np.inf))
            self.record.equity[:] = self._pools.equity[0] + self.returns.rest(every)
            return self.record
        if self.lines.convex:
            safe = self._safe()
            self.halts.read(self._pools, np.flatnonzero(safe), np.full(int(safe.sum()), np.inf))
            self._finish(safe)
        for _ in range(MOST_ROUNDS):
            if not len(self._pools.cell):
                return self.record
            acting = self._pools.forced | self._pools.due
            if acting.any():
                self._close(np.flatnonzero(acting))
            idle = ~(self._pools.forced | self._pools.due)
            if idle.any():
                self._advance(np.flatnonzero(idle))
        self.record.doubtful[self._pools.cell] = True
        return self.record

    def at_its_line(self) -> Flags:
        """Whether a pool is at its line at the opening, or nearly: what is due there is not this machine's."""
        unsure: Flags = self._pools.surplus() < self.tiny
        return unsure

    # --- standing ----------------------------------------------------------------------------

    def _open(self, ledger: Ledger, slopes: Floats, start: Start) -> Pools:
        lines, cells = self.lines, slopes.shape[1]
        rows = np.arange(lines.count)
        slope = slopes[lines.axis]
        tier = lines.tier(rows, lines.quantity, lines.mark, self.book)
        base, need_slope = lines.requirement(rows, lines.quantity, tier)
        size = lines.sign * lines.quantity
        pnl = size * (lines.mark - lines.entry)
        earns = size * lines.mark
        floors = [ledger.floors.get(int(i), lines.starts.shape[1]) for i in lines.index]
        pools = Pools(
            cell=np.arange(cells),
            slope=slope,
            place=np.zeros(cells),
            equity=np.stack([start.cash + pnl @ start.members, earns @ (slope * start.members)]),
            need=np.stack([base @ start.members, need_slope @ (slope * start.members)]),
            own=np.repeat(np.stack([base, need_slope])[:, :, None], cells, axis=2),
            quantity=np.repeat(lines.quantity[:, None], cells, axis=1),
            tier=np.repeat(tier[:, None], cells, axis=1),
            border=np.full((lines.count, cells), np.inf),
            is_open=start.members.copy(),
            floor=np.repeat(np.array(floors, dtype=np.int64)[:, None], cells, axis=1),
            cut=np.repeat(np.array([int(i) in ledger.cut for i in lines.index])[:, None], cells, axis=1),
            forced=np.zeros(cells, dtype=np.bool_),
            due=np.zeros(cells, dtype=np.bool_),
        )
        self._set_borders(pools, tier)
        return pools

    def _set_borders(self, pools: Pools, tier: Ints) -> None:
        """Work out where every position leaves the tier of the opening: at one move up, at one down."""
        if not self.lines.through_tiers:
            return
        lines, rows = self.lines, np.arange(self.lines.count)
        size = lines.quantity * lines.mark
        up, down = lines.starts[rows, tier + 1] / size - 1, lines.starts[rows, tier] / size - 1
        place = np.where(pools.slope > 0, up[:, None], down[:, None]) / pools.slope
        leaves = (pools.slope > 0) | ((pools.slope < 0) & (tier > 0)[:, None])
        pools.border[:] = np.where(leaves & pools.is_open, place, np.inf)

    def _set_border(self, pools: Pools, rows: Ints, at: Ints) -> None:
        """Work out where these positions leave the tier they are in."""
        if not self.lines.through_tiers:
            return
        slope, tier = pools.slope[rows, at], pools.tier[rows, at]
        start = self.lines.starts[rows, np.where(slope > 0, tier + 1, tier)]
        place = (start / (pools.quantity[rows, at] * self.lines.mark[rows]) - 1) / slope
        leaves = (slope > 0) | ((slope < 0) & (tier > 0))
        pools.border[rows, at] = np.where(leaves, place, np.inf)

    def _safe(self) -> Flags:
        """The cells whose pool is above its line at the end, too: g is concave, so it never came to it."""
        pools, lines = self._pools, self.lines
        if not np.ptp(pools.slope, axis=1).any():
            rows, moves = np.arange(lines.count), pools.slope[:, 0]
            tier = lines.tier(rows, lines.quantity, lines.mark * (1 + moves), self.book)
            base, slope = lines.requirement(rows, lines.quantity, tier)
            alike: Flags = pools.equity[0] + pools.equity[1] - (base + slope * moves) @ pools.is_open > self.tiny
            return alike
        need = np.zeros(len(pools.cell))
        for row in range(lines.count):
            moves, back = np.unique(pools.slope[row], return_inverse=True)
            quantity = np.full(len(moves), lines.quantity[row])
            rows = np.full(len(moves), row)
            tier = lines.tier(rows, quantity, lines.mark[row] * (1 + moves), self.book)
            base, slope = lines.requirement(rows, quantity, tier)
            need += (base + slope * moves)[back] * pools.is_open[row]
        safe: Flags = pools.equity[0] + pools.equity[1] - need > self.tiny
        return safe

    def _finish(self, done: Flags) -> None:
        """Write down the cells that have come to their end, and forget them."""
        if not done.any():
            return
        pools, cells = self._pools, self._pools.cell[done]
        self.left[:, cells] = pools.is_open[:, done]
        self.record.equity[cells] = (pools.equity[0] + pools.equity[1])[done] + self.returns.rest(cells)
        pools.keep(~done)

    # --- moving ------------------------------------------------------------------------------

    def _advance(self, at: Ints) -> None:
        """Take each of these cells to the next root, border or return of cash."""
        pools = self._pools
        g0 = (pools.equity[0] - pools.need[0])[at]
        g1 = (pools.equity[1] - pools.need[1])[at]
        root = np.where(g1 < 0, np.maximum(-g0 / g1, pools.place[at]), np.inf)
        border = pools.border[:, at]
        rows = border.argmin(axis=0)
        edge = border[rows, np.arange(len(at))]
        back = self.returns.next_place()[pools.cell[at]]
        place = np.minimum(np.minimum(root, edge), back)
        self._doubt(at, place, root, edge)
        self.halts.read(pools, at, place)
        pools.place[at] = np.minimum(place, 1)
        going = place <= 1
        touching = going & (root <= edge) & (root <= back)
        pools.forced[at[touching]] = True
        returning = going & ~touching & (back <= edge)
        receivers = at[returning]
        if len(receivers):
            pools.equity[0, receivers] += self.returns.take(pools.cell[receivers])
        crossing = going & ~touching & ~returning
        if crossing.any():
            self._cross(rows[crossing], at[crossing])
        done = np.zeros(len(pools.cell), dtype=np.bool_)
        done[at[~going]] = True
        self._finish(done)

    def _doubt(self, at: Ints, place: Floats, root: Floats, edge: Floats) -> None:
        """Note the cells where floats cannot tell whether, or in which order, something happens."""
        pools = self._pools
        cells = pools.cell[at]
        end_g = (pools.equity[0] + pools.equity[1] - pools.need[0] - pools.need[1])[at]
        unsure = (np.abs(root - 1) < EDGE) | ((place > 1) & (np.abs(end_g) < self.tiny))
        unsure |= self.halts.doubt(pools, at, root, place, self.tiny)
        meets = (np.abs(root - edge) < EDGE) & (root <= 1)
        if not self.lines.convex:
            unsure |= meets | (np.abs(edge - 1) < EDGE) | self.halts.near(edge)
        if len(self.returns.amounts):
            unsure |= self.returns.at_edge(cells, np.minimum(root, 2.0)) | self.returns.at_edge(cells, edge)
        self.record.doubtful[cells[unsure]] = True

    def _cross(self, rows: Ints, at: Ints) -> None:
        """Put a position of each of these cells into its next tier; a jump of g to the line is due there."""
        pools = self._pools
        self._change_need(rows, at, -1)
        pools.tier[rows, at] += np.where(pools.slope[rows, at] > 0, 1, -1)
        self._change_need(rows, at, 1)
        self._set_border(pools, rows, at)
        if not self.lines.convex:
            g = pools.surplus()[at]
            pools.due[at] = g <= 0
            self.record.doubtful[pools.cell[at[np.abs(g) < self.tiny]]] = True

    def _change_need(self, rows: Ints, at: Ints, sign: int) -> None:
        pools = self._pools
        if sign > 0:
            own = self.lines.requirement(rows, pools.quantity[rows, at], pools.tier[rows, at])
            pools.own[0, rows, at], pools.own[1, rows, at] = own
        pools.need[0, at] += sign * pools.own[0, rows, at]
        pools.need[1, at] += sign * pools.own[1, rows, at] * pools.slope[rows, at]

    # --- closing -----------------------------------------------------------------------------

    def _close(self, at: Ints) -> None:
        """Close the next victim of each of these cells, or all of it, or the parts that the venue's steps say."""
        pools = self._pools
        self.halts.acts(pools, at)
        pools.forced[at] = False
        if self.book.profile.victim is Victim.ALL:
            # of every position it is decided before the first is closed
            held = [at[pools.is_open[row, at]] for row in range(self.lines.count)]
            for close in [self._decided(np.full(len(here), row), here) for row, here in enumerate(held)]:
                self._carry_out(*close)
        else:
            whole = self._carry_out(*self._decided(self._victims(at), at))
            short = lacks(self.book, self.lines, pools, at)
            pools.forced[at] = whole & pools.is_open[:, at].any(axis=0) & (short > 0)
            self.record.doubtful[pools.cell[at[whole & (np.abs(short) < self.tiny)]]] = True
        g = pools.surplus()[at]
        pools.due[at] = g <= 0
        left = pools.is_open[:, at].any(axis=0)
        self.record.doubtful[pools.cell[at[left & (np.abs(g) < self.tiny)]]] = True
        if not left.all():
            self._empty(at[~left])

    def _decided(self, rows: Ints, at: Ints) -> tuple[Ints, Ints, Floats]:
        """How much of these positions is closed, one in each of these cells."""
        pools, lines = self._pools, self.lines
        quantity = pools.quantity[rows, at]
        if not self._closes_parts:
            return rows, at, quantity
        part, fraction, unsure = part_to_close(self.book, lines, pools, rows, at, self.tiny)
        pools.cut[rows, at] |= fraction
        self.record.doubtful[pools.cell[at[unsure]]] = True
        return rows, at, np.where(np.isnan(part), quantity, part)

    def _carry_out(self, rows: Ints, at: Ints, closed: Floats) -> Flags:
        """Close so much of these positions; which of them were closed whole."""
        pools, lines = self._pools, self.lines
        place, quantity = pools.place[at], pools.quantity[rows, at]
        mark = lines.mark[rows] * (1 + pools.slope[rows, at] * place)
        whole: Flags = closed == quantity
        self._book_close(rows, at, mark, closed)
        self._change_need(rows, at, -1)
        pools.quantity[rows, at] = quantity - closed
        pools.is_open[rows[whole], at[whole]] = False
        pools.border[rows[whole], at[whole]] = np.inf
        self.record.fell(pools.cell[at[whole]], lines.index[rows[whole]], place[whole])
        self._shrink(rows[~whole], at[~whole], mark[~whole])
        return whole

    def _book_close(self, rows: Ints, at: Ints, mark: Floats, closed: Floats) -> None:
        """Make the PnL of what is closed final, and take its fee out of what the pool has left."""
        pools, lines = self._pools, self.lines
        size = lines.sign[rows] * closed
        moves = size * lines.mark[rows] * pools.slope[rows, at]
        left = pools.equity[0, at] + pools.equity[1, at] * pools.place[at]
        most = np.maximum(0.0, left) * self._fee_share(rows, at, closed)
        fee = np.minimum(closed * mark * lines.fee[rows], most)
        pools.equity[0, at] += moves * pools.place[at] - fee
        pools.equity[1, at] -= moves

    def _fee_share(self, rows: Ints, at: Ints, closed: Floats) -> Floats:
        """The share of what the pool has left that a fee may take: all, or that of what is closed by requirement."""
        pools = self._pools
        if self.book.profile.fee_cap is FeeCap.POOL:
            return np.ones(len(at))
        base, slope = pools.own[0, rows, at], pools.own[1, rows, at]
        mine = (base + slope * pools.slope[rows, at] * pools.place[at]) * closed / pools.quantity[rows, at]
        need = pools.need[0, at] + pools.need[1, at] * pools.place[at]
        return np.where(need > 0, mine / np.where(need > 0, need, 1.0), 1.0)

    def _shrink(self, rows: Ints, at: Ints, mark: Floats) -> None:
        """Stand the rest of a reduced position in the tier it has come down to."""
        if not len(rows):
            return
        pools = self._pools
        self.record.whole[pools.cell[at]] = False
        tier = self.lines.tier(rows, pools.quantity[rows, at], mark, self.book)
        pools.tier[rows, at] = tier
        pools.floor[rows, at] = tier
        self._change_need(rows, at, 1)
        self._set_border(pools, rows, at)

    def _empty(self, at: Ints) -> None:
        """A pool without positions stands still, and never below zero; what is left may be the fund's."""
        pools = self._pools
        left = pools.equity[0, at] + pools.equity[1, at] * pools.place[at]
        goes = self.book.profile.pool_residual is PoolResidual.FUND
        pools.equity[0, at] = 0.0 if goes else np.maximum(0.0, left)
        pools.equity[1, at] = 0.0
        pools.need[:, at] = 0.0
        self.halts.ends(pools, at, at[(left < -self.tiny) | goes])
        done = np.zeros(len(pools.cell), dtype=np.bool_)
        done[at] = True
        self._finish(done)

    def _victims(self, at: Ints) -> Ints:
        """The position each pool closes next; of equal ones the first."""
        pools, lines = self._pools, self.lines
        is_open = pools.is_open[:, at]
        if self.book.profile.victim is Victim.FILE_ORDER:
            return np.asarray(is_open.argmax(axis=0))
        moves, quantity = pools.slope[:, at] * pools.place[at], pools.quantity[:, at]
        if self.book.profile.victim is Victim.LARGEST_LOSS:
            rank = lines.sign[:, None] * quantity * (lines.mark[:, None] * (1 + moves) - lines.entry[:, None])
        else:
            rank = -(pools.own[0][:, at] + pools.own[1][:, at] * moves)
        rank = np.where(is_open, rank, np.inf)
        rows: Ints = rank.argmin(axis=0)
        every = np.arange(len(at))
        best = rank[rows, every]
        rank[rows, every] = np.inf
        second = rank.argmin(axis=0)
        near = rank[second, every] - best < self.tiny
        same = (lines.twin[rows] == lines.twin[second]) & (quantity[rows, every] == quantity[second, every])
        self.record.doubtful[pools.cell[at[near & ~same]]] = True
        return rows
