"""Variants in words: their figures in the order they are read, where one leaves more, and why one cannot be set up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final, Literal

from isocross.cascade.timeline import Timeline
from isocross.format import NOTHING, Amounts, percent
from isocross.paths.glide import Glide
from isocross.paths.shock import Shock
from isocross.records import dataclass
from isocross.rules.catalogue import ProfileError, load_profile
from isocross.studies.twin import Comparison, Result, Tally, Variant
from isocross.words.worst import leaves_prices_out

FELL: Final = "✕"
"""Before what is liquidated already."""


@dataclass(frozen=True)
class Figure:
    """One figure of every variant."""

    key: str
    title: str
    meaning: str
    """How it is worked out, in words."""
    write: Callable[[Tally], str]
    value: Callable[[Tally], Decimal | None]
    """What variants are compared by; None: it does not compare with the others."""
    best: Literal["most", "least", ""] = ""
    """Which of them is the best; empty: there is none."""
    short: str = ""
    """The title where room is short; empty: the same."""

    def best_of(self, tallies: Iterable[Tally]) -> Decimal | None:
        """The best value; None where no one is better than another, or one does not compare."""
        found = [self.value(tally) for tally in tallies]
        values = [value for value in found if value is not None]
        if not self.best or len(values) < len(found) or len(set(values)) < 2:
            return None
        return max(values) if self.best == "most" else min(values)


def first_fall(tally: Tally) -> str:
    """Who falls first and at what move, or share of the way of per-market shocks; marked once it has happened."""
    fall = tally.first_fall
    if fall is None:
        return NOTHING
    fell = f"{FELL} " if fall.happened else ""
    return f"{fell}{fall.name} {percent(fall.move, plus='+' if tally.frame.path.is_common else '')}"


def _survivors(tally: Tally) -> str:
    return f"{tally.survivors} of {tally.positions}"


FIGURES = (
    Figure("equity", "equity", "wallet + unrealised PnL of open positions",
           lambda t: t.amounts(t.equity), lambda t: t.equity, "most"),
    Figure("survivors", "survivors", "open positions, of all at the opening; a reduced one is open, one that an order "
           "closed is not",
           _survivors, lambda t: Decimal(t.survivors), "most"),
    Figure("first_fall", "liquidated first", "the first liquidation on the way, and its move; ✕ once it has happened",
           first_fall, lambda _: Decimal(0)),
    Figure("lost", "lost from wallet", "wallet at the opening − wallet now, negative: gained; it is final",
           lambda t: t.amounts(t.lost), lambda t: t.lost, "least"),
    Figure("open_pnl", "open PnL", "equity − wallet: not final, and may come back",
           lambda t: t.amounts(t.open_pnl), lambda t: t.open_pnl),
    Figure("if_back", "if prices come back", "equity with every mark back at its opening; "
           "liquidated positions stay closed, and the way back can liquidate more",
           lambda t: t.amounts(t.if_back), lambda t: t.if_back, "most", "if back"),
    Figure("worst_case", "worst case", "the most that can be lost from the opening: isolated margins, and what cross "
           "positions can reach; what coins themselves lose in price is not counted",
           lambda t: t.amounts(t.worst_case), lambda t: None if leaves_prices_out(t.frame) else t.worst_case, "least"),
    Figure("fund_paid", "fund paid", "what the insurance fund paid for holes",
           lambda t: t.amounts(t.fund_paid), lambda t: t.fund_paid),
)  # fmt: skip
"""In the order they are read."""


def refusal_words(side: Result) -> str:
    """Why a variant cannot be set up; empty where it can."""
    return "" if side.tally else not_set_up(side.variant.title, side.variant.refusal)


def not_set_up(title: str, why: str) -> str:
    """That the account cannot be held in the way of this title, as a sentence."""
    way = title if title.startswith("under ") else f"with {title}"
    return f"The account cannot be set up {way}: {why}."


def refusals_words(variants: Iterable[Variant]) -> list[str]:
    """Why variants cannot be set up, in one sentence for all venues that refuse for the same reason."""
    titles: dict[str, list[Variant]] = {}
    for variant in variants:
        if variant.rehearsal is None:
            titles.setdefault(_whoever(variant), []).append(variant)
    return [
        not_set_up(alike[0].title, alike[0].refusal)
        if len(alike) == 1
        else f"The account cannot be set up under {', '.join(each.venue for each in alike)}: {why}."
        for why, alike in titles.items()
    ]


def _whoever(variant: Variant) -> str:
    """Why a variant is refused, without the name of its venue."""
    try:
        title = load_profile(variant.venue).title
    except ProfileError:
        return variant.refusal
    return variant.refusal.replace(title, "these venues")


def crossover_words(compared: Comparison, shock: Shock, *, brief: bool = False) -> str:
    """From where on the isolated one leaves more; what both leave there, at the shock, and if prices come back.

    Args:
        compared: the two.
        shock: where the shock stands.
        brief: without what they leave at the shock.
    """
    rehearsal = compared.isolated.variant.rehearsal
    if rehearsal is None or compared.cross.variant.rehearsal is None:
        return refusal_words(compared.isolated) or refusal_words(compared.cross)
    where = _where(compared, rehearsal.whole(shock))
    said = f"On a glide, {where}" if rehearsal.jumps else begun(where)
    if brief:
        return said
    at = "After the gap to" if rehearsal.jumps else "At"
    return f"{said} {_at_the_shock(compared, shock, at, rehearsal.book.whole_amounts)}".rstrip()


def _where(compared: Comparison, glide: Timeline[Glide]) -> str:
    one, other = compared.called
    found = compared.crossing
    if found is None:
        how = "leave the same" if compared.alike else "never leaves more than"
        pair = f"{one} and {other} {how}" if compared.alike else f"{one} {how} {other}"
        return f"{pair} all the way to {place_words(glide.path.move(glide.limit), glide, 0)}."
    # where both leave the same at its beginning, that is no part of the stretch
    tie = glide.book.whole_amounts(found.leads) == glide.book.whole_amounts(found.other)
    first, *more = (_stretch(spell, glide, tie=tie and not i) for i, spell in enumerate(found.spells))
    if len(more) > 1:
        more = [f"on {len(more)} more stretches, the last {more[-1]}"]
    begins, ends = found.spells[0]
    # of a stretch with two ends it is told at which of them
    there = "at that move" if not more and ends is None else f"at {_start(begins, glide)}"
    told = _against(found.leads, found.other, f"{there} both leave", f"{there} it leaves", glide.book.whole_amounts)
    return f"{' and '.join([first, *more])}, {one} leaves more than {other}: {told}."


def _stretch(spell: tuple[Decimal, Decimal | None], glide: Timeline[Glide], *, tie: bool) -> str:
    begins, ends = spell
    start = _start(begins, glide)
    if ends is None:
        return f"beyond {start}" if tie and begins else f"from {start} on"
    return f"between {start} and {place_words(ends, glide)}" if tie else f"from {start} to {place_words(ends, glide)}"


def _start(begins: Decimal, glide: Timeline[Glide]) -> str:
    return place_words(begins, glide) if begins else "the opening"


def place_words(move: Decimal, glide: Timeline[Glide], places: int = 1) -> str:
    """A place of a glide: the common move, or the share of the way that per-market shocks have gone."""
    return percent(move, places, plus="+") if glide.path.is_common else f"{percent(move, places)} of the way"


def _at_the_shock(compared: Comparison, shock: Shock, at: str, money: Amounts) -> str:
    one, other = compared.isolated.tally, compared.cross.tally
    if one is None or other is None or not shock:
        return ""
    place = percent(shock, plus="+") if isinstance(shock, Decimal) else "the end"
    now = _against(one.equity, other.equity, "both leave", "it leaves", money)
    back = _against(one.if_back, other.if_back, "both leave", "", money)
    return f"{at} {place} {now}; if prices come back, {back}."


def _against(one: Decimal, other: Decimal, both: str, each: str, money: Amounts) -> str:
    """Two amounts, as one where they read the same."""
    if money(one) == money(other):
        return f"{both} {money(one)}"
    return f"{each} {money(one)} against {money(other)}".lstrip()


def begun(words: str) -> str:
    """Words with a capital letter, the rest as it is."""
    return words[:1].upper() + words[1:]
