"""A newer public answer of a venue becomes the user's own dated table, and every figure rests on it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from isocross.exchange import renewal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules import own_tables
from isocross.rules.catalogue import load_profile, user_folder
from isocross.rules.collateral import collateral_table
from isocross.rules.tables import contract_size, listed_market
from isocross.toml.amounts import ProfileError
from isocross.toml.faults import Faults
from isocross.words.why import account_reasons, reasons
from isocross.workspace import load_text
from isocross.workspace.build import book_of

D = Decimal
BYBIT_WEIGHTS = {  # Bybit's documentation, Get Tiered Collateral Ratio
    "retCode": 0, "result": {"list": [
        {"currency": "SOL", "collateralRatioList": [
            {"minQty": "0", "maxQty": "1000000", "collateralRatio": "0.85"},
            {"minQty": "1000000", "maxQty": "", "collateralRatio": "0"}]},
        {"currency": "USDT", "collateralRatioList": [{"minQty": "0", "maxQty": "", "collateralRatio": "1.00"}]}]},
    "time": 1739848984945,
}  # fmt: skip
BYBIT_LIMITS = {
    "retCode": 0, "result": {"category": "linear", "list": [
        {"symbol": "SOLUSDT", "riskLimitValue": "500000", "maintenanceMargin": "0.02", "initialMargin": "0.04",
         "maxLeverage": "25.00", "mmDeduction": "2000"},
        {"symbol": "SOLUSDT", "riskLimitValue": "200000", "maintenanceMargin": "0.01", "initialMargin": "0.02",
         "maxLeverage": "50.00", "mmDeduction": ""}]},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of the user's own tables; what is read of it is forgotten before and after."""
    monkeypatch.setattr(own_tables, "own_tables_folder", lambda: tmp_path)
    own_tables.forget()
    yield tmp_path
    own_tables.forget()


def taken(folder, venue, answer, as_of="2026-12-01"):
    """Work an answer out, and save it."""
    found = renewal(json.dumps(answer).encode(), "answer.json", venue, as_of)
    (folder / f"{venue}.json").write_text(found.document)
    own_tables.forget()
    return found


def test_weights_of_an_answer_stand_over_the_shipped_ones(folder):
    found = taken(folder, "bybit", BYBIT_WEIGHTS)
    assert found.title == "Bybit (unified account), weights of collateral of 2025-02-18"
    assert (found.changes, found.same) == (("SOL: new: 0.85 from 0, 0 from 1000000",), 1)
    listed = collateral_table("bybit-collateral").assets
    assert (listed["SOL"].tiers, listed["SOL"].as_of) == (((D(0), D("0.85")), (D(1000000), D(0))), "2025-02-18")
    assert listed["BTC"].as_of == "2025-09-18"
    again = taken(folder, "bybit", BYBIT_WEIGHTS | {"time": 1764547200000})
    assert (again.changes, again.same, again.as_of) == ((), 2, "2025-12-01")
    assert collateral_table("bybit-collateral").assets["SOL"].as_of == "2025-12-01"


def test_tiers_and_weights_are_told_with_their_date(folder):
    taken(folder, "bybit", BYBIT_WEIGHTS)
    changes = taken(folder, "bybit", BYBIT_LIMITS).changes
    assert changes == ("SOLUSDT: new: 0.01 from 0 to 50x, 0.02 from 200000 to 25x",)
    listed = listed_market(load_profile("bybit"), "SOLUSDT")
    assert [(t.start, t.rate, t.deduction) for t in listed.tiers] == [(0, D("0.01"), 0), (200000, D("0.02"), 2000)]
    text = """
venue = "bybit"
account = "unified"
wallet = 100
[[assets]]
asset = "SOL"
balance = 10
[[positions]]
market = "SOLUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 150
leverage = 50
"""
    frame = GlideRehearsal(book_of(load_text(text)), {}).frame(D(0))
    told = {reason.title: reason.source for reason in reasons(frame, frame.positions[0])}
    assert told["maintenance margin"] == "Bybit (unified account), tiers of 2026-12-01"
    assert any(reason.source == "tiers of 2025-02-18" for reason in account_reasons(frame))


