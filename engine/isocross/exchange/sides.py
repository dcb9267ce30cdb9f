"""What says on which side a position is: words, and signs of amounts. All of them must agree."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.exchange.payload import Node


def signed_side(amount: Decimal) -> str:
    """Name the side that the sign of an amount stands for."""
    return "long" if amount > 0 else "short"


def signed(node: Node) -> dict[str, str]:
    """Read what the sign of an amount says of the side; nothing where there is no amount."""
    amount = node.number()
    return {str(node.path[-1]): signed_side(amount)} if amount else {}


def worded(node: Node, words: Mapping[str, str]) -> dict[str, str]:
    """Read what a word says of the side, by what its venue means with it; nothing where it is none of these."""
    said = node.value.lower() if isinstance(node.value, str) else ""
    return {str(node.path[-1]): words[said]} if said in words else {}


SIDES = {"long": "long", "short": "short", "buy": "long", "sell": "short"}
"""What sides are called, in small letters."""


def agreed(row: Node, sides: Mapping[str, str]) -> str:
    """Take the side on which all that is said of it agrees.

    Raises:
        UnfitError: when nothing is said, or two figures say different things.
    """
    if not sides:
        raise row.unfit("nothing says whether it is long or short", "a side, or an amount with a sign")
    if len(set(sides.values())) > 1:
        told = ", ".join(f"{key} says {side}" for key, side in sides.items())
        raise row.unfit(f"its side contradicts itself: {told}", "one side")
    return next(iter(sides.values()))
