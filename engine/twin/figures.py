"""The figures of a variant in the order they are read: what each is called, written, and which is the best."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from engine.numbers import NOTHING, percent
from engine.twin.tally import Tally

FELL: Final = "✕"
"""Stands before what has fallen already."""


@dataclass(frozen=True)
class Figure:
    """One figure of every variant."""

    key: str
    title: str
    meaning: str
    """How it is worked out, in words."""
    write: Callable[[Tally], str]
    value: Callable[[Tally], Decimal]
    """What variants are compared by."""
    best: Literal["most", "least", ""] = ""
    """Which of them is the best; empty: there is none."""
    short: str = ""
    """The title where room is short; empty: the same."""

    def best_of(self, tallies: Iterable[Tally]) -> Decimal | None:
        """The best value; None where no one is better than another."""
        values = [self.value(tally) for tally in tallies]
        if not self.best or len(set(values)) < 2:
            return None
        return max(values) if self.best == "most" else min(values)


def first_fall(tally: Tally) -> str:
    """Who falls first and at what move, or share of the way of per-market shocks; marked once it has happened."""
    fall = tally.first_fall
    if fall is None:
        return NOTHING
    fell = f"{FELL} " if fall.happened else ""
    return f"{fell}{fall.name} {percent(fall.move, plus='+' if tally.frame.ray.is_common else '')}"


def _survivors(tally: Tally) -> str:
    return f"{tally.survivors} of {tally.positions}"


FIGURES = (
    Figure("equity", "equity", "wallet + unrealised PnL of what is open",
           lambda t: t.amounts(t.equity), lambda t: t.equity, "most"),
    Figure("survivors", "survivors", "positions still open, of all there were; a reduced one is open",
           _survivors, lambda t: Decimal(t.survivors), "most"),
    Figure("first_fall", "first to fall", "the first liquidation on the way, and the move it happens at; ✕ once it has",
           first_fall, lambda _: Decimal(0)),
    Figure("lost", "cash lost", "wallet at the opening − wallet now: what is final, and does not come back",
           lambda t: t.amounts(t.lost), lambda t: t.lost, "least"),
    Figure("open_pnl", "open PnL", "equity − wallet: what is still open, and may come back",
           lambda t: t.amounts(t.open_pnl), lambda t: t.open_pnl),
    Figure("if_back", "if prices come back", "wallet now + PnL of what is open, every mark at its opening again; what "
           "fell stays closed, and nothing falls on the way back",
           lambda t: t.amounts(t.if_back), lambda t: t.if_back, "most", "if back"),
    Figure("worst_case", "at worst", "the most that can be lost from the opening: isolated margins, and what cross "
           "positions can reach",
           lambda t: t.amounts(t.worst_case), lambda t: t.worst_case, "least"),
    Figure("fund_paid", "fund paid", "what the insurance fund paid for holes",
           lambda t: t.amounts(t.fund_paid), lambda t: t.fund_paid),
)  # fmt: skip
"""In the order they are read."""
