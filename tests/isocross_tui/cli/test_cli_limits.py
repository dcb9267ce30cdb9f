"""`isocross limits`: exit codes, every form, and the recipe of the docs as it is written there."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from isocross.workspace import shipped
from isocross_tui.cli import docs
from isocross_tui.cli.main import main

pytestmark = pytest.mark.usefixtures("home")

HOLDS = '[[limit]]\nsurvives = { BTC = "-5%" }\n'
BROKEN = '[[limit]]\nsurvives = { common = "-40%" }\n'
NOT_ASKED = "[[limit]]\ncollateral_share_max = { BTC = 0.4 }\n"
UNKNOWN = '[[limit]]\nsurvives = { crash = "2020-03-12" }\n'


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["limits", *arguments])


def rule(text: str) -> str:
    Path("limits.toml").write_text(text, encoding="utf-8")
    return "limits.toml"


@pytest.mark.parametrize(
    ("accounts", "text", "code"),
    [
        ("basket hedge", HOLDS, 0),
        ("basket hedge", NOT_ASKED, 0),
        ("basket", HOLDS + BROKEN, 1),
        ("hedge basket", BROKEN, 1),
        ("basket nothing.toml", HOLDS, 2),
        ("basket nothing.toml", BROKEN, 2),
        ("basket", UNKNOWN, 2),
        ("basket", "[[limit]]\n", 2),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "junit", "csv"])
def test_the_exit_code_is_the_same_in_every_form(accounts, text, code, form):
    done = run(*accounts.split(), "--rule", rule(text), "--format", form)
    assert done.exit_code == code
    assert ("nothing.toml: there is no such file" in done.stderr) == ("nothing" in accounts)


@pytest.mark.slow
def test_a_breach_has_its_price_who_and_the_cheapest_remedy():
    done = run("crash-2025-10-10", "--rule", rule('[[limit]]\nsurvives = { crash = "2025-10-10" }\n'))
    assert done.exit_code == 1
    assert done.stdout == (
        "The guide's account and a DOGE long, on 2025-10-10 (crash-2025-10-10)\n"
        "  BROKEN  survives 2025-10-10. DOGE is liquidated first, at DOGEUSDT 0.07786 "
        "(−61.07 %, 2025-10-10T21:20:52Z). "
        "Who pays: its own margin 320.00, unused cash 180.00, the other positions 477.15. "
        "Cheapest remedy: deposit 91.59.\n\n"
        "1 account, 1 check: 0 hold, 1 broken.\n"
    )


def test_a_limit_is_told_in_whole_words_wherever_it_stands():
    loss = '[[limit]]\nmax_loss = { of_equity = 0.25, shock = { common = "-40%" } }\n'
    tests = ElementTree.fromstring(
        run("guide-cross", "--rule", rule(HOLDS + BROKEN + loss), "--format", "junit").stdout
    )
    assert [test.get("name") for test in tests.iter("testcase")][1] == "survives −40.0 % in all markets"
    (failure,) = (test.get("message") for test in tests.iter("failure"))
    assert failure.startswith(
        "loses at most 25.0 % of equity under −40.0 % in all markets: it loses 36.0 %. "
        "The limit is passed at BTCUSDT 43,333.33 (−27.78 %); BTC loses most."
    )
    assert run("guide-cross", "--rule", rule(HOLDS + NOT_ASKED)).stdout.endswith(
        "1 account, 2 checks: 1 holds, 0 broken, 1 does not apply.\n"
    )


@pytest.mark.slow
def test_every_form_tells_the_same_verdicts():
    accounts, text = ["basket", "hedge", "ladder"], HOLDS + BROKEN + NOT_ASKED
    told = json.loads(run(*accounts, "--rule", rule(text), "--json").stdout)
    assert told["ok"] is False
    verdicts = [verdict for account in told["accounts"] for verdict in account["limits"]]
    assert {verdict["status"] for verdict in verdicts} == {"holds", "broken", "not-asked"}
    rows = list(csv.DictReader(StringIO(run(*accounts, "--rule", "limits.toml", "--format", "csv").stdout)))
    for row, verdict in zip(rows, verdicts, strict=True):
        breach, best = verdict["breach"] or {}, (verdict["remedies"] or [{}])[0]
        assert (row["status"], row["rule"], row["text"]) == (verdict["status"], verdict["rule"], verdict["text"])
        assert (row["price"], row["position"]) == (breach.get("price") or "", breach.get("position") or "")
        assert (row["remedy"], row["deposit"]) == (best.get("text", ""), best.get("deposit", ""))
    tests = ElementTree.fromstring(run(*accounts, "--rule", "limits.toml", "--format", "junit").stdout)
    results = {"failure": "broken", "skipped": "not-asked"}
    found = [(results[test[0].tag] if len(test) else "holds", test.get("name")) for test in tests.iter("testcase")]
    assert found == [(verdict["status"], verdict["rule"]) for verdict in verdicts]
    told_of = [f"{account['name']} ({source})" for account, source in zip(told["accounts"], accounts, strict=True)]
    assert [suite.get("name") for suite in tests] == told_of
    assert sum(int(suite.get("failures")) for suite in tests) == [v["status"] for v in verdicts].count("broken")


BOOK = """\
account,wallet,venue,market,side,mode,quantity,entry,leverage,margin,mark
rich,5000,bybit,DOGEUSDT,long,isolated,23200,0.12,20,139.2,0.12
rich,5000,bybit,BTCUSDT,short,cross,0.034,60000,20,,60000
poor,300,bybit,DOGEUSDT,long,isolated,23200,0.12,20,139.2,0.12
"""


@pytest.mark.slow
@pytest.mark.parametrize("limit", ['nearest_liquidation_min = "30%"', "margin_ratio_max = 0.05"])
def test_own_cash_comes_before_a_deposit(limit):
    Path("book.csv").write_text(BOOK, encoding="utf-8")
    far = f"[[limit]]\n{limit}\n"
    verdicts = [
        account["limits"][0]
        for account in json.loads(run("book.csv", "--rule", rule(far), "--json").stdout)["accounts"]
    ]
    ways = [{remedy["kind"]: remedy for remedy in verdict["remedies"]} for verdict in verdicts]
    rich, poor = (way["margin"] for way in ways)
    assert ([step["kind"] for step in rich["steps"]], rich["deposit"]) == (["margin"], "0")
    assert rich["text"].endswith("to DOGE, from unused cash")
    # what the account has itself goes in first: 300 less the margin of 139.20
    deposit, added = (Decimal(step["amount"]) for step in poor["steps"])
    assert added - deposit == Decimal("160.80")
    assert Decimal(poor["deposit"]) == deposit
    # the first is enough for both, so it is the same that has to be added
    assert added == Decimal(rich["steps"][0]["amount"])


def test_a_gain_is_told_as_one():
    Path("book.csv").write_text(BOOK, encoding="utf-8")
    loss = '[[limit]]\nmax_loss = { shock = { BTC = "-40%" }, of_equity = 0.5 }\n'
    text = run("book.csv", "--rule", rule(loss)).stdout
    # 0.034 × 24,000 of 5,000
    assert "rich (book.csv:2)\n  holds   loses at most 50.0 % of equity under BTC −40.0 %: it gains 16.3 %" in text


def test_an_account_that_cannot_be_read_is_an_error_in_junit_and_a_fault_in_json():
    Path("bad.toml").write_text('wallet = "x\\u0001"\n', encoding="utf-8")
    (suite,) = ElementTree.fromstring(run("bad.toml", "--rule", rule(HOLDS), "--format", "junit").stdout)
    assert suite.get("errors") == "1"
    assert suite[0][0].get("message").startswith("bad.toml:1:1: positions: is missing")
    told = json.loads(run("bad.toml", "--rule", "limits.toml", "--json").stdout)
    assert (told["ok"], told["accounts"], told["faults"][0]["source"]) == (False, [], "bad.toml")


def test_a_file_of_limits_that_is_wrong_is_told_as_json_too():
    done = run("basket", "--rule", rule("[[limit]]\nmargin_ratio_max = 'x'\n"), "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert json.loads(done.stderr)["error"]["faults"][0]["line"] == 2


@pytest.mark.slow
def test_limits_asked_one_by_one_agree():
    texts = [HOLDS, BROKEN, NOT_ASKED]
    together = json.loads(run("basket", "ladder", "--rule", rule("".join(texts)), "--json").stdout)
    for account in together["accounts"]:
        for n, text in enumerate(texts):
            (alone,) = json.loads(run(account["source"], "--rule", rule(text), "--json").stdout)["accounts"]
            assert alone["limits"][0] | {"limit": n + 1} == account["limits"][n]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the recipe is for a shell")
def test_the_recipe_for_a_build_fails_the_build_and_leaves_a_report(home):
    (recipe,) = re.findall(r"^```text\n(name: limits\n.*?)^```", docs.page("risk"), re.MULTILINE | re.DOTALL)
    steps = re.findall(r"- run: (.+)", recipe)
    assert steps[0] == "pip install isocross"
    (home / "bin").mkdir()
    command = home / "bin" / "isocross"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m isocross "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    (home / "books").mkdir()
    for name in ("basket", "hedge"):
        (home / "books" / f"{name}.toml").write_text(shipped()[name].read_text(encoding="utf-8"), encoding="utf-8")
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = os.environ | {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": paths}
    for text, code in ((HOLDS, 0), (BROKEN, 1)):
        rule(text)
        done = subprocess.run(["sh", "-c", steps[1]], env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        report = ElementTree.parse(re.search(r"report_paths: (\S+)", recipe)[1]).getroot()
        assert len(report) == 2
        assert (report.find(".//failure") is not None) == (code == 1)
