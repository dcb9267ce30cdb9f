"""How much of a position a venue closes at the line, in all cells at once: the steps of `cascade.reductions`."""

from __future__ import annotations

from typing import assert_never

import numpy as np

from isocross.account.book import Book
from isocross.rules.market import TierBorder, TierKey
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Basis
from isocross.studies.frontier.cells import Pools
from isocross.studies.frontier.lines import Flags, Floats, Ints, Lines

CLOSING_NOTHING = frozenset({StepKind.CANCEL_ORDERS, StepKind.NET_HEDGES, StepKind.BACKSTOP})
"""Nothing to cancel or to net in an account that is modelled, and no fall past the line on a glide."""
_NEAR = 1e-9
"""Relative distance within which a figure may lie on either side of a border or of a lot."""
_HAIR = 1e-12
"""Relative distance below a border that counts as just below it."""
_MANY = 1e9
"""Lots of a position; from here on one of them is below the precision promised."""


class _Part:
    """The victims of some cells at their line."""

    def __init__(self, book: Book, lines: Lines, pools: Pools, rows: Ints, at: Ints, mark: Floats) -> None:
        self.book, self.lines, self.pools = book, lines, pools
        self.rows, self.at, self.mark = rows, at, mark
        self.quantity = pools.quantity[rows, at]
        self.lot = lines.lot[rows]
        self.tier = lines.tier(rows, self.quantity, mark, book)
        self.unsure: Flags = np.zeros(len(at), dtype=np.bool_)

    def part(self, step: Step) -> Floats:
        """What one step closes; nan where it does not apply."""
        match step.kind:
            case StepKind.TIER_DOWN:
                return self._down_to_tier(step)
            case StepKind.FRACTION:
                return self._fraction(step)
            case StepKind.PORTION:
                return self._portion(step)
            case StepKind.RESTORE:
                return self._to_buffer(step)
            case StepKind.CANCEL_ORDERS | StepKind.NET_HEDGES | StepKind.BACKSTOP:
                return np.full(len(self.at), np.nan)
            case strange:
                assert_never(strange)

    def _down_to_tier(self, step: Step) -> Floats:
        lines, profile = self.lines, self.book.profile
        tier = np.minimum(self.tier, self.pools.floor[self.rows, self.at])
        target = tier - int(step.amount)
        border = lines.starts[self.rows, np.maximum(target, 0) + 1]
        price = self.mark if profile.maintenance_basis is Basis.MARK else lines.entry[self.rows]
        most = border if profile.tier_key is TierKey.QUANTITY else border / price
        by_chance = (target >= 0) & (profile.tier_key is not TierKey.QUANTITY)
        kept = self._to_lot(most, up=False, by_chance=by_chance)
        if profile.tier_key is TierKey.QUANTITY and profile.tier_border is TierBorder.BELOW:
            kept = np.minimum(kept, most)
        else:
            # without a lot a hair below the border, so that the tier read off it is the one below
            less = np.where(self.lot > 0, kept - self.lot, most * (1 - _HAIR))
            kept = np.where(kept >= most * (1 - _HAIR), less, kept)
        return np.where((target >= 0) & (kept > 0) & (kept < self.quantity), self.quantity - kept, np.nan)

    def _fraction(self, step: Step) -> Floats:
        size, above = self.quantity * self.mark, float(step.above)
        again = self.pools.cut[self.rows, self.at]
        self.unsure |= ~again & (np.abs(size - above) <= _NEAR * above)
        part = self._to_lot(self.quantity * float(step.amount), up=True, by_chance=np.False_)
        return np.where(again | (size <= above), np.nan, part)

    def _portion(self, step: Step) -> Floats:
        size, most = self.quantity * self.mark, np.inf if step.most is None else float(step.most)
        wanted = np.minimum(np.maximum(size * float(step.amount), float(step.above)), most)
        self.unsure |= np.abs(size - wanted) <= _NEAR * size
        part = np.maximum(self._to_lot(wanted / self.mark, up=False, by_chance=np.True_), self.lot)
        return np.where(wanted >= size, self.quantity, part)

    def _to_buffer(self, step: Step) -> Floats:
        at, above = self.at, float(step.above)
        amount, fee = float(step.amount), self.lines.fee[self.rows]
        short = shortage(step, self.lines, self.pools, at)
        rest, closed = self.quantity * self.mark, np.zeros(len(at))
        self.unsure |= np.abs(rest - above) <= _NEAR * above
        part = np.where(rest <= above, self.quantity, np.nan)
        going = rest > above
        for tier in range(int(self.tier.max(initial=0)), -1, -1):
            here = going & (self.tier >= tier)
            _, slope = self.lines.requirement(self.rows, self.quantity, np.full(len(at), tier))
            freed = slope / self.lines.mark[self.rows] / self.quantity + amount - fee
            start = self.lines.starts[self.rows, tier] if self.lines.through_tiers else 0.0
            room = rest - start
            last = here & ((freed <= 0) | (short <= freed * room) | (not self.lines.through_tiers))
            wanted = self._to_lot((closed + short / freed) / self.mark, up=True, by_chance=last & (freed > 0))
            part = np.where(last & (freed > 0), wanted, part)
            going &= ~last
            on = here & ~last
            closed, rest = np.where(on, closed + room, closed), np.where(on, rest - room, rest)
            short = np.where(on, short - freed * room, short)
        return part

    def _to_lot(self, quantity: Floats, *, up: bool, by_chance: Flags | np.bool_) -> Floats:
        """Rounded to lots; a figure that floats cannot tell from a whole number of them is that number.

        Where it is so `by_chance`, not being made of round figures, it may be on either side of that number.
        """
        lots = quantity / self.lot
        nearest = np.rint(lots)
        whole = np.abs(lots - nearest) <= _NEAR * np.maximum(1.0, np.abs(lots))
        rounded = np.where(whole, nearest, np.ceil(lots) if up else np.floor(lots))
        # of very many lots floats cannot tell one from the next, and a map shows neither
        fine = (self.lot > 0) & (np.abs(lots) < _MANY)
        self.unsure |= fine & whole & by_chance
        return np.where(fine, rounded * self.lot, quantity)


