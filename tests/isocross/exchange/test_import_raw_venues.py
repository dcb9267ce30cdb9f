from decimal import Decimal

import pytest

from isocross.figures.agreement import SAME, all_compared
from isocross.rules.market import Kind
from isocross.workspace import book_of
from tests.isocross.exchange import raw_payloads as raw
from tests.isocross.exchange.importer import first, imported, refused, told

D = Decimal


def okx(*rows):
    return {"code": "0", "msg": "", "data": list(rows)}


# --- OKX -----------------------------------------------------------------------------------------


def test_okx_counts_contracts_of_its_specs():
    result = imported(okx(raw.OKX_LONG), wallet=D(1000), venue="okx")
    assert first(result) == ("BTC-USDT-SWAP", "long", "isolated", "0.1", "60000", "10")
    position = result.workspace.positions[0]
    assert (position.margin, result.workspace.markets[0].mark) == (600, 59000)
    assert (result.workspace.venue.profile, result.workspace.currency) == ("okx", "USDT")
    line = (
        "liquidation price: venue 54,271.3 · isocross 54,244.1 · a fee of 0.1 % to close, where 0.05 % is counted here"
    )
    assert f"compared data[0]: BTC-USDT-SWAP {line}" in told(result)
    assert any("venue 23.6 · isocross 26.55 · without the fee to close of 2.95" in line for line in told(result))


def test_okx_says_the_side_by_a_sign_in_net_mode_only():
    assert first(imported(okx(raw.OKX_SHORT), wallet=D(1000)))[1:4] == ("short", "cross", "0.05")
    hedged = raw.OKX_SHORT | {"posSide": "short", "pos": "5"}
    assert first(imported(okx(hedged), wallet=D(1000)))[1:4] == ("short", "cross", "0.05")
    both = refused(okx(raw.OKX_SHORT | {"posSide": "long"}), wallet=D(1000))[0]
    assert "data[0]: its side contradicts itself: pos says short, posSide says long" in both


def test_okx_equity_has_open_profit_in_it():
    result = imported(okx(raw.OKX_SHORT), raw.OKX_BALANCE)
    assert result.workspace.wallet == 1000
    assert "guessed  data[0].details[0].eq: the wallet is 996.555 less the open PnL of −3.445" in told(result)
    assert imported(raw.OKX_BALANCE).workspace.wallet == D("996.555")


def test_okx_coin_margined_contracts_are_dollars():
    result = imported(okx(raw.OKX_COIN), raw.OKX_BALANCE)
    assert first(result) == ("BTC-USD-SWAP", "short", "isolated", "2000", "40000", "5")
    assert (result.workspace.currency, result.workspace.markets[0].kind) == ("BTC", Kind.INVERSE)
    # 0.5 BTC with the open loss of 2000 × (1 ÷ 40000 − 1 ÷ 42000) in it
    assert round(result.workspace.wallet, 8) == D("0.50238095")


def test_okx_contract_size_of_an_unlisted_market_is_made_of_its_own_figures():
    row = raw.OKX_LONG | {"instId": "PEPE-USDT-SWAP", "pos": "3", "avgPx": "0.00001", "markPx": "0.0000102"}
    row |= {"upl": "6", "notionalUsd": "306.4", "margin": "30", "mmr": "4", "liqPx": ""}
    result = imported(okx(row), wallet=D(100))
    assert first(result)[3] == "30000000"
    assert any("contracts of 10,000,000, by its own figures" in line for line in told(result, "guessed"))
    bare = refused(okx(row | {"upl": "", "notionalUsd": "", "markPx": ""}), wallet=D(100))[0]
    assert 'data[0]: how much a contract of "PEPE-USDT-SWAP" counts is not known here' in bare


def test_okx_options_are_left_out_and_its_errors_are_told():
    option = raw.OKX_LONG | {"instType": "OPTION", "instId": "BTC-USD-260327-60000-C"}
    assert any("option is not rehearsed here" in line for line in told(imported(okx(option), wallet=D(1)), "left out"))
    error = {"code": "50111", "data": [], "msg": "Invalid OK-ACCESS-KEY"}
    assert 'code: OKX answered with an error, not with an account: "Invalid OK-ACCESS-KEY"' in refused(error)[0]
    orders = okx({"instId": "BTC-USDT-SWAP", "instType": "SWAP", "ordId": "1", "sz": "1"})
    assert "data: these are not positions of OKX" in refused(orders, wallet=D(1))[0]


