"""What a liquidation price asks for: how much of the value is left at it, and what would ask for just as much."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from isocross.account.book import Position
from isocross.account.margin import close_fee_rate, tier_size, unrealised_pnl, worth
from isocross.figures.standings import Standings
from isocross.format import grouped
from isocross.money import ONE, ZERO
from isocross.records import dataclass
from isocross.rules.market import TierKey
from isocross.rules.profile import Basis

UNEXPLAINED = "unexplained"
REST = "the payload does not hold the rest of the account"
TIERS_AWAY = 2
"""A table of another date puts a position no further from its tier."""
DIGITS = 6
"""Significant digits of a rate that is only told."""


@dataclass(frozen=True)
class _Asked:
    """A share of the value that would be asked for, and what of it is not as here."""

    share: Decimal
    words: str
    changes: int


def why_there(standings: Standings, index: int, venue: Decimal, step: Decimal) -> str:
    """Find what asks for just as much at the venue's price as is left there; else say what it would take."""
    movers = _movers(standings, index)
    position = standings.positions[index]
    if position.stated is not None and position.stated.incomplete and standings.pooled(index):
        # what is not known of the pool outweighs any rate
        return f"{REST}: {_hint(standings, movers, venue)}"
    near = min(step, venue / 2)
    low, high = sorted(_share(standings, movers, venue + way * near) for way in (-1, 1))
    found = [asked for asked in _candidates(standings, position, venue) if low <= asked.share <= high]
    if found:
        return min(found, key=lambda asked: asked.changes).words
    return f"{UNEXPLAINED}: {_hint(standings, movers, venue)}"


def _hint(standings: Standings, movers: list[int], venue: Decimal) -> str:
    """What the venue's price would take: other cash behind a pool, another rate for a position by itself."""
    position = standings.positions[movers[0]]
    told, ours = _share(standings, movers, venue), _ours(standings, position, venue)
    if not standings.pooled(movers[0]):
        return f"its price asks for {percent_of(told)} of the value, where {percent_of(ours)} is asked here"
    value = sum((worth(p.kind, p.quantity, venue) for p in map(standings.positions.__getitem__, movers)), ZERO)
    wallet = standings.book.wallet
    fitting = round(wallet - (told - ours) * value, 8)
    return f"its price fits a wallet of {grouped(fitting)}, and here it is {grouped(wallet)}"


def _movers(standings: Standings, index: int) -> list[int]:
    """The position, and of a pool all that are in its market."""
    if not standings.pooled(index):
        return [index]
    market = standings.positions[index].market
    return [i for i in standings.pool_members if standings.positions[i].market == market]


def _share(standings: Standings, movers: list[int], price: Decimal) -> Decimal:
    """How much of the value of these positions is left when their market stands at a price, others asked for first."""
    positions = [standings.positions[i] for i in movers]
    moved = sum((unrealised_pnl(p, price) for p in positions), ZERO)
    value = sum((worth(p.kind, p.quantity, price) for p in positions), ZERO)
    if standings.pooled(movers[0]):
        own = sum((standings.pnl[i] - standings.maintenance_margin[i] for i in movers), ZERO)
        backing = standings.pool_equity - standings.pool_maintenance_margin - own
    else:
        backing = standings.cash_behind(movers[0])
    return (backing + moved) / value


def _ours(standings: Standings, position: Position, price: Decimal) -> Decimal:
    """The share that is asked for here at a price, fee to close counted in."""
    profile, ladder = standings.book.profile, standings.book.market_of(position).ladder
    tier = ladder.index_at(tier_size(position, profile, price))
    return _rates(standings, position, price)[tier] + close_fee_rate(position, profile)


def _rates(standings: Standings, position: Position, price: Decimal) -> list[Decimal]:
    """The share of the value at a price that each tier asks for there, its deduction counted in."""
    ladder, there = standings.book.market_of(position).ladder, _basis(standings, position, price)
    size = position.quantity if ladder.key is TierKey.QUANTITY else there
    share = there / worth(position.kind, position.quantity, price)
    return [share * (tier.rate_at(position.quantity) - tier.deduction / size) for tier in ladder.tiers]


def _basis(standings: Standings, position: Position, price: Decimal) -> Decimal:
    """The value of which maintenance margin is asked with the market at a price."""
    at_mark = standings.book.profile.maintenance_basis is Basis.MARK
    return worth(position.kind, position.quantity, price if at_mark else position.entry)


def _candidates(standings: Standings, position: Position, price: Decimal) -> Iterator[_Asked]:
    """Shares that a venue may ask for: rates of its tiers and of the payload, with a fee, with two, with none."""
    profile = standings.book.profile
    base = _ours(standings, position, price) - close_fee_rate(position, profile)
    counted = close_fee_rate(position, profile)
    rates = {base: ""} | {
        rate: f"its own maintenance rate of {percent_of(rate)}, where {percent_of(base)} is asked here"
        for rate in _stated_rates(standings, position, price)
        if rate != base
    }
    ladder = standings.book.market_of(position).ladder
    tier = ladder.index_at(tier_size(position, profile, price))
    for rate in _rates(standings, position, price)[max(0, tier - TIERS_AWAY) : tier + TIERS_AWAY + 1]:
        told = f"the maintenance rate of another tier, {percent_of(rate)}, where {percent_of(base)} is asked here"
        rates.setdefault(rate, told)
    market = standings.book.market_of(position)
    own = profile.liquidation_fee if market.liquidation_fee is None else market.liquidation_fee
    fees = {counted: ""}
    fees.setdefault(ZERO, f"no fee to close, where {percent_of(counted)} is counted here")
    for fee in (profile.taker_fee, 2 * profile.taker_fee, own):
        fees.setdefault(fee, f"a fee of {percent_of(fee)} to close, where {percent_of(counted)} is counted here")
    for (rate, of_rate), (fee, of_fee) in product(rates.items(), fees.items()):
        if of_rate or of_fee:
            yield _Asked(rate + fee, " and ".join(filter(None, (of_rate, of_fee))), bool(of_rate) + bool(of_fee))
    yield _Asked(ZERO, f"nothing is asked there: the price of bankruptcy, where {percent_of(base)} is asked here", 2)
    if profile.maintenance_basis is Basis.MARK:
        other = worth(position.kind, ONE, position.entry) / worth(position.kind, ONE, price)
        yield _Asked(base * other + counted, "maintenance margin taken at entry, where it is taken at mark here", 2)


def _stated_rates(standings: Standings, position: Position, price: Decimal) -> list[Decimal]:
    """The share of the value at a price by the maintenance margin that the venue stated, of now or of the entry."""
    stated = position.stated
    if stated is None or stated.maintenance_margin is None:
        return []
    marked = _basis(standings, position, standings.marks[position.market])
    entered = worth(position.kind, position.quantity, position.entry)
    there = _basis(standings, position, price) / worth(position.kind, position.quantity, price)
    return [stated.maintenance_margin / value * there for value in (marked, entered)]


def percent_of(share: Decimal) -> str:
    """Write a share as a percentage with a few digits."""
    shown = share * 100
    places = DIGITS - 1 - shown.adjusted() if shown else 0
    return f"{grouped(round(shown, min(max(places, 0), DIGITS)))} %"
