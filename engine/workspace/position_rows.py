"""`[[positions]]`: each position as a value, with an id of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.book import Position, Stated
from engine.market import Kind
from engine.workspace.locate import Path
from engine.workspace.problems import Problem
from engine.workspace.rows import row_of
from engine.workspace.schema import STATED_KEYS, SYMBOL_LIMIT, PositionRow, StatedRow

QUOTES = ("USDT", "USDC", "USD")
"""Ends of a symbol that are left out of an id made from it."""


def made_id(symbol: str, currency: str) -> str:
    """The id of a position that has none: its market's base in lower case, `btc` for BTCUSDT."""
    base = re.split(r"[-/:_]", re.sub(r"^P[FI]_", "", symbol))[0]
    for quote in (currency, *QUOTES):
        if base.endswith(quote) and base != quote:
            return base.removesuffix(quote).lower()
    return (base or symbol).lower()[:SYMBOL_LIMIT]


def position_row(given: object, path: Path, problems: list[Problem]) -> PositionRow | None:
    """Check one position as its table says, and what its venue said of it."""
    row = row_of(PositionRow, given, path, problems)
    stated = given.get("stated") if isinstance(given, dict) else None
    if stated is not None:
        read = row_of(StatedRow, stated, (*path, "stated"), problems)
        return row if row is None or read is None else row.model_copy(update={"stated": read})
    return row


def positions_of(
    rows: list[PositionRow | None], currency: str, kind_of: Callable[[str], Kind]
) -> list[Position | None]:
    """The positions, each with an id of its own and of its market's kind."""
    taken = {row.id for row in rows if row and row.id is not None}
    numbers: dict[str, int] = {}
    positions: list[Position | None] = []
    for row in rows:
        if row is None:
            positions.append(None)
        else:
            own = row.id or free_name(made_id(row.market, currency), taken, numbers)
            positions.append(_position(row, own, kind_of(row.market)))
    return positions


def free_name(wanted: str, taken: set[str], numbers: dict[str, int]) -> str:
    """The wanted id, or the first of `wanted-2`, `wanted-3` … that is free; it is taken then."""
    name = wanted
    while name in taken:
        numbers[wanted] = numbers.get(wanted, 1) + 1
        name = f"{wanted}-{numbers[wanted]}"
    taken.add(name)
    return name


def _position(row: PositionRow, position_id: str, kind: Kind) -> Position:
    position = Position(
        id=position_id,
        market=row.market,
        side=row.side,
        mode=row.mode,
        quantity=row.quantity,
        entry=row.entry,
        leverage=row.leverage,
        kind=kind,
        auto_margin=row.auto_margin,
        stated=_stated(row.stated),
    )
    return position if row.margin is None else position.with_margin(row.margin)


def _stated(row: object) -> Stated | None:
    """What the venue said, where it said anything."""
    if not isinstance(row, StatedRow):
        return None
    said = {key: getattr(row, key) for key in STATED_KEYS}
    return Stated(**said) if any(value is not None for value in said.values()) else None
