"""What Binance answers of an account of USDⓈ-M futures, by the path that is asked, and the events of its user stream.

Numbers are texts, as the venue writes them; the shapes are those of its public documentation, and those that the
importer of this venue reads.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from isocross.account.assets import Asset
from isocross.account.book import Mode
from isocross.cascade.events import EventKind
from isocross.figures.frame import Frame, PositionFrame
from isocross.live.cash import AssetCash, cash_of
from isocross.live.listings import binance_markets, binance_symbol, binance_tiers, contracts
from isocross.money import ONE, ZERO, exact, text
from isocross.rules.switches import AccountMode

CALL_AT = Decimal("0.8")
"""From this margin ratio on a position is called."""


def _held(frame: Frame) -> list[PositionFrame]:
    return [position for position in frame.positions if not position.ended]


def _isolated(held: PositionFrame) -> bool:
    return held.position.mode is Mode.ISOLATED


def _bucket(held: PositionFrame) -> Decimal:
    """The cash of an isolated position; none of a cross one."""
    return held.margin if _isolated(held) else ZERO


def _sums(frame: Frame, asset: AssetCash) -> dict[str, str]:
    """What is stated of an asset, in it; of all of them, what backs a new position, in the same way."""
    free = max(ZERO, frame.account.available) * cash_of(frame)[0].price / asset.price if asset.price else ZERO
    return _stated({
        "walletBalance": asset.balance,
        "unrealizedProfit": asset.pnl,
        "marginBalance": asset.equity,
        "maintMargin": asset.upkeep,
        "initialMargin": asset.initial,
        "positionInitialMargin": asset.initial,
        "openOrderInitialMargin": ZERO,
        "crossWalletBalance": asset.balance - asset.isolated,
        "crossUnPnl": asset.crossed_pnl,
        "availableBalance": free,
        "maxWithdrawAmount": max(ZERO, min(free, asset.balance - asset.isolated)) if frame.book.coins else free,
    })  # fmt: skip


def _stated(sums: dict[str, Decimal]) -> dict[str, str]:
    return {name: text(amount) for name, amount in sums.items()}


def _shares_assets(frame: Frame) -> bool:
    """Whether all assets back the positions: Multi-Assets Mode."""
    return frame.book.account is AccountMode.MULTI_ASSETS


@exact
def account(frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/fapi/v2/account`: the sums of Multi-Assets Mode are in USD, else of the currency alone."""
    found = cash_of(frame)
    rows = [(asset, _sums(frame, asset)) for asset in found]
    totals = ("initialMargin", "maintMargin", "unrealizedProfit", "marginBalance", "positionInitialMargin",
              "openOrderInitialMargin", "walletBalance", "crossWalletBalance", "crossUnPnl")  # fmt: skip
    summed = rows if _shares_assets(frame) else rows[:1]
    total = {f"total{name[0].upper()}{name[1:]}":
             text(sum((Decimal(sums[name]) * asset.price for asset, sums in summed), ZERO)) for name in totals
             }  # fmt: skip
    open_ends = {name: rows[0][1][name] for name in ("availableBalance", "maxWithdrawAmount")}
    assets = [{"asset": asset.name, **sums, "marginAvailable": asset.collateral, "updateTime": now_ms}
              for asset, sums in rows]  # fmt: skip
    positions = [_row(frame, held, now_ms) for held in _held(frame)]
    rights = {"feeTier": 0, "canTrade": True, "canDeposit": True, "canWithdraw": True,
              "multiAssetsMargin": _shares_assets(frame)}  # fmt: skip
    return {**rights, "updateTime": 0, **total, **open_ends, "assets": assets, "positions": positions}


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
            "marginAsset": frame.book.name_of(frame.book.coin_of(held.position)),
            "initialMargin": text(held.initial_margin),
            "maintMargin": text(held.maintenance_margin),
            "updateTime": now_ms,
        }
        for held in _held(frame)
    ]


@exact
def balance(frame: Frame, now_ms: int) -> list[dict[str, Any]]:
    """Answer `/fapi/v2/balance`."""
    names = ("crossWalletBalance", "crossUnPnl", "availableBalance", "maxWithdrawAmount")
    found = []
    for asset in cash_of(frame):
        sums = _sums(frame, asset)
        row = {"accountAlias": "isocross", "asset": asset.name, "balance": sums["walletBalance"]}
        kept = {name: sums[name] for name in names}
        found.append({**row, **kept, "marginAvailable": asset.collateral, "updateTime": now_ms})
    return found


@exact
def indexes(frame: Frame, now_ms: int) -> list[dict[str, Any]]:
    """Answer `/fapi/v1/assetIndex`: what each asset counts as."""
    return [_index(coin, asset, now_ms) for coin, asset in zip(frame.book.coins, cash_of(frame), strict=True)
            ] if frame.book.coins else []  # fmt: skip


def _index(coin: Asset, asset: AssetCash, now_ms: int) -> dict[str, Any]:
    bid, ask = ONE - coin.highest_weight, coin.debt
    return {"symbol": f"{asset.name}USD", "time": now_ms, "index": text(asset.price), "bidBuffer": text(bid),
            "askBuffer": text(ask), "bidRate": text(asset.price * (ONE - bid)),
            "askRate": text(asset.price * (ONE + ask)), "autoExchangeBidBuffer": text(coin.conversion_fee),
            "autoExchangeAskBuffer": text(coin.conversion_fee)}  # fmt: skip


def marks(frame: Frame, now_ms: int) -> list[dict[str, Any]]:
    """Answer `/fapi/v1/premiumIndex`."""
    return [
        {"symbol": binance_symbol(frame, name), "markPrice": text(mark), "indexPrice": text(mark),
         "estimatedSettlePrice": text(mark),
         "lastFundingRate": "0", "interestRate": "0", "nextFundingTime": 0, "time": now_ms}
        for name, mark in ((name, frame.marks[name]) for name in contracts(frame))
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
    cross = _sums(frame, cash_of(frame)[0])["crossWalletBalance"]
    return {"e": "MARGIN_CALL", "E": now_ms, "cw": cross, "p": rows} if rows else None


@exact
def account_update(frame: Frame, now_ms: int) -> dict[str, Any]:
    """Make the event of an account that changed, by an order of the venue or by what its owner moved."""
    cash = [{"a": asset.name, "wb": text(asset.balance), "cw": text(asset.balance - asset.isolated), "bc": "0"}
            for asset in cash_of(frame)]  # fmt: skip
    rows = [
        {"s": binance_symbol(frame, held.position.market),
         "pa": text(held.position.quantity * held.position.side.sign),
         "ep": text(held.position.entry), "cr": "0", "up": text(held.unrealised_pnl),
         "mt": str(held.position.mode), "iw": text(_bucket(held)), "ps": "BOTH"}
        for held in _held(frame)
    ]  # fmt: skip
    return {"e": "ACCOUNT_UPDATE", "E": now_ms, "T": now_ms, "a": {"m": _reason(frame), "B": cash, "P": rows}}


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
    "/fapi/v1/multiAssetsMargin": lambda frame, _now: {"multiAssetsMargin": _shares_assets(frame)},
    "/fapi/v1/assetIndex": indexes,
    "/fapi/v1/positionSide/dual": lambda _frame, _now: {"dualSidePosition": False},
    "/sapi/v1/account/apiRestrictions": lambda _frame, _now: READ_ONLY,
}
"""What is answered, by the path that is asked; each takes the frame and the milliseconds now."""
