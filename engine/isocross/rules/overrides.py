"""What a workspace's `[venue]` table changes of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from isocross.money import ZERO, exact
from isocross.rules.declared import Key, keys_of
from isocross.rules.market import Tier, with_deductions
from isocross.rules.profile import CloseFeeAt, Profile
from isocross.toml.amounts import OverrideError, nearest, one_of
from isocross.toml.faults import shown


def changes_of(kind: type = Profile) -> Mapping[str, Key]:
    """What a workspace can change of a profile, by its key in `[venue]`; of a table `flip`, `flip_` and the key."""
    inside = ((key, part) for key in keys_of(kind) if key.type.table for part in keys_of(key.type.table))
    whole = {key.name: key for key in keys_of(kind) if key.rule.changeable}
    return whole | {f"{key.name}_{part.name}": part for key, part in inside if part.rule.changeable}


OVERRIDE_KEYS = tuple(changes_of())
"""The keys a workspace may give in `[venue]` beside `profile`."""


def override(profile: Profile, changes: Mapping[str, object]) -> Profile:
    """Apply a workspace's changes; what was written is kept in `overrides`.

    Raises:
        OverrideError: for the first key no profile has, or value it cannot have.
    """
    if not changes:
        return profile
    known = changes_of(type(profile))
    read: dict[str, Any] = {key: _read(known, key, value) for key, value in changes.items()}
    allowed = read.pop("flip_allowed", profile.flip.allowed)
    fields = {known[key].field: value for key, value in read.items()}
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


def _read(known: Mapping[str, Key], key: str, value: object) -> object:
    """The checked value of one change."""
    if key not in known:
        guess = nearest(key, known)
        hint = f'; did you mean "{guess}"?' if guess else ""
        raise OverrideError(key, f"is not a rule that a file can change{hint}", one_of(known))
    try:
        return known[key].type.read(value)
    except ValueError:
        raise OverrideError(key, f"cannot be {shown(value)}", known[key].type.expected) from None


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
