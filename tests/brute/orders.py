"""Orders that are filled, by walking: a stepping account whose orders wait for prices, written from the rules alone.

A limit buys at its price or lower. A stop sells once the mark has dropped to its trigger, a take-profit once it has
risen to it; buys are the mirror. A trailing stop sells at a share below the best mark. What is liquidated at a place
comes first. On the way an order is filled at its own level; after a jump at the marks where it landed, a limit that
rested at its own price. At the opening everything that is due is filled at the mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Order, Position, Side
from isocross.account.order_kinds import OrderKind
from isocross.rules.market import Kind, Ladder
from isocross.rules.profile import OrderReserve
from tests.brute.books import Case, cases, few_digits, no_market, profiles
from tests.brute.picking import pick
from tests.brute.stepping import ZERO, Account, Due, Holding, Marks, open_profit, standing, value

D = Decimal
TAKER, MAKER = D("0.001"), D("0.0004")


@dataclass
class OrderedAccount(Account):
    """An account with orders that are filled."""

    resting: list[Order] = field(default_factory=list)
    triggered: set[str] = field(default_factory=set)
    slopes: Mapping[str, Decimal] = field(default_factory=dict)
    """By market, the move of its mark for one unit of place."""
    jumps = False
    """Whether the marks jump to where it is tested next."""

    def __post_init__(self) -> None:
        """Let the orders of the book rest."""
        super().__post_init__()
        self.resting = list(self.book.orders)

    def place_in_line(self, holding: Holding) -> tuple[object, ...]:
        """What a position was at the opening, or what the first order that opens it is."""
        was = self.book.seats[holding.index]
        kind = (was.market, 0 if was.side is Side.LONG else 1, 0 if was.mode is Mode.CROSS else 1)
        own = (was.margin, was.leverage, was.auto_margin) if self._has_bucket(was) else ()
        return (*kind, -was.quantity, was.entry, *own, was.id)

    def fund_pays(self, hole: Decimal, place: Decimal, position: int | None) -> None:
        """Before a pool below zero is covered every order is cancelled."""
        if position is None and self.resting:
            self.note(place, "order_cancel", None, ZERO)
            self.resting = []
        super().fund_pays(hole, place, position)

    # when

    def level(self, order: Order) -> tuple[Decimal, bool]:
        """The mark that an order waits for, and whether it is due below it."""
        sells = order.side is Side.SHORT
        if order.fills is OrderKind.LIMIT or order.id in self.triggered:
            return order.price, not sells
        if order.fills is OrderKind.TRAILING:
            best = self.best(order)
            return best - best * order.trail if sells else best + best * order.trail, sells
        return order.trigger, sells is not (order.fills is OrderKind.TAKE_PROFIT)

    def best(self, order: Order) -> Decimal:
        """The best mark so far: on one way it stands still wherever that goes against the order."""
        return self.book.markets[order.market].mark

    def order_due(self, order: Order, marks: Marks) -> bool:
        """Whether an order is due at these marks."""
        level, below = self.level(order)
        return marks[order.market] <= level if below else marks[order.market] >= level

    def any_due(self, marks: Marks, due: Due) -> bool:
        """Whether a scope is at the line, or an order due."""
        return super().any_due(marks, due) or any(self.order_due(order, marks) for order in self.resting)

    # what

    def settle(self, place: Decimal, marks: Marks, due: Due) -> None:
        """Liquidate what is due; then fill the orders one by one, and look at the account after each."""
        super().settle(place, marks, due)
        on_the_way = place > ZERO and not self.jumps
        for order in sorted(
            (o for o in self.resting if self.order_due(o, marks)), key=lambda o: self.turn(o, on_the_way)
        ):
            if order in self.resting:
                self.act(order, place, marks, on_the_way)

    def turn(self, order: Order, on_the_way: bool) -> tuple[object, ...]:
        """Whose level the marks come to first; where they stand, those that close first, then the nearest level."""
        level, below = self.level(order)
        way = self.way_to(order, level) if on_the_way else ZERO
        near = -level if below else level
        what = (str(order.fills), order.quantity, order.price, order.id)
        return (round(way, 60), not order.closes_only, order.market, order.side, near, *what)

    def way_to(self, order: Order, level: Decimal) -> Decimal:
        """How far on the way a mark is at a level."""
        return abs(level / self.book.markets[order.market].mark - 1) / abs(self.slopes.get(order.market) or 1)

    def act(self, order: Order, place: Decimal, marks: Marks, on_the_way: bool) -> None:
        """Trigger an order, or fill it."""
        level, _ = self.level(order)
        here, rested = level if on_the_way else marks[order.market], place > ZERO
        if order.fills is OrderKind.STOP_LIMIT and order.id not in self.triggered:
            self.note(place, "trigger", None, ZERO)
            self.triggered.add(order.id)
            if not self.order_due(order, marks):
                return
            self.fill(order, place, marks, here, TAKER)
        elif order.fills is OrderKind.LIMIT or order.id in self.triggered:
            self.fill(order, place, marks, level if rested else here, MAKER if rested else TAKER)
        else:
            worse = -order.slippage if order.side is Side.SHORT else order.slippage
            self.fill(order, place, marks, here + here * worse, TAKER)
        super().settle(place, marks, standing(self.book.profile.line))

    def fill(self, order: Order, place: Decimal, marks: Marks, price: Decimal, rate: Decimal) -> None:
        """Close what stands against it; open or add with the rest."""
        self.resting = [o for o in self.resting if o is not order and not (order.oco and o.oco == order.oco)]
        here = sorted(
            (h for h in self.holdings if h.open and h.position.market == order.market), key=self.place_in_line
        )
        own = [h for h in here if (h.position.side, h.position.mode) == (order.side, order.mode)]
        against = [h for h in here if h.position.side is not order.side]
        if order.closes_only:
            against.sort(key=lambda h: h.position.mode is not order.mode)
        else:
            against = [] if own else [h for h in against if h.position.mode is order.mode]
        rest = sum((h.position.quantity for h in against), ZERO) if order.close_position else order.quantity
        done = False
        for holding in against:
            part = min(rest, holding.position.quantity)
            if part:
                self.close_part(holding, part, place, price, rate)
                rest, done = rest - part, True
        if rest and not order.closes_only:
            self.open_or_add(order, own[0] if own else None, rest, place, marks, price, rate)
        elif not done:
            self.note(place, "order_cancel", None, ZERO)

    def close_part(self, holding: Holding, part: Decimal, place: Decimal, price: Decimal, rate: Decimal) -> None:
        """Make a part final; a bucket gives back its share, and a loss beyond what it reaches is the fund's."""
        position = holding.position
        gained = open_profit(replace(position, quantity=part), price)
        fee = value(position, part, price) * rate
        rest = position.quantity - part
        if holding.bucket is not None:
            share = holding.bucket * part / position.quantity
            reach = share + gained + (max(ZERO, self.cash) if position.mode is Mode.CROSS else ZERO)
            fee = min(fee, max(ZERO, reach))
            holding.bucket -= share
            self.cash += share
        hole = max(ZERO, -reach) if holding.bucket is not None else ZERO
        self.cash += gained - fee + hole
        self.fees += fee
        self.counterparty -= gained
        paid = self.of_fund(hole)
        self.fund -= paid
        self.counterparty -= hole - paid
        self.note(place, "fill", holding.index, fee - gained - hole)
        if rest:
            holding.position = replace(position, quantity=rest, given_margin=None)
        else:
            holding.open, holding.bucket = False, None

    def open_or_add(
        self,
        order: Order,
        own: Holding | None,
        quantity: Decimal,
        place: Decimal,
        marks: Marks,
        price: Decimal,
        rate: Decimal,
    ) -> None:
        """Open a position, or add to one, where there is cash for its margin and its fee."""
        leverage = own.position.leverage if own else order.leverage or self._lowest(order.market)
        index, name = self._seat(order, own)
        new = Position(name, order.market, order.side, order.mode, quantity, price, leverage, kind=order.kind)
        fee, needed = value(new, quantity, price) * rate, new.initial_margin
        larger = new if own is None else self._mean(own.position, quantity, price)
        if needed + fee > self.room(order, marks):
            self.note(place, "order_cancel", None, ZERO)
            return
        if own is None:
            market = self.book.markets[order.market]
            own = Holding(index, new, market, ZERO if self._has_bucket(new) else None)
            self.holdings = [*(h for h in self.holdings if h.index != index), own]
        own.position = larger
        self.cash -= fee
        self.fees += fee
        if own.bucket is not None:
            own.bucket += needed
            self.cash -= needed
        self.note(place, "fill", index, fee)

    def _lowest(self, market: str) -> Decimal:
        return min((p.leverage for p in self.book.positions if p.market == market), default=D(1))

    def _seat(self, order: Order, own: Holding | None) -> tuple[int, str]:
        if own is not None:
            return own.index, own.position.id
        wanted = (order.market, order.side, order.mode)
        found = [i for i, p in enumerate(self.book.seats) if (p.market, p.side, p.mode) == wanted]
        first = self.book.in_turn(found)[0]
        return first, self.book.seats[first].id

    def _mean(self, held: Position, quantity: Decimal, price: Decimal) -> Position:
        size = held.quantity + quantity
        if held.kind is Kind.INVERSE:
            entry = size / (held.quantity / held.entry + quantity / price)
        else:
            entry = (held.quantity * held.entry + quantity * price) / size
        given = None if held.given_margin is None else held.given_margin + value(held, quantity, price) / held.leverage
        return replace(held, quantity=size, entry=entry, given_margin=given)

    def of_fund(self, hole: Decimal) -> Decimal:
        """What the fund has for a hole."""
        limit = self.book.fund
        return hole if limit is None else min(hole, max(ZERO, limit + self.fund))

    def room(self, order: Order, marks: Marks) -> Decimal:
        """What an order can open for: cash, and no more than initial margins leave."""
        return min(self.cash, self._spare(marks))

    def _spare(self, marks: Marks) -> Decimal:
        if self.top_up:
            return self.cash
        cross = self.open_in(Mode.CROSS)
        return self.pool_equity(marks) - sum((h.position.initial_margin for h in cross), ZERO)


