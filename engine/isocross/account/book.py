"""The book: the venue, the account's cash and its positions, as they stand at the opening marks. Immutable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from isocross.account.assets import Asset, price_of
from isocross.account.order_kinds import FeeAs, OrderKind, TriggerBy
from isocross.account.stated import Stated
from isocross.format import IN_USD, Amounts, amounts_in, named_amounts
from isocross.memo import Memo
from isocross.money import ONE, ZERO, exact, requirement
from isocross.records import dataclass
from isocross.rules.accounts import PLAIN, AccountRule
from isocross.rules.collateral import DOLLAR
from isocross.rules.market import Kind, Market, base_of
from isocross.rules.profile import CrossMachine, Profile
from isocross.rules.switches import AccountMode, Pools, RatioForm


def market_names(book: Book) -> tuple[str, ...]:
    """A short name for each position: the base of its market, its id where two share a market."""
    return book.names


class Side(StrEnum):
    """Which way a position earns."""

    LONG = "long"
    SHORT = "short"

    @property
    def other(self) -> Side:
        """The one that it stands against."""
        return Side.SHORT if self is Side.LONG else Side.LONG

    @property
    def sign(self) -> int:
        """+1 for long, −1 for short."""
        return 1 if self is Side.LONG else -1

    @property
    def trade(self) -> str:
        """What an order of this side does: buy or sell."""
        return "buy" if self is Side.LONG else "sell"


class Mode(StrEnum):
    """Who stands behind a position."""

    CROSS = "cross"
    ISOLATED = "isolated"

    @property
    def other(self) -> Mode:
        """The mode a flip leads to."""
        return Mode.ISOLATED if self is Mode.CROSS else Mode.CROSS


# in CPython 3.11 a look into an enum takes longer than the questions asked here of every position
_LONG, _ISOLATED, _INVERSE, _TOP_UP = Side.LONG, Mode.ISOLATED, Kind.INVERSE, CrossMachine.TOP_UP


@dataclass(frozen=True)
class Position:
    """One position as it was entered."""

    id: str
    market: str
    side: Side
    mode: Mode
    quantity: Decimal
    """Positive; base units, of an inverse contract quote units (contracts × contract size)."""
    entry: Decimal
    """Entry price in quote currency."""
    leverage: Decimal
    given_margin: Decimal | None = None
    """Bucket cash where it is not the initial margin; 0 or less where an open profit carries an isolated position."""
    auto_margin: bool = False
    """Whether, isolated, it draws more margin by itself at its line (Bybit's help)."""
    settlement_price: Decimal | None = None
    """The price PnL counts from since a settlement; None: the entry (CoinEx's help)."""

    kind: Kind = Kind.LINEAR
    """That of its market."""
    stated: Stated | None = None
    """The venue's own figures, until the account is changed; nothing is worked out from them."""

    @property
    def counts_from(self) -> Decimal:
        """The price unrealised PnL is measured from."""
        return self.entry if self.settlement_price is None else self.settlement_price

    @property
    def inverse(self) -> bool:
        """Whether it is coin-margined."""
        return self.kind is _INVERSE

    @cached_property
    def exposure(self) -> Decimal:
        """PnL for each unit by which the worth of one unit rises: side × quantity, inverse −side × quantity."""
        return self.quantity if (self.side is _LONG) is not self.inverse else self.quantity.copy_negate()

    @cached_property
    @exact
    def initial_margin(self) -> Decimal:
        """IM = quantity × entry ÷ leverage, rounded up to the money grid once.

        Inverse: quantity ÷ (entry × leverage).
        """
        return requirement(self._entry_notional / self.leverage)

    @property
    def _entry_notional(self) -> Decimal:
        return self.quantity / self.entry if self.inverse else self.quantity * self.entry

    @property
    def margin(self) -> Decimal:
        """Bucket cash at the opening: what was given, or the initial margin."""
        return self.initial_margin if self.given_margin is None else self.given_margin

    def with_margin(self, margin: Decimal) -> Position:
        """The same position with this much cash in its bucket."""
        return replace(self, given_margin=None if margin == self.initial_margin else margin)


@dataclass(frozen=True)
class Order:
    """A resting order: cash that is held until it is filled or cancelled. Without a kind it is never filled."""

    id: str
    market: str
    side: Side
    quantity: Decimal
    """Positive; base units, of an inverse contract quote units."""
    price: Decimal
    """In quote currency."""
    mode: Mode = Mode.CROSS
    leverage: Decimal | None = None
    """None: the lowest of the positions of its market, else 1."""
    kind: Kind = Kind.LINEAR
    """That of its market."""
    held: Decimal | None = None
    """What it holds since it was placed, in the account's currency; None: what it would hold placed at the opening."""
    fills: OrderKind | None = None
    """When it is filled; None: never, it only holds cash."""
    trigger: Decimal | None = None
    """The price that triggers it; of a trailing order the one from which on it follows, None: from the opening on."""
    trigger_by: TriggerBy = TriggerBy.MARK
    reduce_only: bool = False
    """Whether it closes what stands against it, and never opens anything."""
    close_position: bool = False
    """Whether it closes all of what stands against it; its quantity is 0 then."""
    fee: FeeAs | None = None
    """Which fee it pays; None: a limit that rested that of a maker, everything else that of a taker."""
    slippage: Decimal = ZERO
    """How much worse than its price a fill at the market is, as a share of the price."""
    trail: Decimal | None = None
    """Of a trailing order: how far back from the best price, as a share of it."""
    best: Decimal | None = None
    """Of a trailing order: the best price so far; None: the opening mark."""
    oco: str | None = None
    """The name of a group of orders of which one cancels the others."""

    @property
    def closes_only(self) -> bool:
        """Whether it can only make positions smaller."""
        return self.reduce_only or self.close_position


@dataclass(frozen=True)
class Book:
    """An account at one venue, at its opening."""

    profile: Profile
    wallet: Decimal
    """All cash, allotted margin included."""
    markets: Mapping[str, Market]
    positions: tuple[Position, ...]
    fund: Decimal | None = None
    """Cash in the insurance fund; None: it is unlimited, and what it paid is shown."""
    strict: bool = False
    """Refuse what the venue would refuse, instead of rehearsing it."""
    currency: str = "USDT"
    orders: tuple[Order, ...] = ()
    """Resting orders; what they hold is `isocross.account.orders`."""
    account: AccountMode = AccountMode.STANDARD
    """What backs its cross positions."""
    coins: tuple[Asset, ...] = ()
    """Its assets, the account's currency first, whose balance is the wallet; empty: the currency is all there is."""

    @cached_property
    def seats(self) -> tuple[Position, ...]:
        """The positions, and after them those that orders can open, each once: the index of an event is one of these.

        What is not open yet has the quantity and the price of the first order that could open it.
        """
        openers = [order for order in self.orders if order.fills is not None and not order.closes_only]
        if not openers:
            return self.positions
        from isocross.account.seats import opened_by  # noqa: PLC0415 - it is about books

        return (*self.positions, *opened_by(self, openers))

    @cached_property
    def account_rule(self) -> AccountRule | None:
        """How several assets back its positions; None: its currency alone does."""
        return self.profile.account_rule(self.account) if self.coins else None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A short name for each position; after those of the account come those that its orders can open."""
        bases = [base_of(p.market, self.currency) for p in self.seats]
        held = Counter(bases)
        return tuple(base if held[base] == 1 else p.id for base, p in zip(bases, self.seats, strict=True))

    @cached_property
    def memo(self) -> Memo:
        """Figures that follow from the account alone."""
        return Memo()

    @property
    def pools_assets(self) -> bool:
        """Whether one pool is made of all assets, each at its weight."""
        return self.account_rule is not None and self.account_rule.pools is Pools.ONE

    @property
    def terms(self) -> AccountRule:
        """How several assets back its positions; those of a plain account where its currency alone does."""
        return self.account_rule or PLAIN

    @cached_property
    def coin_names(self) -> tuple[str, ...]:
        """The names of its assets; "" stands for the account's currency."""
        return ("", *(asset.name for asset in self.coins[1:])) if self.coins else ("",)

    @cached_property
    def coin(self) -> Mapping[str, Asset]:
        """Each asset by the name under which the account keeps it."""
        return dict(zip(self.coin_names, self.coins, strict=True)) if self.coins else {}

    @property
    def ratio_form(self) -> RatioForm:
        """How the venue writes the ratio of such an account."""
        own = None if self.account_rule is None else self.account_rule.ratio
        return self.profile.shown.ratio if own is None else own

    @property
    def ratio_name(self) -> str:
        """The venue's word for it."""
        own = "" if self.account_rule is None else self.account_rule.ratio_name
        return own or self.profile.shown.ratio_name

    @cached_property
    @exact
    def opening_cash(self) -> Decimal:
        """All cash at the opening: the wallet; of an account of several assets what they are worth, in USD."""
        if not self.coins:
            return self.wallet
        marks = {symbol: market.mark for symbol, market in self.markets.items()}
        return sum((self.balance_of(coin) * self.coin_price(coin, marks) for coin in self.coin_names), ZERO)

    def name_of(self, coin: str) -> str:
        """What an asset is called."""
        return coin or self.currency

    def coin_of(self, held: Position | Order) -> str:
        """The asset that a position or an order settles in; "": the account's currency."""
        return self.markets[held.market].settles

    def balance_of(self, coin: str) -> Decimal:
        """What the account has of an asset at the opening, isolated margins included."""
        return self.coin[coin].balance if coin else self.wallet

    @cached_property
    def quotes(self) -> Mapping[str, str]:
        """By market of linear contracts, that whose mark prices what it settles in; others are quoted in USD."""
        contracts = (market for market in self.markets.values() if self.coins and not market.is_asset)
        found = ((market.symbol, self.coin[market.settles].market) for market in contracts)
        return {s: priced for s, priced in found if priced != s and s not in self.inverse_markets}

    def with_cash(self, coin: str, amount: Decimal) -> Book:
        """The same account with more of an asset, or less."""
        if not coin:
            return replace(self, wallet=self.wallet + amount)
        held = self.coin[coin].held(self.balance_of(coin) + amount)
        return replace(self, coins=tuple(held if name == coin else asset for name, asset in self.coin.items()))

    def coin_price(self, coin: str, marks: Mapping[str, Decimal]) -> Decimal:
        """The price of an asset in USD at these marks; of an account of one currency 1."""
        return price_of(self.coin[coin], self.quotes, marks) if self.coins else ONE

    def betas_with(self, betas: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
        """How many times the common move each market makes: of a stable asset's none, where nobody says otherwise."""
        from isocross.account.mates import with_mates  # noqa: PLC0415 - it is about books

        still = {symbol: ZERO for symbol, market in self.markets.items() if market.still}
        return with_mates(self, {**still, **betas} if still else betas)

    @property
    def amounts(self) -> Amounts:
        """How amounts of it are written."""
        return amounts_in(self.currency)

    @property
    def whole_amounts(self) -> Amounts:
        """How amounts of all its assets together are written: in USD, said where its currency is not a dollar."""
        return self.amounts if not self.coins or self.currency in DOLLAR else named_amounts("USD")

    def amounts_of(self, coin: str) -> Amounts:
        """How amounts of an asset are written: of another than the account's currency with its name."""
        return named_amounts(coin) if coin else self.amounts

    def pool_amounts(self, coin: str = "") -> Amounts:
        """How amounts of the pool of an asset are written: of one pool of all assets in USD."""
        return IN_USD if self.pools_assets else self.amounts_of(coin)

    def amounts_for(self, held: Position | Order) -> Amounts:
        """How amounts of a position or an order are written: in what it settles in."""
        return self.amounts_of(self.coin_of(held))

    @property
    def top_up(self) -> bool:
        """Whether cross positions have buckets that are refilled (page `venues`)."""
        return self.profile.cross_machine is _TOP_UP

    def has_bucket(self, position: Position) -> bool:
        """Whether the cash of this position is kept apart from the pool."""
        return position.mode is _ISOLATED or self.top_up

    @cached_property
    def pool_cash(self) -> Decimal:
        """Cash in no isolated margin at the opening: the pool's (top-up: buckets and unused together)."""
        return self._less(p for p in self.positions if p.mode is Mode.ISOLATED)

    def free_in(self, coin: str) -> Decimal:
        """What of an asset is in no isolated margin at the opening; below zero it is a debt."""
        held = (p.margin for p in self.positions if p.mode is Mode.ISOLATED and self.coin_of(p) == coin)
        return self.balance_of(coin) - sum(held, ZERO)

    @cached_property
    def unused(self) -> Decimal:
        """Cash in no position's margin at the opening; negative where cross margins exceed the wallet."""
        return self._less(self.positions)

    @exact
    def _less(self, positions: Iterable[Position]) -> Decimal:
        own = positions if not self.coins else (p for p in positions if not self.coin_of(p))
        return self.wallet - sum((p.margin for p in own), ZERO)

    @cached_property
    def inverse_markets(self) -> frozenset[str]:
        """The markets whose contracts are coin-margined."""
        return frozenset(p.market for p in self.seats if p.inverse)

    @cached_property
    def precedence(self) -> tuple[int, ...]:
        """The rank of each position where a venue's rule leaves some equal: by what they are, not by their place.

        By the name of the market, long before short, cross before isolated, the larger first, then by the other
        figures, at last by id. So an account has one result in whatever order a file lists it. In a pool leverage and
        margin tell nothing of a position, so they do not decide there.
        """
        ordered = sorted(range(len(self.seats)), key=lambda index: self._what_it_is(self.seats[index]))
        return tuple(rank for _, rank in sorted(zip(ordered, range(len(ordered)), strict=True)))

    def _what_it_is(self, position: Position) -> tuple[str | Decimal, ...]:
        """What tells positions apart, the most telling first."""
        kept = (position.margin, position.leverage, str(position.auto_margin)) if self.has_bucket(position) else ()
        sizes = (-position.quantity, position.entry, position.counts_from)
        return (position.market, position.side, position.mode, *sizes, *kept, position.id)

    def in_turn(self, indexes: Iterable[int]) -> list[int]:
        """Positions by index in the order of their precedence."""
        return sorted(indexes, key=self.precedence.__getitem__)

    def market_of(self, position: Position) -> Market:
        """The market this position is in."""
        return self.markets[position.market]

    def liquidation_fee_of(self, position: Position) -> Decimal:
        """The rate of the fee when the venue closes this position: its market's own, else that of the venue."""
        own = self.market_of(position).liquidation_fee
        return self.profile.liquidation_fee if own is None else own

    def index_of(self, position_id: str) -> int:
        """Where the position with this id stands in the file order; KeyError when there is none."""
        for index, position in enumerate(self.positions):
            if position.id == position_id:
                return index
        raise KeyError(position_id)

    def with_position(self, changed: Position) -> Book:
        """The same book with the position of that id replaced."""
        return replace(self, positions=tuple(changed if p.id == changed.id else p for p in self.positions))
