"""The markets of a book: each with the ladder of the file, else of the venue's table, else of the venue's default."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.market import Market, Tier, TierKey, TierMethod, with_deductions
from engine.money import ZERO
from engine.profiles import ListedMarket, listed_symbols
from engine.venue import Profile
from engine.workspace.asked import Asked
from engine.workspace.faults import shown
from engine.workspace.kinds import listing_of
from engine.workspace.locate import Path
from engine.workspace.model import MarketEntry
from engine.workspace.problems import Problem, listing, meant


class Markets:
    """The markets of the positions and orders, each built once."""

    def __init__(self, profile: Profile, entries: Sequence[MarketEntry | None], problems: list[Problem]) -> None:
        self.profile = profile
        self.problems = problems
        self.entries = {entry.symbol: entry for entry in entries if entry is not None}
        self.places = {entry.symbol: i for i, entry in enumerate(entries) if entry is not None}
        self.all_read = None not in entries
        self.built: dict[str, Market | None] = {}

    def of(self, asked: Asked) -> Market | None:
        """The market that is asked for, None where it cannot be built; without a mark it stands at the price asked."""
        if asked.market not in self.built:
            self.built[asked.market] = self._market(asked)
        return self.built[asked.market]

    def cap(self, asked: Asked) -> Decimal | None:
        """The highest leverage of its market at its smallest size, where the file has no tiers of its own."""
        listed = listing_of(self.profile, asked.market, asked.kind)
        return None if listed is None or self._own_tiers(asked.market) else listed.max_leverage

    def _own_tiers(self, symbol: str) -> bool:
        return symbol in self.entries and bool(self.entries[symbol].tiers)

    def _market(self, asked: Asked) -> Market | None:
        path, symbol = (*asked.path, "market"), asked.market
        entry = self.entries.get(symbol)
        if entry is None and not self.all_read:
            return None  # it may be one of those that could not be read
        listed = listing_of(self.profile, symbol, asked.kind)
        if entry is None and listed is None:
            self._unknown(path, symbol)
            return None
        tiers = self._tiers(asked, entry, listed)
        if tiers is None:
            return None
        mark = asked.price if entry is None or entry.mark is None else entry.mark
        tick, lot = (listed.tick, listed.lot) if listed else (None, None)
        fee = None if listed is None or self.fee_given else listed.liquidation_fee
        return Market(symbol, mark, self.profile.ladder(tiers, asked.kind), tick, lot, fee)

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
