"""PnL and maintenance margin of every open position at one set of marks, and the queue for deleveraging there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from isocross.account.book import Book, Mode, Position
from isocross.account.margin import Requirement, free_legs, unrealised_pnl
from isocross.cascade.adl import Rank, Winner, ranks
from isocross.cascade.ledger import Ledger
from isocross.cascade.spare import counted_sides
from isocross.figures.groups import Groups
from isocross.memo import Memo
from isocross.money import ONE, ZERO
from isocross.records import dataclass


@dataclass(frozen=True)
class PoolStanding:
    """One pool at one set of marks: in its token, one that all assets back in USD."""

    coin: str | None
    """The asset that its positions settle in; None: all cross positions are on it."""
    members: Sequence[int]
    equity: Decimal
    maintenance_margin: Decimal
    owed: Decimal = ZERO
    """What debts take of what the assets count."""
    usable: Decimal = ONE
    """The share of what they count that margins and debts can take up, which the equity is worked out with."""

    @property
    def demand_ratio(self) -> Decimal | None:
        """(Maintenance margin + debts) ÷ all that the assets count; None where nothing does, or is asked for."""
        counts, demand = self.equity + self.owed, self.maintenance_margin + self.owed
        return self.usable * demand / counts if counts > ZERO and demand > ZERO else None

    @property
    def ratio(self) -> Decimal | None:
        """Maintenance margin ÷ equity; None where there is none to ask for, or no equity."""
        return _ratio(self.maintenance_margin, self.equity)

    def nearness(self) -> tuple[bool, Decimal]:
        """What tells how near to its line it is."""
        if not self.maintenance_margin:
            return False, ZERO
        gone = self.equity <= ZERO
        return gone, -self.equity if gone else self.maintenance_margin / self.equity


@dataclass(frozen=True)
class Standings:
    """PnL and maintenance margin of every open position at one set of marks."""

    book: Book
    ledger: Ledger
    marks: Mapping[str, Decimal]
    pnl: Mapping[int, Decimal]
    asked: Mapping[int, Requirement]
    """What each is asked for as a line in the worth of one unit, at the tier it is in; netting left out."""
    maintenance_margin: Mapping[int, Decimal]

    netted: frozenset[int]
    """Those that need no margin, because a larger one stands against them."""
    groups: Groups
    """What follows from the open positions, whatever the marks."""

    @classmethod
    def at(cls, ledger: Ledger, marks: Mapping[str, Decimal]) -> Standings:
        """Take stock of a ledger at these marks."""
        book, groups = ledger.book, Groups.of(ledger)
        live = groups.open
        pnl = {i: unrealised_pnl(p, marks[p.market]) for i, p in live.items()}
        asked = {i: groups.asked(i, marks[p.market]) for i, p in live.items()}
        needs = {i: asked[i].at(p.kind, marks[p.market]) for i, p in live.items()}
        pool = {i: live[i] for i in groups.pools}
        netted = free_legs(pool, book.profile.netting, needs.__getitem__)
        return cls(book, ledger, marks, pnl, asked, needs | dict.fromkeys(netted, ZERO), netted, groups)

    @property
    def positions(self) -> Sequence[Position]:
        """The positions as they are now."""
        return self.ledger.positions

    def pooled(self, index: int) -> bool:
        """Whether the position stands on the pool."""
        return not self.book.has_bucket(self.positions[index])

    def cash_behind(self, index: int) -> Decimal:
        """Cash of a position with a bucket: the bucket, and for a top-up position all unused cash."""
        position = self.positions[index]
        reach = max(ZERO, self.ledger.unreserved) if position.mode is Mode.CROSS else ZERO
        return self.ledger.margins[index] + reach

    def margin_of(self, index: int) -> Decimal:
        """Its bucket; in a pool what it was allotted, nothing where a larger one nets it; nothing of one that ended."""
        if not self.ledger.is_open[index]:
            return ZERO
        if not self.pooled(index):
            return self.ledger.margins[index]
        return ZERO if index in self.ledger.netted else self.positions[index].margin

    @cached_property
    def pool_members(self) -> list[int]:
        """Open positions that stand on the pool."""
        return list(self.groups.pools)

    @cached_property
    def memo(self) -> Memo:
        """Figures that several positions share."""
        return Memo()

    @property
    def movers(self) -> Mapping[int, tuple[int, ...]]:
        """By open position those that end with it when its market alone moves: on a pool all of its market there."""
        return self.groups.movers

    def pool_of(self, index: int) -> PoolStanding:
        """The pool that a position stands on."""
        coin = self.groups.pools[index]
        return next(pool for pool in self.pools if pool.coin == coin)

    def ratio_of(self, index: int, equity: Decimal) -> Decimal | None:
        """The ratio at whose 100 % an open position is liquidated: that of its own equity, or of the pool it is on."""
        return self.pool_of(index).ratio if self.pooled(index) else _ratio(self.maintenance_margin[index], equity)

    @cached_property
    def pools(self) -> tuple[PoolStanding, ...]:
        """The pools of the account: one, or one for each token."""
        if not self.book.coins:
            return (self._pool_of(None),)
        if self.book.pools_assets:
            return (self._pool_of_assets(),)
        settled = {self.ledger.coin_of(i) for i in self.pool_members}
        return tuple(self._pool_of(coin) for coin in self.book.coin_names if not coin or coin in settled)

    def _pool_of(self, coin: str | None) -> PoolStanding:
        members = [i for i in self.pool_members if coin is None or self.ledger.coin_of(i) == coin]
        equity = self.ledger.behind_pool_in(coin or "") + sum((self.pnl[i] for i in members), ZERO)
        return PoolStanding(coin, members, equity, sum((self.maintenance_margin[i] for i in members), ZERO))

    def _pool_of_assets(self) -> PoolStanding:
        book, ledger = self.book, self.ledger
        behind = {coin: ledger.behind_pool_in(coin) for coin in book.coin_names}
        price = {coin: book.coin_price(coin, self.marks) for coin in book.coin_names}
        need = sum((self.maintenance_margin[i] * price[ledger.coin_of(i)] for i in self.pool_members), ZERO)
        rate = ZERO if book.account_rule is None else book.account_rule.debt_maintenance
        borrowed = sum((-cash * price[coin] for coin, cash in behind.items() if cash < ZERO), ZERO)
        least = book.terms.asked_at_least if self.pool_members or borrowed else ZERO
        counts, owed = counted_sides(ledger, self.marks, behind)
        need += borrowed * rate + least
        return PoolStanding(None, self.pool_members, counts - owed, need, owed, book.terms.usable)

    @cached_property
    def pool(self) -> PoolStanding:
        """The pool that is nearest to its line; of those alike the first."""
        return max(self.pools, key=PoolStanding.nearness)

    @property
    def pool_equity(self) -> Decimal:
        """Cash of the pool + unrealised PnL of its positions, less what orders hold where the venue counts that."""
        return self.pool.equity

    @property
    def pool_maintenance_margin(self) -> Decimal:
        """Sum of the maintenance margins of the pool's positions."""
        return self.pool.maintenance_margin


def _ratio(need: Decimal, equity: Decimal) -> Decimal | None:
    return need / equity if need > ZERO and equity > ZERO else None


def queue_of(standings: Standings) -> dict[int, Rank]:
    """Score and rank of every position with open profit, by index; none where the venue has no known queue."""
    return ranks(_winners(standings), standings.book.profile.adl_formula)


def _winners(standings: Standings) -> dict[int, Winner]:
    """The positions with open profit, and what stands behind each."""
    ledger = standings.ledger
    pool_cash, pool_equity = ledger.pool, standings.pool_equity
    found: dict[int, Winner] = {}
    for index, pnl in standings.pnl.items():
        if pnl <= 0:
            continue
        position, need = standings.positions[index], standings.maintenance_margin[index]
        mark, pooled = standings.marks[position.market], index in standings.groups.pools
        cash = pool_cash if pooled else ledger.margins[index]
        equity = pool_equity if pooled else cash + pnl
        behind = standings.pool_maintenance_margin if pooled else need
        found[index] = Winner(position, mark, pnl, cash, equity, behind, need)
    return found
