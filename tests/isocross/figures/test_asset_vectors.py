"""Accounts of several assets as venues state them: each test names the recorded answer its figures are from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.account.assets import Asset, counted
from isocross.cascade.ledger import Ledger
from isocross.cascade.spare import spare
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.collateral import collateral_table
from isocross.workspace import dump, load_text
from isocross.workspace.build import book_of

D = Decimal


def account(text: str):
    return GlideRehearsal(book_of(load_text(text)), {}).frame(D(0)).account


def one_position(head: str, quantity: str, entry: str, mark: str, rate: str, leverage: str = "10") -> str:
    return f"""
{head}
[[markets]]
symbol = "BTCUSDT"
mark   = {mark}
tiers  = [{{ from = 0, rate = {rate}, max_leverage = 100 }}]
[[positions]]
market   = "BTCUSDT"
side     = "long"
mode     = "cross"
quantity = {quantity}
entry    = {entry}
leverage = {leverage}
"""


def test_bybit_account_mmr():
    """Bybit.Net's recorded wallet balance: 97.07311619 − 16.69586570, MM 3.68580537, accountMMRate 0.0459."""
    head = 'venue = { profile = "bybit", close_fee = 0 }\naccount = "unified"\nwallet = 97.07311619'
    found = account(one_position(head, "1", "385.27640270", "368.580537", "0.01"))
    assert round(found.equity, 3) == round(D("80.37711012"), 3)
    assert (found.maintenance_margin, round(found.margin_ratio, 4)) == (D("3.68580537"), D("0.0459"))


def test_bybit_account_imr_and_what_is_available():
    """The same answer: initial margin 55.42180254 of 80.37711012 is accountIMRate 0.6895; 24.95530758 is available."""
    head = 'venue = { profile = "bybit", close_fee = 0 }\naccount = "unified"\nwallet = 97.07311619'
    found = account(one_position(head, "1", "385.27640270", "368.580537", "0.01", "6.65046"))
    assert round(found.initial_margin / found.equity, 4) == D("0.6895")
    assert abs(found.available - D("24.95530758")) < D("0.001")


def test_okx_margin_ratio_counts_the_fee_to_close():
    """OKX.Net's recorded balance: adjEq 55415.624719833286, mmr 0.3428274116, notional 85.7068529, 0.05 %."""
    head = 'venue = "okx"\naccount = "unified"\nwallet = 55415.624719833286'
    found = account(one_position(head, "1", "85.7068529", "85.7068529", "0.004"))
    assert round(found.venue_ratio, 10) == D("143682.5977666258")


def test_gate_rates_and_what_is_available():
    """GateIo.Net's recorded unified account: 16499.1357, 3299.8271 and 3381470.892 of 3382495.944."""
    head = 'venue = { profile = "gate", close_fee = 0 }\naccount = "unified"\nwallet = 3382495.944'
    found = account(one_position(head, "1", "20501.05", "20501.05", "0.01", "20"))
    assert round(found.venue_ratio, 2) == round(D("16499.1357"), 2)
    assert round(found.equity / found.initial_margin, 3) == D("3299.827")
    assert round(found.available, 2) == D("3381470.89")


def test_binance_multi_assets_counts_eth_at_its_bid_buffer():
    """What safe-cex #16 recorded: 1.21964998 ETH and 390.25635408 USDT, 2910.764 available, 39.9 of initial margin."""
    eth = '[[assets]]\nasset = "ETH"\nbalance = 1.21964998\nprice = 2204.463'
    head = f'venue = "binance"\naccount = "multi-assets"\nwallet = 390.25635408\n{eth}'
    found = account(one_position(head, "1", "392.85065417", "399", "0.01"))
    assert round(found.pool_equity, 1) == D("2950.6")
    assert abs(found.available - D("2910.764")) < D("0.1")
    assert abs(found.available / (D("2204.463") * D("1.05")) - D("1.25752019")) < D("0.0001")


@pytest.mark.parametrize(
    ("name", "index", "bid", "ask"),
    [
        ("BTC", "86168.37311999", "81859.95446399", "90476.79177599"),
        ("ADA", "1.92957370", "1.73661633", "2.12253107"),
        ("ADA", "0.27462452", "0.24716207", "0.30208698"),
        ("USDT", "0.99987691", "0.99977692", "0.99997689"),
    ],
)
def test_binance_counts_at_the_bid_rate_and_a_debt_at_the_ask_rate(name, index, bid, ask):
    """Recorded asset indexes: gocryptotrader's of 2026-10-06, Binance's documentation, Binance.Net's of 2023-06-14.

    Binance states eight places.
    """
    text = (
        f'venue = "binance"\naccount = "multi-assets"\ncurrency = "FDUSD"\nwallet = 1\n[[assets]]\nasset = "{name}"\n'
    )
    coin = book_of(load_text(f"positions = []\n{text}balance = 1\nprice = {index}\n")).coin[name]
    assert abs(counted(coin, D(1), D(index)) - D(bid)) <= D("1e-8")
    assert abs(counted(coin, D(-1), D(index)) + D(ask)) <= D("1e-8")


