"""`[[assets]]` and `account` in a file: read, refused in words, written, merged, packed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.cascade.solver import solve
from isocross.paths.glide import Glide
from isocross.toml.faults import Faults
from isocross.workspace import dump, load_text
from isocross.workspace.build import book_of
from isocross.workspace.code import code_of, open_code
from isocross.workspace.saving import merged
from tests.bench.measured import operations_of_call

D = Decimal
FILE = """\
venue = "bybit"
account = "unified"
wallet = 1000
# what the long is backed by
[[assets]]
asset = "BTC"
balance = 0.35
[[assets]]
asset = "USDC"
balance = -20
[[markets]]
symbol = "ETHUSDT"
settles = "USDC"
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 60000
leverage = 10
[[positions]]
market = "ETHUSDT"
side = "short"
mode = "isolated"
quantity = 1
entry = 3000
leverage = 10
"""


def changed(old: str, new: str) -> str:
    assert old in FILE
    return FILE.replace(old, new)


def test_assets_have_a_price_a_weight_and_a_date():
    book = book_of(load_text(FILE))
    usdt, btc, usdc = book.coins
    assert (usdt.name, usdt.market, btc.market, usdc.market) == ("USDT", "USDT", "BTCUSDT", "USDC")
    assert (btc.tiers[0], btc.tiers[1], btc.as_of) == ((0, D("0.98")), (10, D("0.95")), "2025-09-18")
    assert [book.name_of(book.coin_of(p)) for p in book.positions] == ["USDT", "USDC"]
    assert (book.balance_of(""), book.balance_of("USDC")) == (1000, -20)
    assert book.betas_with({}) == {"USDT": 0, "USDC": 0}


def test_a_wallet_alone_is_an_account_without_assets():
    book = book_of(load_text("wallet = 1000\npositions = []"))
    assert (book.coins, book.coin_names, book.account) == ((), ("",), "standard")


def test_the_balance_of_the_currency_can_be_in_its_own_row():
    text = changed("wallet = 1000\n", "").replace(
        "[[assets]]", '[[assets]]\nasset = "USDT"\nbalance = 5\n[[assets]]', 1
    )
    workspace = load_text(text)
    assert workspace.wallet == 5
    assert load_text(dump(workspace)) == workspace


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('venue = "bybit"', 'venue = "bitmex"', 'account: "unified" is not an account of BitMEX'),
        ("unified", "multi-assets", '"multi-assets" is not an account of Bybit'),
        ("unified", "portfolio", "is not rehearsed under Bybit (unified account)'s rules: its scenarios were not"),
        ("unified", "joint", "account"),
        ('asset = "BTC"', 'asset = "WOLF"', '"WOLF" has no price'),
        (
            'asset = "BTC"',
            'asset = "WOLF"\nprice = 2',
            'has no weight for "WOLF" (expected a `weight` of your own, such as 0.9; the table has',
        ),
        ("balance = 0.35", "", "balance: is missing"),
        ("balance = 0.35", "balance = 0.35\nweight = 1.1", "1.1 is above 1"),
        ("balance = 0.35", "balance = 0.35\nprice = 1", 'BTC has the price of "BTCUSDT", which is 60,000'),
        ("balance = 0.35", "balance = 0.35\ncollateral = 1", "collateral"),
        (
            "balance = 0.35",
            "balance = 0.35\nweight = 1\ntiers = [{ from = 0, weight = 1 }]",
            "a weight or tiers, not both",
        ),
        ("balance = 0.35", "balance = 0.35\ntiers = [{ from = 1, weight = 1 }]", "the first tier does not begin at 0"),
        ('asset = "USDC"', 'asset = "BTC"', '"BTC" is listed already'),
        ('asset = "USDC"', 'asset = "USDT"', "USDT is the account's currency, and `wallet` is its balance"),
        ('symbol = "ETHUSDT"', 'symbol = "ETHUSDT"\nkind = "inverse"', "is coin-margined"),
        ('settles = "USDC"', 'settles = "DAI"', '"ETHUSDT" settles in "DAI", and the account has none'),
    ],
)
def test_what_is_wrong_is_said_in_words(old, new, told):
    with pytest.raises(Faults) as caught:
        load_text(changed(old, new))
    assert told in str(caught.value)


def test_nothing_is_borrowed_where_nothing_can_be():
    text = changed('account = "unified"\n', "").replace('settles = "USDC"', "mark = 3000")
    with pytest.raises(Faults, match="-20 is below 0, and nothing can be borrowed"):
        load_text(text)


def test_binance_has_no_isolated_positions_beside_several_assets():
    text = changed('venue = "bybit"\naccount = "unified"', 'venue = "binance"\naccount = "multi-assets"')
    with pytest.raises(Faults, match="Multi-Assets Mode of Binance USD-M has no isolated positions"):
        load_text(text)


def test_a_market_settles_in_a_part_of_its_symbol():
    text = changed('"ETHUSDT"\nsettles = "USDC"', '"ETH-USDC-SWAP"').replace(
        'market = "ETHUSDT"', 'market = "ETH-USDC-SWAP"'
    )
    assert book_of(load_text(text)).markets["ETH-USDC-SWAP"].settles == "USDC"


def test_a_market_of_a_dex_settles_in_its_token():
    text = """
