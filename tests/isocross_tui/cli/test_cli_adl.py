"""`isocross adl`: the rounds and the policies in words and figures, and what cannot be a crowd."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isocross.risk.crowd import POLICIES
from isocross_tui.cli.main import main

pytestmark = pytest.mark.usefixtures("home")

HEADER = "account,wallet,venue,market,side,mode,quantity,entry,leverage,mark\n"
ROWS = "".join(
    f"long{n},{wallet},hyperliquid,BTCUSDT,long,isolated,1,60000,{leverage},60000\n"
    for n, (wallet, leverage) in enumerate(((4000, 20), (7000, 10), (13000, 5)))
) + "".join(
    f"short{n},{wallet},hyperliquid,BTCUSDT,short,cross,0.7,60000,{leverage},60000\n"
    for n, (wallet, leverage) in enumerate(((9000, 10), (50000, 2)))
)


@pytest.fixture(autouse=True)
def _crowd(home: Path) -> None:
    (home / "crowd.csv").write_text(HEADER + ROWS, encoding="utf-8")


def adl(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["adl", *arguments])


ASKED = ("crowd.csv", "--market", "BTC", "--shock", "-10%", "--fund", "1000", "--depth", "1%=20000", "--jump")


def test_the_rounds_and_every_policy_are_told():
    done = adl("all", *ASKED)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("BTCUSDT −10.00 % becomes")
    assert re.search(r"the fund is short by [\d,]+\.\d\d USDT\.", lines[0])
    assert [line.split()[0] for line in lines if line.startswith(("queue", "pro-rata", "min-max", "leverage"))] == [
        "queue", "pro-rata", "min-max", "leverage"]  # fmt: skip
    assert lines[-1].startswith("A model and no forecast:")


@pytest.mark.parametrize(
    ("shock", "told"), [("-1%", "in 1 round: 0 liquidations, "), ("-5%", "in 2 rounds: 1 liquidation, ")]
)
def test_one_of_a_thing_is_told_as_one(shock, told):
    asked = ("--market", "BTC", "--shock", shock, "--depth", "1%=100000000")
    assert told in adl("queue", "crowd.csv", *asked).stdout.splitlines()[0]


def test_the_view_draws_what_each_round_sold_and_what_each_policy_takes_beyond_the_need():
    told = json.loads(adl("all", *ASKED, "--json").stdout)
    lines = adl("all", *ASKED, "--view").stdout.splitlines()
    assert lines[0] == told["text"]
    drawn = [line for line in lines if "%  " in line and line.split()[0].isdigit()]
    assert len(drawn) == len(told["rounds"])
    sold = [float(made["sold"]) for made in told["rounds"]]
    bars = [line.count("█") for line in drawn]
    assert bars == [max(1, int(32 * one / max(sold))) if one > 0 else 0 for one in sold]
    taken = {line.split()[0]: (line.count("█"), line.count("░")) for line in lines if line.startswith(tuple(POLICIES))}
    assert list(taken) == list(POLICIES)
    assert taken["queue"][1] > 0
    assert {taken[name][1] for name in POLICIES if name != "queue"} == {0}
    assert lines[-1].startswith("A model and no forecast:")
    calm = adl("queue", "crowd.csv", "--market", "BTC", "--shock", "-1%", "--view").stdout
    assert "█" not in calm
    assert "policy" not in calm


def test_json_csv_and_words_have_the_same_rounds():
    told = json.loads(adl("queue", *ASKED, "--json").stdout)
    rows = list(csv.DictReader(StringIO(adl("queue", *ASKED, "--csv").stdout)))
    assert [{key: str(value) for key, value in made.items()} for made in told["rounds"]] == rows
    assert len(rows) > 1
    assert (told["accounts"], told["held"], told["mark"]) == (5, "264000", "60000")
    (shared,) = told["policies"]
    assert shared["policy"] == "queue"
    assert {winner["account"] for winner in shared["winners"]} <= {"short0", "short1"}
    assert float(shared["taken"]) >= float(shared["needed"]) > 0


def test_an_account_with_another_mark_is_told_and_the_others_are_the_crowd(home):
    (home / "more.csv").write_text(HEADER + "x,9000,okx,BTCUSDT,long,cross,1,60000,10,61000\n", encoding="utf-8")
    done = adl("queue", "hedge", "more.csv", "nothing.toml", "--market", "BTCUSDT", "--shock", "5%", "--json")
    assert done.exit_code == 1
    assert "more.csv:2: the mark of BTCUSDT is 61,000, and 60,000 in the accounts before it" in done.stderr
    told = json.loads(done.stdout)
    assert (told["accounts"], len(told["faults"])) == (1, 2)


def test_an_account_without_the_market_before_the_first_that_holds_it_counts():
    done = adl("queue", "isolated-short", "hedge", "--market", "BTC", "--shock", "5%", "--json")
    assert json.loads(done.stdout)["accounts"] == 2


def test_one_in_another_currency_is_told_also_where_it_stands_before_the_first(home):
    (home / "other.toml").write_text('currency = "USDC"\nwallet = 5\npositions = []\n', encoding="utf-8")
    done = adl("queue", "other.toml", "hedge", "--market", "BTC", "--shock", "5%", "--json")
    assert done.exit_code == 1
    assert "other.toml: the account is in USDC, and those before it in USDT" in done.stderr
    assert json.loads(done.stdout)["accounts"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("queue", "isolated-short", "--market", "BTC", "--shock", "-5%"), 1, "no account holds BTC"),
        (("queue", "hedge", "--market", "BTC", "--shock", "0"), 2, "is not a move"),
        (("queue", "hedge", "--market", "BTC", "--shock", "BTC=-3%"), 2, "has no market"),
        (("queue", "hedge", "--market", "BTC", "--shock", "-5%", "--fund", "-1"), 2, "is not a number of at least 0"),
        (("queue", "hedge", "--market", "BTC", "--shock", "-5%", "--fund", "x"), 2, "is not a number of at least 0"),
        (("queue", "hedge", "--market", "BTC", "--shock", "-5%", "--depth", "x"), 2, "'x' is not a point"),
        (("best", "hedge", "--market", "BTC", "--shock", "-5%"), 2, "'best' is not one of"),
        (("queue", "hedge", "--market", "BTC", "--shock", "-5%", "--json", "--csv"), 2, "only one of --view"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments, code, said):
    done = adl(*arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