ANSWERS = [
    ("binance", [{"symbol": "ADAUSD", "index": "1", "bidBuffer": "0.2", "askBuffer": "0.3"}],
     "ADA: 0.9 from 0, debt 0.1 (2023-06-14) -> 0.8 from 0, debt 0.3"),
    ("binance", [{"symbol": "ETHUSDT", "brackets": [{"initialLeverage": 75, "notionalCap": 10000, "notionalFloor": 0,
     "maintMarginRatio": 0.0065, "cum": 0}]}], "-> 0.0065 from 0 to 75x"),
    ("okx", {"code": "0", "data": [{"ccy": "LTC", "details": [{"discountRate": "0.9", "liqPenaltyRate": "0.03",
     "minAmt": "0", "maxAmt": ""}]}]}, "LTC: new: 0.9 from 0, conversion_fee 0.03"),
    ("okx", {"code": "0", "data": [{"instFamily": "BTC-USDT", "tier": "1", "minSz": "0", "maxSz": "100", "mmr": "0.004",
     "maxLever": "100"}, {"instFamily": "BTC-USDT", "tier": "2", "minSz": "100", "mmr": "0.006", "maxLever": "50"}]},
     "-> 0.004 from 0 to 100x, 0.006 from 1 to 50x"),
    ("gate", [{"currency": "NEW", "discount_tiers": [{"discount": "0.9", "lower_limit": "0", "upper_limit": "+"}]}],
     "NEW: new: 0.9 from 0"),
    ("gate", [{"contract": "NEW_USDT", "risk_limit": "2000", "maintenance_rate": "0.02", "leverage_max": "20"},
              {"contract": "NEW_USDT", "risk_limit": "1000", "maintenance_rate": "0.01", "leverage_max": "50"}],
     "NEW_USDT: new: 0.01 from 0 to 50x, 0.02 from 1000 to 20x"),
    ("hyperliquid", {"universe": [{"name": "NEW", "maxLeverage": 3, "marginTableId": 3}], "marginTables": []},
     "NEW: new: 0.166666666666666667 from 0 to 3x"),
    ("kraken", {"result": "success", "instruments": [{"symbol": "PF_NEWUSD", "marginLevels": [
     {"numNonContractUnits": 0.0, "initialMargin": 0.02, "maintenanceMargin": 0.01}]}]},
     "PF_NEWUSD: new: 0.01 from 0 to 50x"),
]  # fmt: skip


@pytest.mark.parametrize(("venue", "answer", "line"), ANSWERS)
def test_each_venues_answers_are_read(folder, venue, answer, line):
    found = taken(folder, venue, answer)
    assert len(found.changes) == 1
    assert found.changes[0].endswith(line)
    assert load_profile(venue).id == venue


def test_specs_give_steps_and_contract_sizes(folder):
    row = {"instId": "NEW-USDT-SWAP", "instType": "SWAP", "ctType": "linear", "ctVal": "10", "lotSz": "0.1"}
    inverse = row | {"instId": "NEW-USD-SWAP", "ctType": "inverse"}
    found = taken(folder, "okx", {"code": "0", "data": [row | {"tickSz": "0.001"}, inverse | {"tickSz": "1"}]})
    assert found.left_out == ("NEW-USD-SWAP: only linear contracts are taken",)
    assert contract_size(load_profile("okx"), "NEW-USDT-SWAP") == 10
    assert listed_market(load_profile("okx"), "NEWUSDT").lot == 1


@pytest.mark.parametrize(
    ("venue", "answer", "message"),
    [
        ("bybit", {"retCode": 0, "result": {"list": []}}, "this is not a public answer of Bybit"),
        ("coinex", {}, "no public answer of CoinEx is read here"),
        (
            "gate",
            [{"currency": "X", "discount_tiers": [{"lower_limit": "0"}]}],
            "discount_tiers[0].discount: is missing",
        ),
        ("gate", [{"currency": "X", "discount_tiers": [{"lower_limit": "5", "discount": "1"}]}], "do not rise from 0"),
    ],
)
def test_what_is_no_answer_is_one_sentence(folder, venue, answer, message):
    with pytest.raises(Faults) as caught:
        renewal(json.dumps(answer).encode(), "answer.json", venue, "2026-12-01")
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["{", '{"tiers": {"X": {"tiers": [["1", "1", "1", "1"]], "as_of": "x"}}}', "[]"])
def test_a_damaged_table_is_named(folder, text):
    (folder / "gate.json").write_text(text)
    with pytest.raises(ProfileError, match=r"gate\.json"):
        load_profile("gate")


def test_own_tables_are_beside_the_users_venues(home):
    assert own_tables.own_tables_folder() == user_folder().with_name("tables")
    assert own_tables.own_tables_folder().is_relative_to(home)
