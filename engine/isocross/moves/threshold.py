"""How what backs a position or a pool is told beside the maintenance margin that it has to exceed."""

from __future__ import annotations

from decimal import Decimal

from isocross.format import Amounts


def against(backing: Decimal, need: Decimal, money: Amounts, *, of_assets: bool) -> str:
    """Tell an equity, or what the assets of a pool count, against a maintenance margin."""
    what = "its assets count" if of_assets else "equity"
    return f"{what} {money(backing)} against maintenance margin {money(need)}"
