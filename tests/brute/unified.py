"""The referee for accounts of several assets: pools of assets, debts, conversions, pools of one token each.

Like the referees it builds on it is written from the words of the rules alone. Prices are stepped and halved; a pool is
valued straight from the definitions, and nothing here knows where a weight or a debt begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import isqrt

from isocross.account.assets import Asset
from isocross.account.book import Book, Mode
from isocross.rules.market import Kind, Market
from isocross.rules.procedure import Step
from isocross.rules.profile import FeeCap, Residual, Victim
from isocross.rules.switches import OpenPnl, Pools, Repays, Sells, WeightUnit
from tests.brute.lived import Stage
from tests.brute.procedures import DUST, TINY, ZERO, Procedure, Road
from tests.brute.stepping import (
    GRID,
    GRID_PLACES,
    Account,
    Due,
    Holding,
    Marks,
    first_due,
    high_precision,
    narrowness,
    on_path,
    standing,
    stuck,
    valleys,
)


@dataclass(frozen=True)
class Deed:
    """One thing that happened in an account of several assets."""

    place: Decimal
    kind: str
    position: int | None
    asset: str
    amount: Decimal
    """As elsewhere; of a conversion what was sold."""
    bought: str = ""
    repaid: Decimal = ZERO


def cut(amount: Decimal, places: int) -> Decimal:
    """So many places, the rest left out."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)


def weight_of(asset: Asset, amount: Decimal, price: Decimal) -> Decimal:
    """W of the definitions: what so much of an asset counts, in USD."""
    root = Decimal(isqrt(int(abs(amount) * 10**10) + 1)) / 10**5
    if amount < ZERO:
        owed = 1 + asset.debt
        premium = owed - cut(owed / 5, 4) + cut(asset.factor * root, 4) if asset.factor else owed
        return amount * price * max(owed, premium)
    if not asset.collateral:
        return ZERO
    most = cut(Decimal("1.1") / (1 + cut(asset.factor * root, 6)), 4) if asset.factor else Decimal(1)
    in_usd = asset.unit is WeightUnit.USD
    size = amount * price if in_usd else amount
    starts = [start for start, _ in asset.tiers]
    ends = [*starts[1:], max(size, starts[-1])]
    parts = (
        min(weight, most) * max(ZERO, min(size, end) - start)
        for (start, weight), end in zip(asset.tiers, ends, strict=True)
    )
    return sum(parts, ZERO) * (1 if in_usd else price)


def of_the_coin(what: str) -> property:
    """An amount that the account keeps for each asset; at hand is that of the asset it works in."""
    return property(
        lambda self: self.kept[what][self.coin], lambda self, amount: self.kept[what].update({self.coin: amount})
    )


