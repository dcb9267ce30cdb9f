"""What a workspace's `[venue]` table changes of a profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from engine.market import Tier, TierKey, TierMethod, with_deductions
from engine.money import ZERO, exact
from engine.profile_input import OverrideError, hours, nearest, one_of, rate
from engine.venue import (
    AdlFormula,
    AdlPrice,
    Basis,
    CloseFeeAt,
    CrossMachine,
    FeeCap,
    FundingCharge,
    Line,
    Netting,
    OrderReserve,
    PoolResidual,
    Profile,
    Residual,
    Victim,
)


def _choice(kind: type[StrEnum]) -> Callable[[object], StrEnum]:
    """A reader of one of an enum's names."""

    def read(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in [member.value for member in kind]:
            raise ValueError(one_of(kind))
        return kind(value)

    return read


def _switch(value: object) -> bool:
    """A reader of true and false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


_READERS: Mapping[str, Callable[[object], object]] = {
    "cross_machine": _choice(CrossMachine),
    "line": _choice(Line),
    "maintenance_basis": _choice(Basis),
    "close_fee": rate,
    "close_fee_at": _choice(CloseFeeAt),
    "taker_fee": rate,
    "liquidation_fee": rate,
    "tier_method": _choice(TierMethod),
    "tier_key": _choice(TierKey),
    "residual": _choice(Residual),
    "victim": _choice(Victim),
    "settlement_hours": hours,
    "funding_hours": hours,
    "funding_charge": _choice(FundingCharge),
    "cross_initial_basis": _choice(Basis),
    "order_reserve": _choice(OrderReserve),
    "order_counts": _switch,
    "cancel_before_last_refill": _switch,
    "hedge_mode": _switch,
    "netting": _choice(Netting),
    "pool_residual": _choice(PoolResidual),
    "fee_cap": _choice(FeeCap),
    "auto_replenish": _switch,
    "adl_formula": _choice(AdlFormula),
    "adl_price": _choice(AdlPrice),
    "add_margin_to_cross": _switch,
    "flip_allowed": _switch,
}

OVERRIDE_KEYS = tuple(_READERS)
"""The keys a workspace may give in `[venue]` beside `profile`."""


def override(profile: Profile, changes: Mapping[str, object]) -> Profile:
    """Apply a workspace's changes; what was written is kept in `overrides`.

    Raises:
        OverrideError: for the first key no profile has, or value it cannot have.
    """
    if not changes:
        return profile
    fields: dict[str, Any] = {key: _read(key, value) for key, value in changes.items()}
    allowed = fields.pop("flip_allowed", profile.flip.allowed)
    if allowed is not profile.flip.allowed:
        says = "the file of this account sets flip_allowed"
        fields["flip"] = replace(profile.flip, allowed=allowed, code=None, says=says)
    if fields.get("tier_key", profile.tier_key) is not profile.tier_key:
        # another key that a file gives is that of all its contracts
        fields["inverse_tier_key"] = None
    if fields.get("close_fee", profile.close_fee) != profile.close_fee:
        # another rate that a file gives is counted in the trigger as it stands
        fields.setdefault("close_fee_at", CloseFeeAt.MARK)
    written = {**dict(profile.overrides), **changes}
    changed = replace(profile, **fields, overrides=tuple(written.items()))
    return replace(changed, default_tiers=_default_tiers(profile, changed))


def _read(key: str, value: object) -> object:
    """The checked value of one change."""
    reader = _READERS.get(key)
    if reader is None:
        guess = nearest(key, OVERRIDE_KEYS)
        hint = f'; did you mean "{guess}"?' if guess else ""
        raise OverrideError(key, f"is not a rule that a file can change{hint}", one_of(OVERRIDE_KEYS))
    try:
        return reader(value)
    except ValueError as fault:
        shown = f'"{value}"' if isinstance(value, str) else str(value)
        raise OverrideError(key, f"cannot be {shown}", str(fault)) from None


@exact
def _default_tiers(profile: Profile, changed: Profile) -> tuple[Tier, ...]:
    """The default tiers under the changed rules.

    Borders in the unit of another key would be misread: with more than one tier there is no default then.
    """
    tiers = profile.default_tiers
    if changed.tier_key is not profile.tier_key and len(tiers) > 1:
        return ()
    if changed.tier_method is profile.tier_method:
        return tiers
    bare = tuple((replace(tier, deduction=ZERO), False) for tier in tiers)
    return with_deductions(bare, changed.tier_method)
