"""A pool that all assets of an account back, each at its weight (unified accounts).

What it counts is Σ over its assets of weight × balance × price, plus open PnL, less debts; all in USD. Along a course
that is a polynomial between breakpoints: where a balance with its open PnL changes sign, where an amount or its value
comes to a border of its weight, and where a price comes to zero. Between them the next touch of the line is a closed
root. What a coin-margined position is worth is a quotient in its coin, and no longer one in USD (`cascade.coin_sums`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from isocross.account.assets import Asset, counted, tiers_with_ends
from isocross.account.book import Book, Position
from isocross.cascade.coin_sums import Amount, CoinSums, settled
from isocross.cascade.pieces import Line, Member, Ratio, quotient
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
from isocross.cascade.scope import ROUNDINGS, Courses, Pool
from isocross.cascade.spare import most_of_others
from isocross.money import MONEY_GRID, ONE, PLACE_GRID, ZERO, posting
from isocross.paths.together import ApartError, two_prices_words
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
    inside: Decimal
    """A place on it."""


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
        self._sums = {c: CoinSums(asset.name, asset.market, courses[asset.market]) for c, asset in book.coin.items()}
        """What the positions that settle in each asset earn, and are asked for."""
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
        self._quoted = {coin: self._quote(courses, book, asset) for coin, asset in book.coin.items()}
        """How the price of what its market is quoted in moves; None: it is always 1."""
        self._lines = {coin: self._factors(coin, courses[asset.market]) for coin, asset in book.coin.items()}
        self._priced: tuple[Decimal, dict[str, Decimal]] = (place, {})
        """The prices that were asked for at a place."""
        super().__init__(book, courses, positions, backing[0], place, netted)

    # --- what stands at a place ------------------------------------------------------------

    @property
    def equity(self) -> Decimal:
        """What the assets count here, open PnL with them, in USD."""
        if self._here_is is None or self._here_is[0] != self.place:
            earned = {coin: self._sums[coin].at(self._sums[coin].earned, self.place) for coin in self._earning}
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
        """Equity that a fee may take here: of what every PnL is on the money grid, so that rounding leaves no hole.

        What coin-margined positions gain never ends on it, so a step of it each is kept.
        """
        if self._is_bent:
            return self.equity - MONEY_GRID * sum(map(self.price, self.members), ZERO)
        earned = dict.fromkeys(self._earning, ZERO)
        for index in self.members:
            earned[self._settles[index]] += posting(self.pnl(index))
        return min(self.equity, self._counted(earned))

    @property
    def requirement(self) -> Decimal:
        """Sum of maintenance margins here, and what is asked for debts, in USD."""
        if self._asked_here is None or self._asked_here[0] != self.place:
            asking = ((coin, sums) for coin, sums in self._sums.items() if any(sums.asked))
            asked = (sums.at(sums.asked, self.place) * self.price_in(coin) for coin, sums in asking)
            self._asked_here = self.place, sum(asked, ZERO) + self._asked_for_debts() + self._least
        return self._asked_here[1]

    def _asked_for_debts(self) -> Decimal:
        if not self._debt_rate:
            return ZERO
        owed = (-cash * self.price_in(coin) for coin, cash in self._cash.items() if cash < ZERO)
        return sum(owed, ZERO) * self._debt_rate

    @property
    def spent(self) -> bool:
        """Whether nothing is left of equity here but what rounding leaves, in any asset that positions settle in."""
        return self.equity <= ROUNDINGS * max(ONE, *map(self.price, self.members), ZERO)

    @property
    def surplus(self) -> Decimal:
        """g = equity − MM here; the line is 0."""
        surplus = self.equity - self.requirement
        return settled(surplus) if self._is_bent else surplus

    @property
    def _is_bent(self) -> bool:
        """Whether any of it is a quotient, of which rounding leaves dust."""
        return any(self._sums[coin].bent for coin in self._earning)

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
    def _quote(courses: Courses, book: Book, asset: Asset) -> Line | None:
        symbol = book.quotes.get(asset.market)
        line = _ALWAYS_ONE if symbol is None else courses[symbol]
        return None if line == _ALWAYS_ONE else line

    def _factors(self, coin: str, mark: Line) -> tuple[Line, ...]:
        """The lines whose product is the price of an asset, until one of them comes to zero; none that is always 1."""
        quoted = self._quoted[coin]
        return (*(() if mark == _ALWAYS_ONE else (mark,)), *(() if quoted is None else (quoted,)))

    def ranked(self, index: int, line: Line) -> Line | None:
        """A line of a member in USD, to compare it with those of others; None where it is no line."""
        coins = {self._settles[i] for i in self.members}
        if len(coins) == 1:
            return line
        price, *moving = self._price_poly(self._settles[index], self.place)
        return None if any(moving) else (line[0] * price, line[1] * price)

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
                    return _on_its_place(surplus, touch) if self._is_bent else touch
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
        for coin, sums in self._sums.items():
            if any(sums.asked):
                surplus = minus(surplus, self._in_usd(coin, sums.asked, stretch.inside))
        return _settled(surplus) if self._is_bent else surplus

    def _stretch(self, begin: Decimal) -> _Stretch:
        """What the assets count from a place on."""
        key = (*self._cash.values(), *(sums.earned for sums in self._sums.values()))
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
        return _Stretch(key, begin, end, plus(own, others), inside)

    def _price_poly(self, coin: str, inside: Decimal) -> Poly:
        factors = self._lines[coin]
        if any(line[0] + line[1] * inside <= ZERO for line in factors):
            return FLAT
        if not factors:
            return ONE, ZERO, ZERO
        return of_line(factors[0]) if len(factors) == 1 else product(factors[0], factors[1])

    def _in_usd(self, coin: str, amount: Amount, inside: Decimal) -> Poly:
        """What an amount of an asset is worth around a place, unweighed."""
        factors, sums = self._lines[coin], self._sums[coin]
        if any(line[0] + line[1] * inside <= ZERO for line in factors):
            return FLAT
        value, quoted = sums.priced(amount), self._quoted[coin]
        if quoted is None:
            return value
        if value[2] and quoted[1]:
            asset = self._book.coin[coin]
            raise ApartError(two_prices_words(asset.name, asset.market, self._book.quotes[asset.market]))
        return times(value, quoted[0]) if value[2] else product((value[0], value[1]), quoted)

    def _weighed_amount(self, coin: str) -> Amount:
        """The amount of an asset that is weighed."""
        cash, (pnl, slope, over) = self._cash[coin], self._sums[coin].earned
        return (cash + pnl, slope, over) if self._inside else (cash, ZERO, ZERO)

    def _breaks(self, coin: str, begin: Decimal) -> Iterator[Decimal]:
        """Where what an asset counts bends, after a place."""
        asset, amount = self._book.coin[coin], self._weighed_amount(coin)
        factors = self._lines[coin]
        bends = [of_line(line) for line in factors if line[1] < ZERO]
        borders = [start for start, _ in asset.schedule[1:]]
        coins = [ZERO, *borders] if asset.unit is WeightUnit.COINS else [ZERO]
        if amount[1] or amount[2]:
            bends += [self._above(coin, amount, border) for border in coins]
        if asset.unit is WeightUnit.USD and borders and any(line[1] for line in (amount, *factors)):
            size = self._in_usd(coin, amount, begin)
            bends += [(size[0] - border, size[1], size[2]) for border in borders]
        for bend in bends:
            yield from (place for place in map(quotient, places_of_zero(bend)) if place > begin)

    def _above(self, coin: str, amount: Amount, border: Decimal) -> Poly:
        """By how much an amount is above a border in coins: where it has a quotient, times the price of its coin."""
        height, slope, over = amount
        if not over:
            return height - border, slope, ZERO
        return _settled(self._sums[coin].priced((height - border, slope, over)))

    def _value(self, coin: str, inside: Decimal) -> Poly:
        """What an asset counts around a place, its open PnL with it and what is asked for its debt taken off."""
        asset, amount = self._book.coin[coin], self._weighed_amount(coin)
        sums = self._sums[coin]
        if not any(amount) and not any(sums.earned):
            return FLAT
        price = self._price_poly(coin, inside)
        size = sums.at(amount, inside)
        value = _weighed_poly(asset, size, self._in_usd(coin, amount, inside), price, inside)
        if not self._inside:
            value = plus(value, self._in_usd(coin, sums.earned, inside))
        if self._debt_rate and self._cash[coin] < ZERO:
            value = plus(value, times(price, self._cash[coin] * self._debt_rate))
        return value

    # --- pieces ----------------------------------------------------------------------------

    def _add(self, member: Member, sign: int) -> None:
        self._here_is = self._asked_here = None
        market = self._positions[member.index].market
        self._sums[self._settles[member.index]].add(member, market, self.asked(member), sign)


def _settled(poly: Poly) -> Poly:
    """A polynomial without the dust that quotients leave."""
    return settled(poly[0]), settled(poly[1]), settled(poly[2])


def _on_its_place(poly: Poly, touch: Ratio) -> Ratio:
    """A root as it is: one that is on the place grid but for dust exactly there."""
    near = quotient(touch).quantize(PLACE_GRID)
    return touch if settled(at(poly, near)) else (near, ONE)


def _within(begin: Decimal, end: Decimal | None) -> Decimal:
    """A place of a stretch; None: it has no end."""
    return begin + ONE if end is None else (begin + end) / 2


def _weighed_poly(asset: Asset, size: Decimal, value: Poly, price: Poly, inside: Decimal) -> Poly:
    """What an amount of an asset counts around a place, where it is this size and this value."""
    asset = asset.at_size(size)
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
