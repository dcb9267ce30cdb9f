"""The referee for whole procedures: orders, netting, parts that are closed, a backstop, margin drawn by itself.

Like the referee it builds on it is written from the words of the rules and shares no code with the solver beyond the
value types. Amounts to close are found by searching, not by a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from isocross.account.book import Book, Mode, Order, Side
from isocross.rules.market import Kind, TierKey
from isocross.rules.procedure import CancelScope, Step, StepKind
from isocross.rules.profile import Basis, FeeCap, Netting, OrderReserve, PoolResidual, Residual, Victim
from tests.brute.stepping import (
    GRID,
    GRID_PLACES,
    Account,
    Due,
    Glide,
    Holding,
    Marks,
    Walked,
    fee_to_close,
    first_due,
    forced_fee,
    high_precision,
    narrowness,
    on_path,
    rate_of,
    standing,
    stuck,
    tier_of,
    valleys,
    value,
)

ZERO = Decimal(0)
DUST = Decimal("1e-18")
TINY = Decimal("1e-15")
"""Equity that is nothing but what rounding leaves."""


def dust_up(amount: Decimal) -> Decimal:
    """The next multiple of the smallest quantity."""
    return (amount / DUST).to_integral_value(ROUND_CEILING) * DUST


def first_true(end: int, test: Callable[[int], bool]) -> int:
    """The first number below `end` from which on a test holds, found by halving; `end` where it never does."""
    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if test(middle) else (middle + 1, high)
    return low


def coin_in(holding: Holding) -> tuple[str, Kind]:
    """The coin and the kind of a contract of these accounts: XYZUSD and FI_XYZUSD_261225 are on one coin."""
    return holding.position.market.removeprefix("FI_").split("USD")[0], holding.position.kind


class Procedure(Account):
    """An account under a venue's whole procedure."""

    def __post_init__(self) -> None:
        """Allot the wallet, and let the orders hold what they hold."""
        super().__post_init__()
        self.held = {i: self.reserve(order) for i, order in enumerate(self.book.orders)}
        self.floor: dict[int, int] = {}
        self.cut: set[int] = set()
        self.spent: set[int] = set()

    # --- what orders hold, and who needs margin ------------------------------------------------

    def reserve(self, order: Order) -> Decimal:
        """What an order holds at the opening."""
        profile, mark = self.book.profile, self.book.markets[order.market].mark
        others = sorted(p.leverage for p in self.book.positions if p.market == order.market)
        lever = order.leverage or (others[0] if others else Decimal(1))
        worth, there = value(order, order.quantity, order.price), value(order, order.quantity, mark)
        buys = (order.side is Side.LONG) is (order.kind is Kind.LINEAR)
        against = worth - there if buys else there - worth
        extra = {
            OrderReserve.IM_FEE: worth * profile.taker_fee,
            OrderReserve.IM_OPEN_LOSS: max(ZERO, against),
        }
        if profile.order_reserve is OrderReserve.NONE:
            return ZERO
        return dust_up(worth / lever + extra.get(profile.order_reserve, ZERO))

    @property
    def on_hold(self) -> Decimal:
        """What all orders hold."""
        return sum(self.held.values(), ZERO)

    def netted(self, holding: Holding, margin: Callable[[Holding], Decimal]) -> bool:
        """Whether a larger side stands against it: of its market by quantity, or of its coin by this margin."""
        netting = self.book.profile.netting
        if netting is Netting.NONE or self._has_bucket(holding.position):
            return False
        size, have = dict.fromkeys(Side, ZERO), set()
        for other in self.open_in(Mode.CROSS):
            by_coin = netting is Netting.UNDERLYING
            near = coin_in if by_coin else (lambda held: held.position.market)
            if near(other) == near(holding):
                size[other.position.side] += margin(other) if by_coin else other.position.quantity
                have.add(other.position.side)
        long, short = size[Side.LONG], size[Side.SHORT]
        if len(have) < len(Side):
            return False
        return long < short if holding.position.side is Side.LONG else short <= long

    def needed(self, holding: Holding, marks: Marks) -> Decimal:
        """Nothing for the smaller of two sides."""
        alone = super().needed
        return ZERO if self.netted(holding, lambda held: alone(held, marks)) else alone(holding, marks)

    def tested_equity(self, marks: Marks) -> Decimal:
        """What is held against the pool's line."""
        return self.pool_equity(marks) - (self.on_hold if self.book.profile.order_counts else ZERO)

    def pool_need(self, marks: Marks) -> Decimal:
        """Maintenance margins of the pool."""
        return sum((self.needed(h, marks) for h in self.open_in(Mode.CROSS)), ZERO)

    def g_of_pool(self, marks: Marks) -> Decimal:
        """Distance to the line of the pool."""
        return self.tested_equity(marks) - self.pool_need(marks)

    # --- the procedure -------------------------------------------------------------------------

    def settle(self, place: Decimal, marks: Marks, due: Due) -> None:
        """Isolated positions one by one, then what is cross."""
        for holding in self.open_in(Mode.ISOLATED):
            while holding.open and due(self.g_of(holding, marks)):
                self.attend(holding, place, marks)
        if self.top_up:
            self.settle_top_up(place, marks, due)
        else:
            self.settle_pool(place, marks, due)

    def attend(self, holding: Holding, place: Decimal, marks: Marks) -> None:
        """One thing for an isolated position at its line."""
        if self.draw(holding, place, marks):
            return None
        equity, need = self.equity(holding, marks), self.needed(holding, marks)
        for step in self.book.profile.steps:
            if step.kind is StepKind.CANCEL_ORDERS and self.cancel(step.scope, holding, place):
                return None
            if step.kind is StepKind.BACKSTOP and equity < step.amount * need:
                return self.take_over(holding, place, marks, Residual.FUND)
            part = self.part(step, holding, marks, equity)
            if part is not None:
                if part < holding.position.quantity:
                    return self.reduce(step, holding, part, place, marks)
                break
        return self.take_over(holding, place, marks, self.book.profile.residual)

    def settle_pool(self, place: Decimal, marks: Marks, due: Due) -> None:
        """Step by step until the pool stands; with all positions at each step where the venue does that."""
        first, ill = True, False
        restores = [step for step in self.book.profile.steps if step.kind is StepKind.RESTORE]
        while (cross := self.open_in(Mode.CROSS)) and (ill or due(self.g_of_pool(marks))):
            if not first and not ill:
                self.closest = min(self.closest, abs(self.g_of_pool(marks)))
            first = False
            if self._all_at_once:
                self.attend_all(cross, place, marks)
                continue
            victim = min(cross, key=lambda h: self.rank_in_pool(h, marks))
            ill = self.attend_pool(victim, place, marks) and bool(restores and len(cross) > 1)
            if ill:
                lacks = self.wanted(restores[0], self.open_in(Mode.CROSS), marks) - self.tested_equity(marks)
                self.closest = min(self.closest, abs(lacks))
                ill = lacks > ZERO
        if cross and not first:
            self.closest = min(self.closest, abs(self.g_of_pool(marks)))
        if not cross and self.cash < -DUST:
            self.cancel(CancelScope.COIN, None, place)
            hole, self.cash = -self.cash, ZERO
            self.fund_pays(hole, place, None)

    def rank_in_pool(self, holding: Holding, marks: Marks) -> Decimal:
        """Smallest first."""
        listed = self.book.profile.victim is Victim.FILE_ORDER
        return Decimal(holding.index) if listed else super().rank_in_pool(holding, marks)

    def attend_all(self, cross: list[Holding], place: Decimal, marks: Marks) -> None:
        """One thing for all positions of a pool: what each is to lose is known before the first loses anything."""
        equity, need, steps = self.tested_equity(marks), self.pool_need(marks), self.book.profile.steps
        for step in steps:
            if step.kind is StepKind.CANCEL_ORDERS and self.cancel(step.scope, cross[0], place):
                return
            if step.kind is StepKind.NET_HEDGES and (pair := self.pair(marks)):
                self.net(pair, place, marks)
                return
            if step.kind is StepKind.BACKSTOP and equity < step.amount * need:
                for holding in cross:
                    self.finish(holding, place, marks, ZERO, True)
                return
        plan: list[tuple[Holding, Step | None, Decimal]] = []
        for holding in cross:
            parts = ((step, self.part(step, holding, marks, equity)) for step in steps)
            step, part = next(((step, part) for step, part in parts if part is not None), (None, ZERO))
            plan.append((holding, step if part < holding.position.quantity else None, part))
        for holding, step, part in plan:
            if step is None:
                rest = self.book.profile.pool_residual is PoolResidual.FUND
                self.finish(holding, place, marks, forced_fee(self.book, holding.position), rest)
            else:
                self.reduce(step, holding, part, place, marks)

    def attend_pool(self, victim: Holding, place: Decimal, marks: Marks) -> bool:
        """One thing for a pool at its line; whether it was the end of the victim, and of no other with it."""
        equity = self.tested_equity(marks)
        for step in self.book.profile.steps:
            if step.kind is StepKind.CANCEL_ORDERS and self.cancel(step.scope, victim, place):
                return False
            if step.kind is StepKind.NET_HEDGES and (pair := self.pair(marks)):
                self.net(pair, place, marks)
                return False
            if step.kind is StepKind.BACKSTOP and equity < step.amount * self.pool_need(marks):
                for holding in self.open_in(Mode.CROSS):
                    self.finish(holding, place, marks, ZERO, True)
                return False
            part = self.part(step, victim, marks, equity)
            if part is not None:
                if part < victim.position.quantity:
                    self.reduce(step, victim, part, place, marks)
                    return False
                break
        rest = self.book.profile.pool_residual is PoolResidual.FUND
        self.finish(victim, place, marks, forced_fee(self.book, victim.position), rest)
        return True

    def cancel(self, scope: CancelScope | None, holding: Holding | None, place: Decimal) -> bool:
        """Cancel what the venue cancels; whether there was anything."""
        orders = set(self.held)
        if holding is not None and scope is not CancelScope.COIN:
            cross = holding.position.mode is Mode.CROSS
            if scope is CancelScope.MARKET or not cross:
                every = scope is CancelScope.MARKET and cross and not self.top_up and self._all_at_once
                near = self.open_in(Mode.CROSS) if every else [holding]
                markets = {h.position.market for h in near}
                orders = {i for i in orders if self.book.orders[i].market in markets}
        if not orders:
            return False
        freed = sum((self.held.pop(i) for i in orders), ZERO)
        self.spent.clear()
        self.note(place, "order_cancel", None if holding is None else holding.index, freed)
        return True

    @property
    def _all_at_once(self) -> bool:
        return self.book.profile.victim is Victim.ALL

    # --- parts ---------------------------------------------------------------------------------

    def part(self, step: Step, holding: Holding, marks: Marks, equity: Decimal) -> Decimal | None:
        """How much of a position a step closes; None where it does not apply."""
        mark, quantity = self.mark(holding, marks), holding.position.quantity
        if equity <= TINY or mark <= ZERO:
            return None
        if step.kind is StepKind.FRACTION:
            large = value(holding.position, quantity, mark) > step.above
            return dust_up(quantity * step.amount) if large and not self.whole_now(step, holding) else None
        if step.kind in (StepKind.PORTION, StepKind.TIER_DOWN):
            sized = self.order if step.kind is StepKind.PORTION else self.slice_above
            return sized(step, holding, mark)
        if step.kind is StepKind.RESTORE:
            return self.enough(step, holding, marks, equity)
        return None

    def whole_now(self, step: Step, holding: Holding) -> bool:
        """Whether a position had its share already."""
        return holding.index in self.cut

    def order(self, step: Step, holding: Holding, mark: Decimal) -> Decimal:
        """The most that is worth no more than one order of the venue."""
        quantity = holding.position.quantity
        size = value(holding.position, quantity, mark)
        limit = min(max(step.above, size * step.amount), size if step.most is None else step.most)
        if limit >= size:
            return quantity
        return (first_true(int(quantity / DUST), lambda n: value(holding.position, n * DUST, mark) > limit) - 1) * DUST

    def tier(self, holding: Holding, quantity: Decimal, mark: Decimal) -> int:
        """The tier of so much of a position."""
        price = mark if self.book.profile.maintenance_basis is Basis.MARK else holding.position.entry
        by_quantity = holding.market.ladder.key is TierKey.QUANTITY
        size = quantity if by_quantity else value(holding.position, quantity, price)
        return holding.market.ladder.tiers.index(tier_of(holding.market, size)) if size else 0

    def slice_above(self, step: Step, holding: Holding, mark: Decimal) -> Decimal | None:
        """The least that has to go for the position to lie so many tiers lower."""
        quantity = holding.position.quantity
        here = self.tier(holding, quantity, mark)
        target = min(here, self.floor.get(holding.index, here)) - int(step.amount)
        if target < 0:
            return None
        units = int(quantity / DUST)
        low = first_true(units, lambda kept: self.tier(holding, kept * DUST, mark) > target)
        kept = (low - 1) * DUST
        return quantity - kept if ZERO < kept < quantity else None

    def enough(self, step: Step, holding: Holding, marks: Marks, equity: Decimal) -> Decimal | None:
        """The least that has to go for what it stands with to be at its line and the buffer; a small one whole."""
        mark, position = self.mark(holding, marks), holding.position
        together = self.open_in(Mode.CROSS) if holding.bucket is None else [holding]

        def short(part: Decimal) -> Decimal:
            holding.position = replace(position, quantity=position.quantity - part)
            fee = value(position, part, mark) * forced_fee(self.book, position)
            missing = self.wanted(step, together, marks) - equity + fee
            holding.position = position
            return missing

        if value(position, position.quantity, mark) <= step.above:
            return position.quantity
        tier = holding.market.ladder.tiers[self.tier(holding, position.quantity, mark)]
        if tier.factor:
            # on a curve the program counts with the rate of the quantity there is, though closing lowers it
            closing = fee_to_close(position, self.book.profile, mark) / value(position, position.quantity, mark)
            fees = closing - forced_fee(self.book, position)
            freed = rate_of(tier, position.quantity) + step.amount + fees
            return dust_up(short(ZERO) / (freed * mark)) if freed > ZERO else None
        units = int(position.quantity / DUST)
        return first_true(units, lambda part: short(part * DUST) <= ZERO) * DUST

    def wanted(self, step: Step, together: list[Holding], marks: Marks) -> Decimal:
        """The equity at which these are healthy again once they were liquidated."""
        sizes = sum((value(h.position, h.position.quantity, self.mark(h, marks)) for h in together), ZERO)
        return sum((self.needed(h, marks) for h in together), ZERO) + step.amount * sizes

    def capped(self, fee: Decimal, holding: Holding, marks: Marks, part: Decimal) -> Decimal:
        """A fee of a pool, at most its cap."""
        most, need = self.tested_equity(marks), self.pool_need(marks)
        if self.book.profile.fee_cap is FeeCap.SHARE and need > ZERO:
            most = most * self.needed(holding, marks) / need * part / holding.position.quantity
        return min(fee, max(ZERO, most))

    def reduce(self, step: Step, holding: Holding, part: Decimal, place: Decimal, marks: Marks) -> None:
        """Close a part at the mark."""
        position, mark = holding.position, self.mark(holding, marks)
        realised = self.profit(holding, marks) * part / position.quantity
        rate = ZERO if step.kind is StepKind.NET_HEDGES else forced_fee(self.book, position)
        fee = value(position, part, mark) * rate
        if holding.bucket is None:
            fee = self.capped(fee, holding, marks, part)
            self.cash += realised - fee
        else:
            most = max(ZERO, self.equity(holding, marks))
            if self.book.profile.fee_cap is FeeCap.SHARE:
                most *= part / position.quantity
            fee = min(fee, most)
            holding.bucket += realised - fee
        self.counterparty -= realised
        self.fees += fee
        rest = position.quantity - part
        given = position.given_margin
        holding.position = replace(
            position, quantity=rest, given_margin=None if given is None else given * rest / position.quantity
        )
        self.floor[holding.index] = self.tier(holding, rest, mark)
        if step.kind is StepKind.FRACTION:
            self.cut.add(holding.index)
        self.note(place, "reduction", holding.index, fee - realised)

    def finish(self, holding: Holding, place: Decimal, marks: Marks, rate: Decimal, rest_to_fund: bool) -> None:
        """Close a cross position whole; what the last one leaves can be the fund's."""
        realised = self.profit(holding, marks)
        size = holding.position.quantity
        fee = self.capped(value(holding.position, size, self.mark(holding, marks)) * rate, holding, marks, size)
        last = len(self.open_in(Mode.CROSS)) == 1
        holding.open = False
        self.cash += realised - fee
        self.counterparty -= realised
        self.fees += fee
        rest = max(ZERO, self.cash - self.on_hold) if last and rest_to_fund else ZERO
        self.cash -= rest
        self.fund += rest
        self.note(place, "liquidation", holding.index, fee - realised + rest)

    def pair(self, marks: Marks) -> tuple[Holding, Holding] | None:
        """Two opposite cross positions of one market: of the markets that have them, where the smaller is largest."""
        best: tuple[Decimal, tuple[Holding, Holding]] | None = None
        for market in sorted(marks):
            held = [h for h in self.open_in(Mode.CROSS) if h.position.market == market]
            legs = [next((h for h in held if h.position.side is side), None) for side in Side]
            if None in legs:
                continue
            pair = tuple(legs)
            sizes = (value(h.position, h.position.quantity, self.mark(h, marks)) * self.worth(h, marks) for h in pair)
            size = min(sizes)
            if best is None or size > best[0]:
                best = size, pair
        return best and best[1]

    def worth(self, holding: Holding, marks: Marks) -> Decimal:
        """The price in which a pool compares amounts of a position."""
        return Decimal(1)

    def net(self, pair: tuple[Holding, Holding], place: Decimal, marks: Marks) -> None:
        """Close the smaller one, and as much of the larger."""
        size = min(h.position.quantity for h in pair)
        for holding in pair:
            if holding.position.quantity == size:
                self.finish(holding, place, marks, ZERO, False)
            else:
                self.reduce(Step(StepKind.NET_HEDGES), holding, size, place, marks)

    # --- drawing -------------------------------------------------------------------------------

    def draw(self, holding: Holding, place: Decimal, marks: Marks) -> bool:
        """Draw margin by itself; a draw of less than the initial margin is the last."""
        position = holding.position
        if not position.auto_margin or holding.index in self.spent:
            return False
        free = self.cash - self.on_hold
        if not self.top_up:
            asked = sum((self.initial(h, marks) for h in self.open_in(Mode.CROSS)), ZERO)
            free = min(free, self.pool_equity(marks) - self.on_hold - asked)
        room = value(position, position.quantity, position.entry) - holding.bucket
        wanted = min(position.initial_margin, free, room)
        drawn = (wanted / DUST).to_integral_value(ROUND_FLOOR) * DUST
        if drawn <= ZERO:
            return False
        if drawn < position.initial_margin:
            self.spent.add(holding.index)
        self.cash -= drawn
        holding.bucket += drawn
        self.note(place, "refill", holding.index, drawn)
        return True

    def initial(self, holding: Holding, marks: Marks) -> Decimal:
        """Initial margin of a cross position."""

        def alone(held: Holding) -> Decimal:
            if self.book.profile.cross_initial_basis is Basis.MARK:
                position = held.position
                return value(position, position.quantity, self.mark(held, marks)) / position.leverage
            return held.position.initial_margin

        return ZERO if self.netted(holding, alone) else alone(holding)

    def settle_top_up(self, place: Decimal, marks: Marks, due: Due) -> None:
        """Refill, cancel orders, refill again where the venue allows that, take over."""
        while waiting := [h for h in self.open_in(Mode.CROSS) if due(self.g_of(h, marks))]:
            holding = min(waiting, key=lambda h: self.rank_in_queue(h, marks))
            hold, self.cash = self.on_hold, self.cash - self.on_hold
            drew = self.refill(holding, place, marks)
            self.cash += hold
            if drew:
                continue
            scopes = [step.scope for step in self.book.profile.steps if step.kind is StepKind.CANCEL_ORDERS]
            if scopes and self.cancel(scopes[0], holding, place) and self.book.profile.cancel_before_last_refill:
                continue
            self.take_over(holding, place, marks, Residual.FUND)


