"""Every figure at one place of a path: what a screen, a report and a script show is read from a frame.

A `Frame` is the account and its figures at a cursor: equity, margin ratio, who is open, at risk or gone, and for each
position the prices at which it ends. `prices` has the liquidation price (only this market moves) and the bankruptcy
price; `triggers` has the joint trigger (all markets move together). `standings` adds
up every open position once for one set of marks; `agreement` holds a venue's own stated figures beside ours and says
why they differ where they do.

In: a book or a ledger, and marks. Out: exact Decimals; None where there is no such price, never a zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.figures.agreement import Compared, all_compared, compared
    from isocross.figures.frame import WARNING_DISTANCE, AccountFrame, Frame, PositionFrame, Status, frame_at
    from isocross.figures.prices import (
        account_worst_case,
        bankruptcy_prices,
        liquidation_prices,
        shown_price,
        worst_case,
    )
    from isocross.figures.standings import Standings, queue_of
    from isocross.figures.triggers import Triggers, joint_falls, triggers_of
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "WARNING_DISTANCE",
    "AccountFrame",
    "Compared",
    "Frame",
    "PositionFrame",
    "Standings",
    "Status",
    "Triggers",
    "account_worst_case",
    "all_compared",
    "bankruptcy_prices",
    "compared",
    "frame_at",
    "joint_falls",
    "liquidation_prices",
    "queue_of",
    "shown_price",
    "triggers_of",
    "worst_case",
]
