"""A pool that all assets of an account back, each at its weight (unified accounts).

What it counts is Σ over its assets of weight × balance × price, plus open PnL, less debts; all in USD. Along a course
that is a polynomial between breakpoints: where a balance with its open PnL changes sign, where an amount or its value
comes to a border of its weight, and where a price comes to zero. Between them the next touch of the line is a closed
root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from isocross.account.assets import Asset, counted, tiers_with_ends
from isocross.account.book import Book, Position
from isocross.cascade.pieces import LEVEL, Line, Member, Ratio, quotient
from isocross.cascade.quadratics import (
    FLAT,
    Poly,
    at,
    comes_down,
    minus,
    of_line,
    places_of_zero,
    plus,
    product,
    times,
)
from isocross.cascade.scope import Courses, Pool
from isocross.cascade.spare import most_of_others
from isocross.money import ONE, ZERO, posting
from isocross.records import dataclass
from isocross.rules.switches import OpenPnl, WeightUnit

Backing = tuple[Decimal, ...]
"""What stands behind a pool of each asset, in the order of the book."""


_ALWAYS_ONE: Line = (ONE, ZERO)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What the assets count from one place on, and where that changes."""

    key: tuple[object, ...]
    """The balances and PnL that it is of."""
    begin: Decimal
    end: Decimal | None
    value: Poly
    prices: Mapping[str, Line]
    """Of the assets that positions settle in."""


