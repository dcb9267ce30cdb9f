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

from isocross.figures.groups import Group
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
    near = {i for i, price in joint.items() if _is_within(standings, i, price, warning)}
    reach = {i: _distance(standings, i, joint[i]) for i in near}
    netted_across = bool(standings.netted) and standings.book.profile.netting is Netting.UNDERLYING
    left = {pool.coin: pool.equity - pool.maintenance_margin for pool in standings.pools}
    close: list[_Bounds] = []
    for group in standings.groups.all:
        first = group.movers[0]
        surplus = left[standings.groups.pools[first]] if group.pooled else _own_surplus(standings, first)
        bounded = group.convex and not netted_across and surplus > 0
        if bounded and _is_far(standings, group, surplus, warning):
            continue
        bounds = _bounds(standings, group, surplus) if bounded else _Bounds(group.movers, ZERO, _UNBOUNDED)
        if bounds.least >= warning:
            continue
        if bounds.most < min(warning, ONE) or _along_own(standings, first) < warning:
            near.update(group.movers)
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


def _is_within(standings: Standings, index: int, price: Decimal, warning: Decimal) -> bool:
    """Whether a price of an open position is nearer to its mark than a share of that."""
    if index not in standings.pnl:
        return False
    mark = standings.marks[standings.positions[index].market]
    return mark > 0 and abs(price - mark) < warning * mark


def _along_own(standings: Standings, index: int) -> Decimal:
    """How far the liquidation price is; without bound where there is none."""
    return _distance(standings, index, liquidation_price(standings, index))


def _is_far(standings: Standings, group: Group, surplus: Decimal, warning: Decimal) -> bool:
    """Whether the line is surely no nearer than the warning distance, by what is known without their tiers.

    At a mark of zero no price is near.
    """
    slope = group.last_slope
    if slope is None:
        slope = sum((standings.asked[i].per_worth for i in group.movers), ZERO)
    # those that are netted would make it slower
    fastest = max(group.held, slope - group.held)
    return surplus >= warning * fastest * standings.marks[group.market]


def _bounds(standings: Standings, group: Group, surplus: Decimal) -> _Bounds:
    mark, held = standings.marks[group.market], group.held
    asked = [i for i in group.movers if i not in standings.netted]
    slope = sum((standings.asked[i].per_worth for i in asked), ZERO)
    fastest, slowest = max(held, _last_slope(standings, group, asked, slope) - held), max(held - slope, slope - held)
    least = _DOWN.divide(surplus, fastest * mark) if fastest > 0 else _UNBOUNDED
    most = _UP.divide(surplus, slowest * mark) if slowest > 0 else _UNBOUNDED
    return _Bounds(group.movers, least, most)


def _own_surplus(standings: Standings, index: int) -> Decimal:
    """What is left above the line of a position with a bucket."""
    return standings.cash_behind(index) + standings.pnl[index] - standings.maintenance_margin[index]


def _last_slope(standings: Standings, group: Group, asked: Sequence[int], slope: Decimal) -> Decimal:
    """The most by which MM of positions of one market can rise with a unit of the mark: in its last tier."""
    if not asked or group.last_slope is None:
        return slope
    if len(asked) == len(group.movers):
        return group.last_slope
    return sum((standings.groups.last_slope(i) for i in asked), ZERO)
