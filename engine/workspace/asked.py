"""What a position or an order asks of its market."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from engine.book import Order, Position
from engine.market import Kind
from engine.workspace.locate import Path


class Asked(NamedTuple):
    """A row of the file with its contract: the market has to be known, and to give as much leverage."""

    path: Path
    market: str
    kind: Kind
    quantity: Decimal
    price: Decimal
    leverage: Decimal | None

    @classmethod
    def by_position(cls, index: int, position: Position) -> Asked:
        """What the position at that index asks, at its entry."""
        path, p = ("positions", index), position
        return cls(path, p.market, p.kind, p.quantity, p.entry, p.leverage)

    @classmethod
    def by_order(cls, index: int, order: Order) -> Asked:
        """What the order at that index asks, at its price."""
        return cls(("orders", index), order.market, order.kind, order.quantity, order.price, order.leverage)
