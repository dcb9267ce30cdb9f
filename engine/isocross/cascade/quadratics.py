"""Polynomials of degree 2 along a course: what an asset is worth, and where a sum of them comes to zero.

What a pool of assets counts is a line on each piece as long as the prices of what its positions settle in stand still.
Where such a price moves too, PnL × price is a product of two lines; its root is closed, and exact on the place grid.
"""

from __future__ import annotations

from decimal import Decimal

from isocross.cascade.pieces import Line, Ratio
from isocross.money import ONE, PLACE_GRID, ZERO

Poly = tuple[Decimal, Decimal, Decimal]
"""c0 + c1 × s + c2 × s²."""
FLAT: Poly = (ZERO, ZERO, ZERO)


def of_line(line: Line) -> Poly:
    """A line as a polynomial."""
    return line[0], line[1], ZERO


def product(one: Line, other: Line) -> Poly:
    """Two lines multiplied."""
    (a, b), (c, d) = one, other
    return a * c, a * d + b * c, b * d


def plus(one: Poly, other: Poly) -> Poly:
    """The sum of two."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def times(poly: Poly, factor: Decimal) -> Poly:
    """A multiple of one."""
    return poly[0] * factor, poly[1] * factor, poly[2] * factor


def minus(one: Poly, other: Poly) -> Poly:
    """The difference of two."""
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]


def at(poly: Poly, place: Decimal) -> Decimal:
    """Its value at a place."""
    return poly[0] + (poly[1] + poly[2] * place) * place


def places_of_zero(poly: Poly) -> list[Ratio]:
    """Where it is zero, in order; one that is zero everywhere has no such place."""
    c0, c1, c2 = poly
    if not c2:
        if not c1:
            return []
        return [(-c0, c1) if c1 > ZERO else (c0, -c1)]
    under = c1 * c1 - 4 * c2 * c0
    if under < ZERO:
        return []
    root = under.sqrt()
    # the sum that cancels nothing; the other root follows from their product
    half = -(c1 + root if c1 >= ZERO else c1 - root) / 2
    found = {half / c2} if not half else {half / c2, c0 / half}
    return [(_settled(poly, place), ONE) for place in sorted(found)]


def _settled(poly: Poly, place: Decimal) -> Decimal:
    """A root as it is: one that is on the place grid exactly there."""
    near = place.quantize(PLACE_GRID)
    return near if not at(poly, near) else place


def comes_down(poly: Poly, begin: Decimal, end: Decimal | None) -> Ratio | None:
    """The first place after one, and not beyond another, at which it comes to zero from above.

    One that is not above zero where it begins, and drops, is there already.
    """
    _, c1, c2 = poly
    slope = c1 + 2 * c2 * begin
    falls = slope < ZERO or (not slope and c2 < ZERO)
    if falls and at(poly, begin) <= ZERO:
        return begin, ONE
    zeros = places_of_zero(poly)
    if not zeros or (not c2 and c1 > ZERO):
        return None
    touch = zeros[-1] if c2 < ZERO else zeros[0]
    if touch[0] <= begin * touch[1] or (end is not None and touch[0] > end * touch[1]):
        return None
    return touch
