"""Payloads as the venues' documentation and public client libraries show them, cut to a handful of positions."""

BINANCE_RISK = [
    {
        "symbol": "BTCUSDT",
        "positionAmt": "0.001",
        "entryPrice": "22185.2",
        "markPrice": "21123.05052574",
        "unRealizedProfit": "-1.06214947",
        "leverage": "4",
        "marginType": "cross",
        "isolatedMargin": "0.00000000",
        "positionSide": "LONG",
        "notional": "21.12305052",
        "isolatedWallet": "0",
    },
    {"symbol": "BTCUSDT", "positionAmt": "0.000", "entryPrice": "0.0", "leverage": "4", "positionSide": "SHORT"},
    {
        "symbol": "DOGEUSDT",
        "positionAmt": "-32",
        "entryPrice": "0.16395",
        "markPrice": "0.16465933",
        "unRealizedProfit": "-0.02269856",
        "leverage": "6",
        "marginType": "isolated",
        "isolatedMargin": "0.86034145",
        "positionSide": "SHORT",
        "notional": "-5.26909856",
        "isolatedWallet": "0.88304001",
    },
]

BINANCE_V2 = {
    "multiAssetsMargin": False,
    "totalOpenOrderInitialMargin": "0.00000000",
    "totalWalletBalance": "1023.72",
    "assets": [
        {"asset": "USDT", "walletBalance": "1023.72469206", "unrealizedProfit": "-5"},
        {"asset": "BNB", "walletBalance": "0.00000000"},
    ],
    "positions": [
        {
            "symbol": "BTCUSDT",
            "leverage": "20",
            "isolated": False,
            "entryPrice": "60000.0",
            "positionSide": "BOTH",
            "positionAmt": "0.010",
            "notional": "595.0",
            "isolatedWallet": "0",
            "unrealizedProfit": "-5.00000000",
            "maintMargin": "2.38",
            "positionInitialMargin": "29.75",
        },
        {"symbol": "ETHUSDT", "leverage": "20", "isolated": True, "positionAmt": "0", "entryPrice": "0.0"},
    ],
}

BINANCE_V3 = {
    "totalOpenOrderInitialMargin": "5",
    "assets": [{"asset": "USDT", "walletBalance": "1000.1"}],
    "positions": [
        {
            "symbol": "BTCUSDT",
            "positionSide": "BOTH",
            "positionAmt": "0.001",
            "unrealizedProfit": "1.00",
            "isolatedMargin": "0",
            "notional": "46.00",
            "isolatedWallet": "0",
            "initialMargin": "2.301",
            "maintMargin": "0.184",
        }
    ],
}

BINANCE_COIN_RISK = [
    {
        "symbol": "BTCUSD_PERP",
        "positionAmt": "2",
        "entryPrice": "37643.10000021",
        "markPrice": "38103.05510455",
        "unRealizedProfit": "0.00006413",
        "liquidationPrice": "25119.97445760",
        "leverage": "2",
        "maxQty": "1500",
        "marginType": "isolated",
        "isolatedMargin": "0.00274471",
        "isAutoAddMargin": "false",
        "positionSide": "BOTH",
        "notionalValue": "0.00524892",
        "isolatedWallet": "0.00268058",
    },
    {
        "symbol": "ETHUSD_PERP",
        "positionAmt": "1",
        "entryPrice": "2422.400000007",
        "markPrice": "2424.51267823",
        "leverage": "100",
        "marginType": "cross",
        "positionSide": "LONG",
        "notionalValue": "0.00412454",
    },
]

BINANCE_COIN_BALANCE = [
    {"accountAlias": "SgsR", "asset": "BTC", "balance": "0.00318790", "crossWalletBalance": "0.00050732"},
]

BINANCE_COIN_ACCOUNT = {
    "assets": [
        {"asset": "BTC", "walletBalance": "0.00241969", "unrealizedProfit": "0.00000000"},
        {"asset": "ETH", "walletBalance": "0.5", "unrealizedProfit": "-0.00075"},
    ],
    "positions": [
        {
            "symbol": "ETHUSD_PERP",
            "positionAmt": "-3",
            "initialMargin": "0.00075",
            "maintMargin": "0.0001",
            "unrealizedProfit": "-0.00075",
            "leverage": "20",
            "isolated": False,
            "positionSide": "BOTH",
            "entryPrice": "2000.0",
            "maxQty": "50",
        },
        {"symbol": "BTCUSD_201225", "positionAmt": "0", "leverage": "125", "isolated": False, "entryPrice": "0.0"},
    ],
}

BYBIT_INVERSE = {
    "retCode": 0,
    "result": {
        "category": "inverse",
        "nextPageCursor": "",
        "list": [
            {
                "positionIdx": 0,
                "symbol": "BTCUSD",
                "side": "Sell",
                "size": "10000",
                "avgPrice": "60000",
                "positionValue": "0.16666666",
                "tradeMode": 0,
                "leverage": "10",
                "positionBalance": "0",
                "markPrice": "62500",
                "positionMM": "0.00089167",
                "positionIM": "0.01674916",
                "unrealisedPnl": "-0.00666667",
            }
        ],
    },
}

