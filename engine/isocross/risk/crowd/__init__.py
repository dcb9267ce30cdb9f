"""A crowd: many accounts on one market, the price they drive themselves, one fund, and who is deleveraged.

Each account is rehearsed exactly, once (`population`). What they sell moves the price by a depth curve that the user
gives (`depth`), which liquidates more of them: the rounds go on until nobody new is liquidated (`rounds`). Holes are
paid by one fund, and what it lacks by winners under a policy (`policies`). It is a model and no forecast: nobody else
trades, and what winners give up liquidates nobody.

In: accounts, a move, a fund and a depth. Out: rounds, and for each policy who is hit and by how much more than needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.risk.crowd.depth import Depth, DepthError, parse_depth
    from isocross.risk.crowd.policies import POLICIES, Hit, Winning
    from isocross.risk.crowd.population import Crowd, CrowdError, Member
    from isocross.risk.crowd.rounds import Outcome, Round, Shared, unfold
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "POLICIES",
    "Crowd",
    "CrowdError",
    "Depth",
    "DepthError",
    "Hit",
    "Member",
    "Outcome",
    "Round",
    "Shared",
    "Winning",
    "parse_depth",
    "unfold",
]
