"""Answers of venues whose raw shapes came later, as documentation and public client libraries show them."""

OKX_LONG = {
    "instType": "SWAP",
    "instId": "BTC-USDT-SWAP",
    "mgnMode": "isolated",
    "posSide": "long",
    "pos": "10",
    "avgPx": "60000",
    "markPx": "59000",
    "lever": "10",
    "margin": "600",
    "upl": "-100",
    "mmr": "23.6",
    "imr": "",
    "liqPx": "54271.3",
    "mgnRatio": "18",
    "notionalUsd": "5900",
    "ccy": "USDT",
}
OKX_SHORT = OKX_LONG | {
    "mgnMode": "cross",
    "posSide": "net",
    "pos": "-5",
    "margin": "",
    "mgnRatio": "140.4",
    "avgPx": "34131.1",
    "markPx": "34200",
    "lever": "20",
    "upl": "-3.445",
    "imr": "85.5",
    "mmr": "6.84",
    "notionalUsd": "1710",
    "liqPx": "53888.6",
}
OKX_COIN = OKX_LONG | {
    "instId": "BTC-USD-SWAP",
    "ccy": "BTC",
    "posSide": "net",
    "pos": "-20",
    "margin": "0.01",
    "avgPx": "40000",
    "markPx": "42000",
    "upl": "-0.00238095",
    "lever": "5",
    "mmr": "0.00031",
    "mgnRatio": "",
    "notionalUsd": "2000",
    "liqPx": "",
}
OKX_BALANCE = {
    "code": "0",
    "msg": "",
    "data": [
        {
            "totalEq": "41000",
            "details": [
                {"ccy": "USDT", "cashBal": "1000", "eq": "996.555", "upl": "-3.445", "stgyEq": "0", "ordFrozen": ""},
                {"ccy": "BTC", "cashBal": "0.5", "eq": "0.5", "upl": "0"},
            ],
        }
    ],
}

GATE_CROSS = {
    "value": "4.60516",
    "leverage": "0",
    "mode": "single",
    "contract": "BTC_USDT",
    "entry_price": "46030.3",
    "mark_price": "46051.6",
    "size": 1,
    "cross_leverage_limit": "0",
    "adl_ranking": 5,
    "maintenance_rate": "0.004",
    "unrealised_pnl": "0.00213",
    "user": 5691076,
    "leverage_max": "125",
    "risk_limit": "1000000",
    "margin": "8.997698485",
    "liq_price": "0",
    "initial_margin": "0",
    "maintenance_margin": "0",
}
GATE_ISOLATED = GATE_CROSS | {
    "size": "-150",
    "mode": "dual_short",
    "leverage": "10",
    "value": "960.1845",
    "margin": "96.018",
    "entry_price": "63421.5",
    "mark_price": "64012.3",
    "maintenance_rate": "0.003",
    "unrealised_pnl": "-8.862",
    "liq_price": "69562.1",
}
GATE_ACCOUNT = {
    "order_margin": "0",
    "history": {"dnw": "2.1321", "pnl": "11.5351"},
    "unrealised_pnl": "13.315100000006",
    "total": "12.51345151332",
    "available": "0",
    "in_dual_mode": False,
    "currency": "USDT",
    "position_margin": "12.51345151332",
}

KRAKEN_POSITIONS = {
    "result": "success",
    "openPositions": [
        {
            "side": "short",
            "symbol": "PF_XBTUSD",
            "price": 60000,
            "fillTime": "2020-07-22T14:39:12.376Z",
            "size": 0.1,
            "unrealizedFunding": 1.04e-05,
            "pnlCurrency": "USD",
        },
        {
            "side": "long",
            "symbol": "pf_ethusd",
            "price": 3000,
            "fillTime": "2020-07-22T14:39:12.376Z",
            "size": 2,
            "unrealizedFunding": None,
            "maxFixedLeverage": 5.0,
        },
    ],
    "serverTime": "2020-07-22T14:39:12.376Z",
}
KRAKEN_COIN = {
    "result": "success",
    "openPositions": [
        {
            "side": "long",
            "symbol": "PI_XBTUSD",
            "price": 40000,
            "fillTime": "x",
            "size": 10000,
            "unrealizedFunding": 0.1,
        }
    ],
}
KRAKEN_ACCOUNTS = {
    "accounts": {
        "cash": {"balances": {"xbt": 0.1}, "type": "cashAccount"},
        "fi_xbtusd": {
            "auxiliary": {"pv": 0.5, "pnl": 0.0, "af": 0.4, "usd": 0, "funding": 0.0},
            "balances": {"xbt": 0.5},
            "currency": "xbt",
            "type": "marginAccount",
        },
        "flex": {
            "currencies": {"XBT": {"quantity": 0.1, "value": 5000, "collateral": 4886.5, "available": 0.1}},
            "balanceValue": 5000,
            "collateralValue": 4886.5,
            "pnl": -10.5,
            "marginEquity": 4876,
            "type": "multiCollateralMarginAccount",
        },
    },
    "result": "success",
    "serverTime": "2023-04-04T17:56:49.027Z",
}
KRAKEN_TICKERS = {
    "result": "success",
    "tickers": [{"symbol": "PF_XBTUSD", "markPrice": 61000}, {"symbol": "PF_ETHUSD", "markPrice": 3100}],
}

