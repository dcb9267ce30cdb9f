"""What public client libraries ask, replayed against the venue on loopback; the answers have the venues' shapes.

Recorded are method, path, headers and body, as the clients send them: Hyperliquid's Python client, Binance's connector
for USDⓈ-M futures, and pybit. The shapes are those that the venues answered with, or document.
"""

from decimal import Decimal

import pytest

pytest.importorskip("aiohttp", reason="the venue needs aiohttp: pip install 'isocross[live]'")

from aiohttp.test_utils import TestClient, TestServer

from isocross.live.walking import walk_of
from isocross.workspace.resolve import load
from isocross_tui.serve.venue import VENUES
from tests.isocross.exchange import payloads

FILE = """
format = 1
name = "recorded"
venue = "%s"
wallet = 1000
positions = [
  { id = "btc", market = "%s", side = "short", mode = "cross", quantity = 0.05, entry = 60000, leverage = 10 },
  { id = "eth", market = "%s", side = "long", mode = "isolated", quantity = 1, entry = 3000, leverage = 20 },
]

[scenario]
path = "walk"
legs = [-0.02]
"""
MARKETS = {"hyperliquid": ("BTC", "ETH")}
USER = "0x5e9ee1089755c3435139848e47e6635505d5a13a"
SUMMARY = {"accountValue": "1182.3", "totalMarginUsed": "171.7", "totalNtlPos": "3434.8", "totalRawUsd": "86.5"}
POSITION = {
    "coin": "BTC", "cumFunding": {"allTime": "982.4", "sinceChange": "0.0", "sinceOpen": "982.4"},
    "entryPx": "26951.0", "leverage": {"type": "cross", "value": 20}, "liquidationPx": None, "marginUsed": "10.58",
    "maxLeverage": 40, "positionValue": "211.6", "returnOnEquity": "-0.0075", "szi": "-0.00785",
    "unrealizedPnl": "-0.08",
}  # fmt: skip
STATE = {"assetPositions": [{"position": POSITION, "type": "oneWay"}], "crossMarginSummary": SUMMARY,
         "crossMaintenanceMarginUsed": "129.05", "marginSummary": SUMMARY, "time": 1785923125277,
         "withdrawable": "1010.5"}  # fmt: skip
META = {"universe": [{"name": "BTC", "szDecimals": 5, "maxLeverage": 40}]}
CONTEXT = {"funding": "0.0000125", "markPx": "98000.0", "midPx": "98000.5", "openInterest": "1.0", "oraclePx": "98010",
           "premium": "0.0", "prevDayPx": "97000.0", "dayNtlVlm": "1.0"}  # fmt: skip
BINANCE = {"X-MBX-APIKEY": "any", "User-Agent": "binance-futures-connector-python/4.1.0"}
SIGNED = "timestamp=1796161927120&signature=56d0a21a"
PYBIT = {"X-BAPI-API-KEY": "any", "X-BAPI-SIGN": "0", "X-BAPI-SIGN-TYPE": "2", "X-BAPI-TIMESTAMP": "1796161927120",
         "X-BAPI-RECV-WINDOW": "5000", "Content-Type": "application/json"}  # fmt: skip

