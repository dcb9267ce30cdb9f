"""One position while it stays in one tier, and the first grid place where a sum of them comes to the line.

An inverse market's mark along a course is mark × (1 + k × s), so on a piece g(s) = A + B × s + Σ c ÷ (1 + k × s):
markets that move alike share a k. With one k and no B, g × (1 + k × s) is a line with the same sign, and its root is
exact. Else the place is bracketed: on a stretch each quotient is a geometric series, and together they bound g, its
slope and its curvature, as closely as positions cancel each other. The first of the three that keeps its sign decides;
where none does, the stretch is halved.

A `Member` is what one position adds to g: its PnL and requirement on the piece, and the border where that ends.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import factorial, perm

from isocross.account.book import Book, Position
from isocross.account.margin import NOTHING, Requirement, moves_through_tiers, requirement_in_tier
from isocross.money import ONE, PLACE_GRID, PLACE_PLACES, ZERO
from isocross.records import dataclass

DUST = Decimal("1e-120")
"""A sum smaller than this share of its terms is zero: quotients are kept to 160 digits."""
ORDER = 24
"""Terms of a series that are written out; of the rest there is a bound."""
Line = tuple[Decimal, Decimal]
"""Height at place 0, and slope."""
Ratio = tuple[Decimal, Decimal]
"""An exact place: numerator and denominator, which is positive."""
LEVEL: Line = (ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Near:
    """g around a place, as a series in the distance from it and bounds of what the series leaves out."""

    half: Decimal
    powers: list[Decimal]
    rests: list[Decimal]
    """Of g, of its slope and of its curvature."""

    def bounds(self, derivative: int) -> tuple[Decimal, Decimal]:
        """Bounds of g (0), of its slope (1) or of its curvature (2)."""
        middle = self.powers[derivative] * factorial(derivative)
        spread, distance = self.rests[derivative], ONE
        for n in range(derivative + 1, ORDER):
            distance *= self.half
            spread += abs(self.powers[n]) * distance * perm(n, derivative)
        return middle - spread, middle + spread


@dataclass(frozen=True, slots=True)
class Piece:
    """g(s) = constant + slope × s + Σ c ÷ (1 + k × s), every 1 + k × s positive where it is asked for."""

    constant: Decimal
    slope: Decimal
    terms: tuple[tuple[Decimal, Decimal], ...]
    """(k, c), each k once and not 0, no c is 0."""
    dust: Decimal
    """What counts as zero."""

    def at(self, place: Decimal) -> Decimal:
        """g at a place."""
        return self.constant + self.slope * place + sum((c / (1 + k * place) for k, c in self.terms), ZERO)

    def at_line(self, place: Decimal) -> bool:
        """Whether g is at or under the line at a place."""
        return self.at(place) <= self.dust

    def slope_at(self, place: Decimal) -> Decimal:
        """The derivative of g at a place."""
        return self.slope - sum((c * k / (1 + k * place) ** 2 for k, c in self.terms), ZERO)

    def near(self, middle: Decimal, half: Decimal) -> Near:
        """What g does no farther than `half` from a place, every 1 + k × s being positive there.

        Each term is c ÷ u × Σ (−k ÷ u × x)^n around its middle, u = 1 + k × middle, a geometric series in x.
        """
        powers = [ZERO] * ORDER
        rests = [ZERO, ZERO, ZERO]
        for k, c in self.terms:
            under = 1 + k * middle
            part, ratio = c / under, -k / under
            reach, size = abs(ratio) * half, abs(part)
            tail, gap = reach ** (ORDER - 2), 1 - reach
            rests[0] += size * tail * reach**2 / gap
            rests[1] += size * abs(ratio) * tail * reach * ORDER / gap**2
            rests[2] += size * ratio**2 * tail * ORDER * (ORDER - 1) * 2 / gap**3
            for n in range(ORDER):
                powers[n] += part
                part *= ratio
        powers[0] += self.constant + self.slope * middle
        powers[1] += self.slope
        return Near(half, powers, rests)

    @property
    def straight(self) -> bool:
        """Whether a line has the sign of g: there is no quotient, or one and nothing beside it moves."""
        return not self.terms or (len(self.terms) == 1 and not self.slope)

    def as_line(self) -> tuple[Decimal, Decimal]:
        """(height, slope) of a line with the sign of a straight piece; ValueError for another."""
        if not self.straight:
            raise ValueError("marks that move apart make no line")
        if not self.terms:
            return self.constant, self.slope
        ((k, c),) = self.terms
        height = self.constant + c
        return (ZERO if abs(height) <= self.dust else height), self.constant * k


class Bends:
    """The quotients of a scope, kept by how their marks move."""

    def __init__(self, cash: Decimal) -> None:
        """Begin with the cash of the scope, which says what is too small to count."""
        self._sums: dict[Decimal, list[Decimal]] = {}
        self._size = abs(cash)

    def add(self, k: Decimal, pnl: Decimal, requirement: Decimal, sign: int) -> None:
        """Put a position's quotients in (sign 1) or take them out (−1)."""
        sums = self._sums.setdefault(k, [ZERO, ZERO])
        sums[0] += sign * pnl
        sums[1] += sign * requirement
        self._size = max(self._size, abs(pnl), abs(requirement))

    def pnl_at(self, place: Decimal) -> Decimal:
        """What the quotients add to equity at a place."""
        return sum((pnl / (1 + k * place) for k, (pnl, _) in self._sums.items()), ZERO)

    def requirement_at(self, place: Decimal) -> Decimal:
        """What they add to the requirement at a place."""
        return sum((need / (1 + k * place) for k, (_, need) in self._sums.items()), ZERO)

    def settled(self, amount: Decimal) -> Decimal:
        """An amount, or zero where it is only what rounding left of quotients."""
        return ZERO if abs(amount) <= self._size * DUST else amount

    def piece(self, constant: Decimal, slope: Decimal) -> Piece:
        """g on the present piece, with the line that the linear positions and the cash make."""
        terms = []
        for k, (pnl, need) in self._sums.items():
            over = self.settled(pnl - need)
            if k == 0:
                constant += over
            elif over != 0:
                terms.append((k, over))
        return Piece(self.settled(constant), slope, tuple(terms), self._size * DUST)


