"""What a payload states beats what is made of it: names, sizes, sides, leverage, rates and margins."""

from decimal import Decimal

import pytest

from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import listed_market, load_profile
from isocross.workspace import book_of
from tests.isocross.exchange import payloads
from tests.isocross.exchange import raw_payloads as raw
from tests.isocross.exchange.importer import first, imported, refused, told

D = Decimal


def liquidation_price(result):
    return GlideRehearsal(book_of(result.workspace), {}).frame(D(0)).positions[0].liquidation_price


def unified(info, **figures):
    """A record of ccxt with a venue's own answer in it."""
    plain = {"info": info, "contracts": 1, "contractSize": None, "side": "long", "entryPrice": 100, "marginMode": None}
    return [plain | {"symbol": "BTC/USDT:USDT"} | figures]


HYPE = {
    "type": "oneWay",
    "position": {
        "coin": "HYPE",
        "szi": "2.0",
        "leverage": {"type": "isolated", "value": 10, "rawUsd": "-68.126246"},
        "entryPx": "37.829",
        "positionValue": "75.652",
        "unrealizedPnl": "-0.006",
        "liquidationPx": "35.8559189474",
        "marginUsed": "7.525754",
        "maxLeverage": 10,
    },
}
COINEX_ETH = payloads.COINEX_POSITIONS["data"][0] | {
    "market": "ETHUSDT",
    "margin_mode": "isolated",
    "open_interest": "300",
    "avg_entry_price": "2000",
    "settle_price": "2000",
    "unrealized_pnl": "0",
    "leverage": "20",
    "margin_avbl": "30000",
    "maintenance_margin_rate": "0.015",
    "maintenance_margin_value": "9000",
    "liq_price": "1928.93",
}


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("info", "symbol", "market", "venue"),
    [
        (HYPE, "HYPE/USDC:USDC", "HYPE", "hyperliquid"),
        (raw.OKX_LONG, "BTC/USDT:USDT", "BTC-USDT-SWAP", "okx"),
        (raw.GATE_CROSS, "BTC/USDT:USDT", "BTC_USDT", "gate"),
        (raw.KRAKEN_POSITIONS["openPositions"][1], "ETH/USD:USD", "PF_ETHUSD", "kraken"),
        (raw.DYDX_ETH, "ETH/USDC:USDC", "ETH-USD", "dydx"),
        (payloads.BINANCE_COIN_RISK[0], "BTC/USD:BTC", "BTCUSD_PERP", "binance"),
    ],
)
def test_a_record_of_ccxt_has_the_venues_own_name_and_rules(info, symbol, market, venue):
    count = {"contracts": 2, "contractSize": 100} if market == "BTCUSD_PERP" else {}
    rows = unified(info, symbol=symbol, leverage=5, **count)
    result = imported(rows, wallet=D(1000), currency=symbol.rpartition(":")[2])
    assert result.workspace.positions[0].market == market
    assert result.workspace.venue.profile == venue


@pytest.mark.parametrize(
    ("venue", "symbol", "market"),
    [
        ("hyperliquid", "HYPE/USDC:USDC", "HYPE"),
        ("hyperliquid", "KPEPE/USDC:USDC", "kPEPE"),
        ("okx", "BTC/USDT:USDT", "BTCUSDT"),
        ("dydx", "LTC/USDC:USDC", "LTC-USD"),
        ("kraken", "LTC/USD:USD", "PF_LTCUSD"),
        ("kraken", "LTC/USD:LTC", "LTCUSD"),
        ("drift", "WIF/USDC:USDC", "WIF-PERP"),
        ("binance", "BTC/USDT:USDT-270326", "BTCUSDT_270326"),
        ("bitmex", "SOL/USDT:USDT", "SOLUSDT"),
        ("coinex", "BTC/USDT:USDT", "BTCUSDT"),
    ],
)
def test_without_its_own_answer_the_named_venue_knows_how_it_writes_a_symbol(venue, symbol, market):
    rows = unified(None, symbol=symbol, leverage=2, contractSize=1)
    result = imported(rows, wallet=D(1000), venue=venue)
    assert result.workspace.positions[0].market == market


