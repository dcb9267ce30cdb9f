"""A futures account as it stands: its cash, its positions, its resting orders, and what each asks for at a mark.

The `Book` is the account at its opening marks: immutable, so that an edit makes another one. A `Position` has a side,
a quantity, an entry, a leverage and a `Mode`: isolated, with a bucket of its own, or cross, backed by the pool. The
formulas of `margin` are pure: notional, unrealised PnL, initial and maintenance margin of one position at one mark,
for linear and inverse contracts alike. `orders` says what cash a resting order holds, `checks` what a venue would not
allow of this account although it can be rehearsed.

In: a venue's rules and what was entered. Out: amounts as exact Decimals. Nothing happens here; what happens when
marks move is `isocross.cascade`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.account.book import Book, Mode, Order, Position, Side, market_names
    from isocross.account.checks import breaches, remarks
    from isocross.account.margin import (
        Requirement,
        close_fee,
        close_fee_rate,
        free_legs,
        initial_margin_at,
        maintenance_margin,
        moves_through_tiers,
        notional,
        opposed,
        price_after,
        quantity_of,
        requirement_in_tier,
        tier_at,
        tier_size,
        unrealised_pnl,
        worth,
    )
    from isocross.account.orders import leverage_of, open_loss, reserve_of
    from isocross.account.stated import Stated
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Book",
    "Mode",
    "Order",
    "Position",
    "Requirement",
    "Side",
    "Stated",
    "breaches",
    "close_fee",
    "close_fee_rate",
    "free_legs",
    "initial_margin_at",
    "leverage_of",
    "maintenance_margin",
    "market_names",
    "moves_through_tiers",
    "notional",
    "open_loss",
    "opposed",
    "price_after",
    "quantity_of",
    "remarks",
    "requirement_in_tier",
    "reserve_of",
    "tier_at",
    "tier_size",
    "unrealised_pnl",
    "worth",
]
