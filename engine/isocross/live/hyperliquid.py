"""What Hyperliquid answers of an account: the info endpoint's `clearinghouseState` and what goes with it.

Numbers are texts, as the venue writes them; the shapes are those that the importer of this venue reads.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from isocross.account.book import Mode
from isocross.figures.frame import Frame, PositionFrame
from isocross.live.cash import cash_of
from isocross.live.listings import contracts
from isocross.money import ZERO, exact, text
from isocross.rules.market import base_of
from isocross.rules.switches import AccountMode


def coin(frame: Frame, market: str) -> str:
    """Write a market as the venue does: the coin alone."""
    return base_of(base_of(market, frame.book.currency), "USDT")


@exact
def clearinghouse_state(frame: Frame, now_ms: int) -> dict[str, Any]:
    """The account, its positions and the sums of both."""
    held = [position for position in frame.positions if not position.ended]
    crossed = [position for position in held if position.position.mode is Mode.CROSS]
    isolated = sum((position.equity for position in held if position not in crossed), ZERO)
    pnl = sum((position.unrealised_pnl for position in crossed), ZERO)
    # with several assets a dex has no cash of its own: what is stated is of the token that it settles in
    whole = cash_of(frame)[0].equity if frame.book.account_rule else frame.account.equity
    return {
        "marginSummary": _summary(whole, held),
        "crossMarginSummary": _summary(whole - isolated, crossed),
        "crossMaintenanceMarginUsed": text(sum((position.maintenance_margin for position in crossed), ZERO)),
        "withdrawable": text(max(ZERO, frame.account.available + min(ZERO, pnl))),
        "assetPositions": [{"type": "oneWay", "position": _position(frame, position)} for position in held],
        "time": now_ms,
    }


def _summary(value: Decimal, held: list[PositionFrame]) -> dict[str, str]:
    return {
        "accountValue": text(value),
        "totalNtlPos": text(sum((position.notional for position in held), ZERO)),
        "totalRawUsd": text(value - sum((p.notional * p.position.side.sign for p in held), ZERO)),
        "totalMarginUsed": text(sum((_used(position) for position in held), ZERO)),
    }


def _used(position: PositionFrame) -> Decimal:
    """Margin used: an isolated position's cash and its open PnL, a cross one's initial margin."""
    return position.equity if position.position.mode is Mode.ISOLATED else position.initial_margin


def _position(frame: Frame, held: PositionFrame) -> dict[str, Any]:
    position = held.position
    isolated = position.mode is Mode.ISOLATED
    leverage: dict[str, Any] = {"type": str(position.mode), "value": int(position.leverage)}
    if isolated:
        leverage["rawUsd"] = text(held.equity - held.notional * position.side.sign)
    price = held.liquidation_price
    market = frame.book.markets[position.market]
    return {
        "coin": coin(frame, position.market),
        "szi": text(position.quantity * position.side.sign),
        "leverage": leverage,
        "entryPx": text(position.entry),
        "positionValue": text(held.notional),
        "unrealizedPnl": text(held.unrealised_pnl),
        "returnOnEquity": text(round(held.unrealised_pnl / position.initial_margin, 10)),
        "liquidationPx": None if price is None else text(price),
        "marginUsed": text(_used(held)),
        "maxLeverage": int(market.ladder.max_leverage_at(ZERO)),
        "cumFunding": {"allTime": "0.0", "sinceOpen": "0.0", "sinceChange": "0.0"},
    }


def meta(frame: Frame) -> dict[str, Any]:
    """The markets, each with its highest leverage."""
    return {
        "universe": [
            {"name": coin(frame, name), "szDecimals": 5, "maxLeverage": int(market.ladder.max_leverage_at(ZERO))}
            for name, market in contracts(frame).items()
        ],
        "marginTables": [],
        "collateralToken": 0,
    }


def all_mids(frame: Frame) -> dict[str, str]:
    """The price of every market."""
    return {coin(frame, name): text(frame.marks[name]) for name in contracts(frame)}


def contexts(frame: Frame) -> list[dict[str, str]]:
    """The mark of every market, in the order of `meta`."""
    return [
        {"markPx": text(frame.marks[name]), "oraclePx": text(frame.marks[name]), "midPx": text(frame.marks[name]),
         "prevDayPx": text(market.mark), "funding": "0.0", "premium": "0.0", "openInterest": "0.0",
         "dayNtlVlm": "0.0", "dayBaseVlm": "0.0"}
        for name, market in contracts(frame).items()
    ]  # fmt: skip


@exact
def spot(frame: Frame, _now_ms: int) -> dict[str, Any]:
    """The balances of an account that its tokens back; another has none beside its futures."""
    rows = cash_of(frame) if frame.book.account_rule else ()
    balances = [
        {"coin": asset.name, "token": n, "total": text(max(ZERO, asset.balance)), "hold": text(asset.isolated),
         "entryNtl": "0.0", **({"borrowed": text(-asset.balance)} if asset.balance < ZERO else {})}
        for n, asset in enumerate(rows)
    ]  # fmt: skip
    portfolio = frame.book.account is AccountMode.PORTFOLIO
    return {"balances": balances, **({"portfolioMarginEnabled": True} if portfolio else {})}


ABSTRACTION = {AccountMode.UNIFIED: "unifiedAccount", AccountMode.PORTFOLIO: "portfolioMargin"}
"""What the venue calls the modes in which its tokens back positions."""

ANSWERS: dict[str, Callable[[Frame, int], Any]] = {
    "clearinghouseState": clearinghouse_state,
    "spotClearinghouseState": spot,
    "userAbstraction": lambda frame, _now: ABSTRACTION.get(frame.book.account, "disabled"),
    "perpDexs": lambda _frame, _now: [None],
    "meta": lambda frame, _now: meta(frame),
    "metaAndAssetCtxs": lambda frame, _now: [meta(frame), contexts(frame)],
    "allMids": lambda frame, _now: all_mids(frame),
    "openOrders": lambda _frame, _now: [],
    "frontendOpenOrders": lambda _frame, _now: [],
    "spotMeta": lambda _frame, _now: {"tokens": [], "universe": []},
}
"""What is answered, by the type of the question; each takes the frame and the milliseconds now."""
