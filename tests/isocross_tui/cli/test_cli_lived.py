"""Lived paths on the command line: run, report at a place or a time, export, and replaying a history."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isocross.paths.bars import Bar, Candle, HistoryError
from isocross_tui.cli.main import main

D = Decimal
WALK = """
wallet = 1000
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "isolated"
quantity = 0.015
entry = 60000
leverage = 3
[scenario]
path = "walk"
shock = -0.1
legs = [-0.2, { jump = -0.2 }, 0.4]
moves = [{ at = 1, do = "deposit", amount = 5 }, { at = 3, do = "flip", position = "btc" }]
"""


@pytest.fixture
def walk(tmp_path: Path) -> str:
    path = tmp_path / "walk.toml"
    path.write_text(WALK, encoding="utf-8")
    return str(path)


def say(*words: str, exit_code: int = 0, text: str | None = None) -> Result:
    result = CliRunner().invoke(main, list(words), input=text)
    assert result.exit_code == exit_code, result.output
    return result


def told(*words: str, text: str | None = None):
    return json.loads(say(*words, "--json", text=text).stdout)


def history(count=40, symbol="BTCUSDT"):
    start, candle = datetime(2025, 10, 10, 21, tzinfo=UTC), Candle(D(100), D(101), D(60), D(100))
    return (Bar(start + n * timedelta(minutes=15), {symbol: candle}) for n in range(count))


def test_a_run_of_a_walk_tells_all_of_it_in_text_csv_and_json(walk):
    whole = told("run", walk)
    assert [(e["kind"], e["t"], e["move"]) for e in whole["events"]] == [
        ("move", "1", "-0.2"),
        ("liquidation", "2", "-0.4"),
        ("fund", "2", "-0.4"),
        ("refusal", "3", "0"),
    ]
    assert (whole["path"], whole["t"], whole["shock"]) == ("walk", "3", None)
    assert (whole["account"]["wallet"], whole["account"]["outside"]) == ("705", "-5")
    assert whole["events"][3]["note"] == "flip: the position is not open any more"
    rows = list(csv.DictReader(StringIO(say("run", walk, "--csv").stdout)))
    assert [row["t"] for row in rows] == ["1", "2", "2", "3"]
    assert "BTC was liquidated at 36,000.00 (leg 2, −40.0 % in all)" in say("run", walk).stdout
    assert told("run", "-", text=WALK)["events"] == whole["events"]


@pytest.mark.slow
def test_a_report_is_of_a_place(walk):
    half = told("report", walk, "--at", "0.5")
    assert (half["t"], half["move"], half["positions"][0]["mark"]) == ("0.5", "-0.1", "54000")
    assert half["positions"][0]["settlement_price"] is None
    assert half["positions"][0]["joint_trigger"] == "36000"
    assert told("report", walk)["positions"][0]["status"] == "liquidated"
    assert "walk · leg 1, −10.0 %" in say("report", walk, "--at", "0.5").stdout
    assert "from 0 to 3" in say("report", walk, "--at", "3.1", exit_code=2).output
    exported = say("export", walk, "--what", "frame", "--at", "0.5").stdout
    assert next(csv.DictReader(StringIO(exported)))["mark"] == "54000"
    assert told("report", walk, "--shock", "-10%")["move"] == "-0.1"
    timeline = json.loads(say("export", walk, "--what", "timeline", "--as", "json").stdout)
    assert timeline == told("run", walk)


def test_a_history_of_ones_own_is_replayed_bar_by_bar(walk, monkeypatch):
    taken = []

    def read(path):
        assert path == "my.csv"
        for bar in history():
            taken.append(bar.time)
            yield bar

    monkeypatch.setattr("isocross_tui.cli.replay.read_prices", read)
    whole = told("replay", walk, "--prices", "my.csv", "--candle", "low-first")
    fall = next(e for e in whole["events"] if e["kind"] == "liquidation")
    assert (whole["time"], len(taken)) == ("2025-10-11T07:00:00Z", 40)
    assert fall["time"] == "2025-10-10T21:00:00Z"
    assert fall["move"] is None
    assert next(csv.DictReader(StringIO(say("replay", walk, "--prices", "my.csv", "--csv").stdout)))["time"]
    real = told("replay", walk, "--prices", "my.csv", "--prices-as", "real")
    assert real["events"][0]["t"] == "0"
    assert "(2025-10-10 21:0" in say("replay", walk, "--prices", "my.csv").stdout


def test_a_shipped_history_is_asked_for_by_name_and_a_report_by_its_time(tmp_path, walk, monkeypatch):
    class Day:
        title = "a day"

        def bars(self):
            return history()

    def shipped(name):
        if name != "2025-10-10":
            raise HistoryError(f"there is no history {name}")
        return Day()

    for module in ("isocross.rehearsal.kinds.replay", "isocross_tui.cli.replay"):
        monkeypatch.setattr(f"{module}.shipped_history", shipped)
    assert told("replay", walk, "--window", "2025-10-10")["path"] == "replay"
    path = tmp_path / "replay.toml"
    path.write_text(WALK.replace('path = "walk"', 'path = "replay"\nwindow = "2025-10-10"'), encoding="utf-8")
    at = told("report", str(path), "--at", "2025-10-10 22:00")
    assert (at["t"], at["time"]) == ("16", "2025-10-10T22:00:00Z")
    assert told("replay", str(path))["events"] == told("run", str(path))["events"]
    assert "there is no history 1999" in say("replay", walk, "--window", "1999", exit_code=1).output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--window", "a", "--prices", "b"), "--window and --prices cannot be given together"),
        ((), "expected --window or --prices"),
        (("--window", "a", "--json", "--csv"), "--json and --csv cannot be given together"),
        (("--window", "a", "--candle", "mid"), "Invalid value for '--candle'"),
    ],
)
def test_bad_usage_of_replay_is_said(walk, words, expected):
    assert expected in say("replay", walk, *words, exit_code=2).output


def test_prices_without_a_market_of_the_account_name_what_there_is(walk, monkeypatch):
    monkeypatch.setattr("isocross_tui.cli.replay.read_prices", lambda _: history(symbol="DOGEUSDT"))
    output = say("replay", walk, "--prices", "my.csv", exit_code=1).output
    assert "BTCUSDT is not in this history, which has DOGEUSDT" in output


def test_a_window_that_is_not_there_is_told_with_the_file_that_names_it(tmp_path):
    text = 'wallet = 1000\npositions = []\n[scenario]\npath = "replay"\nwindow = "2025-10-1"\n'
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    told = 'there is no window "2025-10-1"; did you mean "2025-10-10"?'
    assert say("report", str(path), exit_code=1).stderr.startswith(f"{path}: {told}")
    assert say("run", "-", text=text, exit_code=1).stderr.startswith(f"standard input: {told}")
