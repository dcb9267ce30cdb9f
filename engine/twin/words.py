"""Sentences about variants: from where on one leaves more than another, and why one cannot be set up."""

from __future__ import annotations

from decimal import Decimal

from engine.cascade.timeline import Timeline
from engine.numbers import Amounts, percent
from engine.path import Ray
from engine.scene import Shock
from engine.twin.sides import Comparison, Result
from engine.workspace.model import PathKind


def refusal_words(side: Result) -> str:
    """Why a variant cannot be set up; empty where it can."""
    variant = side.variant
    return "" if side.tally else f"{begun(variant.title)} cannot be set up: {variant.refusal}."


def crossover_words(compared: Comparison, shock: Shock, *, brief: bool = False) -> str:
    """From where on the isolated one leaves more; what both leave there, at the shock, and if prices come back.

    Args:
        compared: the two.
        shock: where the shock stands.
        brief: without what they leave at the shock.
    """
    scene = compared.isolated.variant.scene
    if scene is None or compared.cross.variant.scene is None:
        return refusal_words(compared.isolated) or refusal_words(compared.cross)
    where = _where(compared, scene.whole(shock))
    gap = scene.kind is PathKind.GAP
    said = f"On a glide, {where}" if gap else begun(where)
    if brief:
        return said
    at = "After the gap to" if gap else "At"
    return f"{said} {_at_the_shock(compared, shock, at, scene.book.amounts)}".rstrip()


def _where(compared: Comparison, glide: Timeline[Ray]) -> str:
    one, other = compared.called
    found = compared.crossing
    if found is None:
        how = "leave the same" if compared.alike else "never leaves more than"
        pair = f"{one} and {other} {how}" if compared.alike else f"{one} {how} {other}"
        return f"{pair} all the way to {place_words(glide.ray.move(glide.limit), glide, 0)}."
    first, *more = (_stretch(spell, glide) for spell in found.spells)
    if len(more) > 1:
        more = [f"on {len(more)} more stretches, the last {more[-1]}"]
    there = "where that begins" if more else "there"
    told = _against(found.leads, found.other, f"{there} both leave", f"{there} it leaves", glide.book.amounts)
    return f"{' and '.join([first, *more])}, {one} leaves more than {other}: {told}."


def _stretch(spell: tuple[Decimal, Decimal | None], glide: Timeline[Ray]) -> str:
    begins, ends = spell
    start = place_words(begins, glide) if begins else "the opening"
    return f"from {start} {'on' if ends is None else f'to {place_words(ends, glide)}'}"


def place_words(move: Decimal, glide: Timeline[Ray], places: int = 1) -> str:
    """A place of a glide: the common move, or the share of the way that per-market shocks have gone."""
    return percent(move, places, plus="+") if glide.ray.is_common else f"{percent(move, places)} of the way"


def _at_the_shock(compared: Comparison, shock: Shock, at: str, money: Amounts) -> str:
    one, other = compared.isolated.tally, compared.cross.tally
    if one is None or other is None or not shock:
        return ""
    place = percent(shock, plus="+") if isinstance(shock, Decimal) else "the end"
    now = _against(one.equity, other.equity, "both leave", "it leaves", money)
    back = _against(one.if_back, other.if_back, "both", "", money)
    return f"{at} {place} {now}; if prices come back, {back}."


def _against(one: Decimal, other: Decimal, both: str, each: str, money: Amounts) -> str:
    """Two amounts, as one where they read the same."""
    if money(one) == money(other):
        return f"{both} {money(one)}"
    return f"{each} {money(one)} against {money(other)}".lstrip()


def begun(words: str) -> str:
    """Words with a capital letter, the rest as it is."""
    return words[:1].upper() + words[1:]
