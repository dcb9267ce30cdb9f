"""Accounts in which several assets back the positions, as venues' answers and public client libraries state them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.exchange import Tiers
from isocross.figures.implied import REST
from isocross.workspace.build import book_of
from tests.isocross.exchange import payloads
from tests.isocross.exchange import raw_payloads as raw
from tests.isocross.exchange import recorded as seen
from tests.isocross.exchange.importer import imported, refused, told

D = Decimal


def assets(result):
    """Balance, price, weight and whether it counts, of each asset of the file."""
    rows = result.workspace.assets
    return {r.asset: (r.balance, r.price, r.tiers[0][1] if r.tiers else None, r.collateral) for r in rows}


def bybit(*coins, **whole):
    """Bybit.Net's GetBalances in shape."""
    return {"retCode": 0, "result": {"list": [{"accountType": "UNIFIED", "coin": list(coins), **whole}]}}


USDT = {"coin": "USDT", "walletBalance": "5000", "equity": "5250", "usdValue": "5250", "unrealisedPnl": "250"}
BTC = {"coin": "BTC", "walletBalance": "0.15", "equity": "0.15", "usdValue": "7575"}
SOL = {"coin": "SOL", "walletBalance": "20", "equity": "20", "usdValue": "2400"}


def test_bybit_takes_every_coin_of_a_unified_account():
    off = {"coin": "PEPE", "walletBalance": "100", "equity": "100", "usdValue": "10", "collateralSwitch": False}
    owed = {"coin": "USDC", "walletBalance": "10", "spotBorrow": "30", "equity": "-20", "usdValue": "-20"}
    result = imported(payloads.BYBIT_POSITIONS, bybit(USDT, BTC, off, owed, {"coin": "XRP", "walletBalance": "0"}))
    assert (result.workspace.account, result.workspace.wallet) == ("unified", 5000)
    assert assets(result) == {
        "BTC": (D("0.15"), None, None, True),
        "PEPE": (100, D("0.1"), None, False),
        "USDC": (-20, None, None, True),
    }
    assert [(p.market, book_of(result.workspace).markets[p.market].settles) for p in result.workspace.positions] == [
        ("BTCUSDT", ""),
        ("ETHPERP", "USDC"),
    ]
    assert "taken    result.list[0].coin[3].walletBalance: a debt of 20 USDC" in told(result)


def test_a_weight_that_no_table_has_is_what_makes_the_sum_that_counts():
    result = imported(bybit(USDT, SOL, totalWalletBalance="6920"))
    assert assets(result)["SOL"] == (20, 120, D("0.8"), True)
    assert any("SOL: a weight of 0.8, which makes the 6,920 that counts" in line for line in told(result, "guessed"))
    alone = imported(bybit(USDT, SOL))
    assert assets(alone)["SOL"] == (20, 120, None, False)
    assert any("SOL: its weight is not known, so it does not count" in line for line in told(alone, "guessed"))
    stated = {"retCode": 0, "result": {"list": [{"currency": "SOL", "collateralRatio": "0.7"}]}}
    assert assets(imported(bybit(USDT, SOL), stated))["SOL"] == (20, 120, D("0.7"), True)


def test_a_coin_without_a_price_is_told_of_and_not_dropped():
    lines = told(imported(bybit(USDT, SOL | {"usdValue": ""})), "left out")
    assert lines == [
        "left out result.list[0].coin[1].walletBalance: "
        "20 SOL: no price is stated, and no position is in a contract on this asset"
    ]
    account = payloads.BINANCE_V2 | {"multiAssetsMargin": True, "assets": [{"asset": "BNB", "walletBalance": "2"}]}
    del account["totalWalletBalance"]
    assert any("the answer of /fapi/v1/assetIndex has prices" in line for line in told(imported(account), "left out"))


