"""The JSON of the risk desk as types: limits, and a crowd."""

from __future__ import annotations

from typing import Literal

from isocross.report.shapes import Exact, Fault, Format, PaidBy, Shape, Time
from isocross.report.study_shapes import Step
from isocross.risk.limits.kinds import Status

# --- limits --------------------------------------------------------------------------------------


class LimitBreach(Shape):
    """Where a limit is broken."""

    position: str | None
    market: str | None
    price: Exact | None
    time: Time | None
    liquidated: bool
    paid_by: PaidBy | None


class LimitRemedy(Shape):
    """Steps after which a limit holds."""

    kind: Literal["flip", "margin", "cut"]
    steps: list[Step]
    deposit: Exact
    closed: Exact
    text: str


class LimitVerdict(Shape):
    """What a limit says of an account."""

    limit: int
    rule: str
    status: Status
    found: Exact | None
    allowed: Exact | None
    breach: LimitBreach | None
    remedies: list[LimitRemedy]
    left_out: list[Literal["flip", "margin", "cut"]]
    """Remedies whose search was ended: it takes too much work."""
    text: str


class LimitedAccount(Shape):
    """An account with its verdicts."""

    source: str | None
    name: str
    venue: str | None
    limits: list[LimitVerdict]
    warnings: list[str] | None = None
    """Stops that will not be reached; left out where there are none."""


class UnreadAccount(Shape):
    """An account that cannot be read."""

    source: str | None
    name: str
    faults: list[Fault]


class Limits(Shape):
    """Every verdict of every account."""

    format: Format
    ok: bool
    accounts: list[LimitedAccount]
    faults: list[UnreadAccount]
    text: str


# --- adl -----------------------------------------------------------------------------------------


class DepthPoint(Shape):
    """A point of a depth curve."""

    move: Exact
    notional: Exact


class CrowdRound(Shape):
    """One round of a crowd."""

    round: int
    move: Exact
    price: Exact | None
    accounts: int
    closed: int
    sold: Exact
    to_fund: Exact
    holes: Exact
    fund: Exact | None
    needed: Exact


class CrowdHit(Shape):
    """What a winner gives up."""

    account: str
    position: str
    profit: Exact
    equity: Exact
    taken: Exact


class CrowdPolicy(Shape):
    """What winners give up under a policy."""

    policy: str
    needed: Exact
    taken: Exact
    beyond: Exact
    uncovered: Exact
    hit: int
    hardest: Exact | None
    winners: list[CrowdHit]


class Adl(Shape):
    """What becomes of a crowd."""

    format: Format
    market: str
    mark: Exact | None
    currency: str
    accounts: int
    held: Exact
    shock: Exact
    jumps: bool
    depth: list[DepthPoint]
    move: Exact
    cut: bool
    reproduction: Exact
    rounds: list[CrowdRound]
    policies: list[CrowdPolicy]
    faults: list[UnreadAccount]
    model: str
    text: str