class Backed(Procedure):
    """An account of several assets under a venue's whole procedure."""

    cash, fund, fees, counterparty = (of_the_coin(what) for what in ("cash", "fund", "fees", "counterparty"))

    def __init__(self, book: Book) -> None:
        """Give each asset its cash, less the isolated margins that settle in it."""
        self.coin, self.pool = "", None
        self.kept: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self.deeds: list[Deed] = []
        self.at: Marks = {}
        super().__init__(book)
        for coin in book.coin_names:
            held = (h.bucket for h in self.holdings if h.bucket is not None and self.coin_of(h) == coin)
            self.kept["cash"][coin] = book.balance_of(coin) - sum(held, ZERO)
        self.own = book.account_rule
        self.one = self.own.pools is Pools.ONE

    def begin(self, road: Road, *, jumps: bool = False) -> None:
        """Set out on a road; what waits for a price has to know."""

    def arrive(self, marks: Marks) -> None:
        """Be at the end of one."""

    # --- values -------------------------------------------------------------------------------

    def coin_of(self, holding: Holding) -> str:
        """What a position settles in."""
        return self.book.markets[holding.position.market].settles

    def price(self, coin: str, marks: Marks) -> Decimal:
        """In USD: the mark of its market, times the price of what that is quoted in; coin-margined ones are in USD."""
        market = self.book.markets[self.book.coin[coin].market]
        return marks[market.symbol] * (1 if self.in_usd(market) else self.price(market.settles, marks))

    def in_usd(self, market: Market) -> bool:
        """Whether a market is quoted in USD: the price of an asset, or of a contract on what it settles in."""
        bent = any(p.kind is Kind.INVERSE for p in self.book.seats if p.market == market.symbol)
        return bent or market.is_asset or self.book.coin[market.settles].market == market.symbol

    def open_in(self, mode: Mode) -> list[Holding]:
        """Of the pool at hand where there is one."""
        found = super().open_in(mode)
        return (
            found if mode is Mode.ISOLATED or self.pool is None else [h for h in found if self.coin_of(h) == self.pool]
        )

    def orders_hold(self, coin: str) -> Decimal:
        """What orders hold of an asset."""
        return sum((held for i, held in self.held.items() if self.settled(i) == coin), ZERO)

    def settled(self, order: int) -> str:
        """What an order settles in."""
        return self.book.markets[self.book.orders[order].market].settles

    @property
    def on_hold(self) -> Decimal:
        """Of the asset at hand."""
        return self.orders_hold(self.coin)

    def free(self, coin: str) -> Decimal:
        """Cash, less what orders hold where the venue counts them."""
        return self.kept["cash"][coin] - (self.orders_hold(coin) if self.book.profile.order_counts else ZERO)

    def tested_equity(self, marks: Marks) -> Decimal:
        """Of the pool at hand; in USD where it is made of all assets."""
        profits: dict[str, Decimal] = defaultdict(Decimal)
        for holding in self.open_in(Mode.CROSS):
            profits[self.coin_of(holding)] += self.profit(holding, marks)
        if not self.one:
            return self.free(self.pool) + profits[self.pool]
        owed, value = ZERO, {True: ZERO, False: ZERO}
        for coin, asset in self.book.coin.items():
            price, cash = self.price(coin, marks), self.free(coin)
            if self.own.open_pnl is OpenPnl.INSIDE:
                cash += profits[coin]
            else:
                owed -= profits[coin] * price
            if cash < ZERO:
                owed -= weight_of(asset, cash, price)
            else:
                value[not coin] += weight_of(asset, cash, price)
        others = value[False] if self.own.most_of_others is None else min(self.own.most_of_others, value[False])
        return self.own.usable * (value[True] + others) - owed

    def worth(self, holding: Holding, marks: Marks) -> Decimal:
        """The price in which a pool compares amounts of a position."""
        return self.price(self.coin_of(holding), marks) if self.one else Decimal(1)

    def pool_need(self, marks: Marks) -> Decimal:
        """Maintenance margins, and the share asked of debts."""
        need = sum((self.needed(h, marks) * self.worth(h, marks) for h in self.open_in(Mode.CROSS)), ZERO)
        if self.one:
            owed = sum((max(ZERO, -self.free(c)) * self.price(c, marks) for c in self.book.coin_names), ZERO)
            need += self.own.debt_maintenance * owed + self.own.asked_at_least
        return need

    def rank_in_pool(self, holding: Holding, marks: Marks) -> Decimal:
        """Compared in USD."""
        rank = super().rank_in_pool(holding, marks)
        return rank if self.book.profile.victim is Victim.FILE_ORDER else rank * self.worth(holding, marks)

    def capped(self, fee: Decimal, holding: Holding, marks: Marks, part: Decimal) -> Decimal:
        """A fee in its asset, at most what the pool has."""
        most, need = self.tested_equity(marks), self.pool_need(marks)
        if self.book.profile.fee_cap is FeeCap.SHARE and need > ZERO:
            most *= self.needed(holding, marks) * self.worth(holding, marks) / need * part / holding.position.quantity
        price = self.worth(holding, marks)
        return min(fee, max(ZERO, most / price)) if price else ZERO

    def pools(self) -> Iterator[str | None]:
        """The pools in turn: the currency's, then by name; None is that of all assets."""
        yield from (None,) if self.one else ("", *sorted(filter(None, self.book.coin_names)))

    def stands(self) -> bool:
        """Whether the pool at hand has something to come to its line with."""
        debts = self.one and any(self.kept["cash"][coin] < -DUST for coin in self.book.coin_names)
        return bool(self.open_in(Mode.CROSS)) or debts

    def distances(self, marks: Marks) -> Iterator[Decimal]:
        """g of every scope that still stands."""
        for holding in self.open_in(Mode.ISOLATED):
            yield self.g_of(holding, marks)
        for pool in self.pools():
            self.pool = pool
            if self.stands():
                yield self.g_of_pool(marks)
        self.pool = None

    # --- what happens -------------------------------------------------------------------------

    def note(self, place: Decimal, kind: str, position: int | None, amount: Decimal) -> None:
        """Write it down with its asset."""
        self.deeds.append(Deed(place, kind, position, self.coin, amount))

    def settle(self, place: Decimal, marks: Marks, due: Due) -> None:
        """Isolated positions one by one, then the pools."""
        self.at = marks
        for holding in self.open_in(Mode.ISOLATED):
            self.coin = self.coin_of(holding)
            while holding.open and due(self.g_of(holding, marks)):
                self.attend(holding, place, marks)
        self.coin = ""
        for pool in self.pools():
            self.pool, self.coin = pool, pool or ""
            if self.one:
                self.settle_assets(place, marks, due)
            else:
                self.settle_pool(place, marks, due)
        self.pool, self.coin = None, ""

    def take_over(self, holding: Holding, place: Decimal, marks: Marks, keeper: Residual) -> None:
        """What comes back of a margin goes to a debt first."""
        had = self.cash
        super().take_over(holding, place, marks, keeper)
        self.tell_change(had, place)

    def finish(self, holding: Holding, place: Decimal, marks: Marks, rate: Decimal, rest_to_fund: bool) -> None:
        """In the asset it settles in."""
        self.coin = self.coin_of(holding)
        had = self.cash
        super().finish(holding, place, marks, rate, rest_to_fund)
        self.tell(holding, had, place)

    def reduce(self, step: Step, holding: Holding, part: Decimal, place: Decimal, marks: Marks) -> None:
        """In the asset it settles in."""
        self.coin = self.coin_of(holding)
        had = self.cash
        super().reduce(step, holding, part, place, marks)
        self.tell(holding, had, place)

    def settle_assets(self, place: Decimal, marks: Marks, due: Due) -> None:
        """The order of events of a pool of all assets."""
        names = ("", *sorted(filter(None, self.book.coin_names)))
        first = True
        while True:
            self.exchange_above(names, place, marks)
            if not self.stands() or not self.at_line(marks, due, first):
                return
            first = False
            before = self.own.repays is not Repays.LAST
            indebted = before and any(self.kept["cash"][c] < -DUST for c in names)
            if indebted and self.open_in(Mode.CROSS):
                self.free_orders(place)
                self.repay(names, place, marks)
                if not self.at_line(marks, due, False):
                    return
            if not self.open_in(Mode.CROSS):
                self.end(names, place, marks, due)
                return
            self.one_deed(place, marks)

    def at_line(self, marks: Marks, due: Due, first: bool) -> bool:
        """Whether the pool is at its line; how nearly, once something has moved."""
        g = self.g_of_pool(marks)
        if not first:
            size = 1 + sum(abs(self.kept["cash"][c]) * self.price(c, marks) for c in self.book.coin_names)
            self.closest = min(self.closest, abs(g) / size)
        return due(g)

    def one_deed(self, place: Decimal, marks: Marks) -> None:
        """One step of the venue's procedure."""
        cross = self.open_in(Mode.CROSS)
        if self._all_at_once:
            self.attend_all(cross, place, marks)
        else:
            victim = min(cross, key=lambda h: self.rank_in_pool(h, marks))
            self.attend_pool(victim, place, marks)

    def tell(self, holding: Holding, had: Decimal, place: Decimal) -> None:
        """What a close of a pool of all assets made of a balance below zero."""
        if holding.bucket is None:
            self.tell_change(had, place)

    def tell_change(self, had: Decimal, place: Decimal) -> None:
        """A debt that grew was borrowed, one that shrank was repaid, where another asset has a balance above zero."""
        others = (self.kept["cash"][c] > TINY for c in self.book.coin_names if c != self.coin)
        change = max(ZERO, -self.cash) - max(ZERO, -had)
        if self.one and change and any(others):
            self.note(place, "borrow" if change > ZERO else "repayment", None, abs(change))

    def free_orders(self, place: Decimal) -> None:
        """Cancel orders that hold something of assets that have less cash than orders hold."""
        short = {c for c in self.book.coin_names if self.kept["cash"][c] < self.orders_hold(c)}
        for i in [i for i, amount in self.held.items() if amount and self.settled(i) in short]:
            self.coin = self.settled(i)
            self.note(place, "order_cancel", None, self.held.pop(i))

    def exchange_above(self, names: tuple[str, ...], place: Decimal, marks: Marks) -> None:
        """Exchange each debt above its limit."""
        if self.own.repays is Repays.BELOW:
            limits = {c: self.book.coin[c].exchange_below for c in names}
            over = [c for c, limit in limits.items() if limit is not None and -self.kept["cash"][c] > limit]
            self.repay(over, place, marks)

    def repay(self, debts: tuple[str, ...] | list[str], place: Decimal, marks: Marks) -> None:
        """Sell collateral for each debt in turn."""
        for debt in debts:
            price, owed = self.price(debt, marks), -self.kept["cash"][debt]
            if owed <= DUST or not price:
                continue
            brings = {coin: self.brings(coin, marks) for coin in self.book.coin_names if coin != debt}
            able = sorted(coin for coin, usd in brings.items() if usd > ZERO and self.kept["cash"][coin] > DUST)
            if self.own.sells is Sells.PRO_RATA:
                total = sum((brings[coin] for coin in able), ZERO)
                share = min(Decimal(1), owed * price / total) / price if total else ZERO
                for coin in able:
                    self.sell(coin, debt, share * brings[coin], place, marks)
                continue
            for coin in sorted(able, key=lambda c: (-self.book.coin[c].tiers[0][1], self.book.name_of(c))):
                if (rest := -self.kept["cash"][debt]) > DUST:
                    self.sell(coin, debt, rest, place, marks)

    def brings(self, coin: str, marks: Marks) -> Decimal:
        """What selling all of an asset brings, in USD."""
        asset = self.book.coin[coin]
        return (
            self.kept["cash"][coin] * self.price(coin, marks) * (1 - asset.conversion_fee) if asset.collateral else ZERO
        )

    def sell(self, coin: str, debt: str, wanted: Decimal, place: Decimal, marks: Marks) -> None:
        """Sell so much of an asset as repays what is wanted, or all of it."""
        fee, have = self.book.coin[coin].conversion_fee, self.kept["cash"][coin]
        net = self.price(coin, marks) * (1 - fee) / self.price(debt, marks)
        sold = (wanted / net / DUST).to_integral_value(ROUND_CEILING) * DUST
        repaid = wanted
        if sold > have:
            sold, repaid = have, have * net
        self.kept["cash"][coin] -= sold
        self.kept["cash"][debt] += repaid
        self.kept["fees"][coin] += sold * fee
        self.kept["counterparty"][coin] += sold * (1 - fee)
        self.kept["counterparty"][debt] -= repaid
        self.deeds.append(Deed(place, "conversion", None, coin, sold, debt, repaid))

    def fund_pays(self, hole: Decimal, place: Decimal, position: int | None) -> None:
        """In the asset at hand."""
        paid = self.of_fund(hole)
        self.fund -= paid
        self.counterparty -= hole - paid
        for kind, amount in (("fund", paid), ("deleverage", hole - paid)):
            if amount > TINY:
                self.note(place, kind, position, amount)

    def of_fund(self, hole: Decimal) -> Decimal:
        """A limited fund has its cash, less what it has paid in other assets, at the prices."""
        limit, price = self.book.fund, self.price(self.coin, self.at)
        if limit is None or price <= ZERO:
            return hole
        left = limit * self.price("", self.at)
        left += sum((paid * self.price(coin, self.at) for coin, paid in self.kept["fund"].items()), ZERO)
        return max(ZERO, min(hole, left / price))

    def end(self, names: tuple[str, ...], place: Decimal, marks: Marks, due: Due) -> None:
        """Without a position, at the line: orders, debts, then the fund, where that was not enough."""
        for coin in {self.settled(i) for i in self.held}:
            self.coin = coin
            freed = sum((self.held.pop(i) for i in [i for i in self.held if self.settled(i) == coin]), ZERO)
            self.note(place, "order_cancel", None, freed)
        self.repay(names, place, marks)
        for coin in names if self.at_line(marks, due, False) else ():
            self.coin = coin
            if self.cash < -DUST:
                hole, self.cash = -self.cash, ZERO
                self.fund_pays(hole, place, None)
        self.coin = ""