# --- Gate ----------------------------------------------------------------------------------------


def test_gate_leverage_of_zero_is_cross_and_none():
    result = imported([raw.GATE_CROSS], raw.GATE_ACCOUNT, leverage=D(7))
    assert first(result) == ("BTC_USDT", "long", "cross", "0.0001", "46030.3", "7")
    assert result.workspace.wallet == D("12.51345151332")
    assert any("no leverage is stated: 7, as was asked for" in line for line in told(result))
    limited = raw.GATE_CROSS | {"cross_leverage_limit": "25"}
    assert first(imported(limited, wallet=D(9)))[-1] == "25"


def test_gate_isolated_in_hedge_mode():
    result = imported([raw.GATE_ISOLATED], wallet=D(500))
    assert first(result) == ("BTC_USDT", "short", "isolated", "0.015", "63421.5", "10")
    assert result.workspace.positions[0].margin == D("96.018")
    said = refused([raw.GATE_ISOLATED | {"mode": "dual_long"}], wallet=D(500))[0]
    assert "its side contradicts itself: mode says long, size says short" in said


def test_gate_margin_may_be_below_zero():
    profit = raw.GATE_ISOLATED | {"size": 150, "mode": "single", "entry_price": "50000", "margin": "-10"}
    result = imported([profit | {"unrealised_pnl": "210.1845", "liq_price": "51200"}], wallet=D(500))
    assert result.workspace.positions[0].margin == -10
    assert any("a margin of −10: only its open profit backs it" in line for line in told(result))


def test_gate_errors_and_contracts_in_a_third_coin():
    assert (
        'label: Gate answered with an error, not with an account: "INVALID_KEY"'
        in refused({"label": "INVALID_KEY", "message": "Invalid key provided"})[0]
    )
    quanto = imported([raw.GATE_CROSS | {"contract": "ETH_USD"}], wallet=D(1))
    assert any("settled in a third coin" in line for line in told(quanto, "left out"))
    coin = imported(
        [raw.GATE_CROSS | {"contract": "BTC_USD", "size": 100, "value": "", "unrealised_pnl": ""}], wallet=D(1)
    )
    assert (first(coin)[3], coin.workspace.currency) == ("100", "BTC")


# --- Kraken --------------------------------------------------------------------------------------


def test_kraken_positions_wallets_and_marks_are_three_answers():
    result = imported(raw.KRAKEN_POSITIONS, raw.KRAKEN_ACCOUNTS, raw.KRAKEN_TICKERS)
    assert first(result) == ("PF_XBTUSD", "short", "cross", "0.1", "60000", "50")
    eth = result.workspace.positions[1]
    assert (eth.market, eth.mode.value, eth.leverage) == ("PF_ETHUSD", "isolated", 5)
    assert (result.workspace.currency, result.workspace.wallet) == ("USD", 0)
    assert [(asset.asset, asset.balance) for asset in result.workspace.assets] == [("BTC", D("0.1"))]
    assert [market.mark for market in result.workspace.markets] == [61000, 3100]
    lines = told(result)
    assert any("its price is the mark of PF_XBTUSD, 61,000, where 50,000 is stated" in line for line in lines)
    assert any("no leverage is stated: 50, the highest here" in line for line in lines)


def test_kraken_mark_of_a_single_position_is_what_the_account_earned():
    single = raw.KRAKEN_POSITIONS | {"openPositions": raw.KRAKEN_POSITIONS["openPositions"][:1]}
    result = imported(single, raw.KRAKEN_ACCOUNTS)
    assert result.workspace.markets[0].mark == 60105


def test_kraken_inverse_contracts_have_a_wallet_in_their_coin():
    result = imported(raw.KRAKEN_COIN, raw.KRAKEN_ACCOUNTS)
    assert first(result)[:4] == ("PI_XBTUSD", "long", "cross", "10000")
    assert (result.workspace.currency, result.workspace.wallet) == ("BTC", D("0.5"))
    error = {"result": "error", "error": "apiLimitExceeded", "serverTime": "x"}
    assert 'Kraken answered with an error, not with an account: "apiLimitExceeded"' in refused(error)[0]


