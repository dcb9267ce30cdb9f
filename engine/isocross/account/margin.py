"""What one position asks for at one mark: notional, PnL, margins and fee to close, as pure formulas.

What one unit of quantity is worth is the mark of a linear contract and 1 ÷ mark of an inverse one; in that worth every
formula here is a line, for both kinds of contract alike. Where a venue nets opposite cross positions, only the larger
side is asked for margin (`Sides`, `free_legs`: Kraken's and Gate's help).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from isocross.account.book import Book, Mode, Position, Side
from isocross.money import MONEY_GRID, ONE, ZERO
from isocross.records import dataclass
from isocross.rules.market import Kind, Ladder, TierKey
from isocross.rules.profile import Basis, CloseFeeAt, CrossMachine, Netting, Profile
from isocross.rules.underlying import underlying_of

# in CPython 3.11 a look into an enum takes longer than the arithmetic beside it
_INVERSE, _BY_QUANTITY, _AT_MARK = Kind.INVERSE, TierKey.QUANTITY, Basis.MARK


def worth(kind: Kind, quantity: Decimal, price: Decimal) -> Decimal:
    """What a quantity is worth at a price, in the account's currency: quantity × price, inverse quantity ÷ price."""
    return quantity / price if kind is _INVERSE else quantity * price


def quantity_of(kind: Kind, amount: Decimal, price: Decimal) -> Decimal:
    """The quantity that is worth this amount of the account's currency at a price."""
    return amount * price if kind is _INVERSE else amount / price


def notional(position: Position, mark: Decimal) -> Decimal:
    """Notional = quantity × mark, in the account's currency; inverse: quantity ÷ mark."""
    return worth(position.kind, position.quantity, mark)


def unrealised_pnl(position: Position, mark: Decimal) -> Decimal:
    """Unrealised PnL = side × quantity × (mark − entry); positive is a gain.

    After a settlement it counts from the settlement price (CoinEx's help). Inverse: side × quantity ×
    (1/entry − 1/mark), in the coin, as one quotient.
    """
    start = position.counts_from
    if position.inverse:
        return position.exposure * (start - mark) / (mark * start)
    return position.exposure * (mark - start)


def price_after(kind: Kind, price: Decimal, gained: Decimal, held: Decimal) -> Decimal | None:
    """The price at which an exposure has gained this much since `price`; None when there is no such price.

    Linear: price + gained ÷ exposure. Inverse: 1/P = 1/price + gained ÷ exposure.
    """
    if held == 0:
        return None
    if kind is Kind.LINEAR:
        found = price + gained / held
        return found if found > 0 else None
    under = (held + gained * price) * (1 if held > 0 else -1)
    return abs(held) * price / under if under > 0 else None


def initial_margin_at(position: Position, mark: Decimal) -> Decimal:
    """IM at a mark = notional ÷ leverage, unrounded (CoinEx's help)."""
    return notional(position, mark) / position.leverage


@dataclass(slots=True)
class Requirement:
    """Maintenance margin inside one tier, close fee included: constant + per_worth × worth of one unit."""

    constant: Decimal
    per_worth: Decimal

    def at(self, kind: Kind, mark: Decimal) -> Decimal:
        """The requirement at a mark, in the account's currency."""
        return self.constant + worth(kind, self.per_worth, mark)


NOTHING = Requirement(ZERO, ZERO)
"""What is asked of a position that a larger one stands against (netting)."""


def moves_through_tiers(profile: Profile, kind: Kind) -> bool:
    """Whether the tier of a contract changes with its mark."""
    return profile.maintenance_basis is _AT_MARK and profile.tier_key_of(kind) is not _BY_QUANTITY


def tier_size(position: Position, profile: Profile, mark: Decimal) -> Decimal:
    """The size that selects the tier, in the unit of the profile's tier key."""
    if profile.tier_key_of(position.kind) is _BY_QUANTITY:
        return position.quantity
    return worth(position.kind, position.quantity, mark if profile.maintenance_basis is _AT_MARK else position.entry)


def tier_at(book: Book, position: Position, mark: Decimal) -> int:
    """Index of the tier in effect for a position at a mark."""
    return book.markets[position.market].ladder.index_at(tier_size(position, book.profile, mark))


