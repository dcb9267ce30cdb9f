"""What the user does to an account, what of it a scenario plans on a lived path, and how candles are walked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Do(StrEnum):
    """What a user can do to an account."""

    FLIP = "flip"
    ADD_MARGIN = "add-margin"
    REMOVE_MARGIN = "remove-margin"
    SET_LEVERAGE = "set-leverage"
    INCREASE = "increase"
    REDUCE = "reduce"
    CLOSE = "close"
    AUTO_MARGIN = "auto-margin"
    """Let it draw margin by itself, or no more."""
    DEPOSIT = "deposit"
    WITHDRAW = "withdraw"

    @property
    def needs_position(self) -> bool:
        """Whether it is done to one position."""
        return self not in {Do.DEPOSIT, Do.WITHDRAW}

    @property
    def needs_amount(self) -> bool:
        """Whether it has an amount: of money, of base units, or a leverage."""
        return self not in {Do.FLIP, Do.CLOSE, Do.AUTO_MARGIN}


@dataclass(frozen=True, slots=True)
class Move:
    """One move of the user, wherever it is made."""

    do: Do
    position: str | None = None
    """Id of the position; None for the account's cash."""
    amount: Decimal | None = None
    """Money, base units or a leverage; None where there is none."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A move at a place of a lived path, made at the marks of that place."""

    at: Decimal
    move: Move


class CandleOrder(StrEnum):
    """In which order a candle's extremes are walked."""

    NEAR_FIRST = "near-first"
    """The one nearer to the open first; the low where both are as near."""
    LOW_FIRST = "low-first"
    HIGH_FIRST = "high-first"


class PricesAs(StrEnum):
    """How the marks follow the prices of a history."""

    SCALED = "scaled"
    """In proportion, from the workspace's opening marks."""
    REAL = "real"
    """The prices themselves."""