def test_a_liquidation_price_comes_out_as_the_venue_states_it():
    figures = {"symbol": "HYPE/USDC:USDC", "contracts": 2, "entryPrice": 37.829, "markPrice": 37.826}
    result = imported(unified(HYPE, **figures, notional=75.652, collateral=7.525754), wallet=D("83.3"))
    assert round(liquidation_price(result), 10) == D("35.8559189474")
    assert "compared [0]: HYPE liquidation price: venue 35.8559189474 · isocross 35.8559189474 · the same" in told(
        result
    )


# --- rates ---------------------------------------------------------------------------------------


def test_a_rate_of_the_payload_makes_the_tier():
    answer = {"code": 0, "data": [COINEX_ETH], "message": "OK"}
    result = imported(answer, wallet=D(40000))
    assert result.workspace.markets[0].tiers[0].rate == D("0.015")
    assert round(liquidation_price(result), 2) == D("1928.93")
    assert any("1.5 % as the venue gives it, where isocross has 0.5 %" in line for line in told(result, "guessed"))
    agreed = imported({"code": 0, "data": [COINEX_ETH | {"maintenance_margin_rate": "0.005"}]}, wallet=D(40000))
    assert agreed.workspace.markets[0].tiers == ()


def test_one_switch_says_whose_tiers_are_taken():
    both = [imported([raw.GATE_CROSS], wallet=D(9), leverage=D(5), tiers=t) for t in ("stated", "shipped")]
    assert [len(result.workspace.markets[0].tiers) for result in both] == [1, 0]
    guesses = told(both[0], "guessed")
    assert any("0.4 % as the venue gives it" in line and "`tiers` = shipped" in line for line in guesses)
    assert any("these are taken, as was asked for" in line for line in told(both[1], "guessed"))


def test_a_maintenance_margin_has_the_fee_to_close_in_it_at_some_venues():
    row = payloads.BYBIT_POSITIONS["result"]["list"][0] | {"positionMM": "140.1375", "positionIM": ""}
    result = imported({"retCode": 0, "result": {"list": [row]}}, wallet=D(5000))
    # 0.5 % and 0.055 % of 25,250
    assert result.workspace.markets[0].tiers == ()
    more = row | {"positionMM": "266.3875"}
    assert imported({"retCode": 0, "result": {"list": [more]}}, wallet=D(5000)).workspace.markets[0].tiers[0].rate == D(
        "0.01"
    )


def test_the_average_rate_of_a_position_in_several_tiers_is_held_against_what_they_ask_together():
    large = raw.GATE_CROSS | {"size": 200000, "mark_price": "60000", "entry_price": "60000", "value": "1200000"}
    ladder = load_profile("gate").ladder(listed_market(load_profile("gate"), "BTC_USDT").tiers)
    tier = ladder.tiers[ladder.index_at(D(1200000))]
    average = tier.rate - tier.deduction / D(1200000)
    given = {"maintenance_rate": str(tier.rate), "average_maintenance_rate": str(average), "unrealised_pnl": "0"}
    same = imported([large | given], wallet=D(90000), leverage=D(5))
    assert same.workspace.markets[0].tiers == ()
    more = imported([large | given | {"average_maintenance_rate": str(2 * average)}], wallet=D(90000), leverage=D(5))
    assert abs(more.workspace.markets[0].tiers[0].rate - 2 * average) < D("1e-7")


# --- sizes ---------------------------------------------------------------------------------------

DERIBIT = {
    "symbol": "BTC/USD:BTC",
    "contracts": 60000.0,
    "contractSize": 10.0,
    "notional": 0.98,
    "entryPrice": 60000.0,
    "markPrice": 60900.0,
    "leverage": 50,
}


def test_of_two_sizes_the_one_that_agrees_with_the_notional_is_taken_and_both_are_told():
    result = imported(unified(None, **DERIBIT), wallet=D(100))
    assert first(result)[3] == "60000"
    line = "60,000 contracts of 10 at 60,900 make a notional of 9.85221675, and 0.98 is stated: 60,000 is the size"
    assert any(line in told_line for told_line in told(result, "guessed"))


