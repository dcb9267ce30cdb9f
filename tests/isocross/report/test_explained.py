"""Every figure of a position outside the desk: the same arithmetic, the exact value beside it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from isocross.account.book import Mode
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.explain import explained_json, explained_text, figure_of
from isocross.report.json import frame_json
from isocross.words.why.position import reasons
from isocross.workspace import book_of, load_file, shipped
from isocross_tui.cli.main import main

D = Decimal
EVERY = {
    "unrealised_pnl", "initial_margin", "maintenance_margin", "margin_ratio", "liquidation_price",
    "bankruptcy_price", "joint_trigger", "worst_case",
}  # fmt: skip


@pytest.mark.parametrize("venue", ["guide", "coinex", "binance", "bitmex"])
def test_each_figure_is_explained_with_the_value_a_report_has(venue):
    workspace = load_file(shipped()["guide-mixed"])
    rehearsal = GlideRehearsal(book_of(workspace, venue), {})
    frame, told = rehearsal.frame(D("-0.1")), frame_json("x", rehearsal, D("-0.1"))
    for row, reported in zip(frame.positions, told["positions"], strict=True):
        figures = {f["figure"]: f for f in explained_json("x", frame, row)["figures"]}
        assert figures.keys() >= EVERY
        for key in EVERY:
            assert figures[key]["value"] == reported[key], key
            assert figures[key]["formula"] and figures[key]["substituted"] and figures[key]["source"]
        assert all(figure_of(reason) for reason in reasons(frame, row))
        by_entry = row.position.mode is Mode.ISOLATED or venue != "binance"
        assert f"quantity × {'entry' if by_entry else 'mark'} ÷ leverage" in explained_text(frame, row)


def test_the_command_names_what_it_can_explain_and_what_fell():
    run = CliRunner().invoke
    missing = run(main, ["explain", "guide-cross"])
    assert missing.exit_code == 2
    assert "expected one of btc, eth" in missing.output
    fell = run(main, ["explain", "guide-isolated", "--shock", "40%", "--json"])
    told = json.loads(fell.output)
    assert told["status"] == "liquidated"
    assert any("lost by the account" in figure["title"] for figure in told["figures"])
    assert "0.015 × 60,000.00 ÷ 3 = 300.00" in run(main, ["explain", "guide-cross", "--position", "btc"]).output


STATED = """venue = "okx"
wallet = 1000

[[markets]]
symbol = "BTC-USDT-SWAP"
mark = 59000

[[positions]]
id = "btc"
market = "BTC-USDT-SWAP"
side = "long"
mode = "isolated"
quantity = 0.1
entry = 60000
leverage = 10
stated = { liquidation_price = 54271.3, maintenance_margin = 23.6 }

[scenario]
path = "walk"
legs = [ -0.01, -0.01 ]
moves = [ { at = 1, do = "add-margin", position = "btc", amount = 5 } ]
"""


def test_what_the_venue_stated_stands_beside_ours_until_a_move_changes_the_account(tmp_path):
    file = tmp_path / "okx.toml"
    file.write_text(STATED, encoding="utf-8")

    def told(at, *more):
        return CliRunner().invoke(main, ["explain", str(file), "--position", "btc", "--at", at, *more]).output

    line = "venue 54,271.3 · isocross 54,244.1 · a fee of 0.1 % to close, where 0.05 % is counted here"
    assert "stated by the venue: liquidation price\n  as the venue stated it when the account was read" in told("0.5")
    assert line in told("0.5")
    figures = {f["figure"]: f for f in json.loads(told("0.5", "--json"))["figures"]}
    assert figures["stated.liquidation_price"]["value"] == "54271.3"
    assert figures["stated.maintenance_margin"]["substituted"].endswith("without the fee to close of 2.95")
    assert "stated by the venue" not in told("1.5")


def test_what_can_be_moved_says_that_it_is_of_the_opening_marks_where_others_are_shown():
    def told(*more):
        return CliRunner().invoke(main, ["explain", "guide-cross", "--position", "btc", *more]).output

    assert told("--shock", "-40%").count("allows at the opening marks, and why not more") == 2
    assert told("--shock", "0%").count("allows at these marks, and why not more") == 2