BITMEX_COIN = {
    "account": 1,
    "symbol": "XBTUSD",
    "currency": "XBt",
    "underlying": "XBT",
    "quoteCurrency": "USD",
    "commission": 0.00075,
    "maintMarginReq": 0.005,
    "leverage": 10,
    "crossMargin": False,
    "currentQty": -20,
    "markPrice": 3608.44,
    "markValue": 554260,
    "homeNotional": -0.0055426,
    "foreignNotional": 20,
    "posInit": 59710,
    "posComm": 493,
    "posLoss": 1042,
    "posMargin": 59161,
    "posMaint": 5718,
    "unrealisedPnl": -42840,
    "avgEntryPrice": 3349.5,
    "liquidationPrice": 3678.5,
    "bankruptPrice": 3714,
}
BITMEX_LINEAR = BITMEX_COIN | {
    "symbol": "XBTUSDT",
    "currency": "USDt",
    "quoteCurrency": "USDT",
    "currentQty": 100000,
    "homeNotional": 0.1,
    "foreignNotional": -6100,
    "markPrice": 61000,
    "markValue": 6100000000,
    "avgEntryPrice": 60000,
    "unrealisedPnl": 100000000,
    "crossMargin": True,
    "leverage": 100,
    "liquidationPrice": 50251,
}
BITMEX_MARGIN = [
    {"account": 1, "currency": "XBt", "amount": 1000000, "walletBalance": 1000000, "marginBalance": 957160},
    {"account": 1, "currency": "USDt", "amount": 1000000000, "walletBalance": 1000000000, "marginBalance": 1100000000},
]

DYDX_ETH = {
    "market": "ETH-USD",
    "status": "OPEN",
    "side": "LONG",
    "size": "0.001",
    "maxSize": "0.002",
    "entryPrice": "3894.7",
    "unrealizedPnl": "-0.044675155",
    "createdAtHeight": "52228825",
    "sumOpen": "0.002",
    "netFunding": "-0.004647",
    "subaccountNumber": 0,
}
DYDX_BTC = DYDX_ETH | {
    "market": "BTC-USD",
    "side": "SHORT",
    "size": "-4.1368",
    "entryPrice": "112196.87",
    "unrealizedPnl": "17002.25068",
}
DYDX_SUBACCOUNT = {
    "address": "dydx1",
    "subaccountNumber": 0,
    "equity": "161450.9985",
    "freeCollateral": "152508.28",
    "openPerpetualPositions": {"ETH-USD": DYDX_ETH, "BTC-USD": DYDX_BTC},
    "assetPositions": {"USDC": {"size": "608580.951601", "symbol": "USDC", "side": "LONG", "assetId": "0"}},
}
DYDX_ALONE = {
    "address": "dydx1",
    "subaccountNumber": 128,
    "equity": "110",
    "freeCollateral": "90",
    "openPerpetualPositions": {
        "LINK-USD": DYDX_ETH
        | {"market": "LINK-USD", "size": "10", "entryPrice": "20", "unrealizedPnl": "10", "subaccountNumber": 128}
    },
    "assetPositions": {"USDC": {"size": "100", "symbol": "USDC", "side": "SHORT"}},
}
DYDX_MARKETS = {
    "markets": {
        "BTC-USD": {
            "ticker": "BTC-USD",
            "status": "ACTIVE",
            "oraclePrice": "108000",
            "initialMarginFraction": "0.02",
            "maintenanceMarginFraction": "0.012",
        },
        "ETH-USD": {
            "ticker": "ETH-USD",
            "status": "ACTIVE",
            "oraclePrice": "3850",
            "initialMarginFraction": "0.02",
            "maintenanceMarginFraction": "0.012",
        },
    }
}

DRIFT_GATEWAY = {
    "spot": [
        {"amount": "1000.5", "type": "deposit", "marketIndex": 0},
        {"amount": "9.971961702", "type": "deposit", "marketIndex": 1},
    ],
    "perp": [
        {
            "amount": "-3.3",
            "averageEntry": "102.2629",
            "marketIndex": 0,
            "liquidationPrice": "213.405881",
            "unrealizedPnl": "-272.84169",
            "unsettledPnl": "-270",
            "oraclePrice": "184.9422",
        }
    ],
}
DRIFT_HEX = {
    "authority": "x",
    "perpPositions": [
        {
            "baseAssetAmount": "02540be400",
            "quoteAssetAmount": "-59682f00",
            "quoteEntryAmount": "-59682f00",
            "marketIndex": 0,
            "openOrders": 0,
        },
        {"baseAssetAmount": "00", "quoteAssetAmount": "00", "quoteEntryAmount": "00", "marketIndex": 0},
    ],
    "spotPositions": [{"scaledBalance": "174876e800", "marketIndex": 0, "balanceType": {"deposit": {}}}],
}
DRIFT_PYTHON = {
    "perp_positions": [
        {
            "base_asset_amount": 10000000000,
            "quote_asset_amount": -1500000000,
            "quote_entry_amount": -1500000000,
            "market_index": 0,
        }
    ],
    "spot_positions": [{"scaled_balance": 100000000000, "market_index": 0, "balance_type": "Deposit"}],
}

