"""A frame or a timeline as a JSON object and as a plain table. Decimals are strings, None stays null."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from isocross.account.book import Book, Order, market_names
from isocross.account.checks import remarks
from isocross.account.orders import leverage_of
from isocross.cascade.events import Event, PaidBy
from isocross.figures.frame import AccountFrame, Frame, PositionFrame
from isocross.money import ONE, ZERO, exact, text, text_or_none
from isocross.paths.path import Path
from isocross.paths.shock import Shock
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.scenario import PathKind
from isocross.words.assets import order_words
from isocross.words.events import sentence
from isocross.words.orders import status, stop_warnings

FORMAT = 1
POSITION_FIGURES = (
    "margin",
    "notional",
    "unrealised_pnl",
    "equity",
    "initial_margin",
    "maintenance_margin",
    "margin_ratio",
    "venue_ratio",
    "liquidation_price",
    "liquidation_price_shown",
    "joint_trigger",
    "bankruptcy_price",
    "worst_case",
)
"""What is worked out of a position, in the order it is printed."""


@exact
def frame_json(name: str, rehearsal: GlideRehearsal, shock: Shock, at: Decimal = ONE) -> dict[str, Any]:
    """The frame at a fraction of a shock, with the events up to it."""
    frame = rehearsal.frame(shock, at)
    common = shock if isinstance(shock, Decimal) else None
    move = frame.place if common is None or common >= 0 else -frame.place
    head = head_json(name, rehearsal.kind, frame, _fraction(frame.place, shock), move) | shock_json(shock)
    return head | figures_json(frame) | {"events": _events(frame, shock)}


@exact
def timeline_json(name: str, rehearsal: GlideRehearsal, shock: Shock) -> dict[str, Any]:
    """The whole timeline to a shock and the account at its end, without the positions."""
    whole = frame_json(name, rehearsal, shock)
    del whole["positions"]
    return whole


def shock_json(shock: Shock) -> dict[str, Any]:
    """A shock as its common move or as the ends of single markets, the other null."""
    if isinstance(shock, Decimal):
        return {"shock": text(shock), "shocks": None}
    return {"shock": None, "shocks": {market: text(end) for market, end in shock.items()}}


def head_json(name: str, kind: PathKind, frame: Frame, t: Decimal, move: Decimal | None) -> dict[str, Any]:
    """What a frame is of: the same keys whatever the path; a glide has no time, a lived path no shock."""
    return {
        "format": FORMAT,
        "name": name,
        "venue": frame.book.profile.id,
        "path": kind.value,
        "t": text(t),
        "time": time_json(frame.path, frame.place),
        "move": text_or_none(move),
        "shock": None,
        "shocks": None,
        "venue_ratio_name": frame.book.ratio_name,
        "remarks": [*filter(None, (order_words(frame.book),)), *remarks(frame.book), *stop_warnings(frame.book)],
    }


def figures_json(frame: Frame) -> dict[str, Any]:
    """The account, its positions and its orders at a frame."""
    return {
        "account": account_json(frame.account),
        **assets_json(frame),
        "positions": [position_json(row) | _settlement(frame, row) for row in frame.positions],
        "orders": orders_json(frame),
    }


def assets_json(frame: Frame) -> dict[str, Any]:
    """The assets and pools of an account of several; nothing of one that has a wallet alone."""
    if not frame.book.coins:
        return {}
    return {
        "account_mode": frame.book.account.value,
        "assets": [_plain(asset) for asset in frame.account.assets],
        "pools": [_plain(pool) for pool in frame.account.pools],
    }


def _plain(part: Any) -> dict[str, Any]:
    """The fields of a value, figures as text."""
    return {field.name: _told(getattr(part, field.name)) for field in fields(part)}


def _told(value: Any) -> Any:
    if isinstance(value, Decimal):
        return text(value)
    return list(value) if isinstance(value, tuple) else value


def _settlement(frame: Frame, row: PositionFrame) -> dict[str, Any]:
    """The asset that a position settles in, where there are several."""
    book = frame.book
    return {"settles": book.name_of(book.coin_of(row.position))} if book.coins else {}


def time_json(path: Path, place: Decimal) -> str | None:
    """The moment of a close, else that at which a candle opens; None on a path without a clock."""
    moment = path.known_time(place)
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _fraction(place: Decimal, shock: Shock) -> Decimal:
    """`t`: how far along the shock a place lies; 0 where there is no way to go."""
    if not isinstance(shock, Decimal):
        return place
    return place / abs(shock) if shock else ZERO


def account_json(account: AccountFrame) -> dict[str, Any]:
    """Every figure of an account."""
    amounts = {
        key: text_or_none(getattr(account, key))
        for key in (
            "wallet",
            "equity",
            "unused",
            "available",
            "reserved",
            "initial_margin",
            "maintenance_margin",
            "pool_equity",
            "pool_maintenance_margin",
            "margin_ratio",
            "venue_ratio",
            "worst_case",
            "fund",
            "fees",
            "counterparty",
            "outside",
        )
    }
    return amounts | {"status": account.status.value}


def position_json(row: PositionFrame) -> dict[str, Any]:
    """The figures of a position; `settlement_price` where PnL counts from another price than the entry."""
    position = row.position
    settled = position.counts_from != position.entry
    entered = {
        "id": position.id,
        "market": position.market,
        "kind": position.kind.value,
        "side": position.side.value,
        "mode": position.mode.value,
        "quantity": text(position.quantity),
        "entry": text(position.entry),
        "settlement_price": text(position.counts_from) if settled else None,
        "mark": text(row.mark),
        "leverage": text(position.leverage),
    }
    figures = {key: text_or_none(getattr(row, key)) for key in POSITION_FIGURES}
    queue = {
        "adl_score": None if row.adl is None else text(row.adl.score),
        "adl_rank": None if row.adl is None else row.adl.rank,
    }
    own = {"auto_margin": position.auto_margin}
    standing = {"liquidation": row.liquidation.value, "status": row.status.value}
    return entered | own | figures | queue | standing | {"paid_by": paid_json(row.paid_by)}


def orders_json(frame: Frame) -> list[dict[str, Any]]:
    """Every order with the cash that it holds at a frame; one that was cancelled holds nothing."""
    return [
        {
            "id": order.id,
            "market": order.market,
            "side": order.side.value,
            "mode": order.mode.value,
            "quantity": text(order.quantity),
            "price": text(order.price),
            "leverage": text(leverage_of(order, frame.book)),
            "held": text(frame.reserves.get(index, ZERO)),
            "status": status(frame, index),
        }
        | _of_kind(order)
        for index, order in enumerate(frame.book.orders)
    ]


def _of_kind(order: Order) -> dict[str, Any]:
    """When an order is filled, and how; nothing of one that only holds cash."""
    if order.fills is None:
        return {}
    return {
        "kind": order.fills.value,
        "trigger": text_or_none(order.trigger),
        "trigger_by": order.trigger_by.value,
        "trail": text_or_none(order.trail),
        "reduce_only": order.closes_only,
        "close_position": order.close_position,
        "fee": None if order.fee is None else order.fee.value,
        "slippage": text(order.slippage),
        "oco": order.oco,
    }


def paid_json(paid: PaidBy) -> dict[str, str]:
    """Who paid a loss."""
    return {
        "own_margin": text(paid.own_margin),
        "unused": text(paid.unused),
        "others": text(paid.others),
        "fund": text(paid.fund),
    } | ({"borrowed": text(paid.borrowed)} if paid.borrowed else {})


def _events(frame: Frame, shock: Shock) -> list[dict[str, Any]]:
    path, book = frame.path, frame.book
    return [
        event_json(n, event, book, path, _fraction(event.place, shock)) for n, event in enumerate(frame.events, start=1)
    ]


def event_json(n: int, event: Event, book: Book, path: Path, t: Decimal) -> dict[str, Any]:
    """One event: its number, its place as `t`, its time and the common move where there are any, and its figures."""
    position = None if event.position is None else book.seats[event.position].id
    figures = event.figures
    return (
        {
            "n": n,
            "t": text(t),
            "time": time_json(path, event.place),
            "move": text_or_none(path.move(event.place)),
            "kind": event.kind.value,
            "position": position,
            "mark": text_or_none(event.mark),
            "amount": text(event.amount),
            "from": str(event.source),
            "equity": text(figures.equity),
            "maintenance_margin": text(figures.maintenance_margin),
            "pnl": text(figures.pnl),
            "fee": text(figures.fee),
            "to_fund": text(figures.to_fund),
            "left": text(figures.left),
            "quantity": text(figures.quantity),
            "count": figures.times,
            "step": None if figures.step is None else figures.step.value,
            "price": text_or_none(figures.price),
            "orders": [book.orders[order].id for order in event.orders],
            "paid_by": None if event.paid_by is None else paid_json(event.paid_by),
            "text": sentence(event, book, path, market_names(book)),
            "note": event.note or None,
        }
        | _of_assets(event, book)
        | _of_order(event, book)
    )


def _of_order(event: Event, book: Book) -> dict[str, Any]:
    """What became of an order, where an event is about one."""
    fill = event.fill
    if fill is None:
        return {}
    filled = {"price": text(fill.price), "level": text(fill.level), "quantity": text(fill.quantity)}
    costs = {"gap_cost": text(fill.gap), "slippage_cost": text(fill.slipped)}
    after = {"opens": fill.opens, "entry": text_or_none(fill.entry), "left": text(fill.left)}
    return {"fill": {"order": book.orders[fill.order].id, **filled, **costs, **after}}


def _of_assets(event: Event, book: Book) -> dict[str, Any]:
    """The asset of the amount, and what was sold for it, in an account of several assets."""
    if not book.coins:
        return {}
    trade = event.trade
    if trade is None:
        return {"asset": book.name_of(event.asset), "trade": None}
    sold = {"sold": book.name_of(trade.sold), "quantity": text(trade.quantity), "price": text(trade.price)}
    bought = {"bought": book.name_of(trade.bought), "amount": text(trade.amount)}
    paid = {"fee": text(trade.fee), **bought, "bought_price": text(trade.bought_price)}
    return {"asset": book.name_of(event.asset), "trade": {**sold, **paid}}
