"""Margin of one position at one mark: notional, PnL, maintenance margin, as pure formulas."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.book import Book, Position
from engine.market import Ladder, TierKey
from engine.money import ZERO
from engine.venue import Basis, Profile


def notional(position: Position, mark: Decimal) -> Decimal:
    """Notional = quantity × mark, in quote currency."""
    return position.quantity * mark


def unrealised_pnl(position: Position, mark: Decimal) -> Decimal:
    """Unrealised PnL = side × quantity × (mark − entry); positive is a gain (rules.md §11.2).

    After a settlement it counts from the settlement price (rules.md §1.6).
    """
    return position.side.sign * position.quantity * (mark - position.counts_from)


def initial_margin_at(position: Position, mark: Decimal) -> Decimal:
    """IM at a mark = quantity × mark ÷ leverage, unrounded (rules.md §1.3, the refill target)."""
    return position.quantity * mark / position.leverage


@dataclass(frozen=True, slots=True)
class Requirement:
    """Maintenance margin inside one tier, close fee included: constant + per_mark × mark."""

    constant: Decimal
    per_mark: Decimal

    def at(self, mark: Decimal) -> Decimal:
        """The requirement at a mark, in quote currency."""
        return self.constant + self.per_mark * mark


def moves_through_tiers(profile: Profile) -> bool:
    """Whether the tier of a position changes with its mark."""
    return profile.tier_key is TierKey.NOTIONAL and profile.maintenance_basis is Basis.MARK


def tier_size(position: Position, profile: Profile, mark: Decimal) -> Decimal:
    """The size that selects the tier, in the unit of the profile's tier key."""
    if profile.tier_key is TierKey.QUANTITY:
        return position.quantity
    return position.quantity * (mark if profile.maintenance_basis is Basis.MARK else position.entry)


def tier_at(book: Book, position: Position, mark: Decimal) -> int:
    """Index of the tier in effect for a position at a mark."""
    return book.market_of(position).ladder.index_at(tier_size(position, book.profile, mark))


def requirement_in_tier(position: Position, profile: Profile, ladder: Ladder, tier: int) -> Requirement:
    """Maintenance margin as a line in the mark while this tier is in effect.

    MM = notional × rate − deduction, plus notional × close fee where the venue counts it in the
    trigger (rules.md §11.2). A ladder keyed on quantity has its deduction in base units.
    """
    step = ladder.tiers[tier]
    fee = position.quantity * profile.close_fee
    weight = position.quantity * step.rate
    if profile.tier_key is TierKey.QUANTITY:
        constant, per_price = ZERO, weight - step.deduction
    else:
        constant, per_price = -step.deduction, weight
    if profile.maintenance_basis is Basis.ENTRY:
        return Requirement(constant + per_price * position.entry, fee)
    return Requirement(constant, per_price + fee)


def maintenance_margin(position: Position, profile: Profile, ladder: Ladder, mark: Decimal) -> Decimal:
    """Maintenance margin at a mark, close fee included, in quote currency (rules.md §11.2)."""
    tier = ladder.index_at(tier_size(position, profile, mark))
    return requirement_in_tier(position, profile, ladder, tier).at(mark)
