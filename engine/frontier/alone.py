"""Isolated positions along one axis: each stands alone, so its history depends on one market's move only.

It is solved by the exact engine, once for each direction, and read off at every move of the axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from engine.book import Book, Mode, Position
from engine.cascade.events import Account, Event, EventKind
from engine.cascade.ledger import Ledger
from engine.cascade.solver import solve
from engine.frontier.lines import Flags, Floats
from engine.margin import unrealised_pnl
from engine.money import ONE, ZERO, exact
from engine.path import Ray

EDGE = 1e-9
"""Moves, and places, nearer to each other than this may be in either order."""


@dataclass(frozen=True)
class Credit:
    """What a takeover gives back to the wallet."""

    move: float
    amount: float


@dataclass(frozen=True)
class Alone:
    """The isolated positions of one axis, at each of its moves."""

    equity: Floats
    """Buckets and PnL of those still open."""
    fallen: Floats
    whole: Flags
    edge: Flags
    """Whether a move stands on an event."""
    deaths: tuple[tuple[int, float, int], ...]
    """(direction, move, position) of each fall after the opening."""
    credits: tuple[Credit, ...]


@exact
def alone_along(book: Book, symbol: str, moves: Sequence[Decimal]) -> Alone:
    """Every isolated position of a market at each move of it."""
    positions = {i: p for i, p in enumerate(book.positions) if p.mode is Mode.ISOLATED and p.market == symbol}
    equity, fallen = np.zeros(len(moves)), np.zeros(len(moves))
    whole, edge = np.ones(len(moves), dtype=np.bool_), np.zeros(len(moves), dtype=np.bool_)
    deaths: list[tuple[int, float, int]] = []
    credits: list[Credit] = []
    if positions:
        for direction, end in ((-1, min(*moves, ZERO)), (1, max(*moves, ZERO))):
            glide = _Glide(book, positions, symbol, end)
            columns = [n for n, move in enumerate(moves) if move * direction > 0 or (direction < 0 and move == 0)]
            for n in columns:
                equity[n], fallen[n], whole[n], edge[n] = glide.at(moves[n])
            deaths += [(direction, float(m), i) for m, i in glide.deaths()]
            credits += glide.credits()
    return Alone(equity, fallen, whole, edge, tuple(deaths), tuple(credits))


class _Glide:
    """The isolated positions of a market on its way to one end."""

    def __init__(self, book: Book, positions: dict[int, Position], symbol: str, end: Decimal) -> None:
        self._index = list(positions)
        self._symbol = symbol
        margins = sum((p.margin for p in positions.values()), ZERO)
        self._book = replace(book, positions=tuple(positions.values()), wallet=margins, fund=None)
        timeline = solve(self._book, Ray.towards(self._book, {symbol: end}), ONE)
        self._events: list[tuple[Decimal, Event]] = [(end * event.place, event) for event in timeline.happened]
        self._stages = [Ledger(self._book)]
        for n in range(len(self._events)):
            self._stages.append(Ledger.after(self._book, [event for _, event in self._events[: n + 1]]))

    def at(self, move: Decimal) -> tuple[float, float, bool, bool]:
        """Equity left in buckets, how many fell, whether all are whole, whether an event is at hand."""
        passed = sum(1 for at, _ in self._events if abs(at) <= abs(move))
        edge = any(at != 0 and abs(float(at - move)) < EDGE for at, _ in self._events)
        ledger = self._stages[passed]
        mark = self._book.markets[self._symbol].mark * (1 + move)
        standing = [i for i, is_open in enumerate(ledger.is_open) if is_open]
        equity = sum((ledger.margins[i] + unrealised_pnl(ledger.positions[i], mark) for i in standing), ZERO)
        return float(equity), float(len(ledger.is_open) - len(standing)), passed == 0, edge

    def deaths(self) -> list[tuple[Decimal, int]]:
        """(move, position in the whole book) of each fall after the opening."""
        falls = [(move, e) for move, e in self._events if e.kind is EventKind.LIQUIDATION and e.place > 0]
        return [(move, self._index[e.position]) for move, e in falls if e.position is not None]

    def credits(self) -> list[Credit]:
        """What comes back to the wallet after the opening."""
        back = [
            (float(move), float(leg.amount))
            for move, event in self._events
            for leg in event.postings
            if leg.account is Account.POOL and leg.amount and event.place > 0
        ]
        return [Credit(move, amount) for move, amount in back]
