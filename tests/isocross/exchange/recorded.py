"""Answers as public fixtures have them, cut to what tells: the REST and stream shapes of each venue, and wrappings.

Sources: nautilus_trader (crates/adapters/*/test_data), the unit tests of JKorf's Binance.Net, Bybit.Net, OKX.Net,
CoinEx.Net, GateIo.Net, HyperLiquid.Net, Kraken.Net and BitMEX.Net, roq (kraken_futures), Gate's own API documents.
"""

BINANCE_RISK = {  # Binance.Net, GetPositions
    "symbol": "BTCUSDT", "positionAmt": "0.001", "entryPrice": "22185.2", "markPrice": "21123.05052574",
    "unRealizedProfit": "-1.06214947", "liquidationPrice": "19731.45529116", "leverage": "4", "marginType": "cross",
    "isolatedMargin": "0.00000000", "positionSide": "LONG", "notional": "21.12305052", "isolatedWallet": "0",
}  # fmt: skip
BINANCE_ASSETS = [{"asset": "USDT", "balance": "3.5", "crossWalletBalance": "3.5", "crossUnPnl": "0"}]
BINANCE_EVENT = {  # nautilus_trader, account_update
    "e": "ACCOUNT_UPDATE", "T": 1564745798939,
    "a": {
        "m": "ORDER",
        "B": [{"a": "USDT", "wb": "122624.12345678", "cw": "100.12345678", "bc": "50.12345678"}],
        "P": [
            {"s": "BTCUSDT", "pa": "0", "ep": "0.00000", "up": "0", "mt": "isolated", "iw": "0", "ps": "BOTH"},
            {"s": "BTCUSDT", "pa": "20", "ep": "6563.6", "up": "2850.21200", "mt": "isolated", "iw": "13200.70726908",
             "ps": "LONG"},
            {"s": "BTCUSDT", "pa": "-10", "ep": "6563.8", "up": "-1423.15600", "mt": "isolated", "iw": "6570.42511771",
             "ps": "SHORT"},
        ],
    },
}  # fmt: skip
BINANCE_V2 = {
    "multiAssetsMargin": False, "totalOpenOrderInitialMargin": "0.0",
    "assets": [{"asset": "USDT", "walletBalance": "1023.72", "unrealizedProfit": "-5", "marginBalance": "1018.72",
                "maintMargin": "2.38"}],
    "positions": [{"symbol": "BTCUSDT", "maintMargin": "2.38", "unrealizedProfit": "-5", "leverage": "20",
                   "isolated": False, "entryPrice": "60000.0", "positionSide": "BOTH", "positionAmt": "0.010",
                   "notional": "595.0", "isolatedWallet": "0"}],
}  # fmt: skip

BYBIT_EVENT = {  # nautilus_trader, ws_account_position_short
    "id": "2004", "topic": "position", "creationTime": 1697682417044,
    "data": [{"positionIdx": 2, "tradeMode": 0, "riskLimitValue": "2000000", "symbol": "ETHUSDT", "side": "Sell",
              "size": "2.5", "avgPrice": "2450.75", "leverage": "5", "positionValue": "6126.875",
              "positionBalance": "1225.375", "markPrice": "2460.25", "positionIM": "1225.375",
              "positionMM": "61.26875", "unrealisedPnl": "-23.75", "liqPrice": "2550.50"}],
}  # fmt: skip
BYBIT_WALLET = {  # nautilus_trader, ws_account_wallet
    "topic": "wallet",
    "data": [{"accountType": "UNIFIED", "coin": [
        {"coin": "BTC", "equity": "0.00102964", "walletBalance": "0.00102964", "borrowAmount": "0"},
        {"coin": "USDT", "equity": "9624.00537647", "walletBalance": "9647.75537647", "borrowAmount": "0",
         "unrealisedPnl": "-23.75", "totalPositionMM": "61.26875"},
    ]}],
}  # fmt: skip

