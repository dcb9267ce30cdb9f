"""What a user says beside a payload."""

from __future__ import annotations

from decimal import Decimal

from isocross.exchange.tiers import Tiers
from isocross.exchange.ways import LIBRARY, Ways
from isocross.records import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says beside the payload; None: the payload decides."""

    venue: str | None = None
    wallet: Decimal | None = None
    currency: str | None = None
    leverage: Decimal | None = None
    """Of a position whose payload gives none."""
    name: str = ""
    tiers: Tiers = Tiers.STATED
    """Whose tiers are taken where a rate of the payload and the shipped table disagree."""
    ways: Ways = LIBRARY
    """How the face that asks takes what a payload does not say."""
