"""What Binance answers of an account of USDⓈ-M futures, by the path that is asked, and the events of its user stream.

Numbers are texts, as the venue writes them; the shapes are those of its public documentation, and those that the
importer of this venue reads.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from isocross.account.book import Mode
from isocross.cascade.events import EventKind
from isocross.figures.frame import Frame, PositionFrame
from isocross.live.listings import binance_markets, binance_symbol, binance_tiers
from isocross.money import ZERO, exact, text

CALL_AT = Decimal("0.8")
"""From this margin ratio on a position is called."""


def _held(frame: Frame) -> list[PositionFrame]:
    return [position for position in frame.positions if not position.ended]


def _isolated(held: PositionFrame) -> bool:
    return held.position.mode is Mode.ISOLATED


def _bucket(held: PositionFrame) -> Decimal:
    """The cash of an isolated position; none of a cross one."""
    return held.margin if _isolated(held) else ZERO


def _sums(frame: Frame) -> dict[str, str]:
    held = _held(frame)
    pnl = sum((position.unrealised_pnl for position in held), ZERO)
    crossed = sum((position.unrealised_pnl for position in held if not _isolated(position)), ZERO)
    initial = sum((position.initial_margin for position in held), ZERO)
    return {
        "walletBalance": text(frame.account.wallet),
        "unrealizedProfit": text(pnl),
        "marginBalance": text(frame.account.equity),
        "maintMargin": text(sum((position.maintenance_margin for position in held), ZERO)),
        "initialMargin": text(initial),
        "positionInitialMargin": text(initial),
        "openOrderInitialMargin": "0",
        "crossWalletBalance": text(frame.account.wallet - sum(map(_bucket, held), ZERO)),
        "crossUnPnl": text(crossed),
        "availableBalance": text(max(ZERO, frame.account.available)),
        "maxWithdrawAmount": text(max(ZERO, frame.account.available)),
    }


@exact
def account(frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/fapi/v2/account`."""
    sums = _sums(frame)
    totals = ("initialMargin", "maintMargin", "unrealizedProfit", "marginBalance", "positionInitialMargin",
              "openOrderInitialMargin", "walletBalance", "crossWalletBalance", "crossUnPnl")  # fmt: skip
    total = {f"total{name[0].upper()}{name[1:]}": sums[name] for name in totals}
    open_ends = {name: sums[name] for name in ("availableBalance", "maxWithdrawAmount")}
    asset = {"asset": frame.book.currency, **sums, "marginAvailable": True, "updateTime": now_ms}
    positions = [_row(frame, held, now_ms) for held in _held(frame)]
    rights = {"feeTier": 0, "canTrade": True, "canDeposit": True, "canWithdraw": True, "multiAssetsMargin": False}
    return {**rights, "updateTime": 0, **total, **open_ends, "assets": [asset], "positions": positions}


def _row(frame: Frame, held: PositionFrame, now_ms: int) -> dict[str, Any]:
    position = held.position
    return {
        "symbol": binance_symbol(frame, position.market),
        "initialMargin": text(held.initial_margin),
        "maintMargin": text(held.maintenance_margin),
        "unrealizedProfit": text(held.unrealised_pnl),
        "positionInitialMargin": text(held.initial_margin),
        "openOrderInitialMargin": "0",
        "leverage": text(position.leverage),
        "isolated": _isolated(held),
        "entryPrice": text(position.entry),
        "maxNotional": "0",
        "positionSide": "BOTH",
        "positionAmt": text(position.quantity * position.side.sign),
        "notional": text(held.notional * position.side.sign),
        "isolatedWallet": text(_bucket(held)),
        "updateTime": now_ms,
    }


@exact
def position_risk(frame: Frame, now_ms: int) -> list[dict[str, Any]]:
    """Answer `/fapi/v2/positionRisk`, and with the margins of the third version also that."""
    return [
        {
            "symbol": binance_symbol(frame, held.position.market),
            "positionAmt": text(held.position.quantity * held.position.side.sign),
            "entryPrice": text(held.position.entry),
            "breakEvenPrice": text(held.position.entry),
            "markPrice": text(held.mark),
            "unRealizedProfit": text(held.unrealised_pnl),
            "liquidationPrice": "0" if held.liquidation_price is None else text(held.liquidation_price),
            "leverage": text(held.position.leverage),
            "maxNotionalValue": "0",
            "marginType": str(held.position.mode),
            "isolatedMargin": text(held.equity if _isolated(held) else ZERO),
            "isAutoAddMargin": "true" if held.position.auto_margin else "false",
            "positionSide": "BOTH",
            "notional": text(held.notional * held.position.side.sign),
            "isolatedWallet": text(_bucket(held)),
            "marginAsset": frame.book.currency,
            "initialMargin": text(held.initial_margin),
            "maintMargin": text(held.maintenance_margin),
            "updateTime": now_ms,
        }
        for held in _held(frame)
    ]


