from decimal import Decimal

import pytest

from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.market import Kind
from isocross.workspace import book_of
from tests.isocross.exchange import payloads
from tests.isocross.exchange.importer import first, imported, refused, told

D = Decimal


def changed(document, **values):
    """The same payload with the first position changed."""
    if isinstance(document, list):
        return [document[0] | values, *document[1:]]
    key = "positions" if "positions" in document else "data" if "data" in document else "assetPositions"
    rows = document[key]
    return document | {key: [rows[0] | values, *rows[1:]]}


# --- Binance -------------------------------------------------------------------------------------


def test_binance_position_risk_with_a_hedge_row_and_signed_sizes():
    result = imported(payloads.BINANCE_RISK, wallet=D(100))
    workspace = result.workspace
    assert first(result) == ("BTCUSDT", "long", "cross", "0.001", "22185.2", "4")
    doge = workspace.positions[1]
    assert (doge.side.value, doge.mode.value, doge.quantity, doge.margin) == ("short", "isolated", 32, D("0.88304001"))
    assert [market.mark for market in workspace.markets] == [D("21123.05052574"), D("0.16465933")]
    assert (workspace.venue.profile, workspace.name, workspace.currency) == ("binance", "Binance account", "USDT")
    assert "left out the whole: 1 row without a position" in told(result)


def test_binance_account_v2_says_mode_leverage_and_wallet():
    result = imported(payloads.BINANCE_V2)
    assert first(result) == ("BTCUSDT", "long", "cross", "0.01", "60000", "20")
    assert result.workspace.wallet == D("1023.72469206")
    assert result.workspace.markets[0].mark == 59500
    assert "taken    assets[0].walletBalance: a wallet of 1,023.72469206 USDT" in told(result)
    assert told(result, "guessed") == ["guessed  positions[0]: BTCUSDT: the mark is the notional ÷ the size"]


def test_binance_account_v3_has_neither_entry_nor_leverage():
    result = imported(payloads.BINANCE_V3)
    assert first(result) == ("BTCUSDT", "long", "cross", "0.001", "45000", "20")
    assert result.workspace.markets[0].mark == 46000
    lines = told(result)
    assert "guessed  positions[0]: BTCUSDT: the entry is the mark less open PnL" in lines
    assert "left out totalOpenOrderInitialMargin: open orders, and the margin of 5 that they hold" in lines


def test_binance_account_and_position_risk_are_one_account():
    risk = changed(payloads.BINANCE_RISK, positionSide="BOTH", markPrice="46000")[:1]
    account = changed(payloads.BINANCE_V3)
    result = imported(account, risk)
    assert first(result) == ("BTCUSDT", "long", "cross", "0.001", "22185.2", "4")
    assert len(result.workspace.positions) == 1
    other = changed(risk, positionAmt="0.002")
    assert "[0]: another payload has a quantity of 0.001 at positions[0]" in refused(account, other)[0]


def test_binance_balances_may_be_a_payload_of_their_own():
    balance = [{"accountAlias": "a", "asset": "USDT", "balance": "122.5"}, {"asset": "BNB", "balance": "1"}]
    result = imported(payloads.BINANCE_RISK, balance)
    assert result.workspace.wallet == D("122.5")
    assert "left out [1].balance: 1 BNB: the account is in USDT" in told(result)


def test_binance_isolated_cash_without_its_own_wallet():
    row = payloads.BINANCE_RISK[2] | {"isolatedWallet": ""}
    assert imported([row], wallet=D(1)).workspace.positions[0].margin == D("0.88304001")
    poor = payloads.BINANCE_RISK[2] | {"isolatedWallet": "0", "isolatedMargin": "0"}
    result = imported([poor], wallet=D(1))
    assert result.workspace.positions[0].given_margin is None
    assert "guessed  [0]: DOGEUSDT: no cash of its own is given: its initial margin" in told(result)


def test_binance_multi_assets_and_unknown_markets_are_told_of():
    account = changed(payloads.BINANCE_V2, symbol="ODDUSDT", leverage="600") | {"multiAssetsMargin": True}
    result = imported(account)
    tier = result.workspace.markets[0].tiers[0]
    assert (tier.start, tier.rate, tier.max_leverage) == (0, D("0.004"), 600)
    assert result.workspace.account == "multi-assets"
    assert any("0.4 % by what the venue asks for now" in line for line in told(result, "guessed"))