@dataclass(frozen=True)
class WalkedAssets:
    """The outcome of a walk."""

    deeds: tuple[Deed, ...]
    cash: Mapping[str, Decimal]
    narrowest: Decimal
    holdings: tuple[Holding, ...]


@high_precision
def walk_assets(
    book: Book, slopes: Mapping[str, Decimal], end: Decimal, steps: int = 16, kind: type[Backed] = Backed
) -> WalkedAssets:
    """Walk a glide from the opening to `end`."""
    account = kind(book)
    account.begin(road := Road(book, slopes, int(end * GRID)))
    account.settle(ZERO, road.marks(0), standing(book.profile.line))
    narrowest = go(account, road, ZERO, steps)
    return outcome(account, narrowest)


def outcome(account: Backed, narrowest: Decimal = Decimal(1)) -> WalkedAssets:
    """What became of an account."""
    narrowest = min(narrowest, account.closest)
    return WalkedAssets(tuple(account.deeds), dict(account.kept["cash"]), narrowest, tuple(account.holdings))


def go(account: Backed, road: Road, begin: Decimal, steps: int) -> Decimal:
    """Walk one road, whose first point is the place `begin`; how close a scope came to its line."""
    equal = {road.end * k // steps for k in range(1, steps + 1)}
    here, narrowest = 0, stuck(account, road.marks(0), road.marks(min(equal)))
    while here < road.end:
        bends = road.bends_of(account)
        point = min(p for p in equal | bends if p > here)
        lowest = valleys(account, road, here, point)
        marks = [road.marks(at) for at in (*lowest, point)]
        narrowest = min([narrowest, *(narrowness(account, at) for at in (marks if point in bends else marks[:-1]))])
        due = next((stop for stop in (*lowest, point) if account.any_due(road.marks(stop), on_path)), None)
        if due is None:
            here = point
            continue
        here = first_due(account, road, here, due)
        at = road.marks(here)
        account.settle(begin + Decimal(here).scaleb(-GRID_PLACES), at, on_path)
        if here < road.end:
            narrowest = min(narrowest, narrowness(account, at))
    return narrowest


class Leg(Road):
    """The way from some marks to others."""

    def __init__(self, book: Book, stage: Stage) -> None:
        """Take as long as any leg does."""
        super().__init__(book, {}, GRID)
        self.stage = stage

    def marks(self, point: int) -> dict[str, Decimal]:
        """The marks at a grid point; none is below zero."""
        way = Decimal(point).scaleb(-GRID_PLACES)
        return {s: max(ZERO, at + (self.stage.towards[s] - at) * way) for s, at in self.stage.start.items()}

    def bends_of(self, account: Account) -> set[int]:
        """Grid points around every place where a tier changes or a mark reaches zero."""
        points: set[int] = set()
        for holding in account.holdings:
            market = self.book.markets[holding.position.market]
            start = self.stage.start[market.symbol]
            slope = self.stage.towards[market.symbol] - start
            for ratio in self._bending_ratios(holding.position) if slope and holding.open else ():
                below = int(((ratio * market.mark - start) / slope * GRID).to_integral_value(ROUND_FLOOR))
                points |= {below, below + 1}
        return {point for point in points if 0 < point < self.end}


@high_precision
def walk_asset_stages(book: Book, stages: Sequence[Stage], steps: int = 8, kind: type[Backed] = Backed) -> WalkedAssets:
    """Walk legs and jumps one after another; what happens on leg k is at the places k to k + 1."""
    account, line = kind(book), standing(book.profile.line)
    account.begin(Leg(book, stages[0]))
    account.settle(ZERO, Leg(book, stages[0]).marks(0), line)
    narrowest = Decimal(1)
    for number, stage in enumerate(stages):
        road = Leg(book, stage)
        account.begin(road, jumps=stage.jump)
        if stage.jump:
            account.settle(Decimal(number + 1), road.marks(GRID), line)
        else:
            narrowest = min(narrowest, go(account, road, Decimal(number), steps))
        account.arrive(road.marks(GRID))
    return outcome(account, narrowest)


@high_precision
def jump_assets(book: Book, slopes: Mapping[str, Decimal], size: Decimal, kind: type[Backed] = Backed) -> WalkedAssets:
    """Let all marks jump at once."""
    account = kind(book)
    road, due = Road(book, slopes, int(size * GRID)), standing(book.profile.line)
    account.begin(road, jumps=True)
    account.settle(ZERO, road.marks(0), due)
    account.settle(size, road.marks(road.end), due)
    return outcome(account)
