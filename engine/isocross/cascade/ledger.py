"""The cash of an account along a timeline, changed by nothing but events, and what stands behind its pool now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from isocross.account.book import Book, Mode, Position
from isocross.account.margin import tier_at, unrealised_pnl
from isocross.account.sizing import reduced
from isocross.cascade.events import COUNTERPARTY, FEES, FUND, MARGIN, POOL, Account, Event, EventKind, PaidBy
from isocross.cascade.free_legs import FreeLegs
from isocross.cascade.hedges import Hedges
from isocross.cascade.rests import RestingOrders
from isocross.money import ZERO
from isocross.rules.procedure import StepKind

_MORE_TO_DRAW = frozenset(
    (EventKind.ORDER_CANCEL, EventKind.MOVE, EventKind.FILL, EventKind.SETTLEMENT, EventKind.FUNDING)
)
"""After these there can be more to draw, or more to want."""

_ISOLATED = Mode.ISOLATED


def _opening(book: Book) -> tuple[list[Decimal], list[str]]:
    """What is in the bucket of each position at the opening, and the asset that each settles in."""
    margins = [p.margin if book.has_bucket(p) else ZERO for p in book.positions]
    margins += [ZERO] * (len(book.seats) - len(book.positions))
    return margins, [book.coin_of(position) for position in book.seats]


class Ledger(RestingOrders):
    """Balances, which positions are open, and how the dead were paid for."""

    _legs: FreeLegs | None = None  # known once it was asked which are netted
    _hedges: Hedges | None = None  # known once it was asked which can be closed against each other

    def __init__(self, book: Book) -> None:
        """Open the books at the opening marks."""
        self.book = book
        self.positions = list(book.seats)
        """The positions as they are now: a reduction makes one smaller; after them those that orders can open."""
        self.floors: dict[int, int] = {}
        """The tier each position was last brought down to; the next step goes below it."""
        self.made_final: dict[int, PaidBy] = {}
        """Who paid for what became final of each position."""
        margins, self._coin = book.memo.once("margins", lambda: _opening(book))
        self.margins = list(margins)
        """Cash in each position's bucket; zero where the cash is the pool's."""
        in_buckets = book.memo.once("margins together", lambda: {c: self._in_buckets(c) for c in book.coin_names})
        self.pool = book.wallet - in_buckets[""]
        """Cash of the account's currency in no bucket, what resting orders hold included."""
        self._held = {c: book.balance_of(c) - in_buckets[c] for c in book.coin_names if c}
        """The same of its other assets."""
        self.others: dict[tuple[Account, str], Decimal] = {}
        """All other accounts of those."""
        self._rest_orders(book)
        self.in_portions: set[int] = set()  # positions of which a portion was closed
        self.cut: dict[int, Decimal | None] = {}
        """Positions of which a share was closed, and at which second of the path; None where it has no clock."""
        self.second: Callable[[Decimal], Decimal] | None = None  # of a place of the path; None: it has no clock
        self.origin = ZERO
        """The place of the path from which the places of the present courses count."""
        self.spent: set[int] = set()
        """Isolated positions that have drawn by themselves as much as they can."""
        self.fund = book.fund or ZERO
        self.fees = self.counterparty = self.outside = self.paid_in = ZERO
        """`outside` is cash withdrawn less deposited since the opening; `paid_in` the reverse, at its worth then."""
        self.is_open = [index < len(book.positions) for index in range(len(book.seats))]
        self.drawn = [ZERO] * len(book.seats)
        """Refills each position has had."""
        self.claims, self.owed_by_fund = ZERO, ZERO
        """What dead positions used of the others' profit and margin, and lost beyond all: the fund pays it at last."""
        self._owed: dict[str, tuple[Decimal, Decimal]] = {}  # the same two by other assets that positions settle in
        self.deaths: dict[int, Event] = {}
        self.closings: dict[int, Event] = {}
        """What closed a position by hand or by an order."""

    @classmethod
    def after(cls, book: Book, events: Iterable[Event]) -> Ledger:
        """The ledger once these events have happened."""
        ledger = cls(book)
        for event in events:
            ledger.apply(event)
        return ledger

    def apply(self, event: Event) -> None:
        """Book an event."""
        for account, amount, position, asset in event.postings:
            if account is MARGIN and position is not None:
                self.margins[position] += amount
            elif amount and asset and account is POOL:
                self._held[asset] += amount
            elif amount and asset:
                self.others[account, asset] = self.others.get((account, asset), ZERO) + amount
            elif amount:
                self._post(account, amount)
        for index, changed in event.became:
            self._become(index, changed)
            if changed is None:
                self.closings[index] = event
        if event.backing is not None:
            mode, coins = event.backing
            self.book = replace(self.book, account=mode, coins=coins)
        self.paid_in += event.paid_in
        self._of_orders(event)
        if event.kind in _MORE_TO_DRAW:
            self.spent.clear()
        if event.asset:
            claims, owed = self._owed.get(event.asset, (ZERO, ZERO))
            self._owed[event.asset] = claims + event.claims, owed + event.owed_by_fund
        else:
            self.claims += event.claims
            self.owed_by_fund += event.owed_by_fund
        if event.position is not None:
            self._apply_to(event.position, event)

    def _become(self, index: int, position: Position | None) -> None:
        """Put another position in the place of one."""
        if position is None:
            self.is_open[index] = False
        else:
            self.positions[index] = position
            if not self.is_open[index]:
                self.is_open[index] = True
                self.deaths.pop(index, None)
        self._changed(index)

    def _changed(self, index: int) -> None:
        """A position is another one now: what was drawn for it is at most what is in its bucket."""
        self._weigh(index)
        self.drawn[index] = max(ZERO, min(self.drawn[index], self.margins[index]))

    def _weigh(self, index: int) -> None:
        """Let a position that is another one now, or gone, stand against others as it is."""
        position = self.positions[index]
        pooled = self.is_open[index] and not self.book.has_bucket(position)
        for known in (self._legs, self._hedges):
            if known is not None:
                known.put(index, position if pooled else None)

    def _apply_to(self, index: int, event: Event) -> None:
        """What an event changes of one position."""
        if event.paid_by is not None:
            before = self.made_final.get(index)
            self.made_final[index] = event.paid_by if before is None else before.plus(event.paid_by)
        match event.kind:
            case EventKind.LIQUIDATION:
                self._ended(index, event)
            case EventKind.REDUCTION:
                self._reduced(index, event)
            case EventKind.REFILL:
                self._refilled(index, event)
            case EventKind.SETTLEMENT:
                self._settled(index, event)
            case EventKind.MOVE | EventKind.FILL:
                self._moved(index, event)
            case EventKind.TRIGGER | EventKind.ORDER_CANCEL | EventKind.FUND | EventKind.DELEVERAGE | EventKind.FUNDING:
                pass
            case EventKind.REFUSAL | EventKind.BORROW | EventKind.REPAYMENT | EventKind.CONVERSION:
                pass
            case strange:
                assert_never(strange)

    def _refilled(self, index: int, event: Event) -> None:
        self.drawn[index] += event.amount
        position = self.positions[index]
        if position.mode is _ISOLATED and event.amount < position.initial_margin:
            self.spent.add(index)

    def _ended(self, index: int, event: Event) -> None:
        self.is_open[index] = False
        self.deaths[index] = event
        self._weigh(index)

    def _reduced(self, index: int, event: Event) -> None:
        if event.mark is None:
            return
        rest = self.positions[index] = reduced(self.positions[index], event.figures.quantity)
        self._changed(index)
        self.floors[index] = tier_at(self.book, rest, event.mark)
        if event.figures.step is StepKind.PORTION:
            self.in_portions.add(index)
        if event.figures.step is StepKind.FRACTION:
            self.cut[index] = None if self.second is None else self.second(event.place)

    def _settled(self, index: int, event: Event) -> None:
        # what goes back to unused cash, and what paid for the loss, is drawn no more
        back = sum((leg.amount for leg in event.postings if leg.account is POOL), ZERO)
        paid = event.paid_by.unused if event.paid_by else ZERO
        self.drawn[index] = max(ZERO, self.drawn[index] - paid - max(ZERO, back))

    def _moved(self, index: int, _event: Event) -> None:
        self.floors.pop(index, None)
        if self.second is None:
            self.cut.pop(index, None)

    def _post(self, account: Account, amount: Decimal) -> None:
        if account is POOL:
            self.pool += amount
        elif account is COUNTERPARTY:
            self.counterparty += amount
        elif account is FEES:
            self.fees += amount
        elif account is FUND:
            self.fund += amount
        else:
            self.outside += amount

    def was_opened(self, index: int) -> bool:
        """Whether there was ever such a position: one of the account, or one that an order has opened."""
        return index < len(self.book.positions) or self.positions[index] is not self.book.seats[index]

    def coin_of(self, index: int) -> str:
        """The asset that a position settles in; "": the account's currency."""
        return self._coin[index]

    def _in_buckets(self, coin: str) -> Decimal:
        """What of an asset is in buckets."""
        held = zip(self.margins, self._coin, strict=True)
        return sum((margin for margin, settles in held if settles == coin), ZERO)

    def cash_in(self, coin: str) -> Decimal:
        """What of an asset is in no bucket; below zero it is a debt."""
        return self._held[coin] if coin else self.pool

    def balance_in(self, coin: str) -> Decimal:
        """What the account has of an asset, buckets included."""
        return self.cash_in(coin) + self._in_buckets(coin)

    def claims_in(self, coin: str) -> Decimal:
        """What dead positions used of the profit and margin of those that settle in an asset."""
        return self._owed.get(coin, (ZERO, ZERO))[0] if coin else self.claims

    def owed_in(self, coin: str) -> Decimal:
        """What dead positions that settled in an asset lost beyond all sources."""
        return self._owed.get(coin, (ZERO, ZERO))[1] if coin else self.owed_by_fund

    def in_fund(self, coin: str) -> Decimal:
        """What the fund has of an asset; below zero is what it paid."""
        return self.others.get((FUND, coin), ZERO) if coin else self.fund

    def reserved_in(self, coin: str) -> Decimal:
        """What resting orders hold of an asset."""
        if not self.book.coins or not self.reserves:
            return self.reserved
        held = ((self.book.orders[order], amount) for order, amount in self.reserves.items())
        return sum((amount for order, amount in held if self.book.coin_of(order) == coin), ZERO)

    def unreserved_in(self, coin: str) -> Decimal:
        """What of an asset is in no bucket, and no order holds."""
        return self.cash_in(coin) - self.reserved_in(coin)

    def behind_pool_in(self, coin: str) -> Decimal:
        """What of an asset is held against a pool's line: less what orders hold, where the venue counts that."""
        return self.unreserved_in(coin) if self.book.profile.order_counts else self.cash_in(coin)

    @property
    def reserved(self) -> Decimal:
        """Cash that resting orders hold."""
        return sum(self.reserves.values(), ZERO)

    @property
    def unreserved(self) -> Decimal:
        """Cash of the account's currency in no bucket that no order holds."""
        return self.unreserved_in("")

    @property
    def behind_pool(self) -> Decimal:
        """Cash of the account's currency that is held against a pool's line."""
        return self.behind_pool_in("")

    @property
    def netted(self) -> frozenset[int]:
        """Positions of the pool that are allotted no margin now, because a larger one stands against them."""
        if self._legs is None:
            pooled = () if self.book.top_up else self.open_in(Mode.CROSS)
            self._legs = FreeLegs(self.book.profile.netting, {i: self.positions[i] for i in pooled})
        return self._legs.free

    @property
    def hedges(self) -> Hedges:
        """The cross positions that can be closed against each other."""
        if self._hedges is None:
            cross = {i: self.positions[i] for i in self.open_in(Mode.CROSS)}
            self._hedges = Hedges(self.book.precedence, cross)
        return self._hedges

    @property
    def wallet(self) -> Decimal:
        """All cash of the trader in the account's currency."""
        return self.pool + (self._in_buckets("") if self.book.coins else sum(self.margins, ZERO))

    @property
    def total(self) -> Decimal:
        """Wallet + fund + fees + counterparty + what went outside: constant over any timeline."""
        return self.wallet + self.fund + self.fees + self.counterparty + self.outside

    def total_of(self, coin: str) -> Decimal:
        """The same of one asset: constant over any timeline."""
        if not coin:
            return self.total
        held = (amount for (_, asset), amount in self.others.items() if asset == coin)
        return self.balance_in(coin) + sum(held, ZERO)

    def equity(self, marks: Mapping[str, Decimal], pnl: Mapping[int, Decimal] | None = None) -> Decimal:
        """What the account is worth at these marks: its cash + unrealised PnL of what is open.

        In the account's currency; of an account of several assets in USD, each at its price.

        Args:
            marks: the marks.
            pnl: of each open position there, where it was worked out already.
        """
        if pnl is None:
            live = [index for index, is_open in enumerate(self.is_open) if is_open]
            pnl = {i: unrealised_pnl(self.positions[i], marks[self.positions[i].market]) for i in live}
        if not self.book.coins:
            return self.wallet + sum(pnl.values(), ZERO)
        earned = (amount * self.book.coin_price(self._coin[i], marks) for i, amount in pnl.items())
        return self.cash_worth(marks) + sum(earned, ZERO)

    def cash_worth(self, marks: Mapping[str, Decimal]) -> Decimal:
        """All cash of the trader; of an account of several assets what they are worth at these marks, in USD."""
        if not self.book.coins:
            return self.wallet
        coins = self.book.coin_names
        return sum((self.balance_in(coin) * self.book.coin_price(coin, marks) for coin in coins), ZERO)

    def book_at(self, marks: Mapping[str, Decimal]) -> Book:
        """The account as it stands: what is open, its cash, and these marks as the opening ones.

        Orders hold what they have held since they were placed.
        """
        book = self.book
        held = (
            p.with_margin(self.margins[i]) if book.has_bucket(p) else p
            for i, p in enumerate(self.positions)
            if self.is_open[i]
        )
        return replace(
            book,
            wallet=self.wallet,
            markets={symbol: market.at(marks[symbol]) for symbol, market in book.markets.items()},
            positions=tuple(held),
            orders=tuple(self._order_now(i, held) for i, held in self.reserves.items()),
            fund=None if book.fund is None else self.fund,
            coins=tuple(asset.held(self.balance_in(coin)) if coin else asset for coin, asset in book.coin.items()),
        )

    def was_cut(self, index: int, cooldown: Decimal | None, place: Decimal) -> bool:
        """Whether a share that was closed has orders at a place of the courses be for the whole of a position.

        Once it was its own; within a cooldown, one of any position. Those of one moment are of one block, which the
        cooldown comes after; so is one of a position that is gone by now (Hyperliquid's documentation).
        """
        if cooldown is None or self.second is None:
            return index in self.cut
        now = self.second(self.origin + place)
        recent = {i: at for i, at in self.cut.items() if at is not None and now - at < cooldown}
        return any(i == index or at < now or not self.is_open[i] for i, at in recent.items())

    def fund_pays(self, hole: Decimal) -> Decimal:
        """How much of a hole the fund can pay."""
        return hole if self.book.fund is None else max(ZERO, min(self.fund, hole))

    def open_on(self, coin: str | None) -> list[int]:
        """Indexes of the open cross positions on one pool: those that settle in an asset; None: all."""
        cross = self.open_in(Mode.CROSS)
        return cross if coin is None else [index for index in cross if self._coin[index] == coin]

    def open_in(self, mode: Mode) -> list[int]:
        """Indexes of the open positions of one mode, in file order."""
        standing = enumerate(zip(self.positions, self.is_open, strict=True))
        return [i for i, (position, is_open) in standing if is_open and position.mode is mode]
