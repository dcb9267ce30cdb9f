"""The symbol of a history that is of the same coin as a market, however a venue writes it."""

import pytest

from isocross.paths.bars import nearest, same_coin

KNOWN = ("ETHUSDT", "BTCUSDT", "BNBUSDT")


@pytest.mark.parametrize(
    "market", ["BTC", "BTC-USD", "BTCUSDC", "BTCPERP", "BTC-PERP", "BTC_USDT", "BTC-USDT-SWAP", "BTC/USDT:USDT",
               "BTCUSD_PERP", "BTCUSD230630", "BTCUSDT"]
)  # fmt: skip
def test_a_coin_is_known_by_whatever_name_its_market_has(market):
    assert same_coin(market, KNOWN) == "BTCUSDT"
    assert nearest(market, KNOWN) == "BTCUSDT"


@pytest.mark.parametrize("market", ["BTCDOMUSDT", "WBTCUSDT", "SOLUSDT", "B", ""])
def test_another_coin_is_not_taken_for_it(market):
    assert same_coin(market, KNOWN) is None
