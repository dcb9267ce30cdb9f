"""The referee for orders that are filled in accounts of several assets: both referees joined, from the words alone.

PnL, fee and margin of a fill are in what its market settles in. Cash that comes below zero is borrowed, and what comes
to a debt repays it: told after the fill, where another asset has a balance above zero. A cross order in a pool of all
assets that can borrow opens for what initial weights leave beyond initial margins, whatever cash there is; every other
order needs the cash, too. What an order has held since it was placed is its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Order
from isocross.account.order_kinds import OrderKind
from isocross.rules.profile import Basis
from isocross.rules.switches import OpenPnl, OrderReserve
from tests.brute.orders import MAKER, TAKER, OrderedAccount, orders
from tests.brute.picking import pick
from tests.brute.procedures import Road
from tests.brute.stepping import ZERO, Holding, Marks, value
from tests.brute.unified import Backed, weight_of


class OrderedAssets(OrderedAccount, Backed):
    """An account of several assets with orders that are filled."""

    def __init__(self, book: Book) -> None:
        """Let the orders rest; the price has been nowhere yet."""
        self.triggered: set[str] = set()
        self.slopes: Mapping[str, Decimal] = {}
        self.start = {symbol: market.mark for symbol, market in book.markets.items()}
        self.followed: dict[str, Decimal] = {}
        self.own_hold = ZERO
        Backed.__init__(self, book)

    # --- what rests ---------------------------------------------------------------------------

    def reserve(self, order: Order) -> Decimal:
        """What waits for a trigger or only closes holds nothing."""
        waits = order.fills is not None and order.fills is not OrderKind.LIMIT
        return ZERO if waits or order.closes_only else super().reserve(order)

    @property
    def resting(self) -> list[Order]:
        """The orders that hold something or nothing, and rest."""
        return [self.book.orders[i] for i in self.held]

    @resting.setter
    def resting(self, orders: list[Order]) -> None:
        self.held = {i: amount for i, amount in self.held.items() if self.book.orders[i] in orders}

    # --- the way ------------------------------------------------------------------------------

    def begin(self, road: Road, *, jumps: bool = False) -> None:
        """Know where the marks set out, and how fast each goes."""
        self.jumps, self.start, ends = jumps, road.marks(0), road.marks(road.end)
        self.slopes = {symbol: ends[symbol] - at for symbol, at in self.start.items()}

    def arrive(self, marks: Marks) -> None:
        """Let what trails see where the marks have come to: on a straight way that is the best or the worst of it."""
        for order in self.book.orders:
            seen = self.best(order), marks[order.market]
            self.followed[order.id] = max(seen) if order.side == "short" else min(seen)

    def best(self, order: Order) -> Decimal:
        """The best mark so far."""
        return self.followed.get(order.id, self.book.markets[order.market].mark)

    def way_to(self, order: Order, level: Decimal) -> Decimal:
        """How far on the way a mark is at a level."""
        return abs(level - self.start[order.market]) / abs(self.slopes[order.market] or 1)

    # --- what happens -------------------------------------------------------------------------

    def act(self, order: Order, place: Decimal, marks: Marks, on_the_way: bool) -> None:
        """Work in the asset that its market settles in."""
        self.coin, self.at = self.book.markets[order.market].settles, marks
        super().act(order, place, marks, on_the_way)

    def fill(self, order: Order, place: Decimal, marks: Marks, price: Decimal, rate: Decimal) -> None:
        """What it held is its own to open with."""
        self.own_hold = next(held for i, held in self.held.items() if self.book.orders[i] is order)
        super().fill(order, place, marks, price, rate)

    def close_part(self, holding: Holding, part: Decimal, place: Decimal, price: Decimal, rate: Decimal) -> None:
        """What it makes of a balance below zero is told after it."""
        had = self.cash
        super().close_part(holding, part, place, price, rate)
        self.begin_anew(holding.index)
        self.tell_change(had, place)

    def open_or_add(self, order, own, quantity, place, marks, price, rate) -> None:
        """The fee can be borrowed."""
        had = self.cash
        before = len(self.deeds)
        super().open_or_add(order, own, quantity, place, marks, price, rate)
        if self.deeds[before].kind == "fill":
            self.begin_anew(self.deeds[before].position)
        self.tell_change(had, place)

    def begin_anew(self, index: int) -> None:
        """A position that an order has changed is a new one to the venue's procedure."""
        self.cut.discard(index)
        self.floor.pop(index, None)

    def of_fund(self, hole: Decimal) -> Decimal:
        """At the prices of what it has paid in."""
        return Backed.of_fund(self, hole)

    def room(self, order: Order, marks: Marks) -> Decimal:
        """What an order can open for, in what it settles in."""
        cross = order.mode is Mode.CROSS
        cash = self.cash - self.orders_hold(self.coin)
        if self.own_hold:
            return Decimal("Infinity") if cross else cash
        spare = self.spare_of_all(marks) if self.one else self.spare_of_token(marks)
        return spare if cross and self.one and self.own.borrows else min(cash, spare)

    def spare_of_token(self, marks: Marks) -> Decimal:
        """Cash and open PnL of a token, less the initial margins that settle in it."""
        cross = [h for h in self.open_in(Mode.CROSS) if self.coin_of(h) == self.coin]
        gained = sum((self.profit(h, marks) - self.initial(h, marks) for h in cross), ZERO)
        return self.cash - self.orders_hold(self.coin) + gained

    def spare_of_all(self, marks: Marks) -> Decimal:
        """What assets count by the weights for what is new, less debts and initial margins, in the asset at hand."""
        price = self.price(self.coin, marks)
        cross = self.open_in(Mode.CROSS)
        total, others = ZERO, ZERO
        for coin, asset in self.book.coin.items():
            at = self.price(coin, marks)
            gained = sum((self.profit(h, marks) for h in cross if self.coin_of(h) == coin), ZERO)
            amount = self.kept["cash"][coin] - self.orders_hold(coin)
            if self.own.open_pnl is OpenPnl.INSIDE:
                amount, gained = amount + gained, ZERO
            first = replace(
                asset,
                tiers=asset.initial or asset.tiers,
                debt=asset.debt if asset.initial_debt is None else asset.initial_debt,
            )
            counts = weight_of(first, amount, at)
            total += gained * at + (counts if amount < ZERO or not coin else ZERO)
            others += counts if amount >= ZERO and coin else ZERO
        total += others if self.own.most_of_others is None else min(others, self.own.most_of_others)
        total -= sum((self.initial(h, marks) * self.worth(h, marks) for h in cross), ZERO)
        return total / price if price else ZERO

    def initial(self, holding: Holding, marks: Marks) -> Decimal:
        """Initial margin by the venue's basis; none of the smaller of two sides."""

        def asked(held: Holding) -> Decimal:
            position, at_mark = held.position, self.book.profile.cross_initial_basis is Basis.MARK
            price = self.mark(held, marks) if at_mark else position.entry
            return value(position, position.quantity, price) / position.leverage

        return ZERO if self.netted(holding, asked) else asked(holding)


@st.composite
def with_fills(draw, accounts: st.SearchStrategy[tuple[Book, dict[str, Decimal]]]) -> tuple[Book, dict[str, Decimal]]:
    """These accounts with one to five orders that are filled, under a venue that reserves for them or not."""
    book, betas = draw(accounts)
    counts, reserve = draw(st.booleans()), pick(draw, (OrderReserve.NONE, *OrderReserve))
    profile = replace(book.profile, taker_fee=TAKER, maker_fee=MAKER, order_counts=counts, order_reserve=reserve)
    book = replace(book, profile=profile)
    found = tuple(orders(draw, n, book) for n in range(draw(st.integers(1, 5))))
    return replace(book, orders=found), betas