def test_the_account_ratio_of_bybit_stands_beside_ours():
    whole = {"accountMMRate": "0.0197", "totalMarginBalance": "12673.5", "totalMaintenanceMargin": "250"}
    alone = payloads.BYBIT_POSITIONS["result"] | {"list": payloads.BYBIT_POSITIONS["result"]["list"][:1]}
    lines = told(imported({"retCode": 0, "result": alone}, bybit(USDT, BTC, **whole)), "compared")
    whole = [line.partition(": ")[2] for line in lines if "all assets" in line]
    assert whole == [
        "equity of all assets: venue 12,673.5 · isocross 12,673.5 · the same",
        "maintenance margin of all assets: venue 250 · isocross 250 · the same",
        "margin ratio of all assets: venue 0.0197 · isocross 0.0197 · the same",
    ]


OKX_UNIFIED = {
    "code": "0",
    "msg": "",
    "data": [
        {
            "adjEq": "6200",
            "mgnRatio": "525.4",
            "mmr": "11.8",
            "details": [
                {"ccy": "USDT", "eq": "300", "cashBal": "250", "upl": "50", "eqUsd": "300", "disEq": "300"},
                {"ccy": "BTC", "eq": "0.1", "eqUsd": "5900", "disEq": "5782"},
                {"ccy": "SOL", "eq": "1", "eqUsd": "150", "disEq": "135", "colRes": "2"},
                {"ccy": "OKB", "eq": "2", "eqUsd": "80", "disEq": "0", "collateralEnabled": False},
            ],
        }
    ],
}


def test_okx_states_what_each_currency_counts():
    cross = {"code": "0", "msg": "", "data": [seen.OKX_CROSS]}
    result = imported(cross, OKX_UNIFIED)
    assert (result.workspace.account, result.workspace.wallet) == ("unified", 250)
    assert assets(result) == {
        "BTC": (D("0.1"), None, None, True),
        "SOL": (1, 150, D("0.9"), True),
        "OKB": (2, 40, None, False),
    }
    assert [row.limit_reached for row in result.workspace.assets] == [False, True, False]
    lines = told(result, "compared")
    assert any(
        "mmr: maintenance margin of all assets" in line and "without the fees to close" in line for line in lines
    )
    assert any("the venue's weights leave out" in line and "which are used here, leave out" in line for line in lines)


def test_okx_coin_margined_positions_are_in_the_pool_of_all_currencies():
    result = imported({"code": "0", "msg": "", "data": [raw.OKX_COIN | {"mgnMode": "cross"}]}, OKX_UNIFIED)
    assert (result.workspace.account, result.workspace.currency) == ("unified", "BTC")
    # an equity of 0.1 BTC less what 2,000 dollars short from 40,000 have lost at 42,000
    assert round(result.workspace.wallet, 12) == round(D("0.1") + 2000 * (D(1) / 40000 - D(1) / 42000), 12)
    assert set(assets(result)) == {"USDT", "SOL", "OKB"}
    assert any("BTC-USD-SWAP open PnL" in line and line.endswith("the same") for line in told(result, "compared"))


@pytest.mark.slow
def test_okx_says_in_which_mode_an_account_is():
    level = lambda value: {"code": "0", "msg": "", "data": [{"acctLv": value}]}  # noqa: E731
    cross = {"code": "0", "msg": "", "data": [seen.OKX_CROSS]}
    assert not any("multi-currency margin" in line for line in told(imported(level("3"), cross, OKX_UNIFIED)))
    for documents in ((level("4"), cross, OKX_UNIFIED), (cross, OKX_UNIFIED, level("4"))):
        result = imported(*documents)
        assert (result.workspace.account, result.workspace.assets) == ("standard", ())
        assert any('"portfolio" is not rehearsed under OKX' in line for line in told(result, "left out"))
        assert any("0.1 BTC: the account is in USDT" in line for line in told(result, "left out"))


def test_a_weight_of_the_venue_beats_its_table_unless_that_is_asked_for():
    details = [*OKX_UNIFIED["data"][0]["details"][:1], {"ccy": "BTC", "eq": "0.1", "eqUsd": "5900", "disEq": "5310"}]
    answer = OKX_UNIFIED | {"data": [{"adjEq": "1", "details": details}]}
    result = imported(answer)
    assert assets(result)["BTC"] == (D("0.1"), 59000, D("0.9"), True)
    both = "BTC: the venue counts it at 0.9, and the tiers of BTC 2025-2026 have 0.98"
    assert any(f"{both}: the venue's is taken" in line for line in told(result, "guessed"))
    shipped = imported(answer, tiers=Tiers.SHIPPED)
    assert assets(shipped)["BTC"] == (D("0.1"), 59000, None, True)
    assert any(f"{both}: these are taken" in line for line in told(shipped, "guessed"))


