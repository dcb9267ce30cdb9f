"""What the grid can work out, and what it leaves to the exact engine, in words."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any, Final

from engine.book import Book, Mode, Position
from engine.market import Ladder, Market, Tier, TierMethod
from engine.procedure import Step, StepKind
from engine.venue import Basis, CrossMachine, Netting, Profile, Residual, Victim


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_KNOWN: Final[dict[type, frozenset[str]]] = {
    Profile: _names(
        "id title source as_of cross_machine line maintenance_basis close_fee close_fee_at taker_fee liquidation_fee "
        "tier_method tier_key inverse_tier_key tier_border residual victim steps flip add_margin_to_cross "
        "add_margin_code default_tiers tables unverified overrides settlement_hours funding_hours funding_charge "
        "removal shown pool_residual hedge_mode cross_initial_basis order_reserve order_counts "
        "cancel_before_last_refill auto_replenish adl_formula adl_price "
        # netting has a part in what falls only as `_rare` says
        "netting fee_cap"
    ),
    Market: _names("symbol mark ladder tick lot liquidation_fee"),
    Ladder: _names("tiers key border"),
    # a factor has a part only as `_rare` says
    Tier: _names("start rate max_leverage deduction factor"),
    Position: _names("id market side mode quantity entry leverage given_margin stated"),
    # a cooldown counts only where there is a clock
    Step: _names("kind amount above scope most cooldown"),
    Book: _names("profile wallet markets positions fund strict currency"),
}
"""The fields whose every value is modelled, or has no part in what falls."""
_SWITCHES: Final = (CrossMachine, Basis, Residual, Victim, StepKind)
_MODELLED: Final = _names(
    "pooled top-up mark entry fund user largest-loss largest-maintenance-margin file-order all "
    "tier-down fraction portion restore cancel-orders net-hedges backstop"
)


def unmodelled(book: Book) -> str | None:
    """The first rule of an account that the grid does not model, in words; None when it models them all.

    Only what is known is trusted: a field or a switch that was added to the rules later counts as not modelled
    as soon as an account makes use of it.
    """
    profile = book.profile
    switches = (profile.cross_machine, profile.maintenance_basis, profile.residual, profile.victim)
    for switch in (*switches, *(step.kind for step in profile.steps)):
        if not isinstance(switch, _SWITCHES) or switch.value not in _MODELLED:
            return f"the rule {switch}"
    rare = _rare(book)
    if rare:
        return rare
    held = {position.market: book.market_of(position) for position in book.positions}
    ladders = [market.ladder for market in held.values()]
    tiers = [tier for ladder in ladders for tier in ladder.tiers]
    for thing in (book, profile, *profile.steps, *held.values(), *ladders, *tiers, *book.positions):
        used = _unknown_in_use(thing)
        if used:
            return f"the rule {used}"
    return None


def _rare(book: Book) -> str | None:
    """What is modelled only while it has no part in this account, in words; None where it has none."""
    profile, kinds = book.profile, {step.kind for step in book.profile.steps}
    cross = {(p.market, p.side) for p in book.positions if p.mode is Mode.CROSS}
    hedged = len({market for market, _ in cross}) < len(cross)
    if hedged and (profile.netting is not Netting.NONE or StepKind.NET_HEDGES in kinds):
        return "the rule of hedged pairs"
    if any(_risen(position, book.market_of(position).ladder) for position in book.positions):
        return "a rate that rises with the size"
    jumps = profile.tier_method is TierMethod.FLAT and profile.maintenance_basis is Basis.MARK
    return "a backstop behind tiers that jump" if StepKind.BACKSTOP in kinds and jumps else None


def _risen(position: Position, ladder: Ladder) -> bool:
    """Whether the rate is above its tier's; below that it stays what it is, as quantities only become smaller."""
    return any(tier.rate_at(position.quantity) != tier.rate for tier in ladder.tiers)


def _unknown_in_use(thing: Any) -> str | None:
    known = next(names for kind, names in _KNOWN.items() if isinstance(thing, kind))
    strange = (field for field in fields(thing) if field.name not in known)
    return next((f.name.replace("_", " ") for f in strange if getattr(thing, f.name) != _plain(f)), None)


def _plain(field: Field[Any]) -> Any:
    """The value of a field that says nothing."""
    return field.default if field.default_factory is MISSING else field.default_factory()
