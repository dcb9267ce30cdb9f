"""Answers however they are wrapped, events of streams, several accounts in one, and figures of whole accounts."""

import json
from decimal import Decimal

import pytest

from isocross.exchange import Options, import_files
from isocross.figures.implied import REST
from isocross.workspace import Faults
from tests.isocross.exchange import recorded as seen
from tests.isocross.exchange.importer import first, imported, refused, told

D = Decimal
RISK = [seen.BINANCE_RISK]
WRAPPED = {
    "a list": [RISK, seen.BINANCE_ASSETS],
    "side by side": {"positions": RISK, "balances": seen.BINANCE_ASSETS},
    "deep": {"ok": True, "payload": {"account": {"p": {"rows": RISK}, "b": seen.BINANCE_ASSETS}}},
    "results": [{"id": "1", "status": 200, "result": RISK}, {"result": seen.BINANCE_ASSETS}],
    "data": {"code": 0, "msg": "", "data": {"positions": RISK, "assets": seen.BINANCE_ASSETS}},
}


@pytest.mark.parametrize("name", WRAPPED)
def test_an_account_is_found_however_it_is_wrapped(name):
    result = imported(WRAPPED[name])
    assert first(result) == ("BTCUSDT", "long", "cross", "0.001", "22185.2", "4")
    assert result.workspace.wallet == D("3.5")


def test_documents_one_after_another_in_a_file_are_read_together():
    text = f"{json.dumps(RISK)}\n\n{json.dumps(seen.BINANCE_ASSETS)}\n"
    result = import_files([("pasted", text.encode())])
    assert (result.workspace.wallet, len(result.workspace.positions)) == (D("3.5"), 1)
    with pytest.raises(Faults, match="pasted:3:2: this is not JSON"):
        import_files([("pasted", f"{json.dumps(RISK)}\n\n{{".encode())], options=Options(wallet=D(1)))


EVENTS = [
    (seen.BINANCE_EVENT, ("BTCUSDT", "long", "isolated", "20", "6563.6", "10"), "122624.12345678", "6706.1106"),
    (seen.BYBIT_EVENT, ("ETHUSDT", "short", "cross", "2.5", "2450.75", "5"), "9000", "2460.25"),
    ({"arg": {"channel": "positions"}, "data": [seen.OKX_CROSS]},
     ("BTC-USDT-SWAP", "short", "cross", "0.05", "60000", "10"), "9000", "59000"),
    ({"channel": "futures.positions", "event": "update", "result": [seen.GATE_CROSS]},
     ("BTC_USDT", "long", "cross", "0.001", "64000", "20"), "9000", "65000"),
    (seen.KRAKEN_EVENT, ("PI_XBTUSD", "long", "cross", "1", "40012.5", "10"), "9000", "40022.5"),
    (seen.KRAKEN_LINEAR, ("PF_XBTUSD", "short", "cross", "0.5", "59000", "10"), "9000", "60000"),
    (seen.BITMEX_TABLE, ("XBTUSD", "long", "cross", "100", "98390.88", "100"), "9000", "98000"),
    (seen.DYDX_EVENT, ("BTC-USD", "short", "cross", "0.0002", "94000", "10"), "131.2", "93000"),
    (seen.DYDX_SUBSCRIBED, ("BTC-USD", "long", "cross", "0.5", "43000", "10"), "121500", "43250"),
    (seen.COINEX_EVENT, ("BTCUSDT", "long", "cross", "0.001", "60721.35", "50"), "9000", "60221.35"),
    ({"channel": "webData2", "data": {"clearinghouseState": seen.HYPERLIQUID, "meta": {"universe": []}}},
     ("HYPE", "long", "isolated", "2", "37.829", "10"), "83.313638", "37.826"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "position", "wallet", "mark"), EVENTS)
def test_an_event_of_a_stream_is_read_like_an_answer(event, position, wallet, mark):
    stated = D(wallet) != 9000
    result = imported(event, leverage=D(10), **({} if stated else {"wallet": D(9000)}))
    assert first(result) == position
    assert (result.workspace.wallet, result.workspace.markets[0].mark) == (D(wallet), D(mark))
    assert not any(line.endswith("unexplained") for line in told(result))


def test_an_event_holds_only_what_changed():
    lines = told(imported(seen.BINANCE_EVENT, leverage=D(10)), "left out")
    assert "left out a: what did not change: an event holds only the positions that did" in lines
    assert len(imported(seen.BINANCE_EVENT, leverage=D(10)).workspace.positions) == 2


def test_balances_of_streams_and_of_unified_accounts():
    assert imported(seen.BYBIT_EVENT, seen.BYBIT_WALLET).workspace.wallet == D("9647.75537647")
    assert imported(seen.COINEX_EVENT, seen.COINEX_BALANCE).workspace.wallet == D("100.9")
    assert imported(seen.KRAKEN_LINEAR, seen.KRAKEN_FLEX).workspace.wallet == 4900
    assert imported(seen.BITMEX_TABLE, seen.BITMEX_WALLET).workspace.wallet == D("10.00123456")
    assert imported([seen.GATE_CROSS], seen.GATE_SHARED).workspace.wallet == 43
    assert imported([seen.GATE_CROSS], seen.GATE_UNIFIED).workspace.wallet == D("15.1")