GATE_COINS = {"USDT": {"equity": "16.1", "spot_in_use": "12"}, "ETH": {"equity": "2", "spot_in_use": "0"}}


def test_gate_prices_a_coin_by_what_all_of_them_are_worth():
    account = {"balances": GATE_COINS, "unified_account_total_equity": "4016.1", "total_margin_balance": "4016.1"}
    result = imported([seen.GATE_CROSS], account | {"total_maintenance_margin_rate": "16476.307692307692"})
    assert (result.workspace.account, result.workspace.wallet) == ("unified", D("15.1"))
    assert assets(result) == {"ETH": (2, 2000, None, True)}
    lines = [line.partition(": ")[2] for line in told(result, "compared") if "all assets" in line]
    assert lines[0] == "equity of all assets: venue 4,016.1 · isocross 4,016.1 · the same"
    assert lines[1].startswith("margin ratio of all assets: ") and lines[1].endswith("the same")
    single = imported({"mode": "single_currency"}, [seen.GATE_CROSS], account)
    assert single.workspace.account == "standard"


def binance(*coins, **whole):
    """The account of Binance's documents, with these assets."""
    held = payloads.BINANCE_V2["assets"][:1]
    return payloads.BINANCE_V2 | {"assets": [*held, *coins], "multiAssetsMargin": True, **whole}


INDEX = [{"symbol": "ETHUSD", "index": "2204.463", "bidBuffer": "0.05", "askBuffer": "0.05"}]
ETH = {"asset": "ETH", "walletBalance": "1.21964998"}


def test_binance_prices_assets_by_its_index():
    for files in ((binance(ETH), INDEX), (INDEX, binance(ETH))):
        result = imported(*files)
        assert result.workspace.account == "multi-assets"
        assert assets(result) == {"ETH": (D("1.21964998"), D("2204.463"), None, True)}
    assert assets(imported(binance(ETH), [INDEX[0] | {"bidBuffer": "0.1"}]))["ETH"][2] == D("0.9")


def test_binance_tells_multi_assets_mode_by_flag_or_by_what_is_available():
    plain = {key: value for key, value in binance(ETH).items() if key != "multiAssetsMargin"}
    assert imported(plain).workspace.account == "standard"
    assert imported(plain, {"multiAssetsMargin": True}, INDEX).workspace.account == "multi-assets"
    # Binance.Net's GetAccountInfoV3: more USDC is available than there is
    usdc = {"asset": "USDC", "walletBalance": "103.12345678", "crossWalletBalance": "103.12345678"}
    usdc |= {"crossUnPnl": "0.00000000", "availableBalance": "126.72469206"}
    result = imported(plain | {"assets": [*payloads.BINANCE_V2["assets"][:1], usdc]})
    assert result.workspace.account == "multi-assets"
    assert any("more is available than the account has" in line for line in told(result, "guessed"))


def test_portfolio_margin_of_binance_is_reduced_and_says_so():
    rows = [{"asset": "USDT", "totalWalletBalance": "100"}, {"asset": "BTC", "totalWalletBalance": "1"}]
    lines = told(imported(payloads.BINANCE_RISK[:1], rows), "left out")
    assert any('"portfolio" is not rehearsed under Binance' in line for line in lines)
    assert any("1 BTC: the account is in USDT" in line for line in lines)


KRAKEN_FLEX = {  # Kraken.Net, GetBalances
    "result": "success",
    "accounts": {
        "flex": {
            "type": "multiCollateralMarginAccount",
            "currencies": {
                "XBT": {"quantity": 0.1185308247, "value": 4998.721054420551, "collateralValue": 4886.49976674881},
                "USD": {"quantity": 5000, "value": 5000, "collateralValue": 5000},
                "EUR": {"quantity": 4540.5837374453, "value": 4999.137289089901, "collateralValue": 4886.906656949836},
                "DOT": {"quantity": 100, "value": 400, "collateralValue": 360},
            },
            "collateralValue": 15133.406423698646,
            "marginEquity": 15133.406423698646,
            "pnl": 0,
        }
    },
}


