"""What Bybit answers of a unified account of linear contracts, by the path that is asked.

Numbers are texts, as the venue writes them; the shapes are those of its public documentation, and those that the
importer of this venue reads. An isolated `positionBalance` has the fee to close in it. What is
stated of the whole account is of its cross positions.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from isocross.account.book import Mode
from isocross.figures.frame import Frame, PositionFrame
from isocross.live.cash import AssetCash, cash_of
from isocross.live.listings import bybit_markets, bybit_symbol, contracts
from isocross.money import ONE, ZERO, exact, text


def answered(result: Any, now_ms: int) -> dict[str, Any]:
    """Wrap a result as every answer is."""
    return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": now_ms}


def _held(frame: Frame) -> list[PositionFrame]:
    return [position for position in frame.positions if not position.ended]


def _fee(frame: Frame, held: PositionFrame) -> Decimal:
    """The fee to close at the bankruptcy price, of which the leverage is the distance."""
    position = held.position
    worst = position.entry * (ONE - position.side.sign / position.leverage)
    return position.quantity * worst * frame.book.profile.close_fee


@exact
def positions(frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/v5/position/list`."""
    rows = [_row(frame, held, now_ms) for held in _held(frame)]
    return answered({"list": rows, "nextPageCursor": "", "category": "linear"}, now_ms)


def _row(frame: Frame, held: PositionFrame, now_ms: int) -> dict[str, Any]:
    position, fee = held.position, _fee(frame, held)
    isolated = position.mode is Mode.ISOLATED
    price = held.liquidation_price
    return {
        "positionIdx": 0,
        "riskId": 1,
        "riskLimitValue": "0",
        "symbol": bybit_symbol(frame, position.market),
        "side": "Buy" if position.side.sign > 0 else "Sell",
        "size": text(position.quantity),
        "avgPrice": text(position.entry),
        "positionValue": text(position.quantity * position.entry),
        "tradeMode": 1 if isolated else 0,
        "autoAddMargin": 1 if position.auto_margin else 0,
        "positionStatus": "Normal",
        "leverage": text(position.leverage),
        "markPrice": text(held.mark),
        "liqPrice": "" if price is None else text(price),
        "bustPrice": "",
        "positionIM": text(held.initial_margin + fee),
        "positionMM": text(held.maintenance_margin),
        "positionBalance": text(held.margin + fee if isolated else ZERO),
        "takeProfit": "",
        "stopLoss": "",
        "trailingStop": "0",
        "unrealisedPnl": text(held.unrealised_pnl),
        "curRealisedPnl": "0",
        "cumRealisedPnl": "0",
        "adlRankIndicator": 2,
        "isReduceOnly": False,
        "seq": 0,
        "createdTime": str(now_ms),
        "updatedTime": str(now_ms),
    }


@exact
def wallet(frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/v5/account/wallet-balance`: a row for each asset, and the sums of all in USD."""
    found, account = cash_of(frame), frame.account
    pnl = sum((asset.pnl * asset.price for asset in found), ZERO)
    alone = [row for row in _held(frame) if row.position.mode is Mode.ISOLATED]
    pool, asked = account.pool_equity, account.pool_maintenance_margin
    if pool is None or asked is None:
        # without a cross position: what is in no isolated margin
        pool, asked = account.equity - sum((row.equity for row in alone), ZERO), ZERO
    free = max(ZERO, account.available) * found[0].price
    counts = account.wallet if not account.assets else sum((asset.counted for asset in found), ZERO)
    whole = {"accountType": "UNIFIED", "accountLTV": "", "accountIMRate": "", "accountMMRate": "",
             "totalEquity": text(account.equity), "totalWalletBalance": text(counts),
             "totalMarginBalance": text(pool), "totalAvailableBalance": text(free), "totalPerpUPL": text(pnl),
             "totalInitialMargin": text(sum((asset.initial * asset.price for asset in found), ZERO)),
             "totalMaintenanceMargin": text(asked), "coin": [_coin(asset) for asset in found]}  # fmt: skip
    return answered({"list": [whole]}, now_ms)


def _coin(asset: AssetCash) -> dict[str, Any]:
    return {"coin": asset.name, "equity": text(asset.equity), "usdValue": text(asset.equity * asset.price),
            "walletBalance": text(asset.balance), "locked": "0", "availableToWithdraw": "",
            "borrowAmount": text(max(ZERO, -asset.balance)), "spotBorrow": "0", "accruedInterest": "0",
            "totalOrderIM": "0", "totalPositionIM": text(asset.initial), "totalPositionMM": text(asset.upkeep),
            "unrealisedPnl": text(asset.pnl), "cumRealisedPnl": "0", "bonus": "0", "marginCollateral": True,
            "collateralSwitch": asset.collateral}  # fmt: skip


@exact
def tickers(frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/v5/market/tickers`."""
    rows = [
        {"symbol": bybit_symbol(frame, name), "lastPrice": text(mark), "markPrice": text(mark),
         "indexPrice": text(mark),
         "bid1Price": text(mark), "ask1Price": text(mark), "fundingRate": "0", "nextFundingTime": "0"}
        for name, mark in ((name, frame.marks[name]) for name in contracts(frame))
    ]  # fmt: skip
    return answered({"category": "linear", "list": rows}, now_ms)


def rights(_frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/v5/user/query-api` for a key that only reads; its lists of permissions are full all the same."""
    permissions = {"ContractTrade": ["Order", "Position"], "Spot": ["SpotTrade"], "Wallet": ["AccountTransfer"]}
    found = {"id": "1", "note": "isocross", "apiKey": "", "readOnly": 1, "secret": "", "permissions": permissions,
             "ips": ["*"], "type": 1, "deadlineDay": 90, "unified": 0, "uta": 1, "isMaster": True}  # fmt: skip
    return answered(found, now_ms)


def _account(_frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/v5/account/info`."""
    found = {"unifiedMarginStatus": 5, "marginMode": "REGULAR_MARGIN", "updatedTime": str(now_ms)}
    return answered(found, now_ms)


def instruments(frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/v5/market/instruments-info`."""
    return answered({"category": "linear", "list": bybit_markets(frame), "nextPageCursor": ""}, now_ms)


def _coins(_frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/v5/asset/coin/query-info`: nothing can be deposited here."""
    return answered({"rows": []}, now_ms)


def _time(_frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/v5/market/time`."""
    return answered({"timeSecond": str(now_ms // 1000), "timeNano": str(now_ms * 1_000_000)}, now_ms)


ANSWERS: dict[str, Callable[[Frame, int], Any]] = {
    "/v5/position/list": positions,
    "/v5/account/wallet-balance": wallet,
    "/v5/account/info": _account,
    "/v5/market/tickers": tickers,
    "/v5/market/time": _time,
    "/v5/market/instruments-info": instruments,
    "/v5/asset/coin/query-info": _coins,
    "/v5/user/query-api": rights,
}
"""What is answered, by the path that is asked; each takes the frame and the milliseconds now."""
