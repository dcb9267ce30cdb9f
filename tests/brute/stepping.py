"""What falls on a glide or in a gap, found by walking: small steps and bisection, no formula for a trigger.

Written from the words of the rules alone and sharing no code with the solver beyond the value types, so that
the two can be held against each other. State is exact; the place of an event is found by halving on the grid
of places: the first grid place at which a scope is at the line.
"""

from __future__ import annotations

import decimal
import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import wraps

from isocross.account.book import Book, Mode, Order, Position, Side
from isocross.rules.market import Kind, Market, Tier, TierBorder, TierKey
from isocross.rules.profile import Basis, CloseFeeAt, CrossMachine, Line, Profile, Residual, Victim

ZERO = Decimal(0)
GRID_PLACES = 12
GRID = 10**GRID_PLACES
DIGITS = 120
DUST = Decimal("1e-60")
"""What quotients leave of a sum that is zero is less than this."""

Marks = Mapping[str, Decimal]
Due = Callable[[Decimal], bool]


def high_precision(function):
    """Run under a context wide enough that only quotients round."""

    @wraps(function)
    def run(*args, **kwargs):
        with decimal.localcontext(decimal.Context(prec=DIGITS)):
            return function(*args, **kwargs)

    return run


def on_path(g: Decimal) -> bool:
    """The test where marks move continuously: touching counts."""
    return g <= DUST


def standing(line: Line) -> Due:
    """The test where nothing moved yet, and after a gap."""
    return on_path if line is Line.AT_OR_BELOW else (lambda g: g < -DUST)


@dataclass(frozen=True)
class Happening:
    """One thing that happened."""

    place: Decimal
    kind: str
    """refill, liquidation, fund or deleverage."""
    position: int | None
    amount: Decimal
    """Drawn in a refill; the cash a liquidation cost the trader, fee and all; what the fund paid, or not."""


@dataclass(frozen=True)
class Ledger:
    """Where the money is at the end."""

    cash: Decimal
    """Pooled: cash in no isolated margin. Top-up: unused."""
    buckets: tuple[Decimal | None, ...]
    """Cash kept with a position; None for one without, or one that is closed."""
    open: tuple[bool, ...]
    fund: Decimal
    """What the fund gained; negative: paid."""
    fees: Decimal
    counterparty: Decimal

    @property
    def total(self) -> Decimal:
        """All of it: constant from the opening on."""
        held = sum((b for b in self.buckets if b is not None), ZERO)
        return self.cash + held + self.fund + self.fees + self.counterparty


@dataclass(frozen=True)
class Walked:
    """The outcome of a walk."""

    happenings: tuple[Happening, ...]
    opening: Ledger
    ledger: Ledger
    narrowest: Decimal
    """The least |g| ÷ (1 + notionals) of a scope where its course bends: how nearly one just touched."""


def tier_of(market: Market, size: Decimal) -> Tier:
    """The highest tier that begins at or under `size`; under it, where a border is the end of the one below."""
    ended = market.ladder.border is TierBorder.BELOW
    reached = [tier for tier in market.ladder.tiers if tier.start < size or (tier.start == size and not ended)]
    return reached[-1]


def value(position: Position | Order, quantity: Decimal, price: Decimal) -> Decimal:
    """What so much of a contract is worth in the account's currency: of a coin-margined one, dollars over price."""
    return quantity / price if position.kind is Kind.INVERSE else quantity * price


def rate_of(tier: Tier, quantity: Decimal) -> Decimal:
    """The tier's rate, or four fifths of it and a premium where that is more: in whole ten-thousandths."""
    if not tier.factor:
        return tier.rate
    base, factor = tier.rate * 10_000, tier.factor * 1_000_000
    root = math.isqrt(int(quantity * 10**9) * 10 + 1)
    premium = int(root * factor) // 10**7
    return max(base, base - int(base / 5) + premium) / 10_000


def maintenance(position: Position, market: Market, basis: Basis, mark: Decimal) -> Decimal:
    """MM from the venue's tiers, the close fee not counted."""
    price = mark if basis is Basis.MARK else position.entry
    if market.ladder.key is TierKey.NOTIONAL:
        notional = value(position, position.quantity, price)
        tier = tier_of(market, notional)
        return notional * rate_of(tier, position.quantity) - tier.deduction
    tier = tier_of(market, position.quantity)
    return value(position, position.quantity * rate_of(tier, position.quantity) - tier.deduction, price)