def test_a_notional_that_no_size_makes_is_refused_with_both_figures():
    said = refused(unified(None, **DERIBIT | {"notional": 3}), wallet=D(100))[0]
    assert "[0].notional: 60,000 contracts of 10 at 60,900 make a notional of 9.85221675, and 3 is stated" in said
    row = payloads.BINANCE_RISK[0] | {"notional": "42.2"}
    lines = told(imported([row], wallet=D(100)), "guessed")
    assert any(
        "a notional of 42.2 is stated, and its size makes 21.12305053: the size is taken" in line for line in lines
    )


def test_a_single_record_and_records_by_their_symbols_are_positions_too():
    row = payloads.CCXT_POSITIONS[0] | {"info": None}
    alone = imported(row, wallet=D(1000))
    assert first(alone) == first(imported([row], wallet=D(1000)))
    assert first(imported({"BTC/USDT:USDT": row}, wallet=D(1000))) == first(alone)


# --- sides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "line"),
    [
        ([payloads.BINANCE_RISK[0] | {"positionSide": "SHORT"}], "positionSide says short, positionAmt says long"),
        ([payloads.BINANCE_RISK[2] | {"notional": "5.2"}], "positionAmt says short, notional says long"),
        (
            [payloads.BINANCE_RISK[0] | {"unRealizedProfit": "1.06214947"}],
            "unRealizedProfit: a long has earned −1.06214947 here, and 1.06214947 is stated: that of a short",
        ),
        (
            {"retCode": 0, "result": {"list": [payloads.BYBIT_POSITIONS["result"]["list"][0] | {"positionIdx": 2}]}},
            "side says long, positionIdx says short",
        ),
        (unified(HYPE, symbol="HYPE/USDC:USDC", side="short"), "side says short, info.szi says long"),
        (unified(None, side="long", contracts=-1, leverage=2), "side says long, contracts says short"),
        (unified(None, side="both", leverage=2), '[0].side: "both" is not known here'),
    ],
)
def test_figures_that_say_different_sides_are_refused(payload, line):
    assert any(line in said for said in refused(payload, wallet=D(1000)))


# --- zero and below ------------------------------------------------------------------------------

PROFIT = {
    "assetPositions": [
        {
            "type": "oneWay",
            "position": {
                "coin": "ETH",
                "szi": "1.5",
                "entryPx": "2166.6667",
                "positionValue": "3750.0",
                "unrealizedPnl": "500.0",
                "liquidationPx": "2295.91836735",
                "marginUsed": "375.0",
                "maxLeverage": 25,
                "leverage": {"type": "isolated", "value": 10},
            },
        }
    ],
    "marginSummary": {"accountValue": "975.0"},
}


def test_an_isolated_margin_below_zero_is_a_value():
    result = imported(PROFIT)
    position = result.workspace.positions[0]
    assert position.margin == D("-124.99995")
    assert round(liquidation_price(result), 6) == D("2295.918367")
    binance = imported([raw.BINANCE_PROFIT], wallet=D(900))
    assert binance.workspace.positions[0].margin == -50
    assert any("a margin of −50: only its open profit backs it" in line for line in told(binance, "taken"))


def test_an_isolated_margin_of_zero_is_a_value_where_a_profit_carries_it():
    zero = raw.BINANCE_PROFIT | {"isolatedWallet": "0", "isolatedMargin": "600"}
    assert imported([zero], wallet=D(900)).workspace.positions[0].margin == 0
    okx = raw.OKX_LONG | {"margin": "0", "markPx": "61000", "upl": "100", "notionalUsd": "6100"}
    assert imported([okx], wallet=D(900)).workspace.positions[0].margin == 0
    lost = imported([raw.OKX_LONG | {"margin": "0"}], wallet=D(900))
    assert any("no cash of its own is given: its initial margin" in line for line in told(lost, "guessed"))


def test_a_bucket_of_a_cross_position_may_be_below_zero_where_it_has_one():
    row = COINEX_ETH | {"margin_mode": "cross", "margin_avbl": "-20", "unrealized_pnl": "300000"}
    answer = {"code": 0, "data": [row], "message": "OK"}
    assert imported(answer, wallet=D(40000)).workspace.positions[0].given_margin == -20
    assert imported(answer, wallet=D(40000), venue="guide").workspace.positions[0].given_margin is None