OKX_COIN = {  # OKX.Net and the venue's documents, GetAccountPositions
    "avgPx": "2566.31", "ccy": "ETH", "imr": "", "instId": "ETH-USD-210430", "instType": "FUTURES", "lever": "10",
    "liqPx": "2352.8496681818233", "markPx": "2353.849", "margin": "0.0003896645377994", "mgnMode": "isolated",
    "mgnRatio": "11.731726509588816", "mmr": "0.0000311811092368", "notionalUsd": "2276.2546609009605", "optVal": "",
    "pos": "1", "posId": "307173036051017730", "posSide": "long", "upl": "-0.0000009932766034",
}  # fmt: skip
OKX_CROSS = OKX_COIN | {
    "instId": "BTC-USDT-SWAP", "instType": "SWAP", "ccy": "USDT", "mgnMode": "cross", "posSide": "net", "pos": "-5",
    "margin": "", "mgnRatio": "22.6", "avgPx": "60000", "markPx": "59000", "upl": "50", "mmr": "11.8", "imr": "295",
    "notionalUsd": "2950", "liqPx": "",
}  # fmt: skip
OKX_BALANCE = {"code": "0", "msg": "", "data": [{"adjEq": "", "details": [
    {"ccy": "USDT", "eq": "300", "cashBal": "250", "upl": "50", "mgnRatio": "22.6", "mmr": "11.8"}]}]}  # fmt: skip

GATE_CROSS = {  # Gate's documents, with GateIo.Net
    "user": 10000, "contract": "BTC_USDT", "size": "10", "leverage": "0", "cross_leverage_limit": "20",
    "pos_margin_mode": "cross", "leverage_max": "125", "maintenance_rate": "0.003", "value": "65", "margin": "0",
    "entry_price": "64000", "mark_price": "65000", "unrealised_pnl": "1", "maintenance_margin": "0.24375",
    "liq_price": "0", "adl_ranking": 5, "mode": "single",
}  # fmt: skip
GATE_SHARED = {
    "currency": "USDT", "total": "0", "available": "0", "position_margin": "0", "order_margin": "0",
    "in_dual_mode": False, "cross_available": "40", "cross_margin_balance": "44", "cross_unrealised_pnl": "1",
    "cross_maintenance_margin": "0.24375", "isolated_position_margin": "0",
}  # fmt: skip
GATE_UNIFIED = {  # GateIo.Net, GetUnifiedAccountInfo
    "user_id": 10001, "locked": False, "total": "230.94", "unified_account_total_equity": "100016.1",
    "balances": {"ETH": {"available": "0", "equity": "0", "futures_pos_liab": "0", "spot_in_use": "0"},
                 "USDT": {"available": "0.00000062023", "equity": "16.1", "futures_pos_liab": "0",
                          "spot_in_use": "12"}},
}  # fmt: skip

KRAKEN_EVENT = {  # roq, kraken_futures open_positions
    "feed": "open_positions", "account": "x",
    "positions": [{"instrument": "PI_XBTUSD", "balance": 1.0, "pnl": 6.244534934262959e-9, "entry_price": 40012.5,
                   "mark_price": 40022.5, "index_price": 39766.96, "liquidation_threshold": 2.522396666144259,
                   "effective_leverage": 0.00006246}],
}  # fmt: skip
KRAKEN_FLEX = {
    "feed": "balances_snapshot",
    "flex_futures": {"currencies": {}, "balance_value": 5000, "collateral_value": 4900, "pnl": -500,
                     "margin_equity": 4400, "maintenance_margin": 300},
}  # fmt: skip
KRAKEN_LINEAR = {
    "feed": "open_positions",
    "positions": [{"instrument": "PF_XBTUSD", "balance": -0.5, "pnl": -500, "entry_price": 59000, "mark_price": 60000,
                   "liquidation_threshold": 67000, "maintenance_margin": 300, "initial_margin": 600,
                   "pnl_currency": "USD"}],
}  # fmt: skip

BITMEX_TABLE = {
    "table": "position", "action": "partial", "keys": ["account", "symbol"],
    "data": [{"account": 1, "symbol": "XBTUSD", "currency": "XBt", "underlying": "XBT", "quoteCurrency": "USD",
              "maintMarginReq": 0.005, "leverage": 100, "crossMargin": True, "currentQty": 100, "markPrice": 98000.0,
              "markValue": -102041, "homeNotional": None, "unrealisedPnl": -407, "avgEntryPrice": 98390.88,
              "liquidationPrice": 1}],
}  # fmt: skip
BITMEX_WALLET = [  # nautilus_trader, http_get_wallet
    {"account": 1, "currency": "XBt", "deltaAmount": 123456, "deposited": 0, "amount": 1000123456, "addr": "x"}
]

