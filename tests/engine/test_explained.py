"""Every figure of a position outside the desk: the same arithmetic, the exact value beside it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from engine.book import Mode
from engine.explained import explained_json, explained_text, figure_of
from engine.report import frame_json
from engine.scene import Scene
from engine.why.position import reasons
from engine.workspace import book_of, load_file, shipped
from tui.cli import main

D = Decimal
EVERY = {
    "unrealised_pnl", "initial_margin", "maintenance_margin", "margin_ratio", "liquidation_price",
    "bankruptcy_price", "joint_trigger", "worst_case",
}  # fmt: skip


@pytest.mark.parametrize("venue", ["guide", "coinex", "binance", "bitmex"])
def test_each_figure_is_explained_with_the_value_a_report_has(venue):
    workspace = load_file(shipped()["guide-mixed"])
    scene = Scene(book_of(workspace, venue), {})
    frame, told = scene.frame(D("-0.1")), frame_json("x", scene, D("-0.1"))
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
