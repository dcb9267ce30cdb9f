"""Accounts as tables of numbers, one account after the other, and what the cascade of one cell keeps of them.

A table is an array of records of numpy, or a list of objects with the same names where nothing is compiled.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Rows: TypeAlias = Any
"""An array of records, or a list of objects."""

POOLED, ISOLATED, REFILLED = 0, 1, 2
"""Where the cash of a position is: in the pool, in a margin of its own, in one that is refilled from unused cash."""
BY_NOTIONAL, BY_QUANTITY, BY_ENTRY = 0, 1, 2
"""What selects the tier: notional at the mark, quantity, notional at entry."""
LARGEST_LOSS, LARGEST_MAINTENANCE, IN_ORDER, ALL_OF_THEM = 0, 1, 2, 3
"""Who of a pool is closed first."""
BACKSTOP, TIER_DOWN, FRACTION, PORTION = 0, 1, 2, 3
"""Steps before a whole position is closed."""

NEVER = 2.0
"""A place beyond the end of the way."""
MOST_ROUNDS = 2000
TINY = 1e-11
"""Amounts smaller than this share of all that is at stake cannot be told from zero."""
NEAR = 1e-9
"""Sizes nearer to each other than this share may be in either order."""
HAIR = 1e-12
MANY = 1e9
"""Lots of a position; from here on one of them is below the precision promised."""
NONE = -1.0
"""A step that does not apply closes this."""


def _record(reals: str, whole: str) -> np.dtype[np.void]:
    return np.dtype([(name, np.float64) for name in reals.split()] + [(name, np.int64) for name in whole.split()])


# An account: its first position, the first with cash of its own, the one after the last; its cash is that of the pool,
# or what is unused; a fee takes at most the closed one's share of the pool; who has the rest of a pool, and of an
# isolated margin; its first step, and the one after the last.
ACCOUNT = _record("cash behind_pool", "begin apart end victim by_share rest_to_fund keeps step end_step cascades")
STEP = _record("amount above most", "kind")
# A position: its PnL counts from `start`; lot 0: none is known; `below`: whether a size that is a border belongs to the
# tier that ends there; `jumps`: whether its requirement is no convex function of its size.
POSITION = _record(
    "sign quantity mark start entry leverage initial fee lot margin", "home size_by below jumps tier end_tier"
)
# A tier: the requirement is fixed + quantity × fixed_each + mark × (moving + quantity × moving_each).
TIER = _record("start fixed fixed_each moving moving_each", "")
# A position in a cascade: `slope` is how far its mark goes over the whole way; `due` where one with cash of its own
# next comes to its line, and `slip` how far off that may be; `floor` is the tier it was last brought down to.
STANDING = _record("quantity margin slope due slip part", "tier floor cut is_open")
# A cascade: how far off amounts may be, and the place; whether floats cannot tell; whether anything was liquidated.
NOW = _record("cash error slip", "unsure acted")
# A cell: which it is, and what becomes of it; the error is how far off its equity may be.
CELL = _record("equity error", "account scenario sure acted survivors")


class Given(NamedTuple):
    """What accounts are at their opening; positions in the order in which their rules leave ties, the pool's first."""

    account: Rows
    step: Rows
    held: Rows
    tier: Rows


class State(NamedTuple):
    """What a cascade has made of an account so far."""

    held: Rows
    now: Rows
    """One row."""


def listed(rows: Rows) -> list[SimpleNamespace]:
    """Make objects of records, which plain Python reads faster."""
    return [SimpleNamespace(**dict(zip(rows.dtype.names, row, strict=True))) for row in rows.tolist()]
