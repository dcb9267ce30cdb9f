"""What happens to an account while marks move: who comes to the line, in which order, and who pays, all of it exact.

A position is liquidated when the equity behind it comes to its maintenance margin. On a straight leg of a path both
are lines, so the place where they meet is a root and not a step of a simulation. The solver goes from one such place
to the next: `pieces` and `scope` find when a bucket or a pool touches its line, `ranking` says who in a pool is next,
`steps`, `reductions` and `endings` do what the venue's procedure says (cancel orders, close a part, take over), and
every change of cash is an `Event` with its postings, which sum to nothing (`ledger`). Afterwards `payers` tells whose
cash covered each loss, and `adl` who would be deleveraged first.

In: a `Book` and a `Path`. Out: a `Timeline`, immutable, with each event at an exact place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.cascade.adl import Rank, Winner, ranks
    from isocross.cascade.events import Account, Event, EventKind, Figures, PaidBy, Posting, Tested, realised
    from isocross.cascade.ledger import Ledger
    from isocross.cascade.payers import attributed, bucket_payers, losses, pool_payers
    from isocross.cascade.reductions import restoring, shortage
    from isocross.cascade.solver import Stretch, solve, solve_gap, standing_line
    from isocross.cascade.sources import PoolPayers
    from isocross.cascade.spare import available_cash, initial_margins, spare
    from isocross.cascade.timeline import Timeline
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Account",
    "Event",
    "EventKind",
    "Figures",
    "Ledger",
    "PaidBy",
    "PoolPayers",
    "Posting",
    "Rank",
    "Stretch",
    "Tested",
    "Timeline",
    "Winner",
    "attributed",
    "available_cash",
    "bucket_payers",
    "initial_margins",
    "losses",
    "pool_payers",
    "ranks",
    "realised",
    "restoring",
    "shortage",
    "solve",
    "solve_gap",
    "spare",
    "standing_line",
]
