"""The shipped tables: what is known of a symbol at a venue, its tiers and its price steps.

A market is kept under the venue's own symbol ("PF_XBTUSD"). Where that is not base coin + USDT, its row has this
name as its "alias", so that a workspace's "BTCUSDT" finds the market of BTC at every venue. The venue's own symbols
win; both names find the same figures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from isocross.money import ZERO, exact
from isocross.records import dataclass
from isocross.rules.market import Kind, Tier, TierKey, TierMethod, with_deductions
from isocross.rules.own_tables import SPECS, TIERS, merged, own_table, read_by
from isocross.rules.profile import Profile

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class ListedMarket:
    """What a profile's tables know of one symbol; None where they say nothing."""

    symbol: str
    """As the venue writes it, which is not always the name that found it."""
    tiers: tuple[Tier, ...] | None
    """From the smallest size up, deductions as the profile's tier method has them."""
    tier_key: TierKey | None
    """The unit of `Tier.start` in `tiers`, whatever key the profile has."""
    tick: Decimal | None
    """Price step, quote currency."""
    lot: Decimal | None
    """Quantity step, in the units of a quantity."""
    max_leverage: Decimal | None
    """The highest leverage the venue gives this market, at its smallest size."""
    liquidation_fee: Decimal | None
    """The venue's rate of the fee of a forced close in this market."""
    kind: Kind
    """What its contracts count: a row has "contract" where it is not linear."""
    as_of: str
    """The date of its tiers."""


@dataclass(frozen=True, eq=False)
class SymbolTable:
    """One shipped file: either tiers or specs, of one venue."""

    name: str
    venue: str
    tier_key: TierKey | None
    """What its tiers are keyed on; None for specs."""
    columns: tuple[str, ...]
    """What the places of a tier row mean; empty for specs."""
    markets: Mapping[str, Mapping[str, Any]]
    as_of: str
    """The date of its figures, where a row has none of its own."""
    aliases: Mapping[str, str]
    """From the other name of a market to the venue's own."""

    def own_symbol(self, symbol: str) -> str | None:
        """The venue's name of the market found under either of its names, None when it is not here."""
        return symbol if symbol in self.markets else self.aliases.get(symbol)


@cache
def table_names() -> tuple[str, ...]:
    """The names a profile may list in `tables`, alphabetical."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def read_table(name: str) -> SymbolTable:
    """Read the shipped table of that name, once; FileNotFoundError when there is none."""
    document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    key = document.get("tier_key")
    own = own_table(document["venue"]).of(SPECS if key is None else TIERS)
    main = name in (f"{document['venue']}-specs", f"{document['venue']}-tiers")
    own = {symbol: row for symbol, row in own.items() if main or symbol in document["markets"]}
    markets = merged(document["markets"], own, len(document.get("columns", ())) or None)
    return SymbolTable(
        name=name,
        venue=document["venue"],
        tier_key=None if key is None else TierKey(key),
        columns=tuple(document.get("columns", ())),
        markets=markets,
        as_of=document["as_of"],
        aliases={row["alias"]: symbol for symbol, row in markets.items() if "alias" in row},
    )


read_by(read_table.cache_clear)


def listed_symbols(profile: Profile) -> tuple[str, ...]:
    """Every symbol the profile's tables know: the venue's own in the order of the tables, then the other names."""
    tables = [read_table(name) for name in profile.tables]
    own = (symbol for table in tables for symbol in table.markets)
    other = (alias for table in tables for alias in table.aliases)
    return tuple(dict.fromkeys((*own, *other)))


def listed_market(profile: Profile, symbol: str) -> ListedMarket | None:
    """What the profile's tables know of a symbol, None when none of them has it.

    Specs of another venue give steps and no leverage: leverage goes with tiers, and those are a venue's own.
    """
    found = ((table, table.own_symbol(symbol)) for table in map(read_table, profile.tables))
    places = [(table, own) for table, own in found if own is not None]
    if not places:
        return None
    tiered, own = next(((table, own) for table, own in places if table.tier_key is not None), (None, places[0][1]))
    tiers = None if tiered is None else _tiers(tiered, own, profile.tier_method)
    return ListedMarket(
        symbol=own,
        tiers=tiers,
        tier_key=None if tiered is None else tiered.tier_key,
        tick=_figure(places, "tick"),
        lot=_figure(places, "lot"),
        max_leverage=tiers[0].max_leverage if tiers else _own_figure(profile, places, "max_leverage"),
        liquidation_fee=_own_figure(profile, places, "liquidation_fee"),
        kind=Kind(places[0][0].markets[places[0][1]].get("contract", Kind.LINEAR)),
        as_of="" if tiered is None else tiered.markets[own].get("as_of", tiered.as_of),
    )


def contract_size(profile: Profile, symbol: str) -> Decimal | None:
    """Find what one contract counts in the units of a quantity; None where the venue's own tables do not say.

    A venue that counts contracts has orders of whole ones: where its specs give no size, the step of a quantity is it.
    """
    found = ((table, table.own_symbol(symbol)) for table in map(read_table, profile.tables))
    own = [(table, name) for table, name in found if name is not None and table.venue == profile.id]
    stated = _figure(own, "contract_size")
    return stated if stated is not None else _figure(own, "lot")


def _own_figure(profile: Profile, places: Iterable[tuple[SymbolTable, str]], name: str) -> Decimal | None:
    """A figure by the tables of a venue whose tiers the profile uses: steps alone are taken from another's."""
    own = {table.venue for table in map(read_table, profile.tables) if table.tier_key is not None}
    return _figure([(table, symbol) for table, symbol in places if table.venue in own], name)


def _figure(places: Iterable[tuple[SymbolTable, str]], name: str) -> Decimal | None:
    """The figure of that name in the first table that has it."""
    for table, symbol in places:
        written = table.markets[symbol].get(name)
        if written is not None:
            return Decimal(written)
    return None


@cache
@exact
def _tiers(table: SymbolTable, symbol: str, method: TierMethod) -> tuple[Tier, ...]:
    """The tiers of one market; a flat method leaves out the deductions the table gives for a marginal one."""
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.markets[symbol]["tiers"]]
    return with_deductions(tuple(_tier(row, method) for row in rows), method)


def _tier(row: Mapping[str, str | None], method: TierMethod) -> tuple[Tier, bool]:
    """One row of a table as a tier, and whether its deduction was given."""
    written = row["deduction"] if method is TierMethod.MARGINAL else None
    deduction = ZERO if written is None else Decimal(written)
    start, rate, leverage = (Decimal(row[name] or "0") for name in ("from", "rate", "max_leverage"))
    return Tier(start, rate, leverage, deduction, Decimal(row.get("factor") or "0")), written is not None