def test_hyperliquid_counts_the_token_alone():
    """A live account of the INSOLVENT terminal: (133.73 + 7.66) ÷ 903.95 = 15.64 %, whatever HYPE is held beside it."""
    hype = '[[assets]]\nasset = "HYPE"\nbalance = 10\nprice = 30.76'
    head = f'venue = "hyperliquid"\naccount = "unified"\ncurrency = "USDC"\nwallet = 903.95\n{hype}'
    found = account(one_position(head, "1", "14139", "14139", "0.01"))
    assert round(found.margin_ratio, 4) == D("0.1564")
    assert found.assets[1].counted == 0


def test_kraken_counts_a_coin_at_haircut_and_fee():
    """Kraken.Net's recorded wallet: 4886.49976674881 ÷ 4998.721054420551 is 0.97755, (1 − 2 %) × (1 − 0.25 %)."""
    ((_, weight),) = collateral_table("kraken-collateral").assets["BTC"].tiers
    assert weight == D("0.97755") == (1 - D("0.02")) * (1 - D("0.0025"))


HYPERLIQUID_PORTFOLIO = """
venue = "hyperliquid"
account = "portfolio"
currency = "USDC"
wallet = {wallet}
[[assets]]
asset = "BTC"
balance = 1
[[markets]]
symbol = "BTC"
mark = {mark}
[[positions]]
market = "BTC"
side = "short"
mode = "cross"
quantity = 1
entry = 100000
leverage = 10
"""


def test_hyperliquid_portfolio_margin_ratio():
    """The documented formula, for its own example: 1 BTC against a short of it, from 100,000 to 150,000.

    It has borrowed 50,000 then. (20 + 1/80 of 150,000 + 50,000) ÷ (150,000 × (0.5 + 0.5 ÷ 2)).
    """
    found = account(HYPERLIQUID_PORTFOLIO.format(wallet=0, mark=150000))
    assert found.assets[0].counted == -50000
    assert round(found.venue_ratio, 12) == round(D(20 + 1875 + 50000) / 112500, 12)


def test_hyperliquid_portfolio_margin_lends_up_to_ltv():
    """The same example: at 200,000 the 100,000 that is borrowed is all that can be, so it must reduce."""
    at_limit = account(HYPERLIQUID_PORTFOLIO.format(wallet=0, mark=200000))
    assert (at_limit.assets[0].counted, at_limit.available) == (-100000, 0)
    below = book_of(load_text(HYPERLIQUID_PORTFOLIO.format(wallet=20000, mark=200000)))
    assert spare(Ledger(below), {"BTC": D(200000), "USDC": D(1)}) == 0


def test_hyperliquid_portfolio_margin_is_liquidated_above_95_percent():
    """20 USDC, margins and what is borrowed against 95 % of what counts; the next price is over it."""
    book = book_of(load_text(HYPERLIQUID_PORTFOLIO.format(wallet=0, mark=100000)))
    event = next(iter(GlideRehearsal(book, {}).rising.happened))
    mark = 100000 * (1 + event.place)
    demand = 20 + mark / 80 + (mark - 100000)
    assert abs(demand / (mark * D("0.75")) - D("0.95")) < D("1e-12")


@pytest.mark.parametrize(
    ("size", "factor", "weight", "owed"),
    [
        ("1000", "0", "0.9", "1.1"),
        ("1000", "0.00001", "0.9", "1.1"),
        ("1000000000", "0.00001", "0.8357", "1.1962"),
        ("1000", "0.01", "0.8357", "1.1962"),
        ("1000", "0.1", "0.2642", "4.0422"),
        ("100000", "0.1", "0.0337", "32.5027"),
    ],
)
def test_drift_weights_get_worse_with_the_root_of_the_size(size, factor, weight, owed):
    """What `spot_market_asset_weight` of the program expects: 9000, 8357, 2642, 337; 11000, 11962, 40422.

    Of the third size only the weight of a deposit is there, and of the last one.
    """
    asset = Asset("SOL", "SOL", tiers=((D(0), D("0.9")),), debt=D("0.1"), factor=D(factor))
    assert counted(asset, D(size), D(1)) == D(size) * D(weight)
    assert counted(asset, -D(size), D(1)) == -D(size) * D(owed)


def test_drift_has_weights_for_what_is_open_and_for_what_is_new():
    """The same test's other market: 1500 for new positions, 7500 for open ones, 15000 and 12500 of debts."""
    own = "weight = 0.75\ninitial_weight = 0.15\ndebt_weight = 1.25\ninitial_debt_weight = 1.5"
    text = 'venue = "drift"\naccount = "multi-assets"\ncurrency = "USDC"\nwallet = 10\npositions = []\n'
    text += f'[[assets]]\nasset = "JTO"\nbalance = 100\nprice = 0.5\n{own}'
    book = book_of(load_text(text))
    assert load_text(dump(load_text(text))) == load_text(text)
    jto = book.coin["JTO"]
    assert (counted(jto, D(100), D(1)), counted(jto.at_first, D(100), D(1))) == (75, 15)
    assert (counted(jto, -D(100), D(1)), counted(jto.at_first, -D(100), D(1))) == (-125, -150)
