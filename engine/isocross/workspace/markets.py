"""The markets of a book, each with the ladder of the file, else of the venue's table, else of the venue's default.

A contract is inverse where the file says so or its venue lists it so; then the coin it is margined in is known, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from isocross.account.book import Order, Position
from isocross.money import ZERO
from isocross.rules.catalogue import (
    ListedMarket,
    ProfileError,
    UnknownVenueError,
    listed_market,
    listed_symbols,
    load_profile,
)
from isocross.rules.market import Kind, Market, Tier, TierKey, TierMethod, with_deductions
from isocross.rules.profile import Profile
from isocross.rules.underlying import coin_of, one_name
from isocross.toml.faults import shown
from isocross.toml.places import Path, Problem, listing, meant
from isocross.workspace.assets import Assets
from isocross.workspace.model import MarketEntry, VenueChoice, Workspace, marks_of_entries


class Asked(NamedTuple):
    """A row of the file with its contract: the market has to be known, and to give as much leverage."""

    path: Path
    market: str
    kind: Kind
    quantity: Decimal
    price: Decimal
    leverage: Decimal | None

    @classmethod
    def by_position(cls, index: int, position: Position) -> Asked:
        """What the position at that index asks, at its entry."""
        path, p = ("positions", index), position
        return cls(path, p.market, p.kind, p.quantity, p.entry, p.leverage)

    @classmethod
    def by_order(cls, index: int, order: Order) -> Asked:
        """What the order at that index asks, at its price."""
        return cls(("orders", index), order.market, order.kind, order.quantity, order.price, order.leverage)


KindOf = Callable[[str], Kind]


def kinds(venue: VenueChoice | None, markets: Sequence[MarketEntry | None]) -> KindOf:
    """The kind of each market by its symbol."""
    given = {entry.symbol: entry.kind for entry in markets if entry is not None}
    profile = _profile(venue)

    def kind_of(symbol: str) -> Kind:
        said = given.get(symbol)
        if said is not None:
            return said
        listed = None if profile is None else listed_market(profile, symbol)
        return Kind.LINEAR if listed is None else listed.kind

    return kind_of


def kind_in(workspace: Workspace, symbol: str) -> Kind:
    """The kind of a market in a workspace that may hold neither a position nor an order in it yet."""
    held = _held(workspace).get(symbol)
    return kinds(workspace.venue, workspace.markets)(symbol) if held is None else held


def with_kinds(workspace: Workspace, venue: VenueChoice) -> tuple[MarketEntry, ...]:
    """The markets of a workspace for another venue: a kind that it would read otherwise is written down."""
    kind_of = kinds(venue, workspace.markets)
    held = _held(workspace)
    return tuple(
        replace(entry, kind=held[entry.symbol])
        if entry.symbol in held and kind_of(entry.symbol) is not held[entry.symbol]
        else entry
        for entry in workspace.markets
    )


def _held(workspace: Workspace) -> dict[str, Kind]:
    """The kinds of the markets that have a position or an order."""
    return {o.market: o.kind for o in workspace.orders} | {p.market: p.kind for p in workspace.positions}


def _profile(venue: VenueChoice | None) -> Profile | None:
    """The venue as it is, or the one that was meant; that it is another is told where the account is put together."""
    return None if venue is None else probable_profile(venue.profile)


def probable_profile(name: str) -> Profile | None:
    """The profile of that id, else the one whose id is nearest; None where nothing is near, or its file is faulty."""
    try:
        try:
            return load_profile(name)
        except UnknownVenueError as error:
            return None if error.nearest is None else load_profile(error.nearest)
    except ProfileError:
        return None


def listing_of(profile: Profile, symbol: str, kind: Kind) -> ListedMarket | None:
    """What the profile's tables know of a market of this kind; one of the other kind under that name is another."""
    listed = listed_market(profile, symbol)
    return listed if listed is not None and listed.kind is kind else None


def check_currency(
    currency: str | None,
    positions: Sequence[Position | None],
    orders: Sequence[Order | None],
    problems: list[Problem],
) -> None:
    """An inverse market is margined in its coin, and so is everything in the file."""
    held = [("positions", i, position) for i, position in enumerate(positions)]
    resting = [("orders", i, order) for i, order in enumerate(orders)]
    for table, i, asked in (*held, *resting):
        if asked is None or asked.kind is not Kind.INVERSE or currency is None:
            continue
        coin = coin_of(asked.market)
        if coin is not None and one_name(currency) != coin:
            message = f"{shown(asked.market)} is coin-margined, and the account is in {shown(currency)}"
            expected = f'currency = "{coin}" at the top of the file, or kind = "linear" for this market'
            problems.append(Problem((table, i, "market"), message, expected))
            return