def test_collateral_of_ccxt_may_be_less_than_the_open_profit():
    rows = unified(
        None, entryPrice=100, markPrice=200, unrealizedPnl=100, collateral=90, marginMode="isolated", leverage=5
    )
    assert imported(rows, wallet=D(500)).workspace.positions[0].margin == -10
    own = [rows[0] | {"positionMargin": -12}]
    assert imported(own, wallet=D(500)).workspace.positions[0].margin == -12


@pytest.mark.parametrize(
    "payload",
    [
        [payloads.BINANCE_RISK[0] | {"leverage": "0"}],
        {"retCode": 0, "result": {"list": [payloads.BYBIT_POSITIONS["result"]["list"][0] | {"leverage": "0"}]}},
        [raw.OKX_SHORT | {"lever": ""}],
        raw.GATE_CROSS,
        [raw.BITMEX_LINEAR | {"leverage": 0}],
        unified(None, leverage=0.0),
        unified(raw.GATE_CROSS, leverage=0.0, initialMargin=0.0000001),
    ],
)
def test_a_leverage_of_zero_is_none_that_is_stated(payload):
    asked = imported(payload, wallet=D(5000), leverage=D(10))
    assert first(asked)[-1] == "10"
    assert any("no leverage is stated: 10, as was asked for" in line for line in told(asked, "guessed"))
    made = imported(payload, wallet=D(5000))
    assert made.workspace.positions[0].leverage <= 150
    assert any("no leverage is stated: " in line for line in told(made, "guessed"))


def test_borrowed_cash_counts():
    coin = {"coin": "USDT", "walletBalance": "1200", "spotBorrow": "200", "equity": "1000", "unrealisedPnl": "0"}
    bybit = imported({"retCode": 0, "result": {"list": [{"accountType": "UNIFIED", "coin": [coin]}]}})
    assert bybit.workspace.wallet == 1000
    assert any("1,200 USDT, of which 200 is borrowed: 1,000" in line for line in told(bybit, "guessed"))
    binance = imported(raw.BINANCE_PORTFOLIO, raw.BINANCE_PORTFOLIO_BALANCE)
    assert binance.workspace.wallet == D("89.85")
    ccxt = {"info": {}, "USDT": {"total": 1200, "debt": 200}, "total": {"USDT": 1200}, "free": {"USDT": 1}, "used": {}}
    assert imported(ccxt).workspace.wallet == 1000
    owed = imported({"retCode": 0, "result": {"list": [{"coin": [coin | {"walletBalance": "0"}]}]}})
    assert owed.workspace.wallet == 0


def test_a_total_of_ccxt_has_open_profit_in_it_at_some_venues():
    balance = {"info": raw.OKX_BALANCE, "total": {"USDT": 996.555}, "free": {"USDT": 900}, "used": {"USDT": 96.555}}
    assert imported(balance).workspace.wallet == D("996.555")
    assert imported([raw.OKX_SHORT], balance).workspace.wallet == 1000
    bare = balance | {"info": {}}
    assert imported(unified(raw.OKX_SHORT, side="short", contracts=5, contractSize=0.01), bare).workspace.wallet == 1000


def test_isolated_positions_without_a_balance_hold_their_own_margins_and_a_pool_needs_one():
    """600 + 150 of margin are all that two isolated positions have; what a pool has is in no position's record."""

    def record(symbol, margin, mode):
        sizes = {"contracts": 0.1, "contractSize": 1, "entryPrice": 60000, "markPrice": 60000, "notional": 6000}
        named = {"symbol": f"{symbol}/USDT:USDT", "side": "long", "marginMode": mode, "leverage": 10}
        return named | sizes | {"collateral": margin, "initialMargin": margin}

    result = imported([record("BTC", 600, "isolated"), record("ETH", 150, "isolated")], source="ccxt")
    assert result.workspace.wallet == D(750)
    assert any("the wallet is the margin of its isolated positions, 750 USDT" in line for line in told(result))
    assert "no balance" in refused([record("BTC", 600, "isolated"), record("ETH", 150, "cross")], source="ccxt")[0]