def forced_fee(book: Book, position: Position) -> Decimal:
    """The rate of the fee of a forced close: the market's, or the venue's where it has none of its own."""
    rates = (book.markets[position.market].liquidation_fee, book.profile.liquidation_fee)
    return next(rate for rate in rates if rate is not None)


def fee_to_close(position: Position, profile: Profile, mark: Decimal) -> Decimal:
    """The close fee that equity is held against: none of a bucket, where it lies beside the margin or is taken there.

    At a bankruptcy price it is of what the position is worth once the whole of its initial margin at entry is lost.
    """
    bucket = position.mode is Mode.ISOLATED or profile.cross_machine is CrossMachine.TOP_UP
    if profile.close_fee_at is not CloseFeeAt.MARK and bucket:
        return ZERO
    taken_at = profile.close_fee_at is CloseFeeAt.BANKRUPTCY
    worth = value(position, position.quantity, position.entry if taken_at else mark)
    lost = worth / position.leverage if taken_at else ZERO
    less = (position.side is Side.LONG) is (position.kind is Kind.LINEAR)
    return profile.close_fee * (worth - lost if less else worth + lost)


def open_profit(position: Position, mark: Decimal) -> Decimal:
    """Unrealised PnL at this mark: a coin-margined long has sold its dollars for coin at the entry."""
    if position.kind is Kind.INVERSE:
        gained = position.quantity / position.entry - position.quantity / mark
        return gained if position.side is Side.LONG else -gained
    gained = mark - position.entry
    return position.quantity * (gained if position.side is Side.LONG else -gained)


@dataclass
class Holding:
    """A position while the walk lasts."""

    index: int
    position: Position
    market: Market
    bucket: Decimal | None
    open: bool = True


