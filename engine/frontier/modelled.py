"""What the grid can work out, and what it leaves to the exact engine, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from typing import Any, Final

from engine.book import Book, Mode, Position
from engine.declared import declared
from engine.market import Ladder, Market, TierMethod
from engine.netting import opposed
from engine.procedure import StepKind
from engine.venue import Basis, Netting


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_KNOWN: Final[dict[type, frozenset[str]]] = {
    Market: _names("symbol mark ladder tick lot liquidation_fee"),
    Ladder: _names("tiers key border"),
    Position: _names("id market side mode quantity entry leverage given_margin stated"),
    Book: _names("profile wallet markets positions fund strict currency"),
}
"""The fields whose every value is modelled, or has no part in what falls, of what no profile declares."""


def unmodelled(book: Book) -> str | None:
    """The first rule of an account that the grid does not model, in words; None when it models them all.

    Only what is known is trusted: a field or a switch that was added to the rules later counts as not modelled
    as soon as an account makes use of it, unless it is declared as modelled.
    """
    profile = book.profile
    strange = next((choice for part in (profile, *profile.steps) for choice in _strange_choices(part)), None)
    if strange is not None:
        return f"the rule {strange}"
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
    cross = {i: p for i, p in enumerate(book.positions) if p.mode is Mode.CROSS}
    hedges = StepKind.NET_HEDGES in kinds and opposed(cross, Netting.LARGER_LEG)
    if hedges or opposed(cross, profile.netting):
        return "the rule of hedged pairs"
    if any(_risen(position, book.market_of(position).ladder) for position in book.positions):
        return "a rate that rises with the size"
    jumps = profile.tier_method is TierMethod.FLAT and profile.maintenance_basis is Basis.MARK
    return "a backstop behind tiers that jump" if StepKind.BACKSTOP in kinds and jumps else None


def _risen(position: Position, ladder: Ladder) -> bool:
    """Whether the rate is above its tier's; below that it stays what it is, as quantities only become smaller."""
    return any(tier.rate_at(position.quantity) != tier.rate for tier in ladder.tiers)


def _strange_choices(part: Any) -> Iterator[object]:
    """The values of those rules of which only some are modelled, where it is another."""
    for field in fields(part):
        rule, value = declared(field), getattr(part, field.name)
        if rule is not None and isinstance(rule.modelled, tuple) and value not in rule.modelled:
            yield value


def _unknown_in_use(thing: Any) -> str | None:
    known = next((names for kind, names in _KNOWN.items() if isinstance(thing, kind)), frozenset())
    strange = (field for field in fields(thing) if field.name not in known and not _is_modelled(field))
    return next((f.name.replace("_", " ") for f in strange if getattr(thing, f.name) != _plain(f)), None)


def _is_modelled(field: Field[Any]) -> bool:
    rule = declared(field)
    return rule is not None and rule.modelled is not False


def _plain(field: Field[Any]) -> Any:
    """The value of a field that says nothing."""
    return field.default if field.default_factory is MISSING else field.default_factory()
