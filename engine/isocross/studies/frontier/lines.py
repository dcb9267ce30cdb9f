"""Positions as arrays of floats: cross ones as lines in the move of their market, isolated ones solved along an axis.

A cross position's PnL and requirement are lines tier by tier (`Lines`). An isolated position stands alone, so its
history depends on one market's move only: the exact engine solves it once for each direction, and it is read off at
every move of the axis (`Alone`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from isocross.account.book import Book, Mode, Position
from isocross.account.margin import close_fee_rate, moves_through_tiers, unrealised_pnl
from isocross.cascade.events import Account, Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.rules.market import Kind, Ladder, TierBorder, TierKey
from isocross.rules.profile import Basis, CloseFeeAt, Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

STILL = 2
"""The axis of a market that stands still: 0 is x, 1 is y."""
EDGE = 1e-9
"""Moves, and places, nearer to each other than this may be in either order."""


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
    """Whether every requirement is a convex function of the mark, so that g is concave."""

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


@dataclass(frozen=True)
class Credit:
    """What a takeover gives back to the wallet."""

    move: float
    amount: float


@dataclass(frozen=True)
class Alone:
    """The isolated positions of one axis, at each of its moves."""

    equity: Floats
    """Buckets and PnL of those still open."""
    fallen: Floats
    whole: Flags
    edge: Flags
    """Whether a move stands on an event."""
    deaths: tuple[tuple[int, float, int], ...]
    """(direction, move, position) of each fall after the opening."""
    credits: tuple[Credit, ...]


@exact
def alone_along(book: Book, symbol: str, moves: Sequence[Decimal]) -> Alone:
    """Every isolated position of a market at each move of it."""
    positions = {i: p for i, p in enumerate(book.positions) if p.mode is Mode.ISOLATED and p.market == symbol}
    equity, fallen = np.zeros(len(moves)), np.zeros(len(moves))
    whole, edge = np.ones(len(moves), dtype=np.bool_), np.zeros(len(moves), dtype=np.bool_)
    deaths: list[tuple[int, float, int]] = []
    credits: list[Credit] = []
    if positions:
        for direction, end in ((-1, min(*moves, ZERO)), (1, max(*moves, ZERO))):
            glide = _Glide(book, positions, symbol, end)
            columns = [n for n, move in enumerate(moves) if move * direction > 0 or (direction < 0 and move == 0)]
            for n in columns:
                equity[n], fallen[n], whole[n], edge[n] = glide.at(moves[n])
            deaths += [(direction, float(m), i) for m, i in glide.deaths()]
            credits += glide.credits()
    return Alone(equity, fallen, whole, edge, tuple(deaths), tuple(credits))


class _Glide:
    """The isolated positions of a market on its way to one end."""

    def __init__(self, book: Book, positions: dict[int, Position], symbol: str, end: Decimal) -> None:
        self._index = list(positions)
        self._symbol = symbol
        margins = sum((p.margin for p in positions.values()), ZERO)
        self._book = replace(book, positions=tuple(positions.values()), wallet=margins, fund=None)
        timeline = solve(self._book, Glide.towards(self._book, {symbol: end}), ONE)
        self._events: list[tuple[Decimal, Event]] = [(end * event.place, event) for event in timeline.happened]
        self._stages = [Ledger(self._book)]
        for n in range(len(self._events)):
            self._stages.append(Ledger.after(self._book, [event for _, event in self._events[: n + 1]]))

    def at(self, move: Decimal) -> tuple[float, float, bool, bool]:
        """Equity left in buckets, how many fell, whether all are whole, whether an event is at hand."""
        passed = sum(1 for at, _ in self._events if abs(at) <= abs(move))
        edge = any(at != 0 and abs(float(at - move)) < EDGE for at, _ in self._events)
        ledger = self._stages[passed]
        mark = self._book.markets[self._symbol].mark * (1 + move)
        standing = [i for i, is_open in enumerate(ledger.is_open) if is_open]
        equity = sum((ledger.margins[i] + unrealised_pnl(ledger.positions[i], mark) for i in standing), ZERO)
        return float(equity), float(len(ledger.is_open) - len(standing)), passed == 0, edge

    def deaths(self) -> list[tuple[Decimal, int]]:
        """(move, position in the whole book) of each fall after the opening."""
        falls = [(move, e) for move, e in self._events if e.kind is EventKind.LIQUIDATION and e.place > 0]
        return [(move, self._index[e.position]) for move, e in falls if e.position is not None]

    def credits(self) -> list[Credit]:
        """What comes back to the wallet after the opening."""
        back = [
            (float(move), float(leg.amount))
            for move, event in self._events
            for leg in event.postings
            if leg.account is Account.POOL and leg.amount and event.place > 0
        ]
        return [Credit(move, amount) for move, amount in back]
