"""What the venues to test against answer of an account of several assets is read back as that account."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from isocross.exchange.importing import import_files
from isocross.live import binance, bybit, hyperliquid
from isocross.live.moving import moved
from isocross.live.walking import walk_of
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.workspace import book_of, load_text

D = Decimal
TEXT = """
venue = "{venue}"
account = "{mode}"
currency = "{currency}"
wallet = 5000
[[assets]]
asset = "{other}"
balance = 3000
[[assets]]
asset = "{coin}"
balance = 0.5
{price}
[[positions]]
market = "{btc}"
side = "long"
mode = "cross"
quantity = 0.2
entry = 60000
leverage = 10
[[positions]]
market = "{eth}"
side = "short"
mode = "cross"
quantity = 1
entry = 3000
leverage = 5
"""
ACCOUNTS = {
    "bybit": {"mode": "unified", "currency": "USDT", "other": "USDC", "coin": "BTC", "price": "", "btc": "BTCUSDT",
              "eth": "ETHUSDT"},
    "binance": {"mode": "multi-assets", "currency": "USDT", "other": "USDC", "coin": "BTC", "price": "",
                "btc": "BTCUSDT", "eth": "ETHUSDT"},
    "hyperliquid": {"mode": "unified", "currency": "USDC", "other": "USDH", "coin": "HYPE", "price": "price = 40",
                    "btc": "BTC", "eth": "ETH"},
}  # fmt: skip
ASKED = {
    "bybit": (bybit.ANSWERS, ("/v5/account/wallet-balance", "/v5/position/list")),
    "binance": (binance.ANSWERS, ("/fapi/v2/account", "/fapi/v2/positionRisk", "/fapi/v1/assetIndex")),
    "hyperliquid": (hyperliquid.ANSWERS, ("userAbstraction", "spotClearinghouseState", "clearinghouseState")),
}


def served(venue, shock="-0.05"):
    """An account at a shock, and what its venue answers of it."""
    frame = GlideRehearsal(book_of(load_text(TEXT.format(venue=venue, **ACCOUNTS[venue]))), {}).frame(D(shock))
    answers, asked = ASKED[venue]
    return frame, [(path, json.dumps(answers[path](frame, 0)).encode()) for path in asked]


@pytest.mark.parametrize("venue", ["bybit", "binance"])
def test_what_is_answered_is_read_back_as_the_account(venue):
    frame, files = served(venue)
    read = import_files(files)
    account = read.workspace
    assert (account.venue.profile, account.account, account.currency) == (venue, frame.book.account, "USDT")
    held = {entry.asset: entry.balance for entry in account.assets} | {"USDT": account.wallet}
    assert {name: balance for name, balance in held.items() if balance} == {
        asset.name: asset.balance for asset in frame.account.assets
    }
    assert {p.market: (p.quantity, p.side, p.mode) for p in account.positions} == {
        row.position.market: (row.position.quantity, row.position.side, row.position.mode) for row in frame.positions
    }
    compared = [note.message for note in read.notes if note.kind == "compared"]
    assert any("of all assets" in told for told in compared)
    assert not [told for told in compared if not told.endswith("the same")]
    again = GlideRehearsal(book_of(account), {}).frame(D(0)).account
    assert abs(again.pool_equity - frame.account.pool_equity) < D("1e-9")


def test_hyperliquid_answers_a_unified_account_by_its_tokens():
    _, files = served("hyperliquid")
    told = {path: json.loads(answer) for path, answer in files}
    assert told["userAbstraction"] == "unifiedAccount"
    balances = {row["coin"]: row["total"] for row in told["spotClearinghouseState"]["balances"]}
    assert balances == {"USDC": "5000", "USDH": "3000", "HYPE": "0.5"}
    # 5,000 − 0.2 × 3,000 + 150 of USDC: what other tokens are worth is no value of this dex
    assert told["clearinghouseState"]["marginSummary"]["accountValue"] == "4550"
    assert set(hyperliquid.ANSWERS["allMids"](served("hyperliquid")[0], 0)) == {"BTC", "ETH"}


@pytest.mark.parametrize("venue", ["bybit", "binance"])
def test_what_only_has_a_price_is_no_contract(venue):
    frame, _ = served(venue)
    answers = ASKED[venue][0]
    told = {
        "bybit": lambda: answers["/v5/market/tickers"](frame, 0)["result"]["list"],
        "binance": lambda: answers["/fapi/v1/exchangeInfo"](frame, 0)["symbols"],
    }[venue]()
    assert {row["symbol"] for row in told} == {"BTCUSDT", "ETHUSDT"}


def test_each_asset_of_an_account_can_be_moved_into_it():
    path = '[scenario]\npath = "walk"\nlegs = [-0.05]\n'
    walk = walk_of(
        load_text(TEXT.format(venue="binance", **ACCOUNTS["binance"]) + path), "binance", None, D(1), lambda: 0
    )
    asked = {"type": "MAIN_UMFUTURE", "asset": "BTC", "amount": "0.25"}
    assert moved(walk, "/sapi/v1/asset/transfer", asked)[0] == 200
    assert {asset.name: asset.balance for asset in walk.frame.account.assets}["BTC"] == D("0.75")
    status, told = moved(walk, "/sapi/v1/asset/transfer", {**asked, "asset": "ETH"})
    assert (status, told["code"]) == (400, -1102)