@dataclass
class Account:
    """The account while the walk lasts."""

    book: Book
    holdings: list[Holding] = field(init=False)
    cash: Decimal = field(init=False)
    fund: Decimal = ZERO
    fees: Decimal = ZERO
    counterparty: Decimal = ZERO
    happenings: list[Happening] = field(default_factory=list)
    closest: Decimal = Decimal(1)
    """How nearly a pool stood at the line once something of it was closed."""

    def __post_init__(self) -> None:
        """Allot the wallet."""
        book = self.book
        self.top_up = book.profile.cross_machine is CrossMachine.TOP_UP
        self.holdings = [
            Holding(i, p, book.markets[p.market], p.margin if self._has_bucket(p) else None)
            for i, p in enumerate(book.positions)
        ]
        self.cash = book.wallet - sum((h.bucket for h in self.holdings if h.bucket is not None), ZERO)

    def _has_bucket(self, position: Position) -> bool:
        return self.top_up or position.mode is Mode.ISOLATED

    # what stands where

    def open_in(self, mode: Mode) -> list[Holding]:
        """Open positions of a mode: by market, longs before shorts, larger ones first, at last by their names."""
        return sorted((h for h in self.holdings if h.open and h.position.mode is mode), key=self.place_in_line)

    def place_in_line(self, holding: Holding) -> tuple[object, ...]:
        """What a position was at the opening, whatever became of it; its name last."""
        was = self.book.positions[holding.index]
        kind = (was.market, 0 if was.side is Side.LONG else 1, 0 if was.mode is Mode.CROSS else 1)
        own = (was.margin, was.leverage, was.auto_margin) if self._has_bucket(was) else ()
        return (*kind, -was.quantity, was.entry, *own, was.id)

    def mark(self, holding: Holding, marks: Marks) -> Decimal:
        """The mark of this position."""
        return marks[holding.position.market]

    def profit(self, holding: Holding, marks: Marks) -> Decimal:
        """Unrealised PnL."""
        return open_profit(holding.position, self.mark(holding, marks))

    def needed(self, holding: Holding, marks: Marks) -> Decimal:
        """What equity is held against: MM and the close fee."""
        profile, position, mark = self.book.profile, holding.position, self.mark(holding, marks)
        mm = maintenance(position, holding.market, profile.maintenance_basis, mark)
        return mm + fee_to_close(position, profile, mark)

    def equity(self, holding: Holding, marks: Marks) -> Decimal:
        """Bucket and unrealised PnL of a position that has a bucket."""
        return holding.bucket + self.profit(holding, marks)

    def pool_equity(self, marks: Marks) -> Decimal:
        """Cash in no isolated margin and the PnL of every open cross position."""
        return self.cash + sum((self.profit(h, marks) for h in self.open_in(Mode.CROSS)), ZERO)

    def g_of(self, holding: Holding, marks: Marks) -> Decimal:
        """Distance to the line of a position with a bucket."""
        return self.equity(holding, marks) - self.needed(holding, marks)

    def g_of_pool(self, marks: Marks) -> Decimal:
        """Distance to the line of the pool."""
        needed = sum((self.needed(h, marks) for h in self.open_in(Mode.CROSS)), ZERO)
        return self.pool_equity(marks) - needed

    def distances(self, marks: Marks) -> Iterator[Decimal]:
        """g of every scope that still stands."""
        for holding in self.open_in(Mode.ISOLATED):
            yield self.g_of(holding, marks)
        cross = self.open_in(Mode.CROSS)
        if self.top_up:
            for holding in cross:
                yield self.g_of(holding, marks)
        elif cross:
            yield self.g_of_pool(marks)

    def any_due(self, marks: Marks, due: Due) -> bool:
        """Whether any scope is at the line."""
        return any(due(g) for g in self.distances(marks))

    # what happens

    def settle(self, place: Decimal, marks: Marks, due: Due) -> None:
        """Everything that is due at one place: isolated positions one by one, then what is cross."""
        for holding in self.open_in(Mode.ISOLATED):
            if due(self.g_of(holding, marks)):
                self.take_over(holding, place, marks, self.book.profile.residual)
        if self.top_up:
            self.settle_top_up(place, marks, due)
        else:
            self.settle_pool(place, marks, due)

    def note(self, place: Decimal, kind: str, position: int | None, amount: Decimal) -> None:
        """Write down what happened."""
        self.happenings.append(Happening(place, kind, position, amount))

    def take_over(self, holding: Holding, place: Decimal, marks: Marks, keeper: Residual) -> None:
        """The trader loses the bucket; what is left has a keeper, a hole is the fund's."""
        left = self.equity(holding, marks)
        self.counterparty -= self.profit(holding, marks)
        back = left if keeper is Residual.USER and left > ZERO else ZERO
        if back:
            closed = value(holding.position, holding.position.quantity, self.mark(holding, marks))
            fee = min(forced_fee(self.book, holding.position) * closed, back)
            back, left, self.fees = back - fee, left - fee, self.fees + fee
        self.note(place, "liquidation", holding.index, holding.bucket - back)
        holding.bucket, holding.open = None, False
        if left < ZERO:
            self.fund_pays(-left, place, holding.index)
        else:
            self.cash += back
            self.fund += left - back

    def fund_pays(self, hole: Decimal, place: Decimal, position: int | None) -> None:
        """The fund fills a hole as far as it can; counterparties bear the rest."""
        limit = self.book.fund
        paid = hole if limit is None else min(hole, limit + self.fund)
        self.fund -= paid
        self.counterparty -= hole - paid
        if paid > ZERO:
            self.note(place, "fund", position, paid)
        if hole > paid:
            self.note(place, "deleverage", position, hole - paid)

    def settle_pool(self, place: Decimal, marks: Marks, due: Due) -> None:
        """Close one position after the other until the pool stands."""
        while (cross := self.open_in(Mode.CROSS)) and due(self.g_of_pool(marks)):
            self.close(min(cross, key=lambda h: self.rank_in_pool(h, marks)), place, marks)
            if len(cross) == 1 and self.cash < -DUST:
                hole, self.cash = -self.cash, ZERO
                self.fund_pays(hole, place, None)

    def rank_in_pool(self, holding: Holding, marks: Marks) -> Decimal:
        """Smallest first; `min` takes the first of equals."""
        if self.book.profile.victim is Victim.LARGEST_LOSS:
            return self.profit(holding, marks)
        return -self.needed(holding, marks)

    def close(self, holding: Holding, place: Decimal, marks: Marks) -> None:
        """Realise a cross position at its mark; a fee is at most what the pool has left."""
        realised = self.profit(holding, marks)
        holding.open = False
        self.cash += realised
        self.counterparty -= realised
        notional = value(holding.position, holding.position.quantity, self.mark(holding, marks))
        fee = min(forced_fee(self.book, holding.position) * notional, max(ZERO, self.pool_equity(marks)))
        self.cash -= fee
        self.fees += fee
        self.note(place, "liquidation", holding.index, fee - realised)

    def settle_top_up(self, place: Decimal, marks: Marks, due: Due) -> None:
        """Refill or take over one position after the other until all that are left stand."""
        while waiting := [h for h in self.open_in(Mode.CROSS) if due(self.g_of(h, marks))]:
            holding = min(waiting, key=lambda h: self.rank_in_queue(h, marks))
            if not self.refill(holding, place, marks):
                self.take_over(holding, place, marks, Residual.FUND)

    def rank_in_queue(self, holding: Holding, marks: Marks) -> Decimal:
        """Smallest first."""
        position = holding.position
        return round(self.equity(holding, marks) / value(position, position.quantity, position.entry), 50)

    def refill(self, holding: Holding, place: Decimal, marks: Marks) -> bool:
        """Draw from unused up to the initial margin, at entry or mark; False where nothing can be drawn."""
        position = holding.position
        at_mark = value(position, position.quantity, self.mark(holding, marks)) / position.leverage
        wanted = max(position.initial_margin, at_mark) - self.equity(holding, marks)
        drawn = min(self.cash, wanted)
        if drawn <= ZERO:
            return False
        self.cash -= drawn
        holding.bucket += drawn
        self.note(place, "refill", holding.index, drawn)
        return True

    def ledger(self) -> Ledger:
        """Where the money is now."""
        return Ledger(
            self.cash,
            tuple(h.bucket for h in self.holdings),
            tuple(h.open for h in self.holdings),
            self.fund,
            self.fees,
            self.counterparty,
        )


