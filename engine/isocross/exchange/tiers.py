"""Whose tiers a market has: those of the venue's shipped table, or one by the rate that the payload states."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal
from enum import StrEnum
from typing import Any

from isocross.exchange.account import Account, Holding, Kind
from isocross.format import grouped
from isocross.money import ONE, ZERO
from isocross.rules.catalogue import listed_market
from isocross.rules.market import Kind as ContractKind
from isocross.rules.market import Ladder, TierKey
from isocross.rules.profile import Profile
from isocross.workspace.markets import listing_of

RATE_GRID = Decimal("1e-8")
GUESSED_RATE = Decimal("0.01")
LEVERAGE_GUESSED = Decimal(200)
"""No highest leverage beyond it is guessed."""
NEARLY = Decimal("0.02")
"""A maintenance margin that is this close to ours, as a share of it, is the same: marks move between two figures."""
LAST_DIGIT = Decimal("0.01")
"""Maintenance margins are rounded to it mostly."""


class Tiers(StrEnum):
    """Which of two tiers that disagree is taken."""

    SHIPPED = "shipped"
    STATED = "stated"


def ladder_for(held: Sequence[Holding], profile: Profile) -> Ladder | None:
    """Find the shipped tiers of a market, or those its venue has by default; None where there are none."""
    kind = held[0].contract
    listed = listing_of(profile, held[0].market, kind)
    tiers = (listed.tiers if listed else None) or profile.default_tiers
    return profile.ladder(tiers, kind) if tiers else None


def highest_leverage(holding: Holding, profile: Profile) -> Decimal | None:
    """Find the highest leverage a position may have, as far as its venue or the payload says."""
    ladder = ladder_for([holding], profile)
    stated = holding.figures.get("max_leverage")
    price = holding.figures.get("entry", holding.figures.get("mark"))
    if ladder is None or price is None:
        return stated
    size = holding.value(price) if ladder.key is TierKey.NOTIONAL else holding.quantity
    listed = listing_of(profile, holding.market, holding.contract)
    cap = listed.max_leverage if listed else None
    most = ladder.max_leverage_at(size)
    return max(ONE, min(most, most if cap is None else cap, most if stated is None else stated))


def tiers_for(
    held: Sequence[Holding], account: Account, profile: Profile, choice: Tiers, way: str
) -> list[dict[str, Any]] | None:
    """Choose the tiers to write for a market; None where the shipped ones stand.

    Args:
        held: the positions in this market.
        account: where what was chosen is told.
        profile: the venue's rules.
        choice: whose tiers are taken where they disagree.
        way: how the others are taken, as an end of a sentence.
    """
    ladder = ladder_for(held, profile)
    said = None if account.literal else _stated(held, profile)
    if ladder is None:
        return [_tier(held, account, said)]
    fits = _allows(held, profile, ladder)
    if said is None or _agrees(said, ladder, profile):
        return None if fits else [_tier(held, account, said)]
    holding, rate, why = said
    ours = _ours(holding, ladder)
    two = f"{grouped(rate * 100)} % {why}, and {grouped(_short(ours) * 100)} % by the tiers that isocross has"
    if choice == Tiers.SHIPPED and fits:
        message = f"{holding.market}: a maintenance margin of {two}: these are taken, as was asked for"
        account.note(Kind.GUESSED, holding.place, message)
        return None
    known = _listed(held, profile)
    switch = way if fits and known else ""
    return [_tier(held, account, said, f", where isocross has {grouped(_short(ours) * 100)} %{switch}")]


def _listed(held: Sequence[Holding], profile: Profile) -> bool:
    listed = listed_market(profile, held[0].market)
    return listed is not None and listed.tiers is not None


def _allows(held: Sequence[Holding], profile: Profile, ladder: Ladder) -> bool:
    """Whether these tiers give every position its leverage."""
    listed = listed_market(profile, held[0].market)
    for holding in held:
        size = holding.value(holding.figures["entry"]) if ladder.key is TierKey.NOTIONAL else holding.quantity
        cap = listed.max_leverage if listed and listed.max_leverage is not None else ladder.max_leverage_at(ZERO)
        if holding.figures["leverage"] > min(cap, ladder.max_leverage_at(size)):
            return False
    return True


_Stated = tuple[Holding, Decimal, str]
"""A position, the maintenance rate that is stated of it, and how."""


def _stated(held: Sequence[Holding], profile: Profile) -> _Stated | None:
    """The first maintenance rate that is stated of a position in this market."""
    for holding in held:
        known = holding.figures
        notional = known.get("notional") or holding.value(known.get("mark", known["entry"]))
        if "first_rate" in known:
            rate, why = known["first_rate"], "by the highest leverage that the venue gives it"
        elif "maintenance_rate" in known:
            rate, why = known["maintenance_rate"], "as the venue gives it"
        elif "maintenance" in known:
            rate, why = known["maintenance"] / notional, "by what the venue asks for now"
            if holding.fee_in_maintenance:
                rate -= profile.close_fee
        else:
            continue
        rate = rate.quantize(RATE_GRID, ROUND_UP).normalize()
        if 0 < rate < 1:
            return holding, rate, why
    return None


def _ours(holding: Holding, ladder: Ladder) -> Decimal:
    """The rate that our tiers ask of a position at its mark, deductions counted in."""
    known = holding.figures
    if "first_rate" in known:
        return ladder.tiers[0].rate
    value = holding.value(known.get("mark", known["entry"]))
    size = value if ladder.key is TierKey.NOTIONAL else holding.quantity
    tier = ladder.tiers[ladder.index_at(size)]
    rate = tier.rate_at(holding.quantity)
    return rate if "maintenance_rate" in known else rate - tier.deduction / size


def _agrees(said: _Stated, ladder: Ladder, profile: Profile) -> bool:
    """Whether our tiers ask for what is stated; an amount may be rounded, and have the fee to close in it."""
    holding, rate, _ = said
    ours, known = _ours(holding, ladder), holding.figures
    if "first_rate" in known or "maintenance_rate" in known:
        return abs(rate - ours) <= RATE_GRID * 10
    value = holding.value(known.get("mark", known["entry"]))
    room = max(NEARLY * ours, LAST_DIGIT / value if holding.contract is ContractKind.LINEAR else ZERO)
    # whether an amount counts the fee to close, some payloads of a venue that does so leave open, and ccxt always
    fee = profile.close_fee if holding.fee_in_maintenance or holding.unified is not None else ZERO
    return any(abs(rate + counted - ours) <= room for counted in (ZERO, fee, -fee))


def _short(rate: Decimal) -> Decimal:
    return rate.quantize(RATE_GRID, ROUND_HALF_EVEN).normalize()


def _tier(held: Sequence[Holding], account: Account, said: _Stated | None, against: str = "") -> dict[str, Decimal]:
    """One tier for every size: by the rate that is stated, else by a guess."""
    rate, why = (said[1], said[2]) if said else (_guessed(held), "as none is given")
    first = held[0]
    highest = max(
        *(holding.figures["leverage"] for holding in held),
        first.figures.get("max_leverage", ONE),
        min(LEVERAGE_GUESSED, (1 / (2 * rate)).to_integral_value(ROUND_HALF_EVEN)),
    )
    message = f"{first.market}: one tier for every size, a maintenance margin of {grouped(rate * 100)} % {why}{against}"
    account.note(Kind.GUESSED, first.place, message)
    return {"from": ZERO, "rate": rate, "max_leverage": highest}


def _guessed(held: Sequence[Holding]) -> Decimal:
    highest = max(holding.figures["leverage"] for holding in held)
    return min(GUESSED_RATE, (1 / (2 * highest)).quantize(RATE_GRID, ROUND_UP)).normalize()
