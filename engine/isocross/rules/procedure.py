"""The steps of a venue's liquidation procedure, as its profile lists them (page `venues`)."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from isocross.money import ZERO
from isocross.records import dataclass
from isocross.rules.declared import rule
from isocross.rules.value_types import Positive, Size


class CancelScope(StrEnum):
    """Which resting orders a venue cancels before it liquidates (page `venues`)."""

    MARKET = "market"
    """Those of the market of the position at its line."""
    ACCOUNT = "account"
    """A pool at its line: all; an isolated position: those of its market."""
    COIN = "coin"
    """All of the margin coin, whatever stands at its line."""


class StepKind(StrEnum):
    """What a venue does before it closes a whole position (page `venues`)."""

    CANCEL_ORDERS = "cancel-orders"
    """Cancels resting orders, whose reserves are free again."""
    NET_HEDGES = "net-hedges"
    """Closes opposite cross positions of one market against each other, at the mark and without a fee."""
    BACKSTOP = "backstop"
    """Equity below this share of MM: a vault takes all, and what is left of the margin with it."""
    TIER_DOWN = "tier-down"
    """Just below the border of a tier that lies this many tiers lower; not where there are not as many."""
    FRACTION = "fraction"
    """This share of the position where its notional is above a size: once, or once a cooldown (Hyperliquid's docs)."""
    PORTION = "portion"
    """This share of the position or what is worth a size, the more of the two, time and again (dYdX's code)."""
    RESTORE = "restore"
    """As much as brings what is tested to its line plus this share of its notional; a small position goes whole.

    A pool that was liquidated is done with only there, so the next position follows (Drift's code).
    """


@dataclass(frozen=True)
class Step:
    """One step of a liquidation procedure."""

    kind: StepKind = field(
        metadata=rule(
            "the step",
            modelled=(
                StepKind.CANCEL_ORDERS,
                StepKind.NET_HEDGES,
                StepKind.BACKSTOP,
                StepKind.TIER_DOWN,
                StepKind.FRACTION,
                StepKind.PORTION,
                StepKind.RESTORE,
            ),
        )
    )
    amount: Positive = field(
        default=ZERO,
        metadata=rule(
            "tiers, or a share of the position, of maintenance margin (backstop), or of the notional kept above it "
            "(restore)",
            optional=True,
            modelled=True,
        ),
    )
    above: Size = field(
        default=ZERO,
        metadata=rule(
            "the notional above which it applies (fraction, portion, restore); up to it the whole is closed",
            optional=True,
            modelled=True,
        ),
    )
    most: Positive | None = field(
        default=None,
        metadata=rule("the most notional of a portion. Default: no limit", optional=True, modelled=True),
    )
    # a cooldown counts only where there is a clock, which the frontier's glides have not
    cooldown: Positive | None = field(
        default=None,
        metadata=rule(
            "the seconds after a fraction in which the account's positions are closed whole. Default, and on a path "
            "without a clock: a position has a fraction once",
            optional=True,
            modelled=True,
        ),
    )
    scope: CancelScope | None = field(
        default=None, metadata=rule("which orders are cancelled", optional=True, modelled=True)
    )