def test_binance_coin_margined_contracts_become_dollars_and_the_coin_is_the_collateral():
    result = imported(payloads.BINANCE_COIN_RISK, payloads.BINANCE_COIN_BALANCE)
    workspace = result.workspace
    assert first(result) == ("BTCUSD_PERP", "long", "isolated", "200", "37643.10000021", "2")
    assert (workspace.currency, workspace.wallet, workspace.markets[0].kind) == ("BTC", D("0.0031879"), Kind.INVERSE)
    assert any("contracts of 100 dollars" in line for line in told(result, "guessed"))
    row = GlideRehearsal(book_of(workspace), {}).frame(D(0)).positions[0]
    # what the same payload has as liquidationPrice and notionalValue
    assert str(row.liquidation_price).startswith("25119.9744576")
    assert str(row.notional).startswith("0.0052489")
    assert "left out [1]: ETHUSD_PERP: it is margined in ETH, and the account is in BTC" in told(result)


def test_binance_coin_margined_account_of_another_coin():
    result = imported(payloads.BINANCE_COIN_ACCOUNT, currency="ETH")
    assert first(result) == ("ETHUSD_PERP", "short", "cross", "30", "2000", "20")
    assert (result.workspace.wallet, result.workspace.currency) == (D("0.5"), "ETH")
    # no mark is given: a short of 30 dollars that has lost 0.00075, so 1/mark = 1/2000 − 0.00075/30
    assert round(result.workspace.markets[0].mark, 4) == D("2105.2632")


def test_what_has_two_collaterals_is_split_by_the_one_that_is_asked_for():
    both = (payloads.BINANCE_RISK, payloads.BINANCE_COIN_RISK)
    linear = imported(*both, wallet=D(100))
    assert {p.market for p in linear.workspace.positions} == {"BTCUSDT", "DOGEUSDT"}
    assert any("`currency` = BTC imports them" in line for line in told(linear, "left out"))
    coin = imported(*both, wallet=D(1), currency="BTC")
    assert {p.market for p in coin.workspace.positions} == {"BTCUSD_PERP"}
    assert any("`currency` = USDT imports them" in line for line in told(coin, "left out"))


# --- Bybit ---------------------------------------------------------------------------------------


def test_bybit_positions_and_wallet():
    result = imported(payloads.BYBIT_POSITIONS, payloads.BYBIT_WALLET)
    assert first(result) == ("BTCUSDT", "long", "cross", "0.5", "50000", "10")
    assert (result.workspace.wallet, result.workspace.name) == (5000, "Bybit account")
    lines = told(result)
    assert "taken    result.list[1]: ETHPERP short 5 at 3,000, 10x isolated, as ethperp" in lines
    assert "taken    result.list[0].coin[1].walletBalance: an asset: 0.15 BTC" in lines
    assert "left out result.list: 1 row without a position" in lines
    assert any(line.startswith("guessed  result.list[0].tradeMode: cross:") for line in lines)


def test_bybit_isolated_margin_is_the_positions_balance():
    result = imported(payloads.BYBIT_POSITIONS, currency="USDC", wallet=D(2000))
    assert first(result) == ("ETHPERP", "short", "isolated", "5", "3000", "10")
    assert result.workspace.positions[0].margin == 1500


def test_bybit_takes_the_fee_to_close_off_the_balance_of_an_isolated_position():
    sold = payloads.BYBIT_POSITIONS["result"]["list"][1] | {"positionBalance": "1509.075"}
    result = imported({"retCode": 0, "result": {"list": [sold]}}, wallet=D(2000))
    # 1,500 and 0.055 % of 15,000 at 3,300, where it is bankrupt
    assert result.workspace.positions[0].margin == 1500
    assert any("the balance less the fee to close at 0.055 %" in line for line in told(result, "guessed"))