BINANCE_PORTFOLIO = [
    {
        "symbol": "BTCUSDT",
        "positionAmt": "0.01",
        "entryPrice": "44525.0",
        "markPrice": "45464.1735922",
        "unRealizedProfit": "9.39173592",
        "liquidationPrice": "38007.16308568",
        "leverage": "100",
        "positionSide": "LONG",
        "notional": "454.64173592",
    }
]
BINANCE_PORTFOLIO_BALANCE = [
    {
        "asset": "USDT",
        "totalWalletBalance": "100.35",
        "crossMarginBorrowed": "10.00",
        "crossMarginInterest": "0.5",
        "umUnrealizedPNL": "9.39173592",
    }
]
BINANCE_PROFIT = {
    "symbol": "ETHUSDT",
    "positionSide": "BOTH",
    "positionAmt": "1",
    "entryPrice": "2000",
    "markPrice": "2600",
    "unRealizedProfit": "600",
    "liquidationPrice": "2058.23",
    "isolatedMargin": "550",
    "notional": "2600",
    "marginType": "isolated",
    "isolatedWallet": "-50",
    "leverage": "10",
    "maintMargin": "10.4",
}

STRANGERS = {
    "BitMart": [{"code": 1000, "trace": "x", "message": "Ok", "data": [{"symbol": "BTCUSDT", "leverage": "5"}]}],
    "XT": [{"returnCode": 0, "msgInfo": "success", "error": None, "result": [{"symbol": "btc_usdt"}]}],
    "Bitget": [
        {"code": "00000", "data": [{"marginCoin": "USDT", "symbol": "BTCUSDT", "holdSide": "long"}], "requestTime": 1},
        {"code": "00000", "data": [], "msg": "success", "requestTime": 1},
        {"code": "00000", "data": {"list": [{"marginCoin": "USDT", "posSide": "long", "marginMode": "crossed"}]}},
    ],
    "KuCoin": [
        {"code": "200000", "data": [{"symbol": "ETHUSDTM", "currentQty": 2, "settleCurrency": "USDT"}]},
        {"code": "200000", "data": {"accountEquity": 1, "currency": "USDT"}},
        [{"symbol": "XBTUSDTM", "delevPercentage": 0.5, "currentQty": 1}],
    ],
    "MEXC": [
        {"success": True, "code": 0, "data": [{"symbol": "ETH_USDT", "positionType": 1, "openType": 1, "holdVol": 1}]},
        {"success": True, "code": 0, "data": [{"currency": "USDT", "positionMargin": 0, "cashBalance": 1}]},
    ],
    "BingX": [
        {"code": 0, "msg": "", "data": [{"symbol": "LTC-USDT", "positionAmt": "0.1", "avgPrice": "83.53"}]},
        {"code": 0, "msg": "", "data": {"balance": {"asset": "USDT", "balance": "10"}}},
        [{"symbol": "LTC-USDT", "positionId": "1", "positionAmt": "0.1", "availableAmt": "0.1"}],
    ],
    "HTX": [{"status": "ok", "data": [{"contract_code": "BTC-USDT", "lever_rate": 2}], "ts": 1}],
    "Phemex": [{"code": 0, "msg": "", "data": {"account": {}, "positions": [{"symbol": "BTCUSD", "leverageEr": 1}]}}],
    "Deribit": [{"jsonrpc": "2.0", "result": [{"instrument_name": "BTC-PERPETUAL", "floating_profit_loss": 1}]}],
    "Bitfinex": [[["tBTCF0:USTF0", "ACTIVE", 0.01, 60000]]],
    "WOO X": [{"success": True, "data": {"positions": [{"holding": "0.1", "averageOpenPrice": "1"}]}}],
    "Crypto.com": [{"result": {"data": [{"instrument_name": "BTCUSD-PERP", "open_position_pnl": "1"}]}}],
    "BloFin": [{"code": "0", "msg": "", "data": [{"instId": "BTC-USDT", "availablePositions": "1"}]}],
    "Deepcoin": [
        {"code": "0", "msg": "", "data": [{"instId": "BTC-USDT-SWAP", "mgnMode": "cross", "mrgPosition": "x"}]}
    ],
}
