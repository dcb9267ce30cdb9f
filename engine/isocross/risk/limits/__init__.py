"""Limits: what a desk asks of every account, so that a build fails where one does not hold.

`rules` reads the file of limits. A limit (`kinds`) measures an account and says whether it holds; where it does not,
the verdict names the exact price, who is liquidated first and who pays. `remedies` finds what would make it hold, the
cheapest first: a flip, the account's own cash, a deposit, a cut. Each remedy is judged by the limit itself.

In: accounts and limits. Out: a verdict for each pair, with figures; `words` makes the sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.risk.limits.kinds import Breach, Case, Limit, Measured, Status
    from isocross.risk.limits.remedies import Remedy, remedies
    from isocross.risk.limits.rules import read_limits
    from isocross.risk.limits.verdicts import Verdict, verdict
    from isocross.risk.limits.words import remedy_words, verdict_words
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Breach",
    "Case",
    "Limit",
    "Measured",
    "Remedy",
    "Status",
    "Verdict",
    "read_limits",
    "remedies",
    "remedy_words",
    "verdict",
    "verdict_words",
]