venue = "hyperliquid"
account = "unified"
currency = "USDC"
wallet = 10
[[assets]]
asset = "USDH"
balance = 300
[[markets]]
symbol = "km:US500"
tiers = [{ from = 0, rate = 0.025, max_leverage = 20 }]
[[positions]]
market = "km:US500"
side = "long"
mode = "cross"
quantity = 1
entry = 6000
leverage = 20
"""
    book = book_of(load_text(text))
    assert book.coin_of(book.positions[0]) == "USDH"
    with pytest.raises(Faults, match='"km:US500" settles in "USDH", and the account has none'):
        load_text(text.replace('asset = "USDH"', 'asset = "USDE"'))


def test_it_is_written_and_packed_as_it_was_read():
    workspace = load_text(FILE)
    assert load_text(dump(workspace)) == workspace
    assert open_code(code_of(workspace)) == workspace


def test_a_changed_balance_leaves_every_comment():
    workspace = load_text(FILE)
    btc = replace(workspace.assets[0], balance=D("0.5"), collateral=False)
    text = merged(FILE, replace(workspace, assets=(btc, workspace.assets[1])))
    assert "# what the long is backed by" in text
    assert "balance = 0.5\ncollateral = false\n" in text


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("wallet = 1000", "wallet = -1", "-1 is below 0, and nothing can be borrowed in this account"),
        ("wallet = 1000", "wallet = 10", "the isolated margins in USDT sum to 300, more than 10"),
        ('settles = "USDC"\n', 'settles = "USDC"\n', "the isolated margins in USDC sum to 300, more than 20"),
    ],
)
def test_margins_are_in_balances_where_nothing_can_be_borrowed(old, new, told):
    text = FILE.replace('venue = "bybit"', 'venue = "hyperliquid"').replace("balance = -20", "balance = 20")
    if "USDC" in told:
        text = text.replace('symbol = "ETHUSDT"\n', 'symbol = "ETHUSDT"\nmark = 3000\n')
    else:
        text = text.replace('settles = "USDC"', 'settles = "USDT"')
    with pytest.raises(Faults) as caught:
        load_text(text.replace(old, new))
    assert told in str(caught.value)


@pytest.mark.slow
def test_reading_a_file_and_selling_its_assets_takes_work_that_grows_with_them_alone():
    def work(count: int) -> int:
        rows = "".join(f'[[assets]]\nasset = "A{n}"\nbalance = 1\nprice = 10\nweight = 0.9\n' for n in range(count))
        market = f'[[markets]]\nsymbol = "BTCUSDT"\nmark = {80 * count}\n'
        held = f'[[positions]]\nmarket = "BTCUSDT"\nside = "long"\nmode = "cross"\nquantity = 1\nentry = {80 * count}\n'
        text = f'venue = "binance"\naccount = "multi-assets"\nwallet = {2 * count}\n{rows}{market}{held}leverage = 10\n'

        def solved() -> None:
            book = book_of(load_text(text, "many"))
            assert len(solve(book, Glide.common(book, {}, -1)).happened) > count

        return operations_of_call(solved)

    assert work(160) < 6 * work(40)


PORTFOLIO = """
venue = "hyperliquid"
account = "portfolio"
currency = "USDC"
wallet = 100
[[assets]]
asset = "USDH"
balance = 50
weight = 0.9
initial_weight = 0.8
"""


def test_portfolio_margin_is_in_one_currency():
    """What backs positions in two tokens at once no source states."""
    workspace = load_text("positions = []" + PORTFOLIO)
    usdh = book_of(workspace).coin["USDH"]
    assert (usdh.schedule, usdh.at_first.schedule) == (((0, D("0.855")),), ((0, D("0.8")),))
    assert load_text(dump(workspace)) == workspace
    owed = "positions = []" + PORTFOLIO.replace("balance = 50", "balance = -50")
    with pytest.raises(Faults, match="-50 is below 0; in this account only USDC can be borrowed"):
        load_text(owed)
    market = '[[markets]]\nsymbol = "km:US500"\ntiers = [{ from = 0, rate = 0.025, max_leverage = 20 }]\n'
    held = '[[positions]]\nmarket = "km:US500"\nside = "long"\nmode = "cross"\nquantity = 1\nentry = 60\nleverage = 9\n'
    with pytest.raises(Faults, match="Portfolio margin is rehearsed with positions in one asset, USDC"):
        load_text(PORTFOLIO + market + held)


@pytest.mark.parametrize(
    ("venue", "mode", "why"),
    [
        ("binance", "portfolio", "the rates of BTC, ETH and USDT, and what a loan is asked for, were not found"),
        ("okx", "portfolio", "a depeg"),
        ("gate", "portfolio", "33 scenarios"),
        ("bitmex", "portfolio", "is not an account of BitMEX"),
    ],
)
def test_an_account_that_is_not_rehearsed_says_what_is_missing(venue, mode, why):
    with pytest.raises(Faults) as caught:
        load_text(f'venue = "{venue}"\naccount = "{mode}"\nwallet = 10\npositions = []')
    assert why in caught.value.faults[0].message
    assert '"standard"' in caught.value.faults[0].expected


def test_a_weight_by_the_size_is_refused_where_open_pnl_is_in_the_size():
    """A balance and its open PnL move on the way, and a weight by the root of both has no closed place."""
    text = (
        'venue = "{}"\naccount = "{}"\nwallet = 10\npositions = []\n[[assets]]\nasset = "BTC"\nbalance = 1\nprice = 9\n'
    )
    own = "weight = 0.9\nfactor = 0.01\n"
    with pytest.raises(Faults, match="a weight by the root of both is not rehearsed"):
        load_text(text.format("okx", "unified") + own)
    assert book_of(load_text(text.format("drift", "multi-assets") + own)).coin["BTC"].factor == D("0.01")


def test_nothing_is_said_of_the_assets_of_a_file_without_a_head():
    with pytest.raises(Faults) as caught:
        load_text(
            'wallet = 0\nvenue = "bybit"\naccount = "unified"\n[[assets]]\nasset = "BTC"\nbalance = 1\nprice = 2\n'
        )
    assert [fault.key for fault in caught.value.faults] == ["positions"]


@pytest.mark.parametrize(
    ("symbol", "name"), [("BTCPERP", "BTCPERP"), ("BTC-PERP", "BTC-PERP"), ("BTC_USDT", "BTC"), ("BTC-USDT", "BTC")]
)
def test_an_asset_has_the_price_of_a_contract_on_it_however_its_venue_writes_that(symbol, name):
    book = book_of(
        load_text(
            'venue = "bybit"\naccount = "unified"\nwallet = 1000\n[[assets]]\nasset = "BTC"\nbalance = 0.1\n'
            f'[[markets]]\nsymbol = "{symbol}"\ntiers = [{{ from = 0, rate = 0.005, max_leverage = 100 }}]\n'
            f'[[positions]]\nmarket = "{symbol}"\nside = "long"\nmode = "cross"\nquantity = 0.1\nentry = 60000\n'
            "leverage = 10\n"
        )
    )
    assert book.coin["BTC"].market == symbol
    assert book.names == (name,)
