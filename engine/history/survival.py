"""The highest isolated leverage that lived through a move, opened at the worst moment of a window."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from engine.money import ONE, ZERO, exact
from engine.tables import listed_market
from engine.venue import Profile

SHOWN = Decimal("0.01")
"""A leverage is shown rounded down to this: the one that is read must have lived."""


@exact
def survived_leverage(move: Decimal, rate: Decimal) -> Decimal | None:
    """The leverage below which an isolated position lived through a move against it, without fees.

    A long through a fall d: L = 1 ÷ (1 − (1 − d)(1 − r)); a short through a rise u: L = 1 ÷ ((1 + u)(1 + r) − 1).
    Both are entry, margin and maintenance margin at the far end put equal (scenarios.md §4.3, rules.md §11.2).

    Args:
        move: relative change of the price, negative for the long, positive for the short.
        rate: maintenance margin rate of the venue's first tier, a fraction.

    Returns:
        None where any leverage lived.
    """
    kept = (ONE + move) * (ONE - rate) if move < ZERO else (ONE + move) * (ONE + rate)
    needed = abs(kept - ONE)
    return None if needed == ZERO else ONE / needed


def first_rate(profile: Profile, symbol: str) -> Decimal | None:
    """The maintenance margin rate of a market's first tier at a venue, None where the venue does not know it."""
    listed = listed_market(profile, symbol)
    tiers = (listed.tiers if listed is not None else None) or profile.default_tiers
    return tiers[0].rate if tiers else None


def shown_leverage(leverage: Decimal | None) -> str:
    """A leverage in words, rounded down; no venue has one below 1."""
    if leverage is None:
        return "any"
    return f"{leverage.quantize(SHOWN, ROUND_FLOOR)}x" if leverage >= ONE else "none"