def first_place(piece: Piece, after: Decimal, end: Decimal) -> Decimal | None:
    """The first grid place after one place and not beyond another at which g is at the line; None: there is none.

    A g that stands still at 0 is never at the line.
    """
    left = int(after.scaleb(PLACE_PLACES).to_integral_value(ROUND_FLOOR)) + 1
    right = int(end.scaleb(PLACE_PLACES).to_integral_value(ROUND_FLOOR))
    if left > right:
        return None
    if piece.straight:
        return _on_line(piece, left, right)
    found = _search(piece, left, right)
    return None if found is None else _place(found)


def _place(point: int) -> Decimal:
    return Decimal(point) * PLACE_GRID


def _on_line(piece: Piece, left: int, right: int) -> Decimal | None:
    height, slope = piece.as_line()
    if slope >= 0:
        return None
    root = (height / -slope).scaleb(PLACE_PLACES)
    point = int(root.to_integral_value(ROUND_CEILING))
    # beyond its ends a piece may have no value
    if left < point <= right + 1 and piece.at_line(_place(point - 1)):
        point -= 1
    point = max(left, point)
    return _place(point) if point <= right else None


def _search(piece: Piece, left: int, right: int) -> int | None:
    """The first point of the grid, from left to right, at which g is at the line."""
    waiting = [(left, right)]
    while waiting:
        low, high = waiting.pop()
        if piece.at_line(_place(low)):
            return low
        if high - low <= 1:
            if piece.at_line(_place(high)):
                return high
            continue
        near = piece.near(_place(low + high) / 2, _place(high - low) / 2)
        if near.bounds(0)[0] > piece.dust:
            continue
        turn = _turn(piece, near, low, high)
        if turn is None:
            middle = (low + high) // 2
            waiting += [(middle + 1, high), (low, middle)]
        elif piece.at_line(_place(turn)):
            return _halved(low, turn, lambda point: piece.at_line(_place(point)))
    return None