BYBIT_POSITIONS = {
    "retCode": 0,
    "retMsg": "OK",
    "result": {
        "nextPageCursor": "",
        "category": "linear",
        "list": [
            {
                "positionIdx": 0,
                "symbol": "BTCUSDT",
                "side": "Buy",
                "size": "0.5",
                "avgPrice": "50000.00",
                "positionValue": "25000",
                "tradeMode": 0,
                "leverage": "10",
                "positionBalance": "2500.00",
                "markPrice": "50500.00",
                "liqPrice": "",
                "positionMM": "250.00",
                "positionIM": "2500.00",
                "unrealisedPnl": "250.00",
            },
            {
                "positionIdx": 2,
                "symbol": "ETHPERP",
                "side": "Sell",
                "size": "5.0",
                "avgPrice": "3000",
                "tradeMode": 1,
                "leverage": "10",
                "positionBalance": "1500",
                "markPrice": "3010",
                "unrealisedPnl": "-50",
            },
            {"positionIdx": 1, "symbol": "SOLUSDT", "side": "", "size": "0", "avgPrice": "", "leverage": ""},
        ],
    },
}

BYBIT_WALLET = {
    "retCode": 0,
    "result": {
        "list": [
            {
                "accountType": "UNIFIED",
                "totalEquity": "10234.56",
                "coin": [
                    {"coin": "USDT", "walletBalance": "5000.00", "equity": "5100.00", "availableToWithdraw": ""},
                    {"coin": "BTC", "walletBalance": "0.15", "totalPositionIM": ""},
                ],
            }
        ]
    },
}

COINEX_POSITIONS = {
    "code": 0,
    "data": [
        {
            "market": "BTCUSDT",
            "market_type": "FUTURES",
            "side": "long",
            "margin_mode": "cross",
            "open_interest": "0.0010",
            "unrealized_pnl": "-0.5",
            "avg_entry_price": "60721.35000000000000000000",
            "leverage": "50",
            "margin_avbl": "1.21442700000000000000",
            "maintenance_margin_value": "0.3",
            "maintenance_margin_rate": "0.005",
            "settle_price": "60721.35000000000000000000",
            "liq_price": "",
        },
        {
            "market": "ETHUSDT",
            "market_type": "FUTURES",
            "side": "short",
            "margin_mode": "isolated",
            "open_interest": "0.2",
            "unrealized_pnl": "2",
            "avg_entry_price": "3100",
            "leverage": "3",
            "margin_avbl": "200.5",
            "settle_price": "3000",
        },
    ],
    "message": "OK",
    "pagination": {"has_next": False},
}

COINEX_BALANCE = {
    "code": 0,
    "data": [
        {
            "ccy": "USDT",
            "available": "297.92470982756335000001",
            "frozen": "1",
            "margin": "201.714427",
            "unrealized_pnl": "1.5",
        }
    ],
    "message": "OK",
}

HYPERLIQUID = {
    "assetPositions": [
        {
            "position": {
                "coin": "ETH",
                "entryPx": "2986.3",
                "leverage": {"rawUsd": "-95.059824", "type": "isolated", "value": 20},
                "liquidationPx": None,
                "marginUsed": "4.967826",
                "maxLeverage": 50,
                "positionValue": "100.02765",
                "szi": "0.0335",
                "unrealizedPnl": "-0.0134",
            },
            "type": "oneWay",
        },
        {
            "position": {
                "coin": "BTC",
                "entryPx": "60000",
                "leverage": {"type": "cross", "value": 10},
                "marginUsed": "6",
                "maxLeverage": 40,
                "positionValue": "60",
                "szi": "-0.001",
                "unrealizedPnl": "0",
            },
            "type": "oneWay",
        },
        {"position": {"coin": "SOL", "szi": "0.0", "entryPx": None}, "type": "oneWay"},
    ],
    "crossMarginSummary": {"accountValue": "13104.514502"},
    "marginSummary": {"accountValue": "13109.482328", "totalRawUsd": "13009.454678"},
    "withdrawable": "13104.514502",
}

CCXT_POSITIONS = [
    {
        "info": {"positionAmt": "5"},
        "symbol": "BTC/USDT:USDT",
        "isolated": False,
        "hedged": False,
        "side": "long",
        "contracts": 5,
        "contractSize": 0.01,
        "entryPrice": 20000,
        "markPrice": 20050.5,
        "notional": 1002.525,
        "leverage": 100,
        "collateral": 5300,
        "initialMargin": 10.02525,
        "maintenanceMargin": 5.1,
        "unrealizedPnl": 2.525,
        "marginMode": "cross",
        "liquidationPrice": None,
    },
    {
        "info": {},
        "symbol": "ETH/USDT:USDT",
        "side": "short",
        "contracts": "0.2",
        "contractSize": None,
        "entryPrice": "3000",
        "markPrice": None,
        "leverage": None,
        "collateral": "210",
        "initialMargin": "200",
        "unrealizedPnl": "10",
        "marginMode": "isolated",
    },
    {"symbol": "SOL/USDT:USDT", "contracts": 0, "entryPrice": None, "side": None},
    {"symbol": "BTC/USD:BTC", "contracts": 7, "entryPrice": 1, "side": "long", "marginMode": "cross"},
    {"symbol": "BTC/USDT:USDT-260327-60000-C", "contracts": 1, "entryPrice": 1, "side": "long"},
]

CCXT_BALANCE = {
    "info": {},
    "USDT": {"free": 500, "used": 500, "total": 1000.5},
    "free": {"USDT": 500},
    "used": {"USDT": 500},
    "total": {"USDT": 1000.5, "BTC": None},
}
