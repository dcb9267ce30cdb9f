import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from isocross_tui.cli.main import main


def run(*words):
    return CliRunner().invoke(main, ["advise", *words])


@pytest.mark.slow
def test_advise_prints_triage_solve_and_advice():
    done = run("basket", "--shock", "-40%")
    assert done.exit_code == 0
    for told in (
        "Close BTC first: then the first liquidation is at −38.8 % instead of −24.3 %.",
        "Solve, for the account to survive −40.0 %",
        "Deposit 1,268.75: at −40.0 % all survive. A cent less is not enough.",
        "Flip BTC, ETH and SOL to isolated: 2,316.67 is left on average, not 2,057.51.",
        "For these 9 shocks, not a forecast",
    ):
        assert told in done.stdout


@pytest.mark.slow
def test_a_gain_is_at_least_so_much_where_nothing_is_liquidated_any_more():
    done = run("guide-mixed", "--shock", "-92%")
    assert "gain per 100" in done.stdout
    assert "where any position would be liquidated first. Gain: how much further" in done.stdout
    assert "≥" in done.stdout


def test_advice_on_one_market_says_where_to_ask_it():
    done = run("basket", "--shock", "BTCUSDT=-40%")
    assert done.exit_code == 2
    assert "a beta of 0" in done.stderr


@pytest.mark.slow
def test_advise_as_json_has_decimals_as_strings_and_null_for_what_is_not():
    done = run("guide-mixed", "--shock", "-92%", "--position", "btc", "--json")
    told = json.loads(done.stdout)
    assert told["triage"]["best"] == "btc"
    assert told["triage"]["first_fall"] == "-0.888330541597"
    assert told["triage"]["all_gone"] is None
    cash, cut, leverage = told["solve"]["answers"]
    assert cash["steps"] == [{"kind": "deposit", "position": None, "amount": "28.37"}]
    assert cut["steps"] == [{"kind": "cut", "position": "btc", "amount": "0.0006"}]
    assert leverage["steps"] == [] and "in a pool" in leverage["why_not"]
    assert told["advice"]["modes"] == {"btc": "isolated", "eth": "isolated"}
    assert told["advice"]["rows"][0]["shock"] == "-0.92"


def test_the_gain_per_100_of_a_coin_account_is_per_100_of_it_whatever_the_table_counts_by():
    told = json.loads(run("inverse", "--shock", "-40%", "--json").stdout)
    row = next(row for row in told["triage"]["rows"] if row["position"] == "long")
    assert Decimal(row["notional"]) == 1
    assert Decimal(row["close_gain_per_100"]) == 100 * Decimal(row["close"]["gain"])
    assert row["margin_100"]["steps"][0]["amount"] == "0.01"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--shock", "BTCUSDT=-30%"), "one common move"),
        (("--position", "nobody"), "expected one of btc, eth"),
    ],
)
def test_a_question_that_cannot_be_answered_is_a_usage_error(words, told):
    done = run("guide-cross", *words)
    assert done.exit_code == 2
    assert told in done.stderr


def test_amounts_of_a_large_account_stand_apart(home):
    (home / "large.toml").write_text(
        'wallet = 1e15\n[[positions]]\nmarket = "BTCUSDT"\nside = "long"\nmode = "cross"\nquantity = 1\nentry = 60000\n'
        "leverage = 2\n"
    )
    printed = CliRunner().invoke(main, ["advise", "large.toml", "--shock", "-10%"]).stdout
    rows = [line.split() for line in printed.splitlines() if line.endswith("1 → 1")]
    assert len(rows) > 5
    assert all(row[1] == "%" and row[2] == row[3] for row in rows)


def test_an_advised_cut_says_what_a_size_step_is(tmp_path):
    each = run("basket", "--shock", "-40%").stdout
    assert "rounded up to whole size steps (" in each
    assert "0.1 % less is not enough." in each
    file = tmp_path / "one.toml"
    file.write_text(
        'venue = "bybit"\nwallet = 1000\n'
        'positions = [ { market = "BTCUSDT", side = "long", mode = "cross", quantity = 0.05, entry = 60000, '
        "leverage = 10 } ]\n"
    )
    assert "One size step, 0.001 of BTC, less is not enough." in run(str(file), "--shock", "-40%").stdout
