"""What the positions of a pool that settle in one asset earn and are asked for, along a course.

A linear position adds a line in the place, a coin-margined one a constant and a quotient by its mark. That mark and the
price of its coin move by one factor, so that in the coin all of them come to a + b × s + c ÷ (1 + k × s). Times the
price, P × (1 + k × s), this is P × (1 + k × s) × (a + b × s) + P × c: in USD there is no quotient.
"""

from __future__ import annotations

from decimal import Decimal

from isocross.cascade.pieces import DUST, LEVEL, Line, Member
from isocross.cascade.quadratics import Poly, product
from isocross.money import ONE, ZERO
from isocross.paths.together import ApartError, apart_words

Amount = tuple[Decimal, Decimal, Decimal]
"""(a, b, c): a + b × s + c ÷ (1 + k × s), of an asset whose price moves by 1 + k × s."""
NO_AMOUNT: Amount = (ZERO, ZERO, ZERO)
_ALIKE = Decimal("1e-24")
"""Two factors that differ by no more, as a share, are one: the marks of a replay are quotients."""


class CoinSums:
    """The sums of one asset."""

    def __init__(self, name: str, market: str, price: Line) -> None:
        """Begin with nothing.

        Args:
            name: of the asset.
            market: whose mark is its price.
            price: the course of that mark.
        """
        self._name, self._market, self.price = name, market, price
        self.earned = self.asked = NO_AMOUNT
        self._bent: dict[int, tuple[Line, Line]] = {}
        """The quotients, by position: each a constant and what stands over the factor, of PnL and of what is asked."""
        self._straight: tuple[Line, Line] = (LEVEL, LEVEL)

    @property
    def bent(self) -> bool:
        """Whether there is a quotient."""
        return bool(self._bent)

    def add(self, member: Member, market: str, asked: Line, sign: int) -> None:
        """Put a position in (sign 1) or take it out (−1).

        ApartError for a coin-margined one whose mark moves otherwise than the price of its coin.
        """
        if member.bend is None:
            earned, need = self._straight
            self._straight = _moved(earned, member.pnl, sign), _moved(need, asked, sign)
        elif sign < 0:
            del self._bent[member.index]
        else:
            self._refuse_apart(member, market)
            self._bent[member.index] = member.pnl, asked
        self.earned, self.asked = (self._sum(which) for which in (0, 1))

    def _refuse_apart(self, member: Member, market: str) -> None:
        (start, slope), (mark, change) = self.price, member.mark
        if abs(start * change - mark * slope) > _ALIKE * start * mark:
            raise ApartError(apart_words(self._name, self._market, market))

    def _sum(self, which: int) -> Amount:
        """Of all positions: quotients are added up afresh, or what rounding leaves of them would stay."""
        height, slope = self._straight[which]
        parts = [both[which] for both in self._bent.values()]
        return height + sum((a for a, _ in parts), ZERO), slope, sum((c for _, c in parts), ZERO)

    def at(self, amount: Amount, place: Decimal) -> Decimal:
        """An amount at a place."""
        here, (start, slope) = amount[0] + amount[1] * place, self.price
        return here + amount[2] / (ONE + slope / start * place) if amount[2] else here

    def priced(self, amount: Amount) -> Poly:
        """An amount times the mark that is the price of the asset."""
        c0, c1, c2 = product(self.price, (amount[0], amount[1]))
        return (c0 + self.price[0] * amount[2], c1, c2) if amount[2] else (c0, c1, c2)


def _moved(total: Line, line: Line, sign: int) -> Line:
    (a, b), (height, slope) = total, line
    return (a + height, b + slope) if sign > 0 else (a - height, b - slope)


def settled(amount: Decimal) -> Decimal:
    """An amount of money, or zero where it is only what rounding left of quotients."""
    return ZERO if abs(amount) <= DUST else amount