RECORDED = [
    ("hyperliquid", "POST /info", {}, {"type": "meta", "dex": ""}, META),
    ("hyperliquid", "POST /info", {}, {"type": "spotMeta"}, {"universe": [], "tokens": []}),
    ("hyperliquid", "POST /info", {}, {"type": "clearinghouseState", "user": USER, "dex": ""}, STATE),
    ("hyperliquid", "POST /info", {}, {"type": "openOrders", "user": USER, "dex": ""}, []),
    ("hyperliquid", "POST /info", {}, {"type": "allMids", "dex": ""}, {"BTC": "26951.0"}),
    ("hyperliquid", "POST /info", {}, {"type": "metaAndAssetCtxs"}, [META, [CONTEXT]]),
    ("hyperliquid", "POST /info", {}, {"type": "spotClearinghouseState", "user": USER}, {"balances": []}),
    ("binance", f"GET /fapi/v2/positionRisk?{SIGNED}", BINANCE, None, payloads.BINANCE_RISK),
    ("binance", f"GET /fapi/v2/account?{SIGNED}", BINANCE, None, {
        "totalWalletBalance": "1", "totalMarginBalance": "1", "totalMaintMargin": "1", "availableBalance": "1",
        "assets": [{"asset": "USDT", "walletBalance": "1", "marginBalance": "1", "crossWalletBalance": "1"}],
        "positions": [{"symbol": "BTCUSDT", "isolated": True, "positionAmt": "1", "leverage": "10"}]}),
    ("binance", f"GET /fapi/v2/balance?{SIGNED}", BINANCE, None, [
        {"accountAlias": "x", "asset": "USDT", "balance": "1", "crossWalletBalance": "1", "crossUnPnl": "0",
         "availableBalance": "1", "maxWithdrawAmount": "1", "marginAvailable": True, "updateTime": 1617939110373}]),
    ("binance", "GET /fapi/v1/premiumIndex?symbol=BTCUSDT", BINANCE, None,
        {"symbol": "BTCUSDT", "markPrice": "1", "indexPrice": "1", "estimatedSettlePrice": "1",
         "lastFundingRate": "1", "nextFundingTime": 1, "interestRate": "1", "time": 1}),
    ("binance", f"GET /fapi/v1/leverageBracket?{SIGNED}", BINANCE, None, [
        {"symbol": "BTCUSDT", "brackets": [{"bracket": 1, "initialLeverage": 75, "notionalCap": "1",
                                            "notionalFloor": "0", "maintMarginRatio": "0.0065", "cum": "0"}]}]),
    ("binance", "POST /fapi/v1/listenKey", BINANCE, None, {"listenKey": "pqia91ma19a5s61cv6a81va65sdf19v8a65a1"}),
    ("bybit", "GET /v5/position/list?category=linear&settleCoin=USDT", PYBIT, None, payloads.BYBIT_POSITIONS),
    ("bybit", "GET /v5/account/wallet-balance?accountType=UNIFIED", PYBIT, None, payloads.BYBIT_WALLET),
    ("bybit", "GET /v5/market/tickers?category=linear&symbol=BTCUSDT", {}, None, {
        "retCode": 0, "retMsg": "OK", "time": 1, "result": {"category": "linear", "list": [
            {"symbol": "BTCUSDT", "lastPrice": "1", "markPrice": "1", "indexPrice": "1", "fundingRate": "0"}]}}),
]  # fmt: skip


def unlike(sample, ours, where="answer"):
    """Where an answer has not the shape of a sample: a name that is missing, or another kind of value."""
    if isinstance(sample, dict):
        if not isinstance(ours, dict):
            return [where]
        missing = [f"{where}.{name}" for name in sample if name not in ours]
        both = sample.keys() & ours.keys()
        return missing + [
            place for name in sorted(both) for place in unlike(sample[name], ours[name], f"{where}.{name}")
        ]
    if isinstance(sample, list):
        if not isinstance(ours, list):
            return [where]
        samples = sample if len(sample) == len(ours) else [sample[0]] * len(ours) if sample else ours
        pairs = enumerate(zip(samples, ours, strict=True))
        return [place for n, (one, other) in pairs for place in unlike(one, other, f"{where}[{n}]")]
    if sample is None or ours is None:
        return [] if isinstance(ours, str | None) else [where]
    number = isinstance(sample, int | float) and isinstance(ours, int | float)
    return [] if number or type(sample) is type(ours) else [where]


@pytest.mark.parametrize(
    ("venue", "line", "headers", "body", "sample"),
    RECORDED,
    ids=[f"{each[0]} {each[3] or each[1]}" for each in RECORDED],
)
async def test_an_answer_has_the_shape_of_the_venues_own(venue, line, headers, body, sample):
    symbols = MARKETS.get(venue, ("BTCUSDT", "ETHUSDT"))
    walk = walk_of(load(FILE % (venue, *symbols)), venue, None, Decimal(0))
    method, path = line.split()
    async with TestClient(TestServer(VENUES[venue](walk).app())) as client:
        answer = await client.request(method, path, headers=headers, json=body)
        assert answer.status == 200
        assert unlike(sample, await answer.json()) == []


def test_another_shape_is_found():
    assert unlike({"a": "1", "b": [{"c": 1}]}, {"a": 1, "b": [{"d": 1}, {"c": 2}]}) == ["answer.a", "answer.b[0].c"]
    assert unlike([{"c": None}], [{"c": 5}]) == ["answer[0].c"]
