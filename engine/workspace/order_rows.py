"""`[[orders]]`: each resting order as a value, with an id of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.book import Order
from engine.market import Kind
from engine.workspace.faults import shown
from engine.workspace.kinds import KindOf
from engine.workspace.position_rows import free_name, made_id
from engine.workspace.problems import Problem
from engine.workspace.rows import repeats, row_of, rows_of
from engine.workspace.schema import OrderRow


def orders_of(
    document: Mapping[str, Any], currency: str, kind_of: KindOf, problems: list[Problem]
) -> list[Order | None]:
    """The orders of a document; None for one that could not be read."""
    rows = rows_of(document, "orders", problems)
    for i, first, own in repeats(rows, "id"):
        message, see = f"{shown(own)} is the id of another order already, at", ("orders", first, "id")
        problems.append(Problem(("orders", i, "id"), message, "an id of its own", see=see))
    read = [row_of(OrderRow, row, ("orders", i), problems) for i, row in rows]
    taken = {row.id for row in read if row and row.id is not None}
    numbers: dict[str, int] = {}
    return [None if row is None else _order(row, currency, kind_of(row.market), taken, numbers) for row in read]


def _order(row: OrderRow, currency: str, kind: Kind, taken: set[str], numbers: dict[str, int]) -> Order:
    """The order; without an id of its own it has one made from its market: `btc-order` for BTCUSDT."""
    own = row.id or free_name(f"{made_id(row.market, currency)}-order", taken, numbers)
    return Order(own, row.market, row.side, row.quantity, row.price, row.mode, row.leverage, kind)