class AssetPool(Pool):
    """Any number of positions, with all assets of the account behind them."""

    def __init__(
        self,
        book: Book,
        courses: Courses,
        positions: Mapping[int, Position],
        backing: Backing,
        place: Decimal = ZERO,
        netted: frozenset[int] = frozenset(),
    ) -> None:
        """Stand at `place` on the courses with these balances behind these positions; `netted` need no margin."""
        self._settles = {index: book.coin_of(position) for index, position in positions.items()}
        self._earned: dict[str, Line] = dict.fromkeys(book.coin_names, LEVEL)
        self._asked: dict[str, Line] = dict.fromkeys(book.coin_names, LEVEL)
        self._cash = dict(zip(book.coin_names, backing, strict=True))
        rule = book.account_rule
        self._inside = rule is not None and rule.open_pnl is OpenPnl.INSIDE
        self._debt_rate = ZERO if rule is None else rule.debt_maintenance
        self._least = ZERO if positions and netted.issuperset(positions) else book.terms.asked_at_least
        """What is asked for beside all margins, in USD."""
        self._most = most_of_others(book)
        """The most that the assets beside the account's currency count together; None: there is no limit."""
        self._held: _Stretch | None = None
        self._earning = frozenset(self._settles.values()) | (frozenset() if self._most is None else {""})
        """The assets that positions settle in, and what the others are set apart from."""
        self._beside: tuple[Decimal, Decimal] | None = None
        """What all others count at a place, until the marks move."""
        self._here_is: tuple[Decimal, Decimal] | None = None
        self._asked_here: tuple[Decimal, Decimal] | None = None
        """The equity and the requirement at a place, until something changes them."""
        self._lines = {coin: self._factors(courses, book, asset) for coin, asset in book.coin.items()}
        self._priced: tuple[Decimal, dict[str, Decimal]] = (place, {})
        """The prices that were asked for at a place."""
        super().__init__(book, courses, positions, backing[0], place, netted)

    # --- what stands at a place ------------------------------------------------------------

    @property
    def equity(self) -> Decimal:
        """What the assets count here, open PnL with them, in USD."""
        if self._here_is is None or self._here_is[0] != self.place:
            earned = {coin: self._here(self._earned[coin]) for coin in self._earning}
            self._here_is = self.place, self._counted(earned)
        return self._here_is[1]

    def _counted(self, earned: Mapping[str, Decimal]) -> Decimal:
        total = self._counted_beside()
        if self._most is not None:
            total = min(total, self._most)
        for coin, pnl in earned.items():
            asset, cash = self._book.coin[coin], self._cash[coin]
            price = self.price_in(coin)
            total += counted(asset, cash + pnl if self._inside else cash, price)
            if pnl and not self._inside:
                total += pnl * price
        return total

    def _counted_beside(self) -> Decimal:
        """What the assets count here in which no position settles."""
        if self._beside is None or self._beside[0] != self.place:
            beside = (coin for coin in self._cash if coin not in self._earning)
            self._beside = self.place, sum((self._counts(coin, self._cash[coin]) for coin in beside), ZERO)
        return self._beside[1]

    def _counts(self, coin: str, cash: Decimal) -> Decimal:
        return counted(self._book.coin[coin], cash, self.price_in(coin)) if cash else ZERO

    @property
    def payable(self) -> Decimal:
        """Equity that a fee may take here: of what every PnL is on the money grid, so that rounding leaves no hole."""
        earned = dict.fromkeys(self._earning, ZERO)
        for index in self.members:
            earned[self._settles[index]] += posting(self.pnl(index))
        return min(self.equity, self._counted(earned))

    @property
    def requirement(self) -> Decimal:
        """Sum of maintenance margins here, and what is asked for debts, in USD."""
        if self._asked_here is None or self._asked_here[0] != self.place:
            asked = (self._here(line) * self.price_in(coin) for coin, line in self._asked.items() if any(line))
            self._asked_here = self.place, sum(asked, ZERO) + self._asked_for_debts() + self._least
        return self._asked_here[1]

    def _asked_for_debts(self) -> Decimal:
        if not self._debt_rate:
            return ZERO
        owed = (-cash * self.price_in(coin) for coin, cash in self._cash.items() if cash < ZERO)
        return sum(owed, ZERO) * self._debt_rate

    @property
    def surplus(self) -> Decimal:
        """g = equity − MM here; the line is 0."""
        return self.equity - self.requirement

    def price(self, index: int) -> Decimal:
        """The price in USD of what a member settles in, here."""
        return self.price_in(self._settles[index])

    def price_in(self, coin: str) -> Decimal:
        """The price of an asset in USD here."""
        at_place, known = self._priced
        if at_place != self.place:
            known = {}
            self._priced = self.place, known
        if coin not in known:
            price = ONE
            for line in self._lines[coin]:
                price *= max(ZERO, self._here(line))
            known[coin] = price
        return known[coin]

    def _here(self, line: Line) -> Decimal:
        return line[0] + line[1] * self.place

    @staticmethod
    def _factors(courses: Courses, book: Book, asset: Asset) -> tuple[Line, ...]:
        """The lines whose product is the price of an asset, until one of them comes to zero; none that is always 1."""
        quote = book.quotes.get(asset.market)
        lines = (courses[symbol] for symbol in (asset.market, quote) if symbol is not None)
        return tuple(line for line in lines if line != _ALWAYS_ONE)

    def ranked(self, index: int, line: Line) -> Line | None:
        """A line of a member in USD, to compare it with those of others; None where it is no line."""
        coins = {self._settles[i] for i in self.members}
        if len(coins) == 1:
            return line
        start, slope = self._price_line(self._settles[index], self.place)
        return None if slope else (line[0] * start, line[1] * start)

    # --- moving ----------------------------------------------------------------------------

    def rest_on(self, backing: Backing) -> None:
        """Have these balances behind the positions from here on."""
        before = self._cash
        self._cash = dict(zip(self._book.coin_names, backing, strict=True))
        if self._beside is not None:
            place, total = self._beside
            changed = [c for c, cash in self._cash.items() if cash != before[c] and c not in self._earning]
            here = place == self.place
            gained = (self._counts(c, self._cash[c]) - self._counts(c, before[c]) for c in changed if here)
            self._beside = (place, total + sum(gained, ZERO)) if here else None
        self.cash, self._here_is, self._asked_here = backing[0], None, None

    def first_touch(self, limit: Decimal | None = None, *, recovering: bool = False) -> Ratio | None:
        """The first place after this one where g comes to ≤ 0 (`recovering`: to ≥ 0), jumps included."""
        start: Ratio | None = None
        while True:
            begin = self.place if start is None else quotient(start)
            stretch = self._stretch(begin)
            surplus = self._surplus_on(stretch)
            if recovering:
                surplus = times(surplus, -ONE)
            if start is not None and at(surplus, begin) <= ZERO:
                return start
            crossing = self._crossing_by(limit)
            end = limit
            if stretch.end is not None and (end is None or stretch.end < end):
                end = stretch.end
            border = None if crossing is None else quotient(crossing[1])
            if border is not None and (end is None or border <= end):
                end = border
            if end is None or end > begin:
                touch = comes_down(surplus, begin, end)
                if touch is not None:
                    return touch
            if crossing is not None and border == end:
                member, start = crossing
                self._cross(member)
            elif end is None or end == limit:
                return None
            else:
                start = end, ONE

    def _surplus_on(self, stretch: _Stretch) -> Poly:
        """g on a stretch."""
        surplus = minus(stretch.value, (self._least, ZERO, ZERO))
        for coin, price in stretch.prices.items():
            surplus = minus(surplus, product(self._asked[coin], price))
        return surplus

    def _stretch(self, begin: Decimal) -> _Stretch:
        """What the assets count from a place on."""
        key = (*self._cash.values(), *self._earned.values())
        held = self._held
        if held is None or held.key != key or not held.begin <= begin or (held.end is not None and begin >= held.end):
            held = self._held = self._worked_out(begin, key)
        return held

    def _worked_out(self, begin: Decimal, key: tuple[object, ...]) -> _Stretch:
        end = min((place for coin in self._cash for place in self._breaks(coin, begin)), default=None)
        inside = _within(begin, end)
        own, others = FLAT, FLAT
        for coin in self._cash:
            if coin in self._earning:
                own = plus(own, self._value(coin, inside))
            else:
                others = plus(others, self._value(coin, inside))
        if self._most is not None:
            limit = (self._most, ZERO, ZERO)
            meets = (place for place in map(quotient, places_of_zero(minus(others, limit))) if place > begin)
            end = min((place for place in (end, *meets) if place is not None), default=None)
            inside = _within(begin, end)
            others = limit if at(others, inside) > self._most else others
        value = plus(own, others)
        prices = {coin: self._price_line(coin, inside) for coin in sorted(set(self._settles.values()))}
        return _Stretch(key, begin, end, value, prices)

    def _price_line(self, coin: str, inside: Decimal) -> Line:
        """The price of an asset that positions settle in: its own market's mark."""
        line = self._courses[self._book.coin[coin].market]
        return line if line[0] + line[1] * inside > ZERO else LEVEL

    def _price_poly(self, coin: str, inside: Decimal) -> Poly:
        factors = self._lines[coin]
        if any(line[0] + line[1] * inside <= ZERO for line in factors):
            return FLAT
        if not factors:
            return ONE, ZERO, ZERO
        return of_line(factors[0]) if len(factors) == 1 else product(factors[0], factors[1])

    def _weighed_amount(self, coin: str) -> Line:
        """The amount of an asset that is weighed, as a line."""
        cash, (pnl, slope) = self._cash[coin], self._earned[coin]
        return (cash + pnl, slope) if self._inside else (cash, ZERO)

    def _breaks(self, coin: str, begin: Decimal) -> Iterator[Decimal]:
        """Where what an asset counts bends, after a place."""
        asset, amount = self._book.coin[coin], self._weighed_amount(coin)
        factors = self._lines[coin]
        bends = [of_line(line) for line in factors if line[1] < ZERO]
        if amount[1]:
            bends.append(of_line(amount))
        borders = [start for start, _ in asset.schedule[1:]]
        if asset.unit is WeightUnit.COINS and amount[1]:
            bends += [(amount[0] - border, amount[1], ZERO) for border in borders]
        elif asset.unit is WeightUnit.USD and borders and any(line[1] for line in (amount, *factors)):
            size = _times_line(self._price_poly(coin, begin), amount)
            bends += [(size[0] - border, size[1], size[2]) for border in borders]
        for bend in bends:
            yield from (place for place in map(quotient, places_of_zero(bend)) if place > begin)

    def _value(self, coin: str, inside: Decimal) -> Poly:
        """What an asset counts around a place, its open PnL with it and what is asked for its debt taken off."""
        asset, amount = self._book.coin[coin], self._weighed_amount(coin)
        if not any(amount) and not any(self._earned[coin]):
            return FLAT
        price = self._price_poly(coin, inside)
        value = _weighed_poly(asset, amount, price, inside)
        if not self._inside:
            value = plus(value, _times_line(price, self._earned[coin]))
        if self._debt_rate and self._cash[coin] < ZERO:
            value = plus(value, times(price, self._cash[coin] * self._debt_rate))
        return value

    # --- pieces ----------------------------------------------------------------------------

    def _add(self, member: Member, sign: int) -> None:
        if member.bend is not None:
            raise ValueError("a coin-margined position makes no line beside other assets")
        self._here_is = self._asked_here = None
        coin = self._settles[member.index]
        for sums, line in ((self._earned, member.pnl), (self._asked, self.asked(member))):
            height, slope = sums[coin]
            sums[coin] = (height + line[0], slope + line[1]) if sign > 0 else (height - line[0], slope - line[1])


def _within(begin: Decimal, end: Decimal | None) -> Decimal:
    """A place of a stretch; None: it has no end."""
    return begin + ONE if end is None else (begin + end) / 2


def _times_line(poly: Poly, line: Line) -> Poly:
    """A polynomial times a line, of which one stands still."""
    if not line[1]:
        return times(poly, line[0])
    if poly[2]:
        raise ValueError("the price of what positions settle in is a line")
    return product((poly[0], poly[1]), line)


def _weighed_poly(asset: Asset, amount: Line, price: Poly, inside: Decimal) -> Poly:
    """What an amount of an asset counts around a place."""
    size = amount[0] + amount[1] * inside
    asset = asset.at_size(size)
    value = _times_line(price, amount)
    if size < ZERO:
        return times(value, ONE + asset.debt)
    in_usd = asset.unit is WeightUnit.USD
    if in_usd:
        size = at(value, inside)
    below = ZERO
    for start, end, weight in tiers_with_ends(asset.schedule):
        if end is None or size < end:
            whole = below - weight * start
            part = (whole, ZERO, ZERO) if in_usd else times(price, whole)
            return plus(times(value, weight), part)
        below += weight * (end - start)
    return value