@dataclass
class JumpingAccount(OrderedAccount):
    """The same where the marks jump."""

    jumps = True


# random orders

LEVELS = tuple(D(n) / 1000 for n in (3, 7, 11, 16, 23, 31, 42, 57, 73, 98, 131, 177, 240, 330, 450))
PARTS = tuple(D(x) for x in ("0.25", "0.5", "1", "1", "1.5", "3"))
KIND = st.sampled_from((OrderKind.LIMIT, OrderKind.LIMIT, *OrderKind))
SLIPS = tuple(D(x) for x in ("0", "0", "0.002"))


def orders(draw, index: int, book: Book) -> Order:
    """An order about one of the positions: what protects it, adds to it, or goes the other way."""
    held = pick(draw, book.positions)
    kind, mark = draw(KIND), book.markets[held.market].mark
    side = pick(draw, (held.side, held.side.other))
    away, sells = pick(draw, LEVELS), side is Side.SHORT
    below = sells if kind in (OrderKind.STOP_MARKET, OrderKind.STOP_LIMIT) else not sells
    level = mark * (1 - away if below else 1 + away)
    at_market = kind in (OrderKind.STOP_MARKET, OrderKind.TAKE_PROFIT, OrderKind.TRAILING)
    closes = kind is OrderKind.TRAILING or draw(st.booleans())
    whole = closes and draw(st.booleans())
    limit = level * pick(draw, (D("0.99"), D("1.01"))) if kind is OrderKind.STOP_LIMIT else level
    return Order(
        f"o{index}",
        held.market,
        side,
        ZERO if whole else few_digits(held.quantity * pick(draw, PARTS)),
        ZERO if kind is OrderKind.TRAILING else limit,
        held.mode,
        kind=held.kind,
        fills=kind,
        trigger=None if kind in (OrderKind.LIMIT, OrderKind.TRAILING) else level,
        reduce_only=closes,
        close_position=whole,
        slippage=pick(draw, SLIPS) if at_market else ZERO,
        trail=away if kind is OrderKind.TRAILING else None,
        oco=pick(draw, (None, None, "a")),
    )


@st.composite
def ordered(draw, inverse=no_market) -> Case:
    """An account with one to five orders; each market has one tier, so that g never turns between two bends."""
    case = draw(cases(inverse, profiles))
    book = case.book
    profile = replace(book.profile, taker_fee=TAKER, maker_fee=MAKER, order_reserve=OrderReserve.NONE)
    markets = {s: replace(m, ladder=Ladder(m.ladder.tiers[:1], m.ladder.key)) for s, m in book.markets.items()}
    book = replace(book, profile=profile, markets=markets)
    found = tuple(orders(draw, n, book) for n in range(draw(st.integers(1, 5))))
    return replace(case, book=replace(book, orders=found))