# the walk


@dataclass
class Glide:
    """The road: every mark moves in proportion to the place, and stays at zero once there."""

    book: Book
    slopes: Mapping[str, Decimal]
    end: int
    """In grid points."""

    def marks(self, point: int) -> dict[str, Decimal]:
        """The marks at a grid point."""
        s = Decimal(point).scaleb(-GRID_PLACES)
        return {
            symbol: max(ZERO, market.mark * (1 + self.slopes.get(symbol, ZERO) * s))
            for symbol, market in self.book.markets.items()
        }

    def bends(self) -> set[int]:
        """Grid points just before and at every place where a tier changes or a mark reaches zero."""
        points: set[int] = set()
        for position in self.book.positions:
            slope = self.slopes.get(position.market, ZERO)
            if slope == ZERO:
                continue
            for ratio in self._bending_ratios(position):
                exact = (ratio - 1) / slope * GRID
                below = int(exact.to_integral_value(rounding=decimal.ROUND_FLOOR))
                points |= {below, below + 1}
        return {point for point in points if 0 < point < self.end}

    def stops(self, steps: int) -> list[int]:
        """Grid points to look at: equal steps, and the bends."""
        return sorted(self.bends() | {self.end * k // steps for k in range(1, steps + 1)})

    def _bending_ratios(self, position: Position) -> Iterator[Decimal]:
        """Marks, in parts of the opening mark, at which MM or the mark itself bends."""
        inverse = position.kind is Kind.INVERSE
        if not inverse:
            yield ZERO
        market = self.book.markets[position.market]
        if market.ladder.key is TierKey.NOTIONAL:
            for tier in market.ladder.tiers[1:]:
                size = value(position, position.quantity, market.mark)
                yield size / tier.start if inverse else tier.start / size


def first_due(account: Account, glide: Glide, clear: int, due_at: int) -> int:
    """Halve between a point where nothing is due and one where something is: the first of those."""
    between = range(clear + 1, due_at)
    return between.start + bisect_left(between, True, key=lambda at: account.any_due(glide.marks(at), on_path))


def valleys(account: Account, glide: Glide, left: int, right: int) -> list[int]:
    """Points inside a stretch without bends at which g of a scope is least, where it falls and then rises again."""
    if right - left < 4:
        return []
    starts, ends = (
        [[*account.distances(glide.marks(at))] for at in pair] for pair in ((left, left + 1), (right - 1, right))
    )
    found = []
    for scope, (first, second) in enumerate(zip(*starts, strict=True)):
        if second < first and ends[0][scope] < ends[1][scope]:
            low, high = left, right
            while high - low > 2:
                third = (high - low) // 3
                one, two = low + third, high - third
                g_one, g_two = ([*account.distances(glide.marks(at))][scope] for at in (one, two))
                low, high = (low, two) if g_one < g_two else (one, high)
            found.append(low + 1)
    return sorted(found)


def narrowness(account: Account, marks: Marks) -> Decimal:
    """How close any scope is to the line, in parts of the account's size."""
    return min(nearness(account, marks), default=Decimal(1))


def nearness(account: Account, marks: Marks) -> list[Decimal]:
    """How close each scope is to the line, in parts of the account's size."""
    size = 1 + sum((value(h.position, h.position.quantity, marks[h.position.market]) for h in account.holdings), ZERO)
    return [abs(g) / size for g in account.distances(marks)]


def stuck(account: Account, marks: Marks, later: Marks) -> Decimal:
    """How close a scope is to the line that stands at it at the opening, not due there, and goes nowhere."""
    pairs = zip(nearness(account, marks), nearness(account, later), strict=True)
    return min((max(pair) for pair in pairs), default=Decimal(1))


@high_precision
def walk(
    book: Book,
    slopes: Mapping[str, Decimal],
    end: Decimal,
    steps: int = 24,
    kind: type[Account] = Account,
) -> Walked:
    """Walk a what-if glide from the opening to `end`.

    Args:
        book: the account.
        slopes: per market, the move of its mark in opening marks for one unit of place; absent: it stands.
        end: how far to go.
        steps: equal steps, apart from those at the bends.
        kind: an account with rules of its own, for worked cases.
    """
    account = kind(book)
    before = account.ledger()
    last = int(end * GRID)
    glide = Glide(book, slopes, last)
    opening = glide.marks(0)
    account.settle(ZERO, opening, standing(book.profile.line))
    bends, points = glide.bends(), glide.stops(steps)
    narrowest = stuck(account, opening, glide.marks(points[0]))
    here = 0
    curved = any(p.kind is Kind.INVERSE for p in book.positions)
    for point in points:
        if point in bends:
            narrowest = min(narrowest, narrowness(account, glide.marks(point)))
        lowest = valleys(account, glide, here, point) if curved else []
        narrowest = min([narrowest, *(narrowness(account, glide.marks(low)) for low in lowest)])
        for stop in (*lowest, point):
            while here < stop and account.any_due(glide.marks(stop), on_path):
                here = first_due(account, glide, here, stop)
                account.settle(Decimal(here).scaleb(-GRID_PLACES), glide.marks(here), on_path)
        here = point
    return Walked(tuple(account.happenings), before, account.ledger(), narrowest)


@high_precision
def lows_of_pool(book: Book, slopes: Mapping[str, Decimal], end: Decimal) -> list[Decimal]:
    """Where g of the pool would turn on its way, lower than ever before, if nothing were closed; else its least."""
    account, glide = Account(book), Glide(book, slopes, int(end * GRID))
    curved = any(p.kind is Kind.INVERSE for p in book.positions)
    course = [account.g_of_pool(glide.marks(point)) for point in [0, *glide.stops(100 if curved else 1)]]
    turns = [g for i, g in enumerate(course[1:-1], 1) if g < min(course[:i]) and g < course[i + 1]]
    return turns or [min(course)]


@high_precision
def gap_to(book: Book, marks: Marks, place: Decimal = Decimal(1), kind: type[Account] = Account) -> Walked:
    """Test at the opening marks, let all marks jump at once, test again.

    Args:
        book: the account.
        marks: the marks after the gap; absent: stands.
        place: what to write down as the place of the gap.
        kind: an account with rules of its own, for worked cases.
    """
    account = kind(book)
    before = account.ledger()
    due = standing(book.profile.line)
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    account.settle(ZERO, opening, due)
    account.settle(place, {**opening, **{s: max(ZERO, m) for s, m in marks.items()}}, due)
    return Walked(tuple(account.happenings), before, account.ledger(), account.closest)