def shortage(step: Step, lines: Lines, pools: Pools, at: Ints) -> Floats:
    """What the pools of these cells lack to their line plus the buffer of a `RESTORE`."""
    marks = lines.mark[:, None] * (1 + pools.slope[:, at] * pools.place[at])
    sizes = (np.where(pools.is_open[:, at], pools.quantity[:, at], 0.0) * marks).sum(axis=0)
    short: Floats = float(step.amount) * sizes - pools.surplus()[at]
    return short


def lacks(book: Book, lines: Lines, pools: Pools, at: Ints) -> Floats:
    """What pools of which a position was closed lack to where a liquidation ends; -inf where that is their line."""
    restores = [step for step in book.profile.steps if step.kind is StepKind.RESTORE]
    return shortage(restores[0], lines, pools, at) if restores else np.full(len(at), -np.inf)


def part_to_close(
    book: Book, lines: Lines, pools: Pools, rows: Ints, at: Ints, tiny: float
) -> tuple[Floats, Flags, Flags]:
    """How much of each victim is closed, nan for the whole of it; where that is its fraction; where floats cannot tell.

    Args:
        book: the account.
        lines: its cross positions.
        pools: the cells that are running.
        rows: the victim of each cell that is at its line.
        at: those cells.
        tiny: what cannot be told from zero, in the account's currency.
    """
    mark = lines.mark[rows] * (1 + pools.slope[rows, at] * pools.place[at])
    victims = _Part(book, lines, pools, rows, at, mark)
    part = np.full(len(at), np.nan)
    fraction = np.zeros(len(at), dtype=np.bool_)
    for step in book.profile.steps:
        open_still = np.isnan(part)
        part = np.where(open_still, victims.part(step), part)
        fraction |= open_still & ~np.isnan(part) & (step.kind is StepKind.FRACTION)
    equity = pools.equity[0, at] + pools.equity[1, at] * pools.place[at]
    # a pool that its fees have used up has dust left, or not
    unsure = victims.unsure | (~np.isnan(part) & (np.abs(equity) < tiny))
    # all but the dust that floats leave of a whole number of lots is all of it
    valid = (equity > 0) & (part > 0) & (part < victims.quantity * (1 - _NEAR))
    return np.where(valid, part, np.nan), fraction, unsure
