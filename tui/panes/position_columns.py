"""The columns of the positions: so wide that they stand still while the price moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from rich.cells import cell_len

from engine import selectors
from engine.book import Book, Position, Side
from engine.margin import unrealised_pnl
from engine.money import ONE
from engine.numbers import Amounts, brief, percent, price
from engine.path import DEEPEST_FALL
from engine.state import State
from engine.store import once_per_state
from engine.venue import AdlFormula
from tui.widgets.columns import Column

COLUMNS: Final = (
    Column("market", "market", "left", 5, 20),
    Column("side", "side", "left", 1, 19),
    Column("mode", "mode", "left", 7, 18),
    Column("size", "size", "right", 6, 7),
    Column("entry", "entry", "right", 8, 8),
    Column("mark", "mark", "right", 8, 11),
    Column("pnl", "PnL", "right", 7, 17),
    Column("margin", "margin", "right", 7, 10),
    Column("ratio", "ratio", "right", 6, 9),
    Column("liquidation", "liq", "right", 6, 16),
    Column("joint", "joint", "right", 6, 15),
    Column("distance", "away", "right", 8, 12),
    Column("worst", "worst", "right", 7, 6),
    Column("adl", "ADL", "left", 5, 5),
)
_SHORT_TITLES: Final = {"side": "L/S"}
"""Where sides are single letters."""
_LOW, _HIGH = -DEEPEST_FALL, ONE
"""Common moves between which no figure of a mark or a PnL needs more room; further up a column may grow."""

Writing = tuple[Callable[..., str], Callable[[Decimal], str]]


def writing(money: Amounts, roomy: bool) -> Writing:
    """How triggers and amounts are written where there is room, or where there is not."""
    return (price, money) if roomy else (brief, money.tight)


def columns(state: State, roomy: bool) -> tuple[Column, ...]:
    """The columns for an account, whatever the cursor is at."""
    return _columns(state)[roomy]


def _made(state: State) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    book, betas = selectors.book_now(state), state.workspace.scenario.betas
    queued = book.profile.adl_formula is not AdlFormula.NONE
    shown = COLUMNS if queued else COLUMNS[:-1]
    narrow, roomy = (_needs(book, betas, writing(book.amounts, roomy)) for roomy in (False, True))
    titled = (replace(c, title=_SHORT_TITLES.get(c.key, c.title)) for c in shown)
    return tuple(_widened(c, narrow) for c in titled), tuple(_widened(c, roomy) for c in shown)


_columns = once_per_state(_made, key=lambda state: state.moment.workspace)


def _widened(column: Column, needs: dict[str, int]) -> Column:
    return replace(column, width=max(column.width, needs.get(column.key, 0)))


def _needs(book: Book, betas: Mapping[str, Decimal], written: Writing) -> dict[str, int]:
    """The widest figure of each column over all positions."""
    needs: dict[str, int] = {}
    for position in book.positions:
        for key, figures in _figures(book, position, betas.get(position.market, ONE), written):
            needs[key] = max(needs.get(key, 0), *map(cell_len, figures))
    return needs


def _figures(book: Book, position: Position, beta: Decimal, written: Writing) -> Iterable[tuple[str, tuple[str, ...]]]:
    """By column, figures that take as much room as any that the position comes to."""
    trigger, amount = written
    market = book.market_of(position)
    marks = [market.mark * max(1 + beta * move, 1 + _LOW) for move in (_LOW, _HIGH)]
    yield "mark", tuple(price(mark, market.grid) for mark in marks)
    yield "pnl", tuple(amount(unrealised_pnl(position, mark)) for mark in marks)
    highest = _highest_trigger(position)
    yield "liquidation", (trigger(highest, market.grid),)
    yield "joint", (trigger(highest, market.grid),)
    yield "ratio", (percent(ONE) if book.has_bucket(position) else f"pool {percent(ONE)}",)


def _highest_trigger(position: Position) -> Decimal:
    """A long's triggers lie under its entry; a short's about as far above as its leverage lets it come."""
    return position.entry * (1 if position.side is Side.LONG else 1 + 1 / position.leverage)
