"""What a venue said of a position when its account was read."""

from __future__ import annotations

from decimal import Decimal

from isocross.records import dataclass


@dataclass(frozen=True, slots=True)
class Stated:
    """What the venue said of a position when its account was read; None: it said nothing."""

    liquidation_price: Decimal | None = None
    """In quote currency; 0: it said that there is none."""
    margin_ratio: Decimal | None = None
    """Maintenance margin ÷ equity."""
    unrealised_pnl: Decimal | None = None
    maintenance_margin: Decimal | None = None
    incomplete: bool = False
    """Whether what was read holds a part of the account only."""
