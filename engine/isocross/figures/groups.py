"""What follows from the open positions of an account, whatever the marks: which end together, and what they may ask.

A key that moves the marks changes little of it: only where something happened to a position. So a book remembers what
is asked of each position in the tier that it was last in, and what it knows of each group.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from operator import is_

from isocross.account.book import Position
from isocross.account.margin import Requirement, moves_through_tiers, requirement_at, tier_size
from isocross.cascade.ledger import Ledger
from isocross.money import ZERO
from isocross.records import dataclass
from isocross.rules.market import Market
from isocross.rules.profile import Profile


@dataclass(frozen=True, slots=True)
class Group:
    """Positions that end together when their market alone moves."""

    movers: tuple[int, ...]
    positions: tuple[Position, ...]
    market: str
    pooled: bool
    held: Decimal
    """Their exposure together."""
    convex: bool
    """Whether MM is surely convex in the mark, as long as nothing of another market is netted with it."""
    last_slope: Decimal | None
    """The most by which MM can rise with a unit of the mark, in the last tier; None: it stays in the tier it is in."""


@dataclass(frozen=True, slots=True)
class _InTier:
    """What a position asks for while its size is between two borders."""

    position: Position
    least: Decimal
    most: Decimal | None
    asked: Requirement


class _Known:
    """What a book remembers."""

    def __init__(self) -> None:
        self.in_tier: dict[int, _InTier] = {}
        self.groups: dict[tuple[int, ...], Group] = {}


@dataclass(frozen=True, eq=False)
class Groups:
    """The open positions of an account, by the pool that they are on and what they end with."""

    profile: Profile
    markets: Mapping[str, Market]
    open: Mapping[int, Position]
    """By index."""
    pools: Mapping[int, str | None]
    """The coin of the pool of each that is on one, by index; None: it is the pool of all."""
    convex: bool
    """Whether MM of a pool can be convex in a mark: no other assets back it."""
    _known: _Known

    @classmethod
    def of(cls, ledger: Ledger) -> Groups:
        """Make those of the positions as they are now."""
        book = ledger.book
        live = {i: position for i, position in enumerate(ledger.positions) if ledger.is_open[i]}
        apart = bool(book.coins) and not book.pools_assets
        pooled = (i for i, position in live.items() if not book.has_bucket(position))
        pools = {i: ledger.coin_of(i) if apart else None for i in pooled}
        known = book.memo.once("groups", _Known)
        return cls(book.profile, book.markets, live, pools, not book.pools_assets, known)

    @cached_property
    def movers(self) -> Mapping[int, tuple[int, ...]]:
        """By position those that end with it when its market alone moves: on a pool all of its market there."""
        return {i: group.movers for group in self.all for i in group.movers}

    @cached_property
    def all(self) -> tuple[Group, ...]:
        """The groups, in the order of their first positions."""
        together: dict[object, list[int]] = {}
        for i, position in self.open.items():
            key = (position.market, self.pools[i]) if i in self.pools else i
            together.setdefault(key, []).append(i)
        return tuple(self._group(tuple(movers)) for movers in together.values())

    def _group(self, movers: tuple[int, ...]) -> Group:
        positions, known = tuple([self.open[i] for i in movers]), self._known.groups.get(movers)
        if known is not None and all(map(is_, known.positions, positions)):
            return known
        first = positions[0]
        moves = moves_through_tiers(self.profile, first.kind)
        group = self._known.groups[movers] = Group(
            movers=movers,
            positions=positions,
            market=first.market,
            pooled=movers[0] in self.pools,
            held=sum((position.exposure for position in positions), ZERO),
            convex=self.convex and not first.inverse and self.markets[first.market].ladder.convex,
            last_slope=sum((self.last_slope(i) for i in movers), ZERO) if moves else None,
        )
        return group

    def last_slope(self, index: int) -> Decimal:
        """The most by which MM of a position that moves through tiers can rise with a unit of the mark."""
        position = self.open[index]
        return position.quantity * (self.markets[position.market].ladder.tiers[-1].rate + self.profile.close_fee)

    def asked(self, index: int, mark: Decimal) -> Requirement:
        """What a position is asked for at a mark as a line, netting left out; remembered for the tier it is in."""
        position, profile = self.open[index], self.profile
        size, known = tier_size(position, profile, mark), self._known.in_tier.get(index)
        # at a border the ladder says which tier it is
        if (
            known is not None
            and known.position is position
            and known.least < size
            and (known.most is None or size < known.most)
        ):
            return known.asked
        ladder = self.markets[position.market].ladder
        tier = ladder.index_at(size)
        most = ladder.starts[tier + 1] if tier + 1 < len(ladder.starts) else None
        asked = requirement_at(position, profile, ladder, mark)
        self._known.in_tier[index] = _InTier(position, ladder.starts[tier], most, asked)
        return asked
