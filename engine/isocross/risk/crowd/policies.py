"""Policies of deleveraging: what each winner gives up of its open profit when a fund lacks some amount.

The names are those of the literature (Chitra, "Autodeleveraging: Impossibilities and Optimization", arXiv 2512.01112):
a policy gives haircuts to the open profit of winners. The queue takes whole positions, as venues do, and so takes more
than is needed; the others take what is needed to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from isocross.money import ZERO, posting, share
from isocross.records import dataclass


@dataclass(frozen=True)
class Winning:
    """A position with open profit."""

    member: int
    """The number of its account."""
    position: str
    profit: Decimal
    """What it can give up."""
    equity: Decimal
    """Of its account."""
    score: Decimal
    """In the venue's queue; the highest is first."""
    leverage: Decimal
    """Notional by equity."""


@dataclass(frozen=True)
class Hit:
    """What one winner gives up."""

    winner: Winning
    taken: Decimal


Policy = Callable[[Sequence[Winning], Decimal], list[Hit]]
"""The winners and what is needed of them, to what each gives up."""


def _first_ones(ranked: Sequence[Winning], needed: Decimal, *, whole: bool) -> list[Hit]:
    hits: list[Hit] = []
    left = needed
    for winner in ranked:
        if left <= 0:
            break
        profit = posting(winner.profit)
        taken = profit if whole else min(profit, left)
        hits.append(Hit(winner, taken))
        left -= taken
    return hits


def queue(winners: Sequence[Winning], needed: Decimal) -> list[Hit]:
    """Take whole positions by the venue's score until enough is there."""
    return _first_ones(sorted(winners, key=lambda w: (-w.score, w.member, w.position)), needed, whole=True)


def leverage_ranked(winners: Sequence[Winning], needed: Decimal) -> list[Hit]:
    """Take the profit of the highest leverage first, and of the last one only what is needed."""
    return _first_ones(sorted(winners, key=lambda w: (-w.leverage, w.member, w.position)), needed, whole=False)


def pro_rata(winners: Sequence[Winning], needed: Decimal) -> list[Hit]:
    """Take the same share of every profit."""
    profits = [posting(winner.profit) for winner in winners]
    parts = share(min(needed, sum(profits, ZERO)), profits)
    return [Hit(winner, part) for winner, part in zip(winners, parts, strict=True) if part > 0]


def min_max(winners: Sequence[Winning], needed: Decimal) -> list[Hit]:
    """Keep the largest share of equity that anybody gives up as small as it can be.

    Everybody gives up the same share of the equity of its account, but never more than its profit: those whose profit
    is the smallest share give all of it, and the others more.
    """
    hits: list[Hit] = []
    left = min(needed, sum((posting(w.profit) for w in winners), ZERO))
    ranked = sorted(winners, key=lambda w: (w.profit / w.equity, w.member, w.position))
    while ranked and left > 0:
        total = sum((w.equity for w in ranked), ZERO)
        first = ranked[0]
        if left * first.equity < posting(first.profit) * total:
            parts = share(left, [w.equity for w in ranked])
            return hits + [Hit(w, part) for w, part in zip(ranked, parts, strict=True) if part > 0]
        hits.append(Hit(first, posting(first.profit)))
        left -= posting(first.profit)
        ranked = ranked[1:]
    return hits


POLICIES: Mapping[str, Policy] = {
    "queue": queue,
    "pro-rata": pro_rata,
    "min-max": min_max,
    "leverage": leverage_ranked,
}
"""By name."""