def test_bybit_inverse_positions_are_in_dollars_and_their_coin():
    result = imported(payloads.BYBIT_INVERSE, payloads.BYBIT_WALLET)
    workspace = result.workspace
    assert first(result) == ("BTCUSD", "short", "cross", "10000", "60000", "10")
    assert (workspace.currency, workspace.wallet, workspace.markets[0].kind) == ("BTC", D("0.15"), Kind.INVERSE)
    lost = GlideRehearsal(book_of(workspace), {}).frame(D(0)).positions[0].unrealised_pnl
    assert abs(lost - D("-0.00666667")) < D("1e-8")
    assert "taken    result.list[0].coin[0].walletBalance: an asset: 5,000 USDT" in told(result)
    assert (workspace.account, [asset.asset for asset in workspace.assets]) == ("unified", ["USDT"])


def test_bybit_linear_and_inverse_positions_are_in_one_unified_account():
    result = imported(payloads.BYBIT_POSITIONS, payloads.BYBIT_INVERSE, payloads.BYBIT_WALLET)
    workspace = result.workspace
    assert (workspace.account, workspace.currency) == ("unified", "USDT")
    assert {(p.market, p.kind) for p in workspace.positions} >= {("BTCUSD", Kind.INVERSE), ("BTCUSDT", Kind.LINEAR)}
    assert {asset.asset: asset.balance for asset in workspace.assets}["BTC"] == D("0.15")
    assert book_of(workspace).coin["BTC"].market == "BTCUSD"


def test_bybit_options_and_what_settles_in_nothing_known_are_left_out():
    rows = [payloads.BYBIT_POSITIONS["result"]["list"][0] | {"symbol": "BTCEUR"}]
    result = imported({"retCode": 0, "result": {"list": rows, "nextPageCursor": "more"}}, wallet=D(1))
    assert result.workspace.positions == ()
    assert any("BTCEUR: what it is settled in" in line for line in told(result, "left out"))
    assert any("further pages" in line for line in told(result, "left out"))
    options = {"retCode": 0, "result": {"category": "option", "list": rows}}
    assert "left out result.category: only linear and inverse" in told(imported(options, wallet=D(1)))[0]


# --- CoinEx --------------------------------------------------------------------------------------


def test_coinex_positions_and_balance():
    result = imported(payloads.COINEX_POSITIONS, payloads.COINEX_BALANCE)
    workspace = result.workspace
    assert first(result) == ("BTCUSDT", "long", "cross", "0.001", "60721.35", "50")
    assert (workspace.venue.profile, workspace.wallet) == ("coinex", D("500.63913682756335"))
    assert workspace.positions[0].margin == D("1.214427")
    assert workspace.markets[0].mark == D("60221.35")
    assert "guessed  data[0].available: the wallet is rounded to 18 decimals" in told(result)


def test_coinex_counts_open_profit_from_the_settlement_price():
    result = imported(payloads.COINEX_POSITIONS, payloads.COINEX_BALANCE)
    short = result.workspace.positions[1]
    assert (short.entry, short.margin) == (3000, D("200.5"))
    assert result.workspace.markets[1].mark == 2990
    assert any(line.startswith("guessed  data[1].settle_price: the settlement price 3,000 is") for line in told(result))


def test_a_cross_bucket_is_written_only_where_cross_positions_have_one():
    result = imported(payloads.COINEX_POSITIONS, payloads.COINEX_BALANCE, venue="guide")
    assert [position.given_margin for position in result.workspace.positions] == [None, D("200.5")]


# --- Hyperliquid ---------------------------------------------------------------------------------


def test_hyperliquid_state():
    result = imported(payloads.HYPERLIQUID)
    workspace = result.workspace
    assert first(result) == ("ETH", "long", "isolated", "0.0335", "2986.3", "20")
    assert workspace.positions[0].margin == D("4.981226")
    assert (workspace.positions[1].side.value, workspace.positions[1].quantity) == ("short", D("0.001"))
    assert [market.mark for market in workspace.markets] == [D("2985.9"), 60000]
    assert (workspace.currency, workspace.wallet) == ("USDC", D("13109.495728"))
    assert "left out assetPositions: 1 row without a position" in told(result)