def close_fee_rate(position: Position, profile: Profile) -> Decimal:
    """The fee to close that counts in the trigger, as a rate on the notional (Bybit's help).

    Where it lies beside the margin it is nothing for a position with a bucket, which has it on both sides of the line.
    At the bankruptcy price it does so too, and a pooled one is asked for it at entry × (1 ∓ 1 ÷ leverage), whatever the
    mark: a rate on the notional at entry, of an inverse contract with the sign the other way round.
    """
    if profile.close_fee_at is CloseFeeAt.MARK or not profile.close_fee:
        return profile.close_fee
    if position.mode is Mode.ISOLATED or profile.cross_machine is CrossMachine.TOP_UP:
        return ZERO
    if profile.close_fee_at is CloseFeeAt.BESIDE_MARGIN:
        return profile.close_fee
    # on a grid, or sums of what it is multiplied with would not cancel to the last digit
    lost = (ONE / position.leverage).quantize(MONEY_GRID)
    return profile.close_fee * (ONE - lost if position.exposure > 0 else ONE + lost)


def close_fee(position: Position, profile: Profile, mark: Decimal) -> Decimal:
    """The fee to close that counts in the trigger at a mark, in the account's currency."""
    fixed = profile.close_fee_at is CloseFeeAt.BANKRUPTCY
    return close_fee_rate(position, profile) * notional(position, position.entry if fixed else mark)


def requirement_in_tier(position: Position, profile: Profile, ladder: Ladder, tier: int) -> Requirement:
    """Maintenance margin as a line in the worth of one unit while this tier is in effect.

    MM = notional × rate − deduction, plus notional × close fee where the venue counts it in the
    trigger. A ladder keyed on quantity has its deduction in units of quantity.
    """
    step = ladder.tiers[tier]
    fee = position.quantity * close_fee_rate(position, profile) if profile.close_fee else ZERO
    weight = position.quantity * (step.rate_at(position.quantity) if step.factor else step.rate)
    if profile.tier_key_of(position.kind) is _BY_QUANTITY:
        constant, per_worth = ZERO, weight - step.deduction
    else:
        constant, per_worth = -step.deduction, weight
    if fee and profile.close_fee_at is CloseFeeAt.BANKRUPTCY:
        constant, fee = constant + worth(position.kind, fee, position.entry), ZERO
    if profile.maintenance_basis is _AT_MARK:
        return Requirement(constant, per_worth + fee if fee else per_worth)
    return Requirement(constant + worth(position.kind, per_worth, position.entry), fee)


def maintenance_margin(position: Position, profile: Profile, ladder: Ladder, mark: Decimal) -> Decimal:
    """Maintenance margin at a mark, close fee included, in the account's currency."""
    return requirement_at(position, profile, ladder, mark).at(position.kind, mark)


def requirement_at(position: Position, profile: Profile, ladder: Ladder, mark: Decimal) -> Requirement:
    """Maintenance margin as that line in the tier that is in effect at a mark."""
    return requirement_in_tier(position, profile, ladder, ladder.index_at(tier_size(position, profile, mark)))


class OpposedSides(NamedTuple):
    """The longs and the shorts that stand against each other, by index."""

    longs: tuple[int, ...]
    shorts: tuple[int, ...]


def stands_with(position: Position, netting: Netting) -> object:
    """What a position has in common with those that it can stand against: its market, or its underlying."""
    of_one = netting is Netting.LARGER_LEG
    return position.market if of_one else underlying_of(position.market, position.kind)


def opposed(positions: Mapping[int, Position], netting: Netting) -> tuple[OpposedSides, ...]:
    """Where positions on one pool stand against each other: in one market, or in all contracts of an underlying."""
    if netting is Netting.NONE:
        return ()
    found: dict[object, tuple[list[int], list[int]]] = {}
    for index, position in positions.items():
        sides = found.setdefault(stands_with(position, netting), ([], []))
        sides[0 if position.side is Side.LONG else 1].append(index)
    return tuple(OpposedSides(tuple(longs), tuple(shorts)) for longs, shorts in found.values() if longs and shorts)


def free_legs(positions: Mapping[int, Position], netting: Netting, asked: Callable[[int], Decimal]) -> frozenset[int]:
    """The positions that need no margin, by index: the smaller side, equal the shorts.

    Of a market it is the side with the smaller quantity, which stays the same along a path until an event changes one;
    of an underlying the side that is asked for less.

    Args:
        positions: the open positions that stand on one pool, by index.
        netting: the venue's switch.
        asked: the margin that a position would be asked for without netting.
    """
    of_one = netting is Netting.LARGER_LEG

    def size(side: tuple[int, ...]) -> Decimal:
        return sum((positions[i].quantity if of_one else asked(i) for i in side), ZERO)

    sides = opposed(positions, netting)
    return frozenset(i for longs, shorts in sides for i in (longs if size(longs) < size(shorts) else shorts))
