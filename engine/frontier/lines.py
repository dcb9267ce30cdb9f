"""Cross positions as arrays of floats: PnL and requirement as lines in the move of their market, tier by tier."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from engine.book import Book, Position
from engine.margin import close_fee_rate, moves_through_tiers
from engine.market import Kind, Ladder, TierBorder, TierKey
from engine.money import exact
from engine.venue import Basis, CloseFeeAt, Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

STILL = 2
"""The axis of a market that stands still: 0 is x, 1 is y."""


@dataclass(frozen=True)
class Lines:
    """One row for each position. Requirement = constant + mark × per_mark, both linear in the quantity."""

    index: Ints
    """Place in the book."""
    axis: Ints
    sign: Floats
    quantity: Floats
    entry: Floats
    mark: Floats
    """Opening mark."""
    leverage: Floats
    initial_margin: Floats
    fee: Floats
    lot: Floats
    """Quantity step; 0 where it is not known."""
    starts: Floats
    """Where each tier begins, one more column than there are tiers; the rest is infinite."""
    constant: Floats
    constant_each: Floats
    """Of the constant, what every base unit adds."""
    per_mark: Floats
    per_mark_each: Floats
    twin: Ints
    """Equal numbers for positions that are the same in everything that matters here."""
    through_tiers: bool
    """Whether a tier changes with the mark."""
    convex: bool
    """Whether every requirement is a convex function of the mark, so that g is concave (solver.md §1)."""

    @property
    def count(self) -> int:
        """How many positions there are."""
        return len(self.index)

    def tier(self, rows: Ints, quantity: Floats, mark: Floats, book: Book) -> Ints:
        """The tier in effect; a border belongs to the tier above it, of tiers by quantity as the venue says."""
        profile = book.profile
        if profile.tier_key is TierKey.QUANTITY:
            size = quantity
            if profile.tier_border is TierBorder.BELOW:
                past: Ints = (size[:, None] > self.starts[rows]).sum(axis=1).astype(np.int64)
                return np.maximum(past - 1, 0)
        else:
            size = quantity * (mark if profile.maintenance_basis is Basis.MARK else self.entry[rows])
        above: Ints = (size[:, None] >= self.starts[rows]).sum(axis=1).astype(np.int64)
        return above - 1

    def requirement(self, rows: Ints, quantity: Floats, tier: Ints) -> tuple[Floats, Floats]:
        """(height, slope) of the requirement in the relative move of the market."""
        base = self.constant[rows, tier] + quantity * self.constant_each[rows, tier]
        slope = (self.per_mark[rows, tier] + quantity * self.per_mark_each[rows, tier]) * self.mark[rows]
        return base + slope, slope


@exact
def lines_of(book: Book, positions: dict[int, Position], axes: dict[str, int]) -> Lines:
    """The lines of some positions by their index in the book; `axes` numbers the markets that move."""
    held = list(positions.values())
    ladders = [book.market_of(p).ladder for p in held]
    widest = max((len(ladder.tiers) for ladder in ladders), default=1)
    tables = [_tables(p, book.profile, ladder, widest) for p, ladder in zip(held, ladders, strict=True)]
    four = np.array(tables, dtype=np.float64).reshape(len(held), 4, widest)
    starts = np.full((len(held), widest + 1), np.inf)
    for row, ladder in enumerate(ladders):
        starts[row, : len(ladder.tiers)] = [float(start) for start in ladder.starts]
    alike: dict[tuple[object, ...], int] = {}
    through = moves_through_tiers(book.profile, Kind.LINEAR)
    return Lines(
        index=np.array(list(positions), dtype=np.int64),
        axis=np.array([axes.get(p.market, STILL) for p in held], dtype=np.int64),
        sign=_floats([Decimal(p.side.sign) for p in held]),
        quantity=_floats([p.quantity for p in held]),
        entry=_floats([p.entry for p in held]),
        mark=_floats([book.market_of(p).mark for p in held]),
        leverage=_floats([p.leverage for p in held]),
        initial_margin=_floats([p.initial_margin for p in held]),
        fee=_floats([book.liquidation_fee_of(p) for p in held]),
        lot=_floats([book.market_of(p).lot or Decimal(0) for p in held]),
        starts=starts,
        constant=four[:, 0],
        constant_each=four[:, 1],
        per_mark=four[:, 2],
        per_mark_each=four[:, 3],
        twin=np.array([alike.setdefault(_matters(p), len(alike)) for p in held], dtype=np.int64),
        through_tiers=through,
        convex=not through or all(_convex(ladder) for ladder in ladders),
    )


def _floats(values: list[Decimal]) -> Floats:
    return np.array([float(value) for value in values], dtype=np.float64)


def _matters(position: Position) -> tuple[object, ...]:
    return (
        position.market,
        position.side,
        position.quantity,
        position.entry,
        position.leverage,
        position.margin,
    )


def _tables(position: Position, profile: Profile, ladder: Ladder, widest: int) -> list[list[float]]:
    """constant, constant_each, per_mark, per_mark_each by tier; the same formula as `requirement_in_tier`."""
    by_quantity = profile.tier_key is TierKey.QUANTITY
    fee = close_fee_rate(position, profile)
    fixed_fee = fee * position.entry if profile.close_fee_at is CloseFeeAt.BANKRUPTCY else Decimal(0)
    rows: list[list[float]] = [[], [], [], []]
    for tier in ladder.tiers:
        price_fixed = profile.maintenance_basis is Basis.ENTRY
        deduction, rate = -tier.deduction, tier.rate
        by_price = deduction if by_quantity else Decimal(0)
        plain = Decimal(0) if by_quantity else deduction
        if price_fixed:
            each = rate * position.entry + fixed_fee
            figures = (plain + by_price * position.entry, each, Decimal(0), Decimal(0) if fixed_fee else fee)
        else:
            figures = (plain, fixed_fee, by_price, rate if fixed_fee else rate + fee)
        for row, figure in zip(rows, figures, strict=True):
            row.append(float(figure))
    return [row + [0.0] * (widest - len(row)) for row in rows]


def _convex(ladder: Ladder) -> bool:
    """Whether the requirement has no jumps and its rates never fall."""
    pairs = zip(ladder.tiers, ladder.tiers[1:], strict=False)
    return all(
        low.rate <= high.rate and high.deduction - low.deduction == high.start * (high.rate - low.rate)
        for low, high in pairs
    )
