"""The screen itself: scenarios that are asked of accounts, a block of accounts at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal

import numpy as np

from isocross.account.book import Book
from isocross.money import ONE, ZERO
from isocross.records import dataclass
from isocross.risk.moves import Moves
from isocross.risk.screen.arrays import Block, Floats, Ints, Table, block_of, knows
from isocross.risk.screen.calm import Flags, calm_cells
from isocross.risk.screen.compiled import HAS_NUMBA
from isocross.risk.screen.kernel import run_cells
from isocross.risk.screen.layout import CELL, Given, State, listed

AT_ONCE = 2_000_000
"""Positions times scenarios that are worked out together: a bound on memory."""

Asked = tuple[Book, Mapping[str, Decimal]]
"""An account, and its betas."""


@dataclass(frozen=True)
class Verdicts:
    """What the screen says of accounts (rows) under scenarios (columns)."""

    sure: Flags
    """Whether floats can tell what happens; the rest counts only where they can."""
    calm: Flags
    """Whether nothing happens."""
    acted: Flags
    """Whether a position is liquidated, in whole or in part."""
    survivors: Ints
    equity: Floats
    error: Floats
    """How far off the equity may be."""

    @classmethod
    def blank(cls, accounts: int, scenarios: int) -> Verdicts:
        """Nothing is said of any."""
        shape = (accounts, scenarios)
        sure, calm, acted = (np.zeros(shape, dtype=np.bool_) for _ in range(3))
        return cls(sure, calm, acted, np.zeros(shape, dtype=np.int64), np.zeros(shape), np.zeros(shape))

    def put(self, rows: Ints, other: Verdicts) -> None:
        """Take what is said of some accounts."""
        for field in fields(self):
            getattr(self, field.name)[rows] = getattr(other, field.name)


class Screen:
    """Scenarios, asked of many accounts; what accounts of the same markets share is kept."""

    def __init__(self, scenarios: Sequence[Moves]) -> None:
        """Take the scenarios."""
        self._scenarios = scenarios
        own = [moves.common if moves.shape is None else None for moves in scenarios]
        self._common = tuple(ZERO if move is None else move for move in own)
        self._floats = np.array([float(move) for move in self._common])
        self._named: dict[tuple[str, ...], tuple[tuple[Mapping[str, Decimal], ...], Floats]] = {}

    def calm(self, book: Book, betas: Mapping[str, Decimal]) -> list[tuple[int, Mapping[str, Decimal]]]:
        """List each scenario on which it is sure that nothing happens, by number, with the move of every market."""
        if not self._scenarios or not knows(book):
            return []
        block = block_of([book])
        (safe,) = calm_cells(block, self._moves(block, [(book, betas)])).calm
        named, own = self._on(book)[0], {market: betas.get(market, ONE) for market in book.markets}
        found = []
        for n in np.flatnonzero(safe).tolist():
            common = self._common[n]
            found.append((n, {market: common * beta for market, beta in own.items()} if common else named[n]))
        return found

    def verdicts(self, accounts: Sequence[Asked]) -> Verdicts:
        """Say what becomes of accounts under every scenario, as far as floats can tell."""
        said = Verdicts.blank(len(accounts), len(self._scenarios))
        known = [n for n, (book, _) in enumerate(accounts) if knows(book)]
        begun, positions = 0, 0
        for end, n in enumerate(known, start=1):
            positions += len(accounts[n][0].positions)
            if positions * len(self._scenarios) >= AT_ONCE or end == len(known):
                rows = known[begun:end]
                said.put(np.array(rows, dtype=np.int64), self._of_block([accounts[row] for row in rows]))
                begun, positions = end, 0
        return said

    def _of_block(self, accounts: Sequence[Asked]) -> Verdicts:
        block = block_of([book for book, _ in accounts])
        moves = self._moves(block, accounts)
        ends = calm_cells(block, moves)
        said = Verdicts.blank(len(accounts), len(self._scenarios))
        said.calm[:], said.sure[:], said.equity[:], said.error[:] = ends.calm, ends.calm, ends.equity, ends.error
        said.survivors[:] = (block.given.account["end"] - block.given.account["begin"])[:, None]
        left = np.nonzero(~ends.calm & (block.given.account["cascades"] == 1)[:, None])
        cells = _cascades(block, moves, *left)
        for name in ("sure", "acted", "survivors", "equity", "error"):
            getattr(said, name)[left] = cells[name]
        return said

    def _moves(self, block: Block, accounts: Sequence[Asked]) -> Floats:
        """How far the market of each position goes, by scenario."""
        rows = []
        for (book, betas), markets in zip(accounts, block.markets, strict=True):
            place = {market: n for n, market in enumerate(book.markets)}
            own = np.array([float(betas.get(market, ONE)) for market in book.markets])
            moves = self._on(book)[1] + own[:, None] * self._floats
            rows.append(moves[[place[market] for market in markets]])
        return np.concatenate(rows)

    def _on(self, book: Book) -> tuple[tuple[Mapping[str, Decimal], ...], Floats]:
        """The moves on the markets of an account, as far as they do not depend on its betas."""
        key = (book.currency, *book.markets)
        if key not in self._named:
            ends = tuple(
                moves.market_ends(book, {}) if moves.common is None or moves.shape is not None else {}
                for moves in self._scenarios
            )
            table = np.array([[float(end.get(market, ZERO)) for end in ends] for market in book.markets])
            self._named[key] = ends, table.reshape(len(book.markets), len(ends))
        return self._named[key]


def _cascades(block: Block, moves: Floats, account: Ints, scenario: Ints) -> Table:
    """Work out these cells by the cascade."""
    cells = np.zeros(len(account), dtype=CELL)
    cells["account"], cells["scenario"] = account, scenario
    if HAS_NUMBA:
        run_cells(block.given, block.room(), cells, moves.ravel(), moves.shape[1])
        return cells
    given, room, done = Given(*map(listed, block.given)), State(*map(listed, block.room())), listed(cells)
    run_cells(given, room, done, moves.ravel().tolist(), moves.shape[1])
    for name in ("sure", "acted", "survivors", "equity", "error"):
        cells[name] = [getattr(cell, name) for cell in done]
    return cells
