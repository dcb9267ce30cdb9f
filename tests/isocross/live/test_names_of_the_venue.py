"""An account of another venue is answered in the names of the one that answers."""

from decimal import Decimal

import pytest

from isocross.live import binance, bybit
from isocross.live.listings import binance_symbol, bybit_symbol
from isocross.live.walking import walk_of
from isocross.workspace.resolve import load

FILE = """
format = 1
name = "walker"
venue = "hyperliquid"
currency = "{currency}"
wallet = 9000
positions = [
  {{ market = "BTC", side = "long", mode = "cross", quantity = 0.05, entry = 113000, leverage = 20 }},
  {{ market = "ETH", side = "long", mode = "isolated", quantity = 1, entry = 3900, leverage = 10 }},
]
markets = [
  {{ symbol = "BTC", mark = 113000, tiers = [ {{ from = 0, rate = 0.004, max_leverage = 100 }} ] }},
  {{ symbol = "ETH", mark = 3900, tiers = [ {{ from = 0, rate = 0.004, max_leverage = 100 }} ] }},
]
"""


@pytest.mark.parametrize(
    ("venue", "currency", "names"),
    [
        ("binance", "USDC", ["BTCUSDC", "ETHUSDC"]),
        ("binance", "USDT", ["BTCUSDT", "ETHUSDT"]),
        ("bybit", "USDC", ["BTCPERP", "ETHPERP"]),
        ("bybit", "USDT", ["BTCUSDT", "ETHUSDT"]),
    ],
)
def test_positions_marks_and_listings_are_in_the_names_of_the_venue(venue, currency, names):
    frame = walk_of(load(FILE.format(currency=currency)), venue, "crash-2025-10-10", Decimal(60), lambda: 0.0).frame
    if venue == "binance":
        answers = [
            binance.account(frame, 0)["positions"],
            binance.position_risk(frame, 0),
            binance.marks(frame, 0),
            binance.binance_markets(frame, 0)["symbols"],
            binance.binance_tiers(frame, 0),
        ]
    else:
        answers = [bybit.tickers(frame, 0)["result"]["list"], bybit.bybit_markets(frame)]
    for rows in answers:
        assert [row["symbol"] for row in rows] == names
    listed = answers[3] if venue == "binance" else answers[1]
    assert [row["baseAsset" if venue == "binance" else "baseCoin"] for row in listed] == ["BTC", "ETH"]


@pytest.mark.parametrize(
    ("market", "told"),
    [
        *(("BTCUSDT", "BTCUSDT"), ("BTCUSDC", "BTCUSDC"), ("BTCUSDT_260327", "BTCUSDT_260327"), ("BTC", "BTCUSDT")),
        *(("kPEPE", "1000PEPEUSDT"), ("xyz:TSLA", "TSLAUSDT"), ("BTC-USD", "BTCUSDT"), ("PF_XBTUSD", "BTCUSDT")),
        ("ETH-USDT-SWAP", "ETHUSDT"),
    ],
)
def test_a_contract_of_any_venue_has_its_name_here(market, told):
    frame = walk_of(load(FILE.format(currency="USDT")), "binance", "crash-2025-10-10", Decimal(60), lambda: 0.0).frame
    assert binance_symbol(frame, market) == bybit_symbol(frame, market) == told