# --- BitMEX --------------------------------------------------------------------------------------


def test_bitmex_money_is_in_the_smallest_unit_of_its_currency():
    result = imported([raw.BITMEX_COIN], raw.BITMEX_MARGIN)
    assert first(result) == ("XBTUSD", "short", "isolated", "20", "3349.5", "10")
    assert result.workspace.positions[0].margin == D("0.00058668")
    assert (result.workspace.wallet, result.workspace.currency) == (D("0.01"), "BTC")
    why = "its own maintenance rate of 0.961008 %, where 0.549112 % is asked here"
    assert any(why in line for line in told(result, "compared"))


def test_bitmex_linear_contracts_are_counted_in_coins():
    result = imported([raw.BITMEX_LINEAR], raw.BITMEX_MARGIN)
    assert first(result) == ("XBTUSDT", "long", "cross", "0.1", "60000", "100")
    assert result.workspace.wallet == 1000
    quanto = raw.BITMEX_COIN | {"symbol": "ETHUSD", "underlying": "ETH"}
    assert any("settled in a third coin" in line for line in told(imported([quanto], wallet=D(1)), "left out"))
    crossed = refused([raw.BITMEX_LINEAR | {"homeNotional": -0.1}], wallet=D(1))[0]
    assert "currentQty says long, homeNotional says short" in crossed
    error = {"error": {"message": "Invalid API Key.", "name": "HTTPError"}}
    assert 'BitMEX answered with an error, not with an account: "Invalid API Key."' in refused(error)[0]


# --- dYdX ----------------------------------------------------------------------------------------


def test_dydx_wallet_is_usdc_and_what_was_paid_for_the_positions():
    result = imported({"subaccount": raw.DYDX_SUBACCOUNT})
    wallet = D("608580.951601") + D("0.001") * D("3894.7") - D("4.1368") * D("112196.87")
    assert result.workspace.wallet == wallet
    assert first(result) == ("ETH-USD", "long", "cross", "0.001", "3894.7", "50")
    book = book_of(result.workspace)
    earned = [each[0].why for each in all_compared(book).values()]
    assert earned == [SAME, SAME]


def test_dydx_markets_say_mark_and_margin():
    result = imported(raw.DYDX_SUBACCOUNT, raw.DYDX_MARKETS)
    assert [market.mark for market in result.workspace.markets] == [3850, 108000]
    assert not any("leverage" in line for line in told(result, "guessed"))
    assert any("that of a mark of 108,086.87" in line for line in told(result, "compared"))


def test_dydx_child_subaccounts_are_isolated_with_their_own_cash():
    children = {"subaccount": {"equity": "1", "childSubaccounts": [raw.DYDX_SUBACCOUNT, raw.DYDX_ALONE]}}
    result = imported(children)
    link = result.workspace.positions[2]
    assert (link.mode.value, link.margin) == ("isolated", 100)
    alone = imported({"positions": [raw.DYDX_BTC, raw.DYDX_ETH]}, wallet=D(100000))
    assert [p.side.value for p in alone.workspace.positions] == ["short", "long"]
    said = refused({"positions": [raw.DYDX_BTC | {"side": "LONG"}]}, wallet=D(1))[0]
    assert "side says long, size says short" in said


# --- Drift ---------------------------------------------------------------------------------------


def test_drift_gateway():
    result = imported(raw.DRIFT_GATEWAY)
    assert first(result) == ("SOL-PERP", "short", "cross", "3.3", "102.2629", "20")
    assert result.workspace.wallet == D("1000.5") + D("2.84169")
    assert any("9.971961702 of another asset" in line for line in told(result, "left out"))
    owed = raw.DRIFT_GATEWAY | {"spot": [{"amount": "5", "type": "borrow", "marketIndex": 0}], "perp": []}
    assert "-5" in refused(owed)[0]


@pytest.mark.parametrize("payload", [raw.DRIFT_HEX, raw.DRIFT_PYTHON])
def test_drift_user_account_as_the_sdks_print_it(payload):
    result = imported(payload)
    assert first(result) == ("SOL-PERP", "long", "cross", "10", "150", "20")
    assert result.workspace.wallet == 100
    assert any("deposits are taken without the interest they earned" in line for line in told(result))