class Markets:
    """The markets of the positions and orders, each built once."""

    def __init__(
        self,
        profile: Profile,
        entries: Sequence[MarketEntry | None],
        positions: Sequence[Position | None],
        problems: list[Problem],
        assets: Assets,
    ) -> None:
        self.profile = profile
        self.assets = assets
        self.problems = problems
        self.entries = {entry.symbol: entry for entry in entries if entry is not None}
        self.places = {entry.symbol: i for i, entry in enumerate(entries) if entry is not None}
        self.all_read = None not in entries
        self.marks = marks_of_entries(position for position in positions if position is not None)
        self.built: dict[str, Market | None] = {}
        self._listings: dict[tuple[str, Kind], ListedMarket | None] = {}

    def of(self, asked: Asked) -> Market | None:
        """The market that is asked for, None where it cannot be built; without a mark it stands at an entry."""
        if asked.market not in self.built:
            self.built[asked.market] = self._market(asked)
        return self.built[asked.market]

    def cap(self, asked: Asked) -> Decimal | None:
        """The highest leverage of its market at its smallest size, where the file has no tiers of its own."""
        listed = self._listing(asked)
        return None if listed is None or self._own_tiers(asked.market) else listed.max_leverage

    def _listing(self, asked: Asked) -> ListedMarket | None:
        key = asked.market, asked.kind
        if key not in self._listings:
            self._listings[key] = listing_of(self.profile, *key)
        return self._listings[key]

    def _own_tiers(self, symbol: str) -> bool:
        return symbol in self.entries and bool(self.entries[symbol].tiers)

    def _market(self, asked: Asked) -> Market | None:
        path, symbol = (*asked.path, "market"), asked.market
        entry = self.entries.get(symbol)
        if entry is None and not self.all_read:
            return None  # it may be one of those that could not be read
        listed = self._listing(asked)
        if entry is None and listed is None:
            self._unknown(path, symbol)
            return None
        tiers = self._tiers(asked, entry, listed)
        if tiers is None:
            return None
        mark = self.marks.get(symbol, asked.price) if entry is None or entry.mark is None else entry.mark
        tick, lot = (listed.tick, listed.lot) if listed else (None, None)
        fee = None if listed is None or self.fee_given else listed.liquidation_fee
        settles = self.assets.settles(symbol, entry, self.problems, path)
        as_of = listed.as_of if listed is not None and listed.tiers and not self._own_tiers(symbol) else ""
        last = None if entry is None else entry.last
        ladder = self.profile.ladder(tiers, asked.kind)
        return Market(symbol, mark, ladder, tick, lot, fee, settles, as_of=as_of, last=last)

    @property
    def fee_given(self) -> bool:
        """Whether the file says itself what the fee of a forced close is, in every market."""
        return "liquidation_fee" in dict(self.profile.overrides)

    def _unknown(self, path: Path, symbol: str) -> None:
        known = listed_symbols(self.profile)
        guess = meant(symbol, known, len(self.problems))
        message = f"neither this file nor {self.profile.id} knows the market {shown(symbol)}{guess}"
        few = f", or one of {listing(known, 5)}" if known else ""
        self.problems.append(Problem(path, message, f"a [[markets]] table for it{few}"))

    def _tiers(self, asked: Asked, entry: MarketEntry | None, listed: ListedMarket | None) -> tuple[Tier, ...] | None:
        """The file's tiers, else the venue's for this market, else the venue's default."""
        if entry is not None and entry.tiers:
            self._check_factors(entry)
            given = tuple(
                (Tier(t.start, t.rate, t.max_leverage, t.deduction or ZERO, t.factor or ZERO), t.deduction is not None)
                for t in entry.tiers
            )
            return with_deductions(given, self.profile.tier_method)
        if listed is not None and listed.tiers:
            return self._shipped(listed.tiers, listed.tier_key, self.profile.tier_key_of(asked.kind))
        if self.profile.default_tiers:
            return self.profile.default_tiers
        message = f"{shown(listed.symbol if listed else entry.symbol if entry else '')} has no tiers at this venue"
        self.problems.append(Problem((*asked.path, "market"), message, "tiers for it in [[markets]]"))
        return None

    def _check_factors(self, entry: MarketEntry) -> None:
        """A factor means something on a curve alone."""
        method = self.profile.tier_method
        for i, tier in enumerate(entry.tiers):
            if tier.factor and method is not TierMethod.CURVE:
                path = ("markets", self.places[entry.symbol], "tiers", i, "factor")
                self.problems.append(
                    Problem(path, f"{method} tiers have no factor", 'tier_method = "curve" in [venue]')
                )

    def _shipped(self, tiers: tuple[Tier, ...], key: TierKey | None, read: TierKey) -> tuple[Tier, ...] | None:
        """The venue's tiers, unless the file changed the unit they are in."""
        if key in (None, read):
            return tiers
        problem = Problem(
            ("venue", "tier_key"),
            f"the shipped tiers of {self.profile.id} are by {key}, and cannot be read by {read}",
            f'"{key}", or tiers of your own in [[markets]]',
        )
        if problem not in self.problems:
            self.problems.append(problem)
        return None