# --- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (
            {"code": -2015, "msg": "Invalid API-key"},
            "f0.json: msg: Binance answered with an error, not with an account",
        ),
        ({"retCode": 10003, "retMsg": "no"}, "f0.json: retCode: Bybit answered with an error"),
        ({"code": 4005, "message": "no"}, "f0.json: code: CoinEx answered with an error"),
        (
            changed(payloads.BINANCE_RISK, positionAmt="x"),
            '[0].positionAmt: "x" is not a number (expected a number, or',
        ),
        (changed(payloads.BINANCE_RISK, positionAmt="0x10"), '[0].positionAmt: "0x10" is not a number'),
        (changed(payloads.BINANCE_RISK, positionAmt="1_0"), '[0].positionAmt: "1_0" is not a number'),
        (changed(payloads.BINANCE_RISK, positionAmt="NaN"), '[0].positionAmt: "NaN" is not a number'),
        (changed(payloads.BINANCE_RISK, positionAmt=True), "[0].positionAmt: true is not a number"),
        (changed(payloads.BINANCE_RISK, positionAmt=["1"]), "[0].positionAmt: a list is not a number"),
        (changed(payloads.BINANCE_RISK, positionAmt="1e400"), "[0].positionAmt: 1e400 is too large"),
        (
            changed(payloads.BINANCE_RISK, positionAmt="1e-25"),
            "[0].positionAmt: 0.0000000000000000000000001 is too small",
        ),
        (changed(payloads.BINANCE_RISK, symbol=None), "[0].symbol: is missing (expected a text)"),
        (changed(payloads.BINANCE_RISK, symbol="BTC USDT"), '[0].market: "BTC USDT" has a blank in it'),
        (changed(payloads.BINANCE_RISK, symbol="a\x1b[2J"), "[0].market: "),
        (changed(payloads.BINANCE_RISK, entryPrice="", unRealizedProfit=""), "[0].entry: is missing"),
        (
            changed(payloads.BINANCE_RISK, leverage=None, notional=None, marginType="isolated"),
            "[0].leverage: is missing (expected a number of",
        ),
        (changed(payloads.BINANCE_RISK, marginType="odd"), '[0].mode: "odd" is not known here'),
        (changed(payloads.COINEX_POSITIONS, side="both"), 'data[0].side: "both" is not known here'),
        (changed(payloads.COINEX_POSITIONS, margin_mode=""), 'data[0].margin_mode: "" is not a text with something in'),
        ({"assetPositions": 3, "marginSummary": {"accountValue": "1"}}, "assetPositions: 3 is not a list"),
        ({"assetPositions": [3], "marginSummary": {"accountValue": "1"}}, "assetPositions[0]: this is not a table"),
        ({"assetPositions": [], "marginSummary": {"accountValue": "-1"}}, "marginSummary.accountValue: -1 is below 0"),
        ({"assetPositions": [], "marginSummary": {"accountValue": {}}}, "marginSummary.accountValue: a table is not a"),
        (changed(payloads.BINANCE_V2, positionAmt="0.01") | {"assets": 7}, "assets: 7 is not a list"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_path(document, line):
    options = {} if "marginSummary" in document else {"wallet": D(100)}
    lines = refused(document, **options)
    assert any(line in found for found in lines), lines


def test_an_account_without_a_balance_is_refused_with_what_would_help():
    line = 'f0.json: no balance in "USDT" was found (expected the payload of the balance as well, or `wallet`)'
    assert refused(payloads.BINANCE_RISK) == [line]


def test_isolated_margins_beyond_the_wallet_are_refused_at_the_wallet():
    assert "wallet: the isolated margins (doge) sum to" in refused(payloads.BINANCE_RISK, wallet=D("0.5"))[0]
    poor = payloads.COINEX_BALANCE | {"data": [{"ccy": "USDT", "available": "1"}]}
    assert "data[0].available: the isolated margins (eth) sum to" in refused(payloads.COINEX_POSITIONS, poor)[0]


def test_all_faults_of_a_payload_come_at_once():
    rows = [row | {"positionAmt": "x"} for row in payloads.BINANCE_RISK]
    assert len(refused(rows)) == 3