DYDX_BTC = {
    "market": "BTC-USD", "status": "OPEN", "side": "SHORT", "size": "-0.0002", "maxSize": "-0.0002",
    "netFunding": "0", "entryPrice": "94000", "sumOpen": "0.0002", "unrealizedPnl": "0.2",
}  # fmt: skip
DYDX_EVENT = {
    "type": "channel_data", "channel": "v4_subaccounts",
    "contents": {
        "perpetualPositions": [DYDX_BTC],
        "assetPositions": [{"symbol": "USDC", "side": "LONG", "size": "150", "assetId": "0"}],
    },
}  # fmt: skip
DYDX_SUBSCRIBED = {  # nautilus_trader, ws_subaccounts_subscribed
    "type": "subscribed", "channel": "v4_subaccounts", "id": "dydx1/0",
    "contents": {"subaccount": {
        "subaccountNumber": 0, "equity": "121625", "freeCollateral": "100000.25",
        "openPerpetualPositions": {"BTC-USD": DYDX_BTC | {"side": "LONG", "size": "0.5", "entryPrice": "43000.0",
                                                          "unrealizedPnl": "125.00"}},
        "assetPositions": {"USDC": {"symbol": "USDC", "side": "LONG", "size": "100000.0", "assetId": "0"}},
    }},
}  # fmt: skip

COINEX_POSITION = {
    "market": " BTCUSDT", "market_type": "FUTURES", "side": "long", "margin_mode": "cross", "open_interest": "0.0010",
    "unrealized_pnl": "-0.5", "avg_entry_price": "60721.35", "settle_price": "60721.35", "leverage": "50",
    "margin_avbl": "1.2144", "maintenance_margin_value": "0.3", "maintenance_margin_rate": "0.005", "liq_price": "",
}  # fmt: skip
COINEX_EVENT = {"method": "position.update", "data": {"event": "update", "position": COINEX_POSITION}, "id": None}
COINEX_BALANCE = {"method": "balance.update", "data": {"balance_list": [
    {"ccy": "USDT", "available": "97.9", "frozen": "1", "margin": "2", "unrealized_pnl": "-0.5"}]}}  # fmt: skip

HYPERLIQUID = {  # HyperLiquid.Net, GetAccountInfo
    "marginSummary": {"accountValue": "83.307638", "totalNtlPos": "75.652", "totalRawUsd": "7.655638"},
    "crossMarginSummary": {"accountValue": "75.781884", "totalNtlPos": "0.0", "totalRawUsd": "75.781884"},
    "crossMaintenanceMarginUsed": "0.0", "withdrawable": "75.781884", "time": 1754467216357,
    "assetPositions": [{"type": "oneWay", "position": {
        "coin": "HYPE", "szi": "2.0", "leverage": {"type": "isolated", "value": 10, "rawUsd": "-68.126246"},
        "entryPx": "37.829", "positionValue": "75.652", "unrealizedPnl": "-0.006", "marginUsed": "7.525754",
        "liquidationPx": "35.8559189474", "maxLeverage": 10}}],
}  # fmt: skip
HYPERLIQUID_DEX = {  # nautilus_trader, http_clearinghouse_state_builder_perp
    "marginSummary": {"accountValue": "1000"}, "crossMarginSummary": {"accountValue": "1000"},
    "assetPositions": [{"type": "oneWay", "position": {
        "coin": "xyz:TSLA", "entryPx": "275.50", "leverage": {"type": "cross", "value": 3}, "liquidationPx": None,
        "marginUsed": "918.33", "maxLeverage": 10, "positionValue": "2755.0", "szi": "10.0", "unrealizedPnl": "0"}}],
}  # fmt: skip
HYPERLIQUID_EMPTY = {  # nautilus_trader, http_clearinghouse_state_unified_open_positions
    "assetPositions": [], "withdrawable": "30.5",
    "crossMarginSummary": {"accountValue": "210.5", "totalNtlPos": "900.0", "totalRawUsd": "-689.5"},
}  # fmt: skip