@exact
def balance(frame: Frame, now_ms: int) -> list[dict[str, Any]]:
    """Answer `/fapi/v2/balance`."""
    sums = _sums(frame)
    names = ("crossWalletBalance", "crossUnPnl", "availableBalance", "maxWithdrawAmount")
    kept = {name: sums[name] for name in names}
    row = {"accountAlias": "isocross", "asset": frame.book.currency, "balance": sums["walletBalance"], **kept}
    return [{**row, "marginAvailable": True, "updateTime": now_ms}]


def marks(frame: Frame, now_ms: int) -> list[dict[str, Any]]:
    """Answer `/fapi/v1/premiumIndex`."""
    return [
        {"symbol": binance_symbol(frame, name), "markPrice": text(mark), "indexPrice": text(mark),
         "estimatedSettlePrice": text(mark),
         "lastFundingRate": "0", "interestRate": "0", "nextFundingTime": 0, "time": now_ms}
        for name, mark in frame.marks.items()
    ]  # fmt: skip


@exact
def margin_call(frame: Frame, now_ms: int) -> dict[str, Any] | None:
    """Make the event of positions that are near their line; None where none is."""
    pool = frame.account.margin_ratio
    called = [
        held
        for held in _held(frame)
        if (ratio := held.margin_ratio if _isolated(held) else pool) is not None and ratio >= CALL_AT
    ]
    rows = [
        {"s": binance_symbol(frame, held.position.market), "ps": "BOTH",
         "pa": text(held.position.quantity * held.position.side.sign),
         "mt": str(held.position.mode).upper(), "iw": text(_bucket(held)), "mp": text(held.mark),
         "up": text(held.unrealised_pnl), "mm": text(held.maintenance_margin)}
        for held in called
    ]  # fmt: skip
    cross = _sums(frame)["crossWalletBalance"]
    return {"e": "MARGIN_CALL", "E": now_ms, "cw": cross, "p": rows} if rows else None


@exact
def account_update(frame: Frame, now_ms: int) -> dict[str, Any]:
    """Make the event of an account that changed, by an order of the venue or by what its owner moved."""
    sums = _sums(frame)
    cash = {"a": frame.book.currency, "wb": sums["walletBalance"], "cw": sums["crossWalletBalance"], "bc": "0"}
    rows = [
        {"s": binance_symbol(frame, held.position.market),
         "pa": text(held.position.quantity * held.position.side.sign),
         "ep": text(held.position.entry), "cr": "0", "up": text(held.unrealised_pnl),
         "mt": str(held.position.mode), "iw": text(_bucket(held)), "ps": "BOTH"}
        for held in _held(frame)
    ]  # fmt: skip
    return {"e": "ACCOUNT_UPDATE", "E": now_ms, "T": now_ms, "a": {"m": _reason(frame), "B": [cash], "P": rows}}


def _reason(frame: Frame) -> str:
    """Say why the account changed last."""
    last = frame.events[-1] if frame.events else None
    if last is None or last.kind is not EventKind.MOVE:
        return "ORDER"
    return "DEPOSIT" if last.position is None else "MARGIN_TRANSFER"


def _no_markets(_frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer for spot and for contracts settled in coins, which the account does not have."""
    return {"timezone": "UTC", "serverTime": now_ms, "rateLimits": [], "exchangeFilters": [], "symbols": []}


READ_ONLY = {
    "ipRestrict": True, "createTime": 0, "enableReading": True, "enableWithdrawals": False,
    "enableInternalTransfer": False, "enableMargin": False, "enableFutures": False,
    "permitsUniversalTransfer": False, "enableVanillaOptions": False, "enableSpotAndMarginTrading": False,
    "enablePortfolioMarginTrading": False, "enableFixApiTrade": False, "enableFixReadOnly": True,
}  # fmt: skip
"""What `/sapi/v1/account/apiRestrictions` says of a key that can only read."""

ANSWERS: dict[str, Callable[[Frame, int], Any]] = {
    "/fapi/v1/ping": lambda _frame, _now: {},
    "/fapi/v1/time": lambda _frame, now_ms: {"serverTime": now_ms},
    "/fapi/v1/premiumIndex": marks,
    "/fapi/v1/exchangeInfo": binance_markets,
    "/fapi/v1/leverageBracket": binance_tiers,
    "/api/v3/exchangeInfo": _no_markets,
    "/dapi/v1/exchangeInfo": _no_markets,
    "/sapi/v1/capital/config/getall": lambda _frame, _now: [],
    "/sapi/v1/margin/allPairs": lambda _frame, _now: [],
    "/sapi/v1/margin/isolated/allPairs": lambda _frame, _now: [],
    "/fapi/v2/account": account,
    "/fapi/v3/account": account,
    "/fapi/v2/balance": balance,
    "/fapi/v3/balance": balance,
    "/fapi/v2/positionRisk": position_risk,
    "/fapi/v3/positionRisk": position_risk,
    "/fapi/v1/multiAssetsMargin": lambda _frame, _now: {"multiAssetsMargin": False},
    "/fapi/v1/positionSide/dual": lambda _frame, _now: {"dualSidePosition": False},
    "/sapi/v1/account/apiRestrictions": lambda _frame, _now: READ_ONLY,
}
"""What is answered, by the path that is asked; each takes the frame and the milliseconds now."""