def test_kraken_counts_every_coin_of_its_wallet_as_it_states_it():
    result = imported(KRAKEN_FLEX)
    workspace = result.workspace
    assert (workspace.account, workspace.currency, workspace.wallet) == ("multi-assets", "USD", 5000)
    assert [(row.asset, row.tiers) for row in workspace.assets] == [
        ("BTC", ()),
        ("EUR", ()),
        ("DOT", ((D(0), D("0.9")),)),
    ]
    assert any(
        "equity of all assets: venue 15,133.4064236986" in line and line.endswith("the same")
        for line in told(result, "compared")
    )


def test_kraken_inverse_contracts_leave_the_wallet_of_all_collaterals_aside():
    wallet = {"type": "marginAccount", "currency": "xbt", "balances": {"xbt": 0.5}}
    both = {"result": "success", "accounts": KRAKEN_FLEX["accounts"] | {"fi_xbtusd": wallet}}
    result = imported(raw.KRAKEN_COIN, both)
    assert (result.workspace.account, result.workspace.currency, result.workspace.wallet) == (
        "standard",
        "BTC",
        D("0.5"),
    )
    assert any("is coin-margined, and Multi-coll" in line for line in told(result, "left out"))


SPOT = {  # HyperLiquid.Net, GetBalances
    "balances": [
        {"coin": "USDC", "token": 0, "total": "900", "hold": "0.0", "entryNtl": "0.0"},
        {"coin": "USDH", "token": 360, "total": "50", "hold": "0.0", "entryNtl": "50"},
        {"coin": "HYPE", "token": 150, "total": "0.00959057", "hold": "0.0", "entryNtl": "0.214388"},
    ],
    "tokenToAvailableAfterMaintenance": [[0, "899.5"], [150, "0.00959057"]],
}


def hyper(coin, size, price):
    """The state of one exchange with one position."""
    position = {
        "coin": coin, "szi": size, "entryPx": price, "positionValue": str(D(size) * D(price)), "marginUsed": "1",
        "unrealizedPnl": "0", "maxLeverage": 20, "leverage": {"type": "cross", "value": 10}, "liquidationPx": None,
    }  # fmt: skip
    return {"assetPositions": [{"type": "oneWay", "position": position}], "marginSummary": {"accountValue": "0"}}


STATES = {"clearinghouseStates": [["", hyper("ETH", "0.01", "2000")], ["km", hyper("km:US500", "0.1", "600")]]}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_hyperliquid_unified_takes_every_exchange_and_token(order):
    files = [STATES, SPOT, "unifiedAccount"]
    result = imported(*[files[n] for n in order])
    workspace = result.workspace
    assert (workspace.account, workspace.currency, workspace.wallet) == ("unified", "USDC", 900)
    assert [(row.asset, row.balance) for row in workspace.assets] == [("USDH", 50)]
    assert [(p.market, book_of(workspace).markets[p.market].settles) for p in workspace.positions] == [
        ("ETH", ""),
        ("km:US500", "USDH"),
    ]
    assert any("HYPE: no position settles in it, so that it backs none" in line for line in told(result, "left out"))
    both = "equity above maintenance margins of USDC: venue 899.5 · isocross 899.5 · the same"
    assert any(line.endswith(both) for line in told(result, "compared"))


def test_hyperliquid_standard_leaves_spot_out_and_says_what_would_tell():
    for mode in (None, "disabled"):
        whole = STATES | {"spotClearinghouseState": SPOT} | ({} if mode is None else {"userAbstraction": mode})
        result = imported(whole)
        assert result.workspace.account == "standard"
        lines = [line for line in told(result, "left out") if "900 USDC of spot" in line]
        assert lines[0].endswith("userAbstraction says whether it is one") is (mode is None)


