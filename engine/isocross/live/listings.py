"""What Binance and Bybit answer of the markets they list: steps, leverage and tiers, for the markets of an account.

The shapes are those of the venues' public documentation, as far as client libraries read them.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from isocross.figures.frame import Frame
from isocross.live.cash import cash_of
from isocross.money import exact, text
from isocross.rules.market import Market, base_of
from isocross.rules.underlying import coin_of

NEVER_MS: Final = 4_133_404_800_000
"""When a contract without an end is delivered, as Binance writes it: in the year 2100."""
LOT: Final = Decimal("0.001")
"""The step of quantities where the venue's is not known."""
MOST: Final = "1000000000"
"""The largest quantity and notional that are written."""


def contracts(frame: Frame) -> dict[str, Market]:
    """The markets that have contracts: of an account of several assets not those of their prices alone."""
    return {name: market for name, market in frame.book.markets.items() if not market.is_asset}


_OWN: Final = re.compile(r"[A-Z0-9]+(?:(?:USDT|USDC|USD)(?:[_-]\w+)?|PERP)")
"""How both venues write a contract."""
_THOUSAND: Final = re.compile(r"k(?=[A-Z])")
"""Before a coin where Hyperliquid counts thousands of it."""


def binance_symbol(frame: Frame, market: str) -> str:
    """Write a market as Binance does: the coin in what the account is in; one that is written so stays."""
    return market if _OWN.fullmatch(market) else _base(market) + frame.book.currency


def bybit_symbol(frame: Frame, market: str) -> str:
    """Write a market as Bybit does: alike, but a contract in USDC has another ending."""
    perpetual = "PERP" if frame.book.currency == "USDC" else frame.book.currency
    return market if _OWN.fullmatch(market) else _base(market) + perpetual


def _base(market: str) -> str:
    """The coin of a market of any venue; what Hyperliquid writes kPEPE is 1000PEPE elsewhere."""
    own = market.rpartition(":")[2]
    return _THOUSAND.sub("1000", coin_of(own) or own, count=1)


def _places(step: Decimal) -> int:
    """How many digits behind the point a step has."""
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@exact
def binance_markets(frame: Frame, now_ms: int) -> dict[str, Any]:
    """Answer `/fapi/v1/exchangeInfo`."""
    currency = frame.book.currency
    assets = [{"asset": asset.name, "marginAvailable": asset.collateral, "autoAssetExchange": "0"}
              for asset in cash_of(frame)]  # fmt: skip
    named = ((binance_symbol(frame, name), market) for name, market in contracts(frame).items())
    symbols = [_binance_market(symbol, market, market.settles or currency) for symbol, market in named]
    return {"timezone": "UTC", "serverTime": now_ms, "futuresType": "U_MARGINED", "rateLimits": [],
            "exchangeFilters": [], "assets": assets, "symbols": symbols}  # fmt: skip


def _binance_market(symbol: str, market: Market, currency: str) -> dict[str, Any]:
    lot, base = market.lot or LOT, base_of(symbol, currency)
    steps = {"minQty": text(lot), "maxQty": MOST, "stepSize": text(lot)}
    filters = [
        {"filterType": "PRICE_FILTER", "minPrice": text(market.grid), "maxPrice": MOST, "tickSize": text(market.grid)},
        {"filterType": "LOT_SIZE", **steps},
        {"filterType": "MARKET_LOT_SIZE", **steps},
    ]
    return {"symbol": symbol, "pair": symbol, "contractType": "PERPETUAL", "deliveryDate": NEVER_MS,
            "onboardDate": 0, "status": "TRADING", "baseAsset": base, "quoteAsset": currency, "marginAsset": currency,
            "pricePrecision": _places(market.grid), "quantityPrecision": _places(lot), "baseAssetPrecision": 8,
            "quotePrecision": 8, "underlyingType": "COIN", "filters": filters, "orderTypes": [],
            "timeInForce": []}  # fmt: skip


@exact
def binance_tiers(frame: Frame, _now_ms: int) -> list[dict[str, Any]]:
    """Answer `/fapi/v1/leverageBracket`."""
    return [
        {"symbol": binance_symbol(frame, name), "notionalCoef": 1, "brackets": [
            {"bracket": number, "initialLeverage": int(tier.max_leverage), "notionalFloor": text(tier.start),
             "notionalCap": cap, "maintMarginRatio": text(tier.rate), "cum": text(tier.deduction)}
            for number, (tier, cap) in enumerate(zip(market.ladder.tiers, _ends(market), strict=True), start=1)]}
        for name, market in contracts(frame).items()
    ]  # fmt: skip


def _ends(market: Market) -> list[str]:
    return [*(text(start) for start in market.ladder.starts[1:]), MOST]


@exact
def bybit_markets(frame: Frame) -> list[dict[str, Any]]:
    """List the rows of `/v5/market/instruments-info`."""
    currency = frame.book.currency
    named = ((bybit_symbol(frame, name), market) for name, market in contracts(frame).items())
    return [_bybit_market(symbol, market, market.settles or currency) for symbol, market in named]


def _bybit_market(symbol: str, market: Market, currency: str) -> dict[str, Any]:
    lot, most = text(market.lot or LOT), text(market.ladder.tiers[0].max_leverage)
    return {"symbol": symbol, "contractType": "LinearPerpetual", "status": "Trading",
            "baseCoin": base_of(base_of(symbol, currency), "PERP"), "quoteCoin": currency, "settleCoin": currency,
            "launchTime": "0", "deliveryTime": "0", "deliveryFeeRate": "", "priceScale": str(_places(market.grid)),
            "leverageFilter": {"minLeverage": "1", "maxLeverage": most, "leverageStep": "0.01"},
            "priceFilter": {"minPrice": text(market.grid), "maxPrice": MOST, "tickSize": text(market.grid)},
            "lotSizeFilter": {"minOrderQty": lot, "maxOrderQty": MOST, "qtyStep": lot, "minNotionalValue": "0"},
            "unifiedMarginTrade": True, "fundingInterval": 480, "copyTrading": "none",
            "isPreListing": False}  # fmt: skip