class Road(Glide):
    """A glide whose bends are those of the positions as they are now."""

    def bends_of(self, account: Account) -> set[int]:
        """Grid points around every place where a tier changes or a mark reaches zero."""
        points: set[int] = set()
        for holding in account.holdings:
            slope = self.slopes.get(holding.position.market, ZERO)
            if not slope or not holding.open:
                continue
            for ratio in self._bending_ratios(holding.position):
                below = int(((ratio - 1) / slope * GRID).to_integral_value(ROUND_FLOOR))
                points |= {below, below + 1}
        return {point for point in points if 0 < point < self.end}


@high_precision
def walk_on(book: Book, slopes: Mapping[str, Decimal], end: Decimal, steps: int = 12) -> Walked:
    """Walk a glide from the opening to `end` under the venue's whole procedure."""
    account = Procedure(book)
    before = account.ledger()
    road = Road(book, slopes, int(end * GRID))
    opening = road.marks(0)
    account.settle(ZERO, opening, standing(book.profile.line))
    equal = {road.end * k // steps for k in range(1, steps + 1)}
    here, narrowest = 0, stuck(account, opening, road.marks(min(equal)))
    while here < road.end:
        bends = road.bends_of(account)
        point = min(p for p in equal | bends if p > here)
        marks = road.marks(point)
        if point in bends:
            narrowest = min(narrowest, narrowness(account, marks))
        lowest = valleys(account, road, here, point) if book.inverse_markets else []
        narrowest = min([narrowest, *(narrowness(account, road.marks(low)) for low in lowest)])
        due = next((stop for stop in (*lowest, point) if account.any_due(road.marks(stop), on_path)), None)
        if due is None:
            here = point
            continue
        here = first_due(account, road, here, due)
        at = road.marks(here)
        account.settle(Decimal(here).scaleb(-GRID_PLACES), at, on_path)
        narrowest = min(narrowest, narrowness(account, at))
    return Walked(tuple(account.happenings), before, account.ledger(), min(narrowest, account.closest))
