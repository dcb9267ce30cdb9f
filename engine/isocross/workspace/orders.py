"""One of `[[orders]]`: which keys an order of its kind has, what is meant without them, and how it is written."""

from __future__ import annotations

from isocross.account.book import Mode, Order
from isocross.account.order_kinds import PROTECTIVE, OrderKind, TriggerBy
from isocross.money import ZERO
from isocross.rules.market import Kind
from isocross.toml.places import Path, Problem
from isocross.toml.write import Row, texts
from isocross.workspace.schema import OrderRow

_TRIGGERED = frozenset((OrderKind.STOP_MARKET, OrderKind.STOP_LIMIT, OrderKind.TAKE_PROFIT))
_PRICED = frozenset((None, OrderKind.LIMIT, OrderKind.STOP_LIMIT))
_AT_MARKET = frozenset((OrderKind.STOP_MARKET, OrderKind.TAKE_PROFIT, OrderKind.TRAILING))
_OF_KINDS = ("trigger", "trigger_by", "reduce_only", "close_position", "fee", "slippage", "trail", "best", "oco")
"""Keys that only an order with a kind has."""


def closes_by_default(kind: OrderKind | None) -> bool:
    """Whether an order of a kind only closes where nothing else is said."""
    return kind in PROTECTIVE


def order_of(row: OrderRow, own: str, contract: Kind, path: Path, problems: list[Problem]) -> Order | None:
    """Make the order of a row, or tell what does not go together in it."""
    found = [*_missing(row, path), *_strange(row, path)]
    problems.extend(found)
    if found:
        return None
    whole = row.close_position or row.quantity is None
    kind = row.kind
    price = row.trigger if row.price is None else row.price
    closes = closes_by_default(kind) if row.reduce_only is None else row.reduce_only
    return Order(
        own,
        row.market,
        row.side,
        row.quantity or ZERO,
        ZERO if price is None else price,
        row.mode,
        row.leverage,
        contract,
        fills=kind,
        trigger=row.trigger,
        trigger_by=row.trigger_by or TriggerBy.MARK,
        reduce_only=closes or whole,
        close_position=whole,
        fee=row.fee,
        slippage=row.slippage or ZERO,
        trail=row.trail,
        best=row.best,
        oco=row.oco,
    )


def _expected(key: str) -> str:
    return OrderRow.keys[key].expected


def _missing(row: OrderRow, path: Path) -> list[Problem]:
    """The keys that an order of this kind needs."""
    closes = closes_by_default(row.kind) if row.reduce_only is None else row.reduce_only
    needed: dict[str, bool] = {
        "quantity": not (row.close_position or closes),
        "price": row.kind in _PRICED,
        "trigger": row.kind in _TRIGGERED,
        "trail": row.kind is OrderKind.TRAILING,
    }
    return [
        Problem((*path, key), "is missing", _expected(key))
        for key, needs in needed.items()
        if needs and getattr(row, key) is None
    ]


def _strange(row: OrderRow, path: Path) -> list[Problem]:
    """The keys that an order of this kind cannot have."""
    kind, closes = row.kind, closes_by_default(row.kind) if row.reduce_only is None else row.reduce_only
    if kind is None:
        given = [key for key in _OF_KINDS if getattr(row, key) is not None]
        expected = "a `kind`, or no such key"
        return [Problem((*path, key), "an order without a kind is never filled", expected) for key in given]
    named = f"an order of kind {kind.value}"
    wrong: dict[str, tuple[bool, str]] = {
        "price": (kind not in _PRICED, f"{named} is filled at the market"),
        "trigger": (kind is OrderKind.LIMIT, f"{named} waits for its price"),
        "trigger_by": (kind is OrderKind.LIMIT, f"{named} waits for its price"),
        "trail": (kind is not OrderKind.TRAILING, f"{named} does not trail"),
        "best": (kind is not OrderKind.TRAILING, f"{named} does not trail"),
        "slippage": (kind not in _AT_MARKET, f"{named} is filled at its price or better"),
        "quantity": (bool(row.close_position), "it closes the whole position"),
        "leverage": (bool(row.close_position or closes), "it only closes, and needs no margin"),
    }
    found = [
        Problem((*path, key), why, "no such key here")
        for key, (cannot, why) in wrong.items()
        if cannot and getattr(row, key) is not None
    ]
    if row.close_position and row.reduce_only is False:
        found.append(Problem((*path, "reduce_only"), "it closes the whole position", "true, or no such key"))
    if kind is OrderKind.TRAILING and row.reduce_only is False and not row.close_position:
        found.append(Problem((*path, "reduce_only"), f"{named} only closes", "true, or no such key"))
    return found


def order_row(order: Order) -> Row:
    """Write one of `[[orders]]`."""
    kind, whole = order.fills, order.close_position
    plain = {
        "id": order.id,
        "market": order.market,
        "side": order.side.value,
        "kind": None if kind is None else kind.value,
        "quantity": None if whole else order.quantity,
        "price": order.price if kind in _PRICED else None,
        "mode": None if order.mode is Mode.CROSS else order.mode.value,
        "leverage": order.leverage,
        "trigger": order.trigger,
        "trigger_by": None if order.trigger_by is TriggerBy.MARK else order.trigger_by.value,
        "trail": order.trail,
        "best": order.best,
        "reduce_only": _told(order),
        "close_position": whole or None,
        "fee": None if order.fee is None else order.fee.value,
        "slippage": order.slippage or None,
        "oco": order.oco,
    }
    return texts(plain)


def _told(order: Order) -> bool | None:
    """Whether it only closes, where its kind does not say so."""
    if order.fills is None or order.close_position or order.reduce_only is closes_by_default(order.fills):
        return None
    return order.reduce_only