def test_hyperliquid_portfolio_margin_takes_what_each_balance_can_be_lent_on():
    """The shape of recorded answers of 2026-09 and 2026-10: `ltv` of each balance, the ratio of the whole."""
    rows = [
        {"coin": "USDC", "token": 0, "total": "0", "borrowed": "2000", "hold": "0", "entryNtl": "0", "ltv": "0.0"},
        {"coin": "UBTC", "token": 197, "total": "0.1", "hold": "0", "entryNtl": "500", "ltv": "0.6"},
        {"coin": "HYPE", "token": 150, "total": "2", "hold": "0", "entryNtl": "9", "ltv": "0.65"},
        {"coin": "PURR", "token": 1, "total": "7", "hold": "0", "entryNtl": "9"},
    ]
    # 20 + maintenance margin + 2,000 over 0.1 BTC at 0.8 and 2 HYPE at 0.825
    ratio = (20 + D("0.025") * (6000 + 40) + 2000) / (8000 + 66)
    spot = {"balances": rows, "portfolioMarginEnabled": True, "portfolioMarginRatio": str(round(ratio, 6))}
    states = [["", hyper("BTC", "-0.06", "100000")], ["km", hyper("km:US500", "0.1", "600")]]
    hype = hyper("HYPE", "1", "40")["assetPositions"][0]
    states[0][1]["assetPositions"].append(hype)
    result = imported({"clearinghouseStates": states}, spot)
    workspace = result.workspace
    assert (workspace.account, workspace.currency, workspace.wallet) == ("portfolio", "USDC", -2000)
    held = {row.asset: (row.balance, row.tiers, row.initial_weight, row.collateral) for row in workspace.assets}
    assert held == {"BTC": (D("0.1"), ((0, D("0.8")),), D("0.6"), True), "HYPE": (2, (), None, True)}
    assert [p.market for p in workspace.positions] == ["BTC", "HYPE"]
    left = told(result, "left out")
    assert any("7 PURR: no price is stated" in line for line in left)
    assert any(
        "km:US500: it settles in USDH, and Portfolio margin is rehearsed with positions" in line for line in left
    )
    assert any("margin ratio of all assets" in line and "the same" in line for line in told(result, "compared"))


def test_ccxt_hands_on_what_the_venue_says_of_several_assets():
    balance = {"info": bybit(USDT, BTC), "free": {}, "used": {}, "total": {"USDT": 5000, "BTC": 0.15}}
    own = payloads.BYBIT_POSITIONS["result"]["list"][0]
    rows = [{"symbol": "BTC/USDT:USDT", "contracts": 0.5, "contractSize": 1, "side": "long", "info": own}]
    result = imported(rows, balance)
    assert (result.workspace.account, assets(result)) == ("unified", {"BTC": (D("0.15"), None, None, True)})


def test_an_account_without_positions_is_in_dollars():
    """Bybit.Net's GetBalances has nothing but an empty row of BTC; a wallet of one coin is that coin and no dollars."""
    empty = {"coin": "BTC", "walletBalance": "0", "equity": "0", "usdValue": "0", "borrowAmount": "0.0"}
    for coin, held in ((empty, {}), (BTC, {"BTC": (D("0.15"), 50500, None, True)})):
        workspace = imported(bybit(coin)).workspace
        assert (workspace.currency, workspace.wallet, assets(imported(bybit(coin)))) == ("USDT", 0, held)
    alone = imported({"balances": SPOT["balances"][:1]}, "unifiedAccount").workspace
    assert (alone.currency, alone.wallet, alone.assets) == ("USDC", 900, ())


def test_figures_of_positions_that_are_not_there_are_not_unexplained():
    lines = told(imported(OKX_UNIFIED), "compared")
    assert any("mmr: maintenance margin of all assets: venue 11.8" in line and line.endswith(REST) for line in lines)


def test_a_wallet_of_the_users_own_stands_for_the_balance_of_the_currency():
    assert imported(bybit(USDT, BTC), wallet=D(7)).workspace.wallet == 7


def test_what_the_rules_refuse_is_named_by_its_place():
    isolated = payloads.BINANCE_V2["positions"][0] | {"isolated": True, "isolatedWallet": "30"}
    lines = refused(binance(ETH, positions=[isolated]), INDEX)
    assert lines == [
        'f0.json: positions[0].mode: Multi-Assets Mode of Binance USD-M has no isolated positions (expected "cross")'
    ]
