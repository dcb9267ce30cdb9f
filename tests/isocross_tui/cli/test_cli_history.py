"""The history command: the same figures as the engine, in words and as JSON."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner, Result

from isocross.history.crashes import largest_falls
from isocross.history.windows import load_window, window_ids
from isocross_tui.cli.main import main

EVERY = [*window_ids(), "2025-10-10-collateral"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["history", *arguments])


def good(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def test_the_list_names_every_window():
    assert [line.split()[0] for line in good().splitlines()] == EVERY
    listed = json.loads(good("--json"))
    assert [window["id"] for window in listed["windows"]] == EVERY
    assert all(window["provenance"] and window["licence"] for window in listed["windows"])


def test_a_window_with_prints_tells_that_they_are_not_candles_and_whose_they_are():
    said = " ".join(good("2025-10-10-collateral").split())
    assert "USDE, WBETH, BNSOL: not candles." in said
    assert "WBETH 430: CoinDesk 2025-10-12" in said
    assert "−35.0 %" in said


def test_one_window_tells_falls_lows_times_source_and_what_lived():
    said = good("2025-10-10")
    assert "futures, last price, 480 bars of 5m, 2025-10-10 06:00 to 2025-10-11 22:00 UTC" in said
    row = next(line for line in said.splitlines() if line.startswith("DOGEUSDT")).split()
    assert row[1:9] == ["−67.0", "%", "0.25398", "10-10", "13:35", "0.08385", "10-10", "21:20"]
    assert row[9:11] == ["3.91", "1.48x"]
    assert "won9892000/GENETIC-TRADER-ENGINE-VER2 at fa3bdcc5f1d5" in said
    assert "below spot and below mark" in " ".join(said.split())


def test_json_has_every_digit_and_the_venues_rate_counts():
    told = json.loads(good("2020-03-12", "--json", "--venue", "binance"))
    window = load_window("2020-03-12")
    falls = largest_falls(window.bars(), window.doubtful)
    assert [row["symbol"] for row in told["markets"]] == list(window.symbols)
    for row in told["markets"]:
        fall = falls[row["symbol"]]
        assert (Decimal(row["fall"]["from"]), Decimal(row["fall"]["to"])) == (fall.start, fall.end)
        rate, lived = Decimal(row["maintenance_margin_rate"]), Decimal(row["long_survived"])
        assert abs((1 + fall.move) * (1 - rate) - (1 - 1 / lived)) < Decimal("1e-20")
    assert told["markets"][0]["maintenance_margin_rate"] == "0.004"
    assert told["doubtful"] == [{"symbol": "LINKUSDT", "time": "2020-03-12T10:00:00Z"}]
    assert next(row for row in told["markets"] if row["symbol"] == "LINKUSDT")["fall"]["to"] == "1.36"


@pytest.mark.slow
def test_counts_for_a_move_and_for_an_account():
    said = good("--reach", "BTC=-10%", "--kind", "mark")
    assert "reached within 1 hour in 1 of 48 (2.1 %)" in said
    assert said.rstrip().endswith("it is not a probability.")
    told = json.loads(good("--reach", "BTC=-10%", "--kind", "mark", "--json"))
    assert told["reached"][1] == {"horizon": "within 1 day", "hours": 25, "reached": 22, "share": "0.88"}
    whole, _, title, *lines = good("--file", "guide-isolated").splitlines()
    account = json.loads(good("--file", "guide-isolated", "--json"))
    assert (whole, title) == (account["account"]["text"], "One market alone:")
    assert [position["text"] for position in account["positions"]] == [line.partition(": ")[2] for line in lines]
    assert account["source"] == "futures, mark price where there is one" and account["source"] in whole
    assert json.loads(good("--file", "guide-isolated", "--json", "--kind", "spot"))["kind"] == "spot"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("luna",), 1, 'there is no window "luna" (expected one of 2020-03-12, '),
        (("2020-03-12", "--venue", "nowhere"), 2, "no venue is called 'nowhere'"),
        (("2020-03-12", "--venue", "nowhere.toml"), 1, "nowhere.toml"),
        (("--reach", "BTC"), 2, "is not a move of a coin: expected BTC=-33%"),
        (("--reach", "BTC=x"), 2, "'x' is not a move"),
        (("--reach", "HYPE=-3%"), 2, "no shipped window has prices of HYPE"),
        (("--reach", "BTC=-3%", "--file", "guide-cross"), 2, "cannot be given together"),
        (("--file", "nowhere.toml"), 1, "nowhere.toml"),
    ],
)
def test_what_is_wrong_is_said(arguments, code, told):
    result = run(*arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    assert told in result.stderr


def test_a_window_of_one_market_is_told_as_such():
    lines = CliRunner().invoke(main, ["history"]).stdout.splitlines()
    assert any(" 1 market  " in line for line in lines)
    assert not any(" 1 markets" in line for line in lines)
