"""A cheap certificate, exact and never optimistic, that nothing can come due while marks stay within ranges.

Inside its tiers the requirement of a position is at most the largest of their lines, which is convex in what one unit
of quantity is worth (the mark, or 1 ÷ mark of an inverse contract), and PnL is a line in it; so the sum over the
positions of one market is at least its smaller value at the two ends of the market's range. A scope whose cash and
those values sum to more than zero is safe (solver.md §1, concavity). What orders hold comes off the cash of a pool
where the venue counts it. That netting lowers a requirement is left out, and so is what a position may draw at its
line: both are on the safe side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from engine.book import Book, Mode, Position
from engine.cascade.ledger import Ledger
from engine.margin import requirement_in_tier, tier_size, unrealised_pnl
from engine.money import ZERO

Ranges = Mapping[str, tuple[Decimal, Decimal]]
"""The lowest and the highest mark, by market."""


def nothing_due(ledger: Ledger, ranges: Ranges) -> bool:
    """Whether every scope is above its line at any marks within the ranges."""
    book = ledger.book
    for index, position in enumerate(ledger.positions):
        bucket = ledger.is_open[index] and book.has_bucket(position)
        if bucket and ledger.margins[index] + _least(book, [position], ranges[position.market]) <= 0:
            return False
    pooled = [] if book.top_up else [ledger.positions[i] for i in ledger.open_in(Mode.CROSS)]
    if not pooled:
        return True
    by_market: dict[str, list[Position]] = {}
    for position in pooled:
        by_market.setdefault(position.market, []).append(position)
    parts = (_least(book, held, ranges[symbol]) for symbol, held in by_market.items())
    return ledger.behind_pool + sum(parts, ZERO) > 0


def _least(book: Book, held: Iterable[Position], within: tuple[Decimal, Decimal]) -> Decimal:
    """A lower bound of PnL − MM of positions of one market while its mark stays in a range."""
    ends = [ZERO, ZERO]
    for position in held:
        ladder = book.market_of(position).ladder
        tiers = [ladder.index_at(tier_size(position, book.profile, mark)) for mark in within]
        lines = [requirement_in_tier(position, book.profile, ladder, t) for t in range(min(tiers), max(tiers) + 1)]
        for end, mark in enumerate(within):
            ends[end] += unrealised_pnl(position, mark) - max(line.at(position.kind, mark) for line in lines)
    return min(ends)