def _turn(piece: Piece, near: Near, low: int, high: int) -> int | None:
    """The point at which g is least between two others, g falling all the way to the line before it.

    None where the bounds do not tell yet.
    """
    falls, rises = near.bounds(1)
    if falls >= 0:
        return low
    if rises <= 0:
        return high
    bends_down, bends_up = near.bounds(2)
    if bends_down > 0:
        turned = _halved(low, high, lambda point: piece.slope_at(_place(point)) >= 0)
        return min((turned - 1, turned), key=lambda point: piece.at(_place(point)))
    return high if bends_up < 0 else None


def _halved(low: int, high: int, passed: Callable[[int], bool]) -> int:
    """The first point after `low` that has passed, where `high` has or nothing after it is asked for."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passed(middle) else (middle, high)
    return high


def quotient(place: Ratio) -> Decimal:
    """An exact place, rounded to the context."""
    return place[0] / place[1]


@dataclass(slots=True)
class Member:
    """One position's present piece: its PnL and requirement as lines in s, and where the piece ends.

    Of an inverse position the second figure of a line is not its slope but what stands over `1 + bend × s`.
    """

    index: int
    mark: Line
    tier: int
    pnl: Line
    requirement: Line
    border: Ratio | None
    """Where the piece ends; None when it never does."""
    rising: bool
    """Whether the notional grows along the course: a border then belongs to the piece after it."""
    bend: Decimal | None = None
    """The move of an inverse market's mark for a place of 1, as a share of what it is at place 0; else None."""

    def ends_by(self, place: Decimal) -> bool:
        """Whether the next piece is in effect at a place."""
        if self.border is None:
            return False
        end, at = self.border[0], place * self.border[1]
        return end < at or (self.rising and end == at)


def piece_of(book: Book, position: Position, index: int, mark: Line, tier: int, netted: bool = False) -> Member:
    """The piece of a position on which its mark is this line and this tier is in effect; `netted`: no margin asked."""
    profile, ladder = book.profile, book.markets[position.market].ladder
    need = NOTHING if netted else requirement_in_tier(position, profile, ladder, tier)
    starts = ladder.starts if moves_through_tiers(profile, position.kind) else None
    if position.inverse:
        return _inverse_piece(position, index, mark, tier, need, starts)
    (start, slope), size, per_worth = mark, position.exposure, need.per_worth
    return Member(
        index,
        mark,
        tier,
        (size * (start - position.counts_from), size * slope),
        (need.constant + per_worth * start, per_worth * slope),
        _border(position.quantity, mark, starts, tier),
        slope > ZERO,
    )


def _inverse_piece(
    position: Position, index: int, mark: Line, tier: int, need: Requirement, starts: tuple[Decimal, ...] | None
) -> Member:
    (start, slope), size = mark, position.exposure
    return Member(
        index,
        mark,
        tier,
        (-size / position.counts_from, size / start),
        (need.constant, need.per_worth / start),
        None if starts is None else _inverse_border(position.quantity, mark, starts, tier),
        slope < ZERO,
        slope / start,
    )


def _border(quantity: Decimal, mark: Line, starts: tuple[Decimal, ...] | None, tier: int) -> Ratio | None:
    """Where quantity × mark leaves the tier, or the mark reaches zero; without `starts` no tier is left."""
    start, slope = mark
    if slope > ZERO:
        if starts is None or tier + 1 == len(starts):
            return None
        return starts[tier + 1] - quantity * start, quantity * slope
    if not slope:
        return None
    if starts is not None and tier > 0:
        return quantity * start - starts[tier], -quantity * slope
    return start, -slope


def _inverse_border(quantity: Decimal, mark: Line, starts: tuple[Decimal, ...], tier: int) -> Ratio | None:
    """Where quantity ÷ mark leaves the tier: it rises as the mark falls, which never reaches zero."""
    start, slope = mark
    if slope < 0 and tier + 1 < len(starts):
        above = starts[tier + 1]
        return above * start - quantity, -above * slope
    if slope > 0 and tier > 0:
        return quantity - starts[tier] * start, starts[tier] * slope
    return None
