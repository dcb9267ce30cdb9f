"""Which positions are at risk, and which is the nearest: told from bounds, so that few prices need be worked out.

Along its own market g of positions that end together (cash + PnL − MM) loses at least what MM cannot take back, and at
most what it can: where the ladder is convex, MM falls by no less than nothing and no more than its present slope on
the way down, and rises by no less than that and no more than its last slope on the way up. So the line lies between
surplus ÷ the fastest and surplus ÷ the slowest loss. Where bounds do not tell, the price itself does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Final

from isocross.account.margin import moves_through_tiers
from isocross.figures.prices import liquidation_price
from isocross.figures.standings import Standings
from isocross.money import ONE, ZERO
from isocross.records import dataclass
from isocross.rules.profile import Netting

_DOWN, _UP = (Context(prec=12, rounding=way) for way in (ROUND_FLOOR, ROUND_CEILING))
_UNBOUNDED: Final = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Nearness:
    """The positions that are nearer to a trigger than the warning distance."""

    at_risk: frozenset[int]
    nearest: int | None
    """The one that is nearest of all, of those alike the first; None: none is at risk."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Between which distances, as shares of the mark, the liquidation price of positions of one market lies."""

    movers: tuple[int, ...]
    least: Decimal
    most: Decimal


def nearness(standings: Standings, joint: Mapping[int, Decimal], warning: Decimal) -> Nearness:
    """Tell which open positions are at risk.

    Args:
        standings: the account now.
        joint: the joint triggers that tell how near a position is.
        warning: the distance from which on it is not at risk, as a share of the mark.
    """
    reach = {i: _distance(standings, i, joint[i]) for i in standings.pnl if i in joint}
    near = {i for i, distance in reach.items() if distance < warning}
    close: list[_Bounds] = []
    for movers in dict.fromkeys(standings.movers.values()):
        bounds = _bounds(standings, movers)
        if bounds.least >= warning:
            continue
        if bounds.most < min(warning, ONE) or _along_own(standings, movers[0]) < warning:
            near.update(movers)
            close.append(bounds)
    return Nearness(frozenset(near), _nearest(standings, reach, near, close))


def _nearest(
    standings: Standings, reach: Mapping[int, Decimal], near: set[int], close: Sequence[_Bounds]
) -> int | None:
    """The first of those that are nearest."""
    best = min(((reach[i], i) for i in near if i in reach), default=(_UNBOUNDED, -1))
    for bounds in sorted(close, key=lambda bounds: bounds.least):
        if bounds.least > best[0]:
            break
        best = min(best, (_along_own(standings, bounds.movers[0]), bounds.movers[0]))
    return best[1] if near else None


def _distance(standings: Standings, index: int, price: Decimal | None) -> Decimal:
    mark = standings.marks[standings.positions[index].market]
    return _UNBOUNDED if price is None or mark <= 0 else abs(price - mark) / mark


def _along_own(standings: Standings, index: int) -> Decimal:
    """How far the liquidation price is; without bound where there is none."""
    return _distance(standings, index, liquidation_price(standings, index))


def _bounds(standings: Standings, movers: tuple[int, ...]) -> _Bounds:
    mark, surplus = standings.marks[standings.positions[movers[0]].market], _surplus(standings, movers[0])
    if surplus <= 0 or mark <= 0 or not _is_convex(standings, movers[0]):
        return _Bounds(movers, ZERO, _UNBOUNDED)
    positions = standings.positions
    held = sum((positions[i].exposure for i in movers), ZERO)
    asked = [i for i in movers if i not in standings.netted]
    slope = sum((standings.asked[i].per_worth for i in asked), ZERO)
    fastest, slowest = max(held, _last_slope(standings, asked, slope) - held), max(held - slope, slope - held)
    least = _DOWN.divide(surplus, fastest * mark) if fastest > 0 else _UNBOUNDED
    most = _UP.divide(surplus, slowest * mark) if slowest > 0 else _UNBOUNDED
    return _Bounds(movers, least, most)


def _surplus(standings: Standings, index: int) -> Decimal:
    """What is left above the line of a position: its pool's, or its own."""
    if standings.pooled(index):
        pool = standings.pool_of(index)
        return pool.equity - pool.maintenance_margin
    return standings.cash_behind(index) + standings.pnl[index] - standings.maintenance_margin[index]


def _is_convex(standings: Standings, index: int) -> bool:
    """Whether MM of those that end with it is convex in the mark for sure, and what is netted stays so."""
    book, position = standings.book, standings.positions[index]
    if position.inverse or book.pools_assets or (standings.netted and book.profile.netting is Netting.UNDERLYING):
        return False
    return book.market_of(position).ladder.convex


def _last_slope(standings: Standings, asked: Sequence[int], slope: Decimal) -> Decimal:
    """The most by which MM of positions of one market can rise with a unit of the mark: in its last tier."""
    if not asked or not moves_through_tiers(standings.book.profile, standings.positions[asked[0]].kind):
        return slope
    last = standings.book.market_of(standings.positions[asked[0]]).ladder.tiers[-1]
    held = sum((standings.positions[i].quantity for i in asked), ZERO)
    return held * (last.rate + standings.book.profile.close_fee)
