"""The naive rival of the solver: plain floats, small equal steps, and every scope tested at each of them.

It knows the rules of the accounts in `books` only (one pool, marginal tiers by notional at mark, takeovers to the
fund, largest maintenance margin first), keeps no ledger of who paid, and says where things fell to one step.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from engine.book import Book, Mode
from engine.path import Ray

STEPS_TO_ONE = 10_000
"""A step of one basis point of the common move."""


@dataclass(slots=True)
class Held:
    """An open position in floats."""

    index: int
    start: float
    slope: float
    size: float
    """Signed."""
    entry: float
    margin: float
    borders: list[float]
    rates: list[float]
    deductions: list[float]


@dataclass(frozen=True)
class Fall:
    """A position that fell, and the step it fell on."""

    index: int
    place: float


def held(book: Book, ray: Ray, mode: Mode) -> list[Held]:
    """The positions of one mode."""
    found = []
    for index, position in enumerate(book.positions):
        if position.mode is mode:
            start, slope = ray.course(position.market)
            tiers = book.market_of(position).ladder.tiers
            found.append(
                Held(
                    index,
                    float(start),
                    float(slope),
                    position.side.sign * float(position.quantity),
                    float(position.entry),
                    float(position.margin),
                    [float(tier.start) for tier in tiers],
                    [float(tier.rate) for tier in tiers],
                    [float(tier.deduction) for tier in tiers],
                )
            )
    return found


def standing(position: Held, place: float) -> tuple[float, float, float]:
    """Open profit, maintenance margin and notional of a position at a place."""
    mark = position.start + position.slope * place
    mark = max(mark, 0.0)
    notional = abs(position.size) * mark
    tier = bisect_right(position.borders, notional) - 1
    need = notional * position.rates[tier] - position.deductions[tier]
    return position.size * (mark - position.entry), need, notional


def walk(book: Book, ray: Ray) -> list[Fall]:
    """Everything that falls on the whole glide."""
    isolated, cross = held(book, ray, Mode.ISOLATED), held(book, ray, Mode.CROSS)
    pool, fee_rate = float(book.pool_cash), float(book.profile.liquidation_fee)
    falls: list[Fall] = []
    for step in range(int(ray.end * STEPS_TO_ONE) + 1):
        place = step / STEPS_TO_ONE
        alive = []
        for position in isolated:
            profit, need, _ = standing(position, place)
            if position.margin + profit - need <= 0:
                falls.append(Fall(position.index, place))
            else:
                alive.append(position)
        isolated = alive
        pool = close_cross(cross, pool, fee_rate, place, falls)
    return falls


def close_cross(cross: list[Held], pool: float, fee_rate: float, place: float, falls: list[Fall]) -> float:
    """Test the pool, and close its largest requirement until it stands or is empty; what the pool has then."""
    while cross:
        equity, needed, largest, victim = pool, 0.0, -1.0, (0, 0.0, 0.0)
        for at, position in enumerate(cross):
            profit, need, notional = standing(position, place)
            equity += profit
            needed += need
            if need > largest:
                largest, victim = need, (at, profit, notional)
        if equity - needed > 0:
            return pool
        at, profit, notional = victim
        pool += profit - min(fee_rate * notional, max(0.0, equity))
        falls.append(Fall(cross.pop(at).index, place))
        if not cross:
            pool = max(pool, 0.0)
    return pool