def test_an_exchange_on_hyperliquid_has_a_pool_of_its_own():
    for states in ([["", seen.HYPERLIQUID], ["xyz", seen.HYPERLIQUID_DEX]],
                   {"": seen.HYPERLIQUID, "xyz": seen.HYPERLIQUID_DEX}):  # fmt: skip
        result = imported({"channel": "allDexsClearinghouseState", "data": {"clearinghouseStates": states}})
        assert [p.market for p in result.workspace.positions] == ["HYPE"]
        assert any("positions of xyz, which has a pool of its own" in line for line in told(result, "left out"))
    alone = imported(seen.HYPERLIQUID_DEX).workspace
    assert (alone.wallet, alone.positions[0].id) == (1000, "tsla")
    nothing = {"assetPositions": [], "marginSummary": {"accountValue": "0.0"}}
    assert (imported(nothing).workspace.wallet, imported(nothing).workspace.currency) == (0, "USDC")
    empty = imported(seen.HYPERLIQUID_EMPTY)
    assert (empty.workspace.wallet, empty.workspace.currency) == (D("210.5"), "USDC")
    assert any("positions of 900.0 dollars that are not in it" in line for line in told(empty, "left out"))


def test_several_accounts_are_not_one():
    assert "there are several accounts in this list" in refused([seen.HYPERLIQUID, seen.HYPERLIQUID_DEX])[0]
    other = [seen.BINANCE_ASSETS[0] | {"balance": "4"}]
    said = refused(RISK, seen.BINANCE_ASSETS, other)[0]
    assert "f2.json: [0].balance: 4 USDT here, and 3.5 at [0].balance (expected payloads of one account and one" in said
    assert imported(RISK, seen.BINANCE_ASSETS, seen.BINANCE_ASSETS).workspace.wallet == D("3.5")


NEGATIVE = [
    {"side": "long", "symbol": "PI_XBTUSD", "price": 27500.5, "fillTime": "x", "size": -1000, "unrealizedFunding": 0.0},
    seen.BYBIT_EVENT["data"][0] | {"side": "Buy", "positionIdx": 0, "size": "-2.5"},
    seen.COINEX_POSITION | {"open_interest": "-1"},
]


@pytest.mark.parametrize("row", NEGATIVE)
def test_a_sign_of_a_size_is_heard_where_a_venue_writes_none(row):
    assert "the sign of its size says short" in refused([row], wallet=D(9))[0]


def test_okx_counts_all_coin_margined_contracts_of_a_coin_alike():
    result = imported({"code": "0", "msg": "", "data": [seen.OKX_COIN]}, wallet=D(1))
    assert first(result) == ("ETH-USD-210430", "long", "isolated", "10", "2566.31", "10")
    lines = told(result, "compared")
    # its mark is of another moment than its other figures; that is told, and explains the rest
    assert any("that of a mark of 2,565.656, where 2,353.849 is stated" in line for line in lines)
    assert not any("unexplained" in line for line in lines)


def test_what_stands_outside_the_payload_is_the_reason_of_a_pooled_price():
    result = imported(RISK, wallet=D(3))
    line = f"{REST}: its price fits a wallet of 2.53267053, and here it is 3"
    assert any(line in each for each in told(result, "compared"))
    assert result.workspace.positions[0].stated.incomplete
    whole = imported(RISK, seen.BINANCE_ASSETS)
    assert any("unexplained: its price fits" in each for each in told(whole, "compared"))
    assert not whole.workspace.positions[0].stated.incomplete
    # nor is there a price here, where the wallet is large, and the reason is the same
    assert any(f"isocross none · {REST}" in each for each in told(imported(RISK, wallet=D(900)), "compared"))


def compared_sums(*documents, **options):
    return [line for line in told(imported(*documents, **options), "compared") if " of the " in line]


def test_figures_of_a_whole_account_are_held_beside_ours():
    assert compared_sums(seen.BINANCE_V2) == [
        "compared assets[0].marginBalance: equity of the account: venue 1,018.72 · isocross 1,018.72 · the same",
        "compared assets[0].unrealizedProfit: open PnL of the account: venue −5 · isocross −5 · the same",
        "compared assets[0].maintMargin: maintenance margin of the account: venue 2.38 · isocross 2.38 · the same",
    ]
    okx = compared_sums({"code": "0", "msg": "", "data": [seen.OKX_CROSS]}, seen.OKX_BALANCE)
    where = "compared data[0].details[0]"
    need = "maintenance margin of the cross positions: venue 11.8 · isocross 13.28"
    assert f"{where}.mmr: {need} · without the fees to close of 1.475" in okx
    assert (
        f"{where}.mgnRatio: margin ratio of the cross positions: venue 0.04424779 · isocross 0.04425 · the same" in okx
    )


def test_a_difference_of_a_whole_account_has_a_reason_or_none():
    moved = [seen.BINANCE_V2["assets"][0] | {"marginBalance": "1019.1", "unrealizedProfit": "-25", "maintMargin": "9"}]
    lines = compared_sums(seen.BINANCE_V2 | {"assets": moved})
    assert [line.rpartition("· ")[2] for line in lines] == ["marks of another moment", "unexplained", "unexplained"]
    other = seen.BINANCE_V2["positions"][0] | {"symbol": "ETHUSDT", "notional": "", "unrealizedProfit": ""}
    unpriced = [*moved, {"asset": "BNB", "walletBalance": "1"}, {"asset": "ETH", "walletBalance": "1"}]
    part = imported(seen.BINANCE_V2 | {"assets": unpriced, "multiAssetsMargin": True, "positions": [other]})
    assert told(part, "compared")[-1].endswith(REST)
