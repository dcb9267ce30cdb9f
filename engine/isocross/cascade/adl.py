"""Who is deleveraged first: each venue's score of a winning position, and its rank among the account's own.

A venue ranks a winner among everybody's positions on its side. Nobody can know that from outside, so the rank here is
among this account's winners of the same side, and only the score is the venue's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from isocross.account.book import Position
from isocross.account.margin import notional
from isocross.money import ONE, ZERO, exact
from isocross.records import dataclass
from isocross.rules.profile import AdlFormula

LIGHTS = 5


class Winner(NamedTuple):
    """A position with open profit, and what stands behind it. Amounts in the account's currency."""

    position: Position
    mark: Decimal
    pnl: Decimal
    """Unrealised, above zero."""
    cash: Decimal
    """Its bucket, or the cash of its pool."""
    equity: Decimal
    """Cash + unrealised PnL: of the position, or of all of its pool."""
    requirement: Decimal
    """Maintenance margin of what that equity stands for."""
    own_requirement: Decimal

    @property
    def entry_value(self) -> Decimal:
        """Notional at entry, in the account's currency."""
        return notional(self.position, self.position.entry)

    @property
    def mark_value(self) -> Decimal:
        """Notional at the mark, in the account's currency."""
        return notional(self.position, self.mark)


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a winner stands."""

    score: Decimal
    """By the venue's formula; the highest is deleveraged first."""
    factors: Factors
    """What it is the product of."""
    rank: int
    """Among the account's own winners of its side, 1 is the first to go."""
    lights: int
    """One to five, five for the first to go."""


Factors = tuple[tuple[Decimal, Decimal], ...]
"""A score as what is multiplied: numerators and denominators."""


def score_of(factors: Factors) -> Decimal | None:
    """Their product; None where there is none, or a denominator is not above zero: there is no score then."""
    score = ONE
    for numerator, denominator in factors:
        if denominator <= 0:
            return None
        score *= numerator / denominator
    return score if factors else None


def _in_its_favour(w: Winner) -> tuple[Decimal, Decimal]:
    """Mark ÷ entry, for a short the other way round."""
    return (w.mark, w.position.entry) if w.position.side.sign > 0 else (w.position.entry, w.mark)


def _open_ratio(w: Winner) -> Factors:
    """CoinEx: that ratio × effective leverage, open value ÷ margin with its open PnL."""
    return _in_its_favour(w), (w.entry_value, w.equity)


def _margin_ratio(w: Winner) -> Factors:
    """Binance: max(0, U) ÷ max(1, wallet) × (MM ÷ (wallet + U), 0 without equity), as published.

    The least wallet is one dollar: of a coin-margined position there is no score.
    """
    if w.position.inverse:
        return ()
    equity = w.cash + w.pnl
    return (w.pnl, max(ONE, w.cash)), (w.own_requirement, equity) if equity > 0 else (ZERO, ONE)


def _leveraged_return(w: Winner) -> Factors:
    """Bybit: profit ÷ initial margin."""
    return ((w.pnl, w.position.initial_margin),)


def _return_by_ratio(w: Winner) -> Factors:
    """OKX: profit ÷ initial margin, by equity ÷ maintenance margin, of the account in cross."""
    return *_leveraged_return(w), (w.requirement, w.equity)


def _value_share(w: Winner) -> Factors:
    """Hyperliquid: that ratio × notional ÷ account value."""
    return _in_its_favour(w), (w.mark_value, w.equity)


def _effective_leverage(w: Winner) -> Factors:
    """BitMEX: profit ÷ entry value × mark value ÷ (mark value − bankrupt value), which is equity."""
    return (w.pnl, w.entry_value), (w.mark_value, w.equity)


def _profit_leverage(w: Winner) -> Factors:
    """Gate: open profit × leverage."""
    return (w.pnl, ONE), (w.position.leverage, ONE)


def _none(_winner: Winner) -> Factors:
    return ()


FORMULAS: Mapping[AdlFormula, Callable[[Winner], Factors]] = {
    AdlFormula.NONE: _none,
    AdlFormula.OPEN_RATIO: _open_ratio,
    AdlFormula.MARGIN_RATIO: _margin_ratio,
    AdlFormula.LEVERAGED_RETURN: _leveraged_return,
    AdlFormula.RETURN_BY_RATIO: _return_by_ratio,
    AdlFormula.VALUE_SHARE: _value_share,
    AdlFormula.EFFECTIVE_LEVERAGE: _effective_leverage,
    AdlFormula.PROFIT_LEVERAGE: _profit_leverage,
}

WORDS: Mapping[AdlFormula, str] = {
    AdlFormula.OPEN_RATIO: "mark ÷ entry (short: entry ÷ mark) × open value ÷ (margin + PnL)",
    AdlFormula.MARGIN_RATIO: "PnL ÷ wallet × MM ÷ (wallet + PnL)",
    AdlFormula.LEVERAGED_RETURN: "PnL ÷ initial margin",
    AdlFormula.RETURN_BY_RATIO: "PnL ÷ initial margin × MM ÷ equity",
    AdlFormula.VALUE_SHARE: "mark ÷ entry (short: entry ÷ mark) × notional ÷ account value",
    AdlFormula.EFFECTIVE_LEVERAGE: "PnL ÷ entry value × notional ÷ equity behind it",
    AdlFormula.PROFIT_LEVERAGE: "PnL × leverage",
}
"""Each formula as it is read on the page of the arithmetic."""


@exact
def ranks(winners: Mapping[int, Winner], formula: AdlFormula) -> dict[int, Rank]:
    """Score and rank of winners, by index; those without a score are left out. Equal scores have one rank.

    Args:
        winners: the account's positions with open profit, by index.
        formula: the venue's.
    """
    factors = {i: FORMULAS[formula](winner) for i, winner in winners.items()}
    scores = {i: score for i, parts in factors.items() if (score := score_of(parts)) is not None}
    ranked: dict[int, Rank] = {}
    for side in dict.fromkeys(winners[i].position.side for i in scores):
        queue = [i for i in scores if winners[i].position.side is side]
        from_the_top = sorted(-scores[i] for i in queue)
        for i in queue:
            place = bisect_left(from_the_top, -scores[i])
            ranked[i] = Rank(scores[i], factors[i], place + 1, LIGHTS - LIGHTS * place // len(queue))
    return ranked
